"""Another agency is asked to help: what, by when, and what comes back; late ones are noted once."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.routing.service import route_pending
from app.tickets.models import Cooperation, EventText, Ticket
from app.tickets.policy import may_see
from app.tickets.queries import help_texts
from app.tickets.service import mark_help_due
from app.tickets.words.timeline import lines
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    NEXT_WARD,
    WARD,
    accepted_ticket,
    act,
    ask_help,
    due,
    events,
    kinds,
    manager,
    officer,
    resolve,
    routed_ticket,
    wrong,
)


def requests(session: Session, ticket: Ticket) -> list[Cooperation]:
    query = select(Cooperation).where(Cooperation.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(Cooperation.id)))


def test_asked_agreed_done(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session), until=MONDAY + DAY)
    helping = officer(session, NEXT_WARD)
    act(session, ticket, "help_accept", helping, at=MONDAY + HOUR)
    act(session, ticket, "help_done", helping, at=MONDAY + 2 * HOUR, text="Đã kéo xe")
    (row,) = requests(session, ticket)
    assert (row.due_at, row.accepted_at, row.done_at) == (
        MONDAY + DAY, MONDAY + HOUR, MONDAY + 2 * HOUR,
    )  # fmt: skip
    assert help_texts(session, ticket.id) == {
        (row.id, "cooperate"): "Xe nâng", (row.id, "help_done"): "Đã kéo xe",
    }  # fmt: skip
    assert (ticket.status, ticket.agency_code, ticket.outcome_code) == ("in_progress", WARD, None)
    assert wrong(session) == []


def test_what_was_answered_can_be_erased(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session))
    act(session, ticket, "help_done", officer(session, NEXT_WARD), text="Đã kéo xe của chị Lan")
    session.execute(update(EventText).values(body=None, erased_at=MONDAY))
    (row,) = requests(session, ticket)
    assert help_texts(session, ticket.id)[row.id, "help_done"] == ""


def test_help_is_due_on_the_leads_date_at_the_latest(session: Session) -> None:
    ticket = accepted_ticket(session)
    ask_help(session, ticket, until=due(ticket) + DAY)
    ask_help(session, ticket, "SXD")
    ask_help(session, ticket, "SNNMT", until=MONDAY + HOUR)
    assert [row.due_at for row in requests(session, ticket)] == [
        due(ticket), due(ticket), MONDAY + HOUR,
    ]  # fmt: skip


def test_where_the_leads_date_has_passed_help_has_five_working_days(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = due(ticket) + HOUR
    ask_help(session, ticket, at=late)
    ask_help(session, ticket, "SXD", at=late, until=late + 2 * DAY)
    first, second = requests(session, ticket)
    assert first.due_at is not None
    assert first.due_at > late + 6 * DAY
    assert second.due_at == late + 2 * DAY


def test_one_open_request_at_a_time_and_several_over_time(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session))
    with pytest.raises(Conflict) as refused:
        ask_help(session, ticket)
    assert (refused.value.code, refused.value.field) == ("asked_to_help_already", "agency")
    act(session, ticket, "help_return", officer(session, NEXT_WARD), code="not_competent")
    ask_help(session, ticket)
    act(session, ticket, "help_done", officer(session, NEXT_WARD), text="Xong")
    ask_help(session, ticket)
    states = [(row.return_code, row.done_at is not None) for row in requests(session, ticket)]
    assert states == [("not_competent", False), (None, True), (None, False)]
    assert wrong(session) == []


def test_who_refused_does_not_see_it_any_more(session: Session) -> None:
    ticket, helping = ask_help(session, accepted_ticket(session)), officer(session, NEXT_WARD)
    assert may_see(session, ticket, helping)
    act(session, ticket, "help_return", helping, code="not_competent")
    assert not may_see(session, ticket, helping)
    with pytest.raises(NotFound):
        act(session, ticket, "note", helping, text="?")


def test_only_the_lead_has_the_outcome(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session))
    for by in (officer(session, NEXT_WARD), manager(session, NEXT_WARD)):
        for verb in ("resolve", "answer", "pause", "extend", "transfer", "cooperate", "comment"):
            with pytest.raises(Conflict):
                act(session, ticket, verb, by, code="fixed", text="x", agency_code="SXD")
    with pytest.raises(Conflict):  # nor does the lead answer for who helps
        act(session, ticket, "help_done", manager(session), text="x")


def test_what_colleagues_write_is_internal(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session))
    helping = officer(session, NEXT_WARD)
    act(session, ticket, "help_accept", helping)
    act(session, ticket, "help_done", helping, text="Số điện thoại của chủ xe là 0912345678")
    for audience in ("public", "reporter"):
        shown = lines(session, ticket, audience)
        assert {line.kind for line in shown} & {"help_accept", "help_done"} == set()
        assert "0912345678" not in str(shown)
    assert lines(session, ticket, "staff")[-1].text.startswith("Số điện thoại")


def test_late_help_is_noted_once(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session), until=MONDAY + 2 * HOUR)
    assert mark_help_due(session, now=MONDAY + 2 * HOUR) == 0
    assert mark_help_due(session, now=MONDAY + 2 * HOUR + HOUR) == 1
    assert mark_help_due(session, now=MONDAY + 4 * HOUR) == 0
    assert kinds(session, ticket)[-1] == "help_overdue"
    assert events(session, ticket)[-1].params["helping"] == NEXT_WARD
    (row,) = requests(session, ticket)
    assert row.overdue_at == row.due_at
    act(session, ticket, "help_done", officer(session, NEXT_WARD), at=MONDAY + DAY, text="Xong")
    assert wrong(session) == []


def test_help_is_not_late_that_was_answered_or_is_not_needed(session: Session) -> None:
    done, ended, led = (
        ask_help(session, accepted_ticket(session), until=MONDAY + 2 * HOUR) for _ in range(3)
    )
    act(session, done, "help_done", officer(session, NEXT_WARD), text="Xong")
    resolve(session, ended)
    act(session, led, "transfer", manager(session), agency_code=NEXT_WARD)
    assert mark_help_due(session, now=MONDAY + DAY) == 0


def test_late_ones_come_oldest_first_in_batches(session: Session) -> None:
    young = ask_help(session, accepted_ticket(session), until=MONDAY + 3 * HOUR)
    old = ask_help(session, accepted_ticket(session), until=MONDAY + 2 * HOUR)
    assert mark_help_due(session, now=MONDAY + DAY, limit=1) == 1
    assert [kinds(session, ticket)[-1] for ticket in (old, young)] == ["help_overdue", "cooperate"]
    assert mark_help_due(session, now=MONDAY + DAY, limit=1) == 1
    assert mark_help_due(session, now=MONDAY + DAY, limit=1) == 0


def test_the_rules_ask_once_in_a_tickets_life(session: Session) -> None:
    ticket = routed_ticket(session, category="power")
    (row,) = requests(session, ticket)
    assert (row.agency_code, row.due_at) == (WARD, ticket.outcome_due_at)
    act(session, ticket, "help_return", officer(session), code="not_competent")
    owner = manager(session, ticket.agency_code or "")
    for category in ("lighting", "power"):
        act(session, ticket, "correct", owner, category_code=category)
        route_pending(session, now=MONDAY)
        owner = manager(session, ticket.agency_code or "")
    assert [row.agency_code for row in requests(session, ticket)].count(WARD) == 1
    assert wrong(session) == []


def test_verify_finds_an_answer_that_nobody_gave(session: Session) -> None:
    ticket = ask_help(session, accepted_ticket(session))
    (row,) = requests(session, ticket)
    row.done_at = MONDAY
    assert "requests for help" in wrong(session)[0]
