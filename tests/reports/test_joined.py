"""Who reported what was merged has a say where it goes on: as one who joined, nothing more."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.time import now
from app.reports import service
from app.reports.links import follow_signature
from app.tickets.models import Ticket
from app.tickets.queries import alive, events_of
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, a_ticket, do, member
from tests.factories.tickets import report_of, resolve
from tests.reports.test_talk import page

DAY = timedelta(days=1)


def merged(session: Session, *, steps: int = 1, **more: object) -> tuple[Ticket, Ticket]:
    """The first ticket of a chain of merges, and the last, where the work goes on."""
    first = ticket = a_ticket(session, **more)
    for _ in range(steps):
        into = a_ticket(session, **more)
        do(session, ticket, "merge", member(session), target_reference=into.reference)
        ticket = into
    return first, ticket


def offers(client: FlaskClient, session: Session, ticket: Ticket) -> set[str]:
    report = report_of(session, ticket)
    shown = client.get(page(ticket, report)).text
    acts = ("confirm", "dispute", "ask_reopen", "appeal", "withdraw", "reply")
    return {act for act in acts if f'action="{page(ticket, report, "/" + act)}"' in shown}


@pytest.mark.parametrize("steps", [1, 2])
def test_who_joined_may_disagree_and_not_confirm(
    client: FlaskClient, session: Session, steps: int
) -> None:
    mine, other = merged(session, steps=steps)
    assert alive(session, mine) is other
    resolve(session, other, at=now())
    session.commit()
    assert offers(client, session, mine) == {"dispute"}
    assert offers(client, session, other) == {"confirm", "dispute"}
    report = report_of(session, mine)
    assert client.post(page(mine, report, "/confirm"), headers=FORM).status_code == 409
    form = {"code": "not_done", "text": "Vẫn còn"}
    sent = client.post(page(mine, report, "/dispute"), data=form, headers=FORM)
    assert sent.status_code == 303
    session.refresh(other)
    assert (other.status, other.disputes) == ("in_progress", 1)
    last = events_of(session, other.id)[-1]
    assert (last.kind, last.actor_role) == ("dispute", "joined_reporter")
    session.refresh(mine)
    assert mine.status == "merged"
    assert list(problems(session, now(), Checked())) == []


def test_a_confirmed_result_is_disputed_by_who_joined(
    client: FlaskClient, session: Session
) -> None:
    mine, other = merged(session)
    resolve(session, other, at=now())
    service.confirm(session, report_of(session, other), now=now())
    session.commit()
    assert offers(client, session, other) == {"ask_reopen"}
    assert offers(client, session, mine) == {"dispute"}
    service.dispute(session, report_of(session, mine), "partly", "", now=now())
    assert other.status == "in_progress"
    with pytest.raises(Conflict):
        service.ask_reopen(session, report_of(session, mine), "partly", "", now=now())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_shows_where_it_goes_on(client: FlaskClient, session: Session, lang: str) -> None:
    mine, other = merged(session)
    do(session, other, "comment", member(session), text="Đã cử tổ thợ")
    client.set_cookie("lang", lang)
    shown = client.get(page(mine, report_of(session, mine))).text
    words = {"vi": "được xử lý chung, theo mã", "en": "dealt with together with theirs, under"}
    assert f"{words[lang]} {other.reference}" in shown
    assert "Đã cử tổ thợ" in shown
    assert {"vi": "Đang xử lý", "en": "In progress"}[lang] in shown


def test_words_of_another_reporter_stay_with_that_one(
    client: FlaskClient, session: Session
) -> None:
    mine, other = merged(session)
    resolve(session, other, at=now())
    service.dispute(session, report_of(session, other), None, "Gọi 0912345678", now=now())
    session.commit()
    assert "0912345678" in client.get(page(other, report_of(session, other))).text
    assert "0912345678" not in client.get(page(mine, report_of(session, mine))).text


def test_who_joined_answers_what_is_asked(client: FlaskClient, session: Session) -> None:
    mine, other = merged(session)
    other.reporter_reachable = True
    do(
        session, other, "pause", member(session), code="reporter", until=now() + DAY,
        text="Ở số nhà nào?",
    )  # fmt: skip
    assert "reply" in offers(client, session, mine)
    service.reply(session, report_of(session, mine), "Số 12", now=now())
    assert other.status == "in_progress"
    assert list(problems(session, now(), Checked())) == []


def test_one_report_leaves_and_is_counted_nowhere(client: FlaskClient, session: Session) -> None:
    mine, other = merged(session, steps=2)
    assert other.reports_count == 3
    assert offers(client, session, mine) == {"withdraw"}
    report = report_of(session, mine)
    service.withdraw(session, report, now=now())
    session.commit()
    between = alive(session, mine)
    assert between is other
    assert (other.status, other.reports_count, mine.reports_count) == ("assigned", 2, 0)
    assert offers(client, session, mine) == set()
    with pytest.raises(Conflict):
        service.withdraw(session, report, now=now())
    assert list(problems(session, now(), Checked())) == []


def test_the_link_of_a_merged_report_shows_the_proof(client: FlaskClient, session: Session) -> None:
    mine, other = merged(session)
    resolve(session, other, at=now())
    session.commit()
    shown = client.get(f"/follow/{mine.reference}/{follow_signature(report_of(session, mine))}")
    assert "-medium.jpg" in shown.text
