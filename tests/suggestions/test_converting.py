"""What came in as the one and is really the other: the reference stays, and all that hangs on it."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.time import now
from app.reports.queries import reports_of
from app.routing.service import route_pending
from app.suggestions.queries import by_code, texts_of
from app.tickets.models import Suggestion, TicketEvent
from app.tickets.queries import by_reference
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, act, as_
from tests.factories.tickets import MONDAY, routed_ticket
from tests.suggestions.scene import TITLE, link_of, prove, published, send


def test_a_suggestion_that_is_a_problem_goes_to_the_router_again(
    client: FlaskClient, session: Session
) -> None:
    client.set_cookie("lang", "en")
    reference, signature = link_of(send(client))
    ticket, _ = by_code(session, reference)
    as_(client, session, "screener")
    done = act(client, ticket, "convert", category="waste", text="Đây là phản ánh.")
    assert done.status_code == 303, done.text
    session.expire_all()
    assert (ticket.kind, ticket.status, ticket.reference) == ("problem", "received", reference)
    assert session.get(Suggestion, ticket.id) is None
    assert not texts_of(session, ticket.id)
    assert route_pending(session, now=now()) == 1
    session.commit()
    session.refresh(ticket)
    assert ticket.promised_from == ticket.received_at
    own = client.get(f"/follow/{reference}/{signature}")
    assert own.status_code == 200
    assert "Đây là phản ánh." in own.text
    assert TITLE in client.get(f"/desk/tickets/{reference}").text, "the staff still reads it"
    assert client.get(f"/suggestions/{reference}").status_code in (302, 303)
    assert list(problems(session, now(), Checked())) == []


def test_a_report_that_is_a_suggestion_waits_to_be_read_and_counts_from_its_publication(
    client: FlaskClient, session: Session
) -> None:
    client.set_cookie("lang", "en")
    ticket = routed_ticket(session)
    session.commit()
    (report,) = reports_of(session, ticket.id)
    as_(client, session, "coordinator", "VP-UBND")
    silent = act(client, ticket, "convert", category="idea_streets", text="")
    assert (silent.status_code, ticket.kind) == (409, "problem")
    same = act(client, ticket, "convert", category="waste", text="Vì sao")
    assert same.status_code == 422
    done = act(client, ticket, "convert", category="idea_streets", text="Đây là đề xuất.")
    assert done.status_code == 303, done.text
    session.expire_all()
    its = session.get_one(Suggestion, ticket.id)
    assert (ticket.kind, ticket.status, its.publication) == (
        "suggestion", "unpublished", "submitted",
    )  # fmt: skip
    assert (ticket.agency_code, ticket.outcome_due_at) == (None, None)
    assert its.title in (report.text or "")
    assert list(problems(session, now(), Checked())) == []
    ticket = by_reference(session, ticket.reference)
    event = session.scalars(select(TicketEvent).where(TicketEvent.kind == "convert")).one()
    assert event.public
    assert act(client, ticket, "publish").status_code == 303
    assert route_pending(session, now=now()) == 1
    session.commit()
    session.expire_all()
    assert ticket.promised_from == session.get_one(Suggestion, ticket.id).published_at != MONDAY
    assert its.title in client.get(f"/suggestions/{ticket.reference}").text
    assert list(problems(session, now(), Checked())) == []


def test_what_somebody_supports_stays_what_it_is(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    prove(client, session, "lan@example.invalid")
    client.post(f"/suggestions/{ticket.reference}/support", headers=FORM)
    session.refresh(ticket)
    as_(client, session, "coordinator", "VP-UBND")
    assert act(client, ticket, "convert", category="waste", text="Vì sao").status_code == 409
    session.refresh(ticket)
    assert (ticket.kind, ticket.supporters_count) == ("suggestion", 1)
