"""Two authors agree while others act."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.time import now
from app.following import service as following
from app.following.links import follower_code
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.reports.service.voice import withdraw
from app.suggestions.service import merging
from app.tickets.models import Ticket
from tests.desk.scene import FORM, do, member
from tests.suggestions.scene import published
from tests.suggestions.test_fair import report_of

NO: dict[str, Any] = {"code": "not_accepted", "text": "Không phù hợp."}


def test_nothing_goes_on_as_what_was_hidden_meanwhile(session: Session) -> None:
    one, two = published(session), published(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    merging.ask_to_merge(session, report_of(session, one), two.reference, now=now())
    do(session, two, "hide", member(session, "screener"), code="advertising")
    with pytest.raises(Conflict) as refused:
        merging.agree(session, report_of(session, two), one.reference, now=now())
    assert refused.value.code == "not_public"
    assert one.status != "merged"


def test_who_asks_and_who_agrees_lock_in_the_same_order(session: Session) -> None:
    """First both suggestions, the lower id first, then the wish: neither waits for the other."""
    one, two = published(session), published(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    (first, its), (second, others) = ((row, report_of(session, row)) for row in (two, one))
    locked: list[object] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if "FOR UPDATE" in statement or "INSERT INTO suggestion_merge" in statement:
            locked.append("wish" if "suggestion_merge" in statement else values)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    merging.ask_to_merge(session, its, second.reference, now=now())
    asked = [str(each) for each in locked[:3]]
    locked.clear()
    merging.agree(session, others, first.reference, now=now())
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert asked == [str(each) for each in locked[:3]]
    assert all(str(row.id) in each for row, each in zip((one, two), asked[:2], strict=True))
    assert asked[2] == "wish"
    assert first.status == "merged"


def test_a_yes_after_the_merge_supports_what_goes_on(client: FlaskClient, session: Session) -> None:
    one, two = merged_soon(session)
    follower = following.ask(session, one, "z@example.invalid", lang="vi", now=now())
    assert follower is not None
    path = f"/following/{follower_code(follower)}"
    merging.agree(session, report_of(session, two), one.reference, now=now())
    assert told(session) == []
    assert client.post(path, data={"support": "1"}, headers=FORM).status_code == 303
    session.expire_all()
    assert (one.supporters_count, two.supporters_count) == (0, 1)
    do(session, two, "answer", member(session, "manager", two.agency_code), **NO)
    assert told(session) == ["followed_outcome"]


def test_a_yes_after_the_answer_is_a_yes_to_the_news(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    follower = following.ask(session, ticket, "y@example.invalid", lang="vi", now=now())
    assert follower is not None
    do(session, ticket, "answer", member(session, "manager", ticket.agency_code), **NO)
    path = f"/following/{follower_code(follower)}"
    assert client.post(path, data={"support": "1"}, headers=FORM).status_code == 303
    session.expire_all()
    assert follower.confirmed_at is not None
    assert ticket.supporters_count == 0


def test_who_supported_the_ended_one_hears_of_the_merge_alone(session: Session) -> None:
    one, two = merged_soon(session)
    following.follow_by_mail(session, one, "w@example.invalid", lang="vi", now=now())
    merging.agree(session, report_of(session, two), one.reference, now=now())
    assert told(session) == ["followed_merged"]
    do(session, two, "answer", member(session, "manager", two.agency_code), **NO)
    assert told(session) == ["followed_merged"]


def test_what_was_withdrawn_is_wished_no_more(session: Session) -> None:
    one, two = merged_soon(session)
    assert [row.id for row, _its in merging.wishes(session, two)] == [one.id]
    withdraw(session, report_of(session, one), now=now())
    assert merging.wishes(session, two) == []


def merged_soon(session: Session) -> tuple[Ticket, Ticket]:
    """Two, of which the first is to go on as the second."""
    one, two = published(session), published(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    merging.ask_to_merge(session, report_of(session, one), two.reference, now=now())
    return one, two


def told(session: Session) -> list[str]:
    """What followers are told, oldest first."""
    session.commit()
    while fan_out_pending(session, now=now(), limit=500):
        pass
    theirs = select(Delivery).where(Delivery.recipient.startswith("follower:"))
    return [row.template for row in session.scalars(theirs.order_by(Delivery.id))]
