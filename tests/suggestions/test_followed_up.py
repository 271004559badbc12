"""What happens to an answer afterwards: questions, a successor, the next step."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.agencies.models import Agency
from app.agencies.queries import actor_of
from app.core.time import now
from app.desk.inbox.queues import queues
from app.desk.queries import scope_of
from app.desk.schemas import parse_view
from app.notifications.digest.waiting import waiting_of_agencies
from app.reports.service.voice import ask_reopen
from app.tickets.models import Ticket
from app.tickets.service import hand_over
from app.tickets.verify import Checked, problems
from tests.desk.scene import do, member
from tests.factories.tickets import DAY
from tests.suggestions.scene import answered
from tests.suggestions.test_fair import report_of


def test_an_upheld_answer_is_disputed_no_more(session: Session) -> None:
    ticket = answered(session, "not_accepted")
    manager = member(session, "manager", ticket.agency_code)
    scope = scope_of(session, actor_of(session, manager, now()))
    condition = or_(*queues(session, scope, parse_view(MultiDict()), now())["disputed"])

    def waits() -> tuple[list[str], int]:
        found = session.scalars(select(Ticket.reference).where(condition)).all()
        digest = waiting_of_agencies(session, now()).get(ticket.agency_code or "", {})
        return list(found), digest.get("disputed", 0)

    ask_reopen(session, report_of(session, ticket), None, "Chưa rõ lý do", now=now())
    session.flush()
    assert waits() == ([ticket.reference], 1)
    do(session, ticket, "uphold", manager, text="Vẫn như vậy.")
    assert waits() == ([], 0)
    assert ticket.disputes == 1


def test_a_successor_goes_on_with_what_is_delivered(session: Session) -> None:
    ticket = answered(session)
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "milestone", manager, text="Chọn mẫu", until=now() + 30 * DAY)
    old = session.get_one(Agency, ticket.agency_code)
    others = select(Agency).where(Agency.level == "ward", Agency.code != old.code)
    heir = session.scalars(others.order_by(Agency.code)).first()
    assert heir is not None
    old.valid_to, old.successor_code = (now() - 2 * DAY).date(), heir.code
    session.commit()
    assert hand_over(session, now=now()) == 1
    assert (ticket.agency_code, ticket.status) == (heir.code, "in_delivery")
    assert ticket.planned_for is not None
    assert hand_over(session, now=now()) == 0
    session.commit()
    assert list(problems(session, now(), Checked())) == []
