"""Who is called to what waits too long: each once, oldest first, by the clock that was frozen."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.words.i18n import use_language
from app.tickets.models import Escalation, Ticket
from app.tickets.service import escalate, mark_due, mark_help_due, mark_missed_again
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
    submitted,
    triage_ticket,
    wrong,
)

OFFICE, WATCH = "VP-UBND", "TTRA"
SECOND = timedelta(seconds=1)


def calls(session: Session, ticket: Ticket) -> list[tuple[str, int, str]]:
    query = select(Escalation).where(Escalation.ticket_id == ticket.id).order_by(Escalation.id)
    return [(call.reason, call.level, call.agency_code) for call in session.scalars(query)]


def run(session: Session, at: datetime) -> int:
    """All scans of a minute, in the order of the schedule."""
    mark_due(session, now=at)
    mark_missed_again(session, now=at)
    mark_help_due(session, now=at)
    return escalate(session, now=at)


def set_intake(session: Session, hours: float, agency: str = WARD) -> None:
    session.get_one(Agency, agency).intake_target_s = round(hours * 3600)


def test_who_does_not_accept_within_the_intake_target(session: Session) -> None:
    set_intake(session, 3)  # Monday 09:00, two and a half hours, the break, half an hour: 14:00
    ticket = routed_ticket(session)
    assert ticket.intake_due_at == datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
    assert run(session, ticket.intake_due_at) == 0
    assert run(session, ticket.intake_due_at + SECOND) == 1
    assert run(session, ticket.intake_due_at + HOUR) == 0
    assert calls(session, ticket) == [("unaccepted", 1, OFFICE)]
    last = events(session, ticket)[-1]
    assert (last.kind, last.actor_role, last.public) == ("escalate", "system", True)
    with use_language("en"):
        assert lines(session, ticket)[-1].detail.startswith("Nobody has accepted or returned it")
    assert (ticket.status, ticket.agency_code, ticket.escalations) == ("assigned", WARD, 1)
    assert wrong(session, ticket.intake_due_at + HOUR) == []


def test_accepting_or_returning_answers(session: Session) -> None:
    accepted, returned, worked_on = (routed_ticket(session) for _ in range(3))
    act(session, accepted, "accept", officer(session))
    act(session, returned, "return", officer(session), code="not_competent")
    act(session, worked_on, "comment", officer(session), text="Đang xem")
    assert accepted.intake_due_at is worked_on.intake_due_at is None
    assert returned.intake_due_at is not None  # now it is the coordinator's turn
    run(session, MONDAY + 2 * DAY)
    assert calls(session, accepted) == calls(session, worked_on) == []
    assert calls(session, returned) == [("unaccepted", 1, WATCH)]


def test_each_new_owner_has_the_intake_target_anew(session: Session) -> None:
    ticket = routed_ticket(session)
    first = ticket.intake_due_at
    at = MONDAY + 5 * HOUR
    act(session, ticket, "transfer", manager(session), at=at, agency_code=NEXT_WARD)
    assert first is not None
    assert ticket.intake_due_at is not None
    assert ticket.intake_due_at > first
    assert events(session, ticket)[-1].params["accept_by"] == ticket.intake_due_at.isoformat()


def test_what_waits_in_triage_is_escalated_too(session: Session) -> None:
    ticket = triage_ticket(session)
    assert ticket.intake_due_at is not None
    run(session, ticket.intake_due_at + SECOND)
    assert calls(session, ticket) == [("unaccepted", 1, WATCH)]


def test_the_router_has_ten_minutes(session: Session) -> None:
    ticket = submitted(session).ticket
    assert run(session, MONDAY + timedelta(minutes=10)) == 0
    assert run(session, MONDAY + timedelta(minutes=10, seconds=1)) == 1
    assert calls(session, ticket) == [("unrouted", 1, OFFICE)]
    assert run(session, MONDAY + 5 * DAY) == 0


def test_before_it_is_late_the_agency_itself_is_reminded(session: Session) -> None:
    ticket = accepted_ticket(session)  # 15 working hours: a quarter is 3 h 45
    quarter = datetime(2026, 10, 6, 7, 45, tzinfo=UTC)  # Tuesday 14:45, due Wednesday 09:00
    version = ticket.row_version
    assert run(session, quarter - SECOND) == 0
    assert run(session, quarter) == 1
    assert ticket.row_version == version  # what an officer is writing stays good
    assert run(session, due(ticket)) == 0
    assert calls(session, ticket) == [("due_soon", 0, WARD)]
    last = events(session, ticket)[-1]
    assert (last.kind, last.public, ticket.escalations) == ("remind", False, 0)
    assert wrong(session, due(ticket)) == []


def test_overdue_goes_to_the_parent_and_then_to_the_coordinator(session: Session) -> None:
    ticket = accepted_ticket(session)
    run(session, due(ticket) - HOUR)
    late = due(ticket) + SECOND
    run(session, late)
    assert calls(session, ticket)[1:] == [("overdue", 1, OFFICE)]
    again = session.scalars(select(Escalation.again_at).where(Escalation.level == 1)).one()
    assert again is not None
    assert again > late + DAY
    act(session, ticket, "extend", officer(session), at=late, until=late + 20 * DAY, text="Mưa lũ")
    assert run(session, again - SECOND) == 0
    assert run(session, again) == 1
    assert calls(session, ticket)[2:] == [("overdue", 2, OFFICE)]
    assert run(session, again + 10 * DAY) == 0
    assert wrong(session, again + 10 * DAY) == []


def test_what_is_done_meanwhile_goes_no_further(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = due(ticket) + SECOND
    run(session, late)
    resolve(session, ticket, at=late + HOUR)
    run(session, late + 30 * DAY)
    assert {level for _reason, level, _to in calls(session, ticket)} <= {0, 1}


def test_what_is_about_the_coordinator_is_never_its_call(session: Session) -> None:
    ticket = routed_ticket(session, about_agency=OFFICE)
    run(session, due(ticket) + SECOND)
    run(session, due(ticket) + 30 * DAY)
    told = {to for _reason, level, to in calls(session, ticket) if level}
    assert told == {WATCH}


def test_a_missed_date_must_be_explained_within_a_working_day(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = due(ticket) + SECOND
    run(session, late)
    asked = ticket.explain_by
    assert asked is not None
    assert late < asked <= late + DAY + HOUR
    assert events(session, ticket)[-2].params["explain_by"] == asked.isoformat()
    run(session, asked)
    assert ("unexplained", 1, OFFICE) not in calls(session, ticket)
    run(session, asked + SECOND)
    assert ("unexplained", 1, OFFICE) in calls(session, ticket)
    frozen = due(ticket)
    act(
        session, ticket, "extend", officer(session), at=asked + HOUR, text="Xin lỗi, thiếu vật tư",
        until=asked + 5 * DAY,
    )  # fmt: skip
    assert (ticket.explain_by, ticket.outcome_due_at) == (None, frozen)
    run(session, asked + 4 * DAY)
    assert kinds(session, ticket).count("overdue") == 1
    assert wrong(session, asked + 4 * DAY) == []


def test_the_new_date_is_a_promise_as_well(session: Session) -> None:
    ticket = accepted_ticket(session)
    late = due(ticket) + SECOND
    run(session, late)
    new = late + 5 * DAY
    act(session, ticket, "extend", officer(session), at=late + HOUR, text="Xin lỗi", until=new)
    assert mark_missed_again(session, now=new) == 0
    assert mark_missed_again(session, now=new + SECOND) == 1
    assert mark_missed_again(session, now=new + HOUR) == 0
    assert ticket.explain_by is not None
    assert events(session, ticket)[-1].params["reason"] == "missed_again"
    run(session, ticket.explain_by + SECOND)
    assert [reason for reason, _level, _to in calls(session, ticket)].count("unexplained") == 1


def test_who_set_a_new_date_in_time_need_not_do_it_again(session: Session) -> None:
    ticket = accepted_ticket(session)
    act(session, ticket, "extend", officer(session), until=due(ticket) + 9 * DAY, text="Thiếu xe")
    run(session, due(ticket) + SECOND)
    assert ticket.explain_by is None


def test_an_act_that_waits_for_approval_is_escalated(session: Session) -> None:
    ticket = accepted_ticket(session)
    act(session, ticket, "answer", officer(session), code="explained", text="Đã kiểm tra")
    next_morning = MONDAY + DAY
    assert run(session, next_morning) == 0
    run(session, next_morning + SECOND)
    assert calls(session, ticket) == [("unapproved", 1, OFFICE)]
    act(session, ticket, "approve", manager(session), at=next_morning + HOUR)
    run(session, next_morning + 9 * DAY)
    assert ("unapproved", 2, OFFICE) not in calls(session, ticket)


def test_late_help_is_called_to_the_parent_of_who_helps(session: Session) -> None:
    ticket = accepted_ticket(session)
    ask_help(session, ticket, until=MONDAY + HOUR)
    run(session, MONDAY + HOUR + SECOND)
    assert calls(session, ticket) == [("help_late", 1, OFFICE)]
    assert not events(session, ticket)[-1].public


def test_the_oldest_come_first(session: Session) -> None:
    old, young = routed_ticket(session), routed_ticket(session, at=MONDAY + HOUR)
    at = MONDAY + 2 * DAY
    escalate(session, now=at, limit=1)
    assert calls(session, old)[0] == ("unaccepted", 1, OFFICE)
    assert all(reason != "unaccepted" for reason, _level, _to in calls(session, young))
    escalate(session, now=at, limit=1)
    assert calls(session, young)[0][0] in {"unaccepted", "due_soon"}


def test_verify_finds_a_call_without_an_event(session: Session) -> None:
    ticket = accepted_ticket(session)
    row = Escalation(
        ticket_id=ticket.id, reason="overdue", level=1, since=MONDAY, agency_code=OFFICE,
        raised_at=MONDAY,
    )  # fmt: skip
    session.add(row)
    assert "was escalated" in wrong(session)[0]
