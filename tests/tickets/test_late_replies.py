"""A first reply that is late is an event, once, and is shown; like a late outcome."""

from datetime import timedelta
from inspect import unwrap

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.time import now
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.tickets.models import Ticket
from app.tickets.service import mark_reply_due
from tests.desk.scene import a_ticket, as_
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    accepted_ticket,
    act,
    events,
    kinds,
    manager,
    officer,
    report_of,
    resolve,
    routed_ticket,
    submitted,
    wrong,
)
from tests.reports.test_talk import CONTACT, page
from workers.jobs import mark_due as job

SECOND = timedelta(seconds=1)


def due(ticket: Ticket):
    assert ticket.first_reply_due_at is not None
    return ticket.first_reply_due_at


def test_a_late_reply_is_an_event_written_once(session: Session) -> None:
    ticket = accepted_ticket(session)
    assert mark_reply_due(session, now=due(ticket)) == 0
    late = due(ticket) + SECOND
    assert mark_reply_due(session, now=late) == 1
    assert mark_reply_due(session, now=late + DAY) == 0
    last = events(session, ticket)[-1]
    assert (last.kind, last.actor_role, last.public) == ("reply_overdue", "system", True)
    assert (ticket.status, ticket.reply_overdue_at) == ("in_progress", due(ticket))
    assert ticket.overdue_at is None
    assert wrong(session, late) == []


def test_who_was_answered_waits_or_is_not_routed_is_not_late(session: Session) -> None:
    answered, waiting, done, moved = (accepted_ticket(session) for _ in range(4))
    by = officer(session)
    act(session, answered, "comment", by, text="Đang xem")
    act(session, waiting, "pause", by, code="weather", until=MONDAY + 30 * DAY)
    resolve(session, done)
    act(session, moved, "comment", manager(session), text="Đang xem")
    submitted(session)
    assert mark_reply_due(session, now=MONDAY + 60 * DAY) == 0


def test_a_separated_ticket_is_late_by_its_own_date_only(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=MONDAY + 3 * DAY)
    by, at = manager(session), MONDAY + 3 * DAY
    act(session, early, "merge", by, at=at, target_reference=late.reference)
    assert mark_reply_due(session, now=at + HOUR) == 1
    act(session, early, "unmerge", by, at=at + HOUR)
    assert late.reply_overdue_at is None
    assert mark_reply_due(session, now=at + HOUR) == 1  # the one that left
    assert mark_reply_due(session, now=due(late) + HOUR) == 1
    assert kinds(session, late).count("reply_overdue") == 2


@pytest.mark.parametrize(("lang", "badge"), [("vi", "Quá hạn"), ("en", "Overdue")])
def test_everybody_sees_it(client: FlaskClient, session: Session, lang: str, badge: str) -> None:
    ticket = a_ticket(session, at=now() - 12 * DAY, contact=CONTACT)
    ticket.outcome_due_at = now() + 30 * DAY  # only the reply is late
    session.commit()
    as_(client, session)
    client.set_cookie("lang", lang)
    shown = (
        client.get(f"/tickets/{ticket.reference}").text,
        client.get(page(ticket, report_of(session, ticket))).text,
        client.get(f"/desk/tickets/{ticket.reference}").text,
    )
    assert all(f'clock-overdue">{badge}<' in text for text in shown)
    listed = {"vi": "Quá hạn phản hồi đầu tiên", "en": "First reply overdue"}[lang]
    assert listed in client.get("/desk?tab=new").text
    mark_reply_due(session, now=now())
    session.commit()
    words = {"vi": "Đã quá hạn phản hồi đầu tiên", "en": "The date of the first reply has passed"}
    assert words[lang] in client.get(f"/tickets/{ticket.reference}").text


def test_the_reporter_is_told(session: Session) -> None:
    ticket = a_ticket(session, at=now() - 12 * DAY, contact=CONTACT)
    fan_out_pending(session, now=now())
    mark_reply_due(session, now=now())
    fan_out_pending(session, now=now())
    templates = session.scalars(select(Delivery.template).where(
        Delivery.recipient == f"report:{report_of(session, ticket).id}"
    )).all()  # fmt: skip
    assert "reply_overdue" in templates


def test_the_job_notes_both(session: Session) -> None:
    ticket = a_ticket(session, at=now() - 60 * DAY)
    assert unwrap(job)() == 2  # the test has the application already
    session.refresh(ticket)
    assert kinds(session, ticket)[-2:] == ["reply_overdue", "overdue"]
