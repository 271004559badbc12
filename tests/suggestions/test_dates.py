"""What the clock does by itself to suggestions, oldest first."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.agencies.queries import coordinator
from app.core.actor import SYSTEM
from app.core.time import now
from app.notifications.digest.waiting import waiting_of_agencies
from app.routing.service import route_pending
from app.tickets.models import Suggestion, Ticket, TicketEvent
from app.tickets.queries import events_of
from app.tickets.service import escalate, expire, mark_due, mark_reply_due, mark_screen_due
from app.tickets.verify import Checked, problems
from tests.desk.scene import do, member
from tests.factories.tickets import DAY
from tests.suggestions.scene import answered, published, suggested


def kinds(session: Session, ticket: Ticket) -> list[str]:
    return [event.kind for event in events_of(session, ticket.id)]


def test_a_late_first_note_and_a_late_answer_are_said_once_and_brought_up(
    session: Session,
) -> None:
    first, second = published(session), published(session, title="Thêm nhà chờ xe buýt có mái che")
    assert first.first_reply_due_at is not None
    assert first.outcome_due_at is not None
    late = first.first_reply_due_at + timedelta(minutes=1)
    assert mark_reply_due(session, now=late) == 2
    assert mark_reply_due(session, now=late) == 0
    assert kinds(session, first)[-1] == "reply_overdue"
    late = max(first.outcome_due_at, second.outcome_due_at or late) + timedelta(minutes=1)
    assert mark_due(session, now=late) == 2
    assert first.explain_by is None
    ids = [
        event.ticket_id
        for event in session.query(TicketEvent).filter_by(kind="overdue").order_by(TicketEvent.id)
    ]
    assert ids[-2:] == [first.id, second.id]  # the oldest date first
    while escalate(session, now=late + DAY):
        pass
    assert "escalate" in kinds(session, first)
    session.commit()
    assert [one for one in problems(session, late + DAY, Checked()) if one.reference in
            {first.reference, second.reference}] == []  # fmt: skip


def test_a_reading_that_is_late_is_said_once_and_brought_to_the_office(session: Session) -> None:
    first, second = suggested(session), suggested(session, title="Thêm nhà chờ xe buýt có mái che")
    read = published(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    its = session.get_one(Suggestion, first.id)
    late = its.screen_due_at + timedelta(seconds=1)
    assert mark_screen_due(session, now=its.screen_due_at) == 0
    session.get_one(Suggestion, second.id).screen_due_at -= timedelta(hours=1)
    assert mark_screen_due(session, now=late) == 2
    assert mark_screen_due(session, now=late) == 0
    found = session.query(TicketEvent).filter_by(kind="screen_overdue").order_by(TicketEvent.id)
    assert [event.ticket_id for event in found] == [second.id, first.id]  # the oldest date first
    assert all(event.public for event in found)
    assert "screen_overdue" not in kinds(session, read)
    office = coordinator(session).code
    assert waiting_of_agencies(session, late)[office]["unread"] == 2
    do(session, first, "publish", member(session, "screener"))
    assert waiting_of_agencies(session, late)[office]["unread"] == 1
    route_pending(session, now=now())
    session.commit()
    assert list(problems(session, late, Checked())) == []


def test_what_was_accepted_expires_where_no_step_follows(session: Session) -> None:
    kept, left = answered(session), answered(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    refused = answered(session, "not_accepted", title="Cấm xe máy trên toàn phường ngay")
    manager = member(session, "manager", kept.agency_code)
    do(session, kept, "milestone", manager, text="Chọn mẫu", until=now() + 30 * DAY)
    due = session.get_one(Suggestion, left.id).step_due_at
    assert due is not None
    assert expire(session, now=due - DAY) == 0
    assert expire(session, now=due + DAY) == 1
    assert expire(session, now=due + DAY) == 0
    assert [one.status for one in (kept, left, refused)] == ["in_delivery", "expired", "answered"]
    session.commit()
    do(session, left, "milestone", manager, text="Bố trí người", until=now() + 300 * DAY)
    assert left.status == "in_delivery"
    session.commit()
    assert list(problems(session, now(), Checked())) == []
    assert SYSTEM.role == "system"
