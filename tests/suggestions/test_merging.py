"""Two authors agree while others act."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.time import now
from app.suggestions.service import merging
from tests.desk.scene import do, member
from tests.suggestions.scene import published
from tests.suggestions.test_fair import report_of


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
