"""What is chosen to be private stays so, in whatever form it is sent."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.reports import service
from app.reports.models import Report
from app.tickets.models import Ticket
from tests.desk.scene import FORM
from tests.factories.tickets import MONDAY, act, command, coordinator, report_of, routed_ticket

SECRET = "Người trực quầy đã lớn tiếng với tôi"


def restricted(session: Session) -> Category:
    found = session.scalars(select(Category).where(Category.privacy == "restricted")).first()
    assert found is not None
    return found


def other(session: Session, code: str, **changes: object) -> Category:
    """Another category of the pack, changed."""
    found = session.get_one(Category, code)
    for name, value in changes.items():
        setattr(found, name, value)
    session.flush()
    return found


def test_a_restricted_category_makes_a_ticket_of_its_own(session: Session) -> None:
    ticket = routed_ticket(session)
    done = service.join(
        session, command(category=restricted(session).code, text=SECRET), ticket, now=MONDAY
    )
    assert done.ticket.id != ticket.id
    assert (done.ticket.private, done.ticket.map_key, done.report.joined) == (True, None, False)
    assert ticket.reports_count == 1


@pytest.mark.parametrize(
    "changes", [{"privacy": "restricted"}, {"kind": "suggestion"}, {"asks_about_agency": True}]
)
def test_so_does_what_the_answers_lead_to(session: Session, changes: dict[str, object]) -> None:
    there = other(session, "lighting", **changes)
    question = {
        "code": "what", "type": "one", "names": {"en": "What?"}, "required": False,
        "options": [{"code": "staff", "names": {"en": "Staff"}}],
        "category": {"staff": there.code},
    }  # fmt: skip
    other(session, "waste", questions=[question])
    ticket = routed_ticket(session)
    done = service.join(
        session, command(category="waste", answers={"what": "staff"}), ticket, now=MONDAY
    )
    assert done.ticket.id != ticket.id
    assert done.ticket.category_code == there.code
    joined = service.join(session, command(category="waste"), ticket, now=MONDAY)
    assert joined.ticket.id == ticket.id


def test_so_does_what_names_an_agency(session: Session) -> None:
    ticket = routed_ticket(session)
    sent = command(category="waste", about_agency=ticket.agency_code)
    done = service.join(session, sent, ticket, now=MONDAY)
    assert done.ticket.id != ticket.id
    assert done.ticket.about_agency_code == ticket.agency_code
    again = service.join(session, sent, ticket, now=MONDAY)
    assert (again.repeated, again.report.id) == (True, done.report.id)


def test_a_crafted_form_shows_nothing_beside_the_others(
    client: FlaskClient, session: Session
) -> None:
    ticket = act(session, routed_ticket(session), "publish", coordinator(session))
    session.commit()
    body = {"key": str(uuid.uuid4()), "category": restricted(session).code, "text": SECRET}
    sent = client.post(f"/tickets/{ticket.reference}/join", data=body, headers=FORM)
    report = session.scalars(select(Report).where(Report.text == SECRET)).one()
    own = session.get_one(Ticket, report.ticket_id)
    assert sent.status_code == 303
    assert own.reference in sent.headers["Location"]
    assert own.private
    assert report.id != report_of(session, ticket).id
    act(session, ticket, "publish", coordinator(session))
    for reference in (ticket.reference, own.reference):
        assert SECRET not in client.get(f"/tickets/{reference}").text
