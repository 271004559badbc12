"""Nobody reads or touches what is about their own agency while others have it (policy, rule 5)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.queries import coordinator, oversight
from app.core.errors import Conflict, NotFound
from app.core.time import now
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.reports import service
from app.routing.service import route_pending
from app.tickets.queries import events_of
from app.tickets.verify import Checked, problems
from tests.desk.scene import a_ticket, act, as_, communes, do, member, offered
from tests.factories.tickets import report_of

WORDS = "Cán bộ gây khó khăn"


def test_the_coordinator_does_not_see_what_is_about_itself(
    client: FlaskClient, session: Session
) -> None:
    about = coordinator(session).code
    ticket = a_ticket(session, text=WORDS, about_agency=about)
    unsorted = a_ticket(session, category="other", text=WORDS, about_agency=about)
    other = a_ticket(session, text="Ổ gà")
    assert ticket.agency_code != about
    assert unsorted.agency_code not in {about, None}
    as_(client, session, "coordinator")
    for one in (ticket, unsorted):
        assert client.get(f"/desk/tickets/{one.reference}").status_code == 404
        assert act(client, one, "transfer", agency=about).status_code == 404
    for path in ("/desk?tab=all&everyone=1", "/desk?tab=new&everyone=1", "/desk/triage"):
        assert WORDS not in client.get(path).text
    assert other.reference in client.get("/desk/check").text
    do(session, other, "publish", member(session, "screener"))
    page = client.get("/desk/check").text
    assert WORDS not in page
    as_(client, session, "screener")
    assert WORDS in client.get("/desk/check").text


def test_who_helps_does_not_read_what_is_about_them(session: Session) -> None:
    """Asked before it was known, or an agency above one that was asked."""
    lead, about = communes(session)[0], communes(session)[1]
    ticket = a_ticket(session, area=lead.area_code)
    do(session, ticket, "cooperate", member(session, "officer", lead.code), agency_code=about.code)
    helper = member(session, "officer", about.code)
    with pytest.raises(NotFound):
        do(session, a_ticket(session, about_agency=about.code), "note", helper, text="x")
    ticket.about_agency_code = about.code
    session.commit()
    with pytest.raises(NotFound):
        do(session, ticket, "note", helper, text="x")


def test_what_is_about_the_coordinator_does_not_come_back_to_it(
    client: FlaskClient, session: Session
) -> None:
    about = coordinator(session)
    about.email, oversight(session).email = "office@example.invalid", "watch@example.invalid"
    ticket = a_ticket(session, about_agency=about.code)
    owner = member(session, "officer", ticket.agency_code)
    fan_out_pending(session, now=now())
    do(session, ticket, "return", owner, code="wrong_place")
    assert (ticket.status, ticket.agency_code) == ("received", oversight(session).code)
    fan_out_pending(session, now=now())
    told = session.scalars(select(Delivery.recipient).order_by(Delivery.id.desc())).first()
    assert told == f"agency:{oversight(session).code}"
    as_(client, session, "coordinator")
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404
    assert ticket.reference not in client.get("/desk/triage").text
    as_(client, session, "officer", oversight(session).code)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "assign" in offered(page)
    assert "uphold" not in offered(page)
    other = communes(session)[1].code
    assert act(client, ticket, "assign", agency=other).status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.agency_code, ticket.at_oversight) == ("assigned", other, False)


def test_a_third_move_of_what_is_about_the_coordinator_is_sorted_above_it(
    session: Session,
) -> None:
    ticket = a_ticket(session, about_agency=coordinator(session).code)
    ticket.transfers = 2
    do(session, ticket, "correct", member(session, "officer"), category_code="power")
    assert route_pending(session, now=now()) == 1
    assert (ticket.status, ticket.transfers, ticket.in_triage) == ("received", 3, True)
    assert (ticket.agency_code, ticket.at_oversight) == (oversight(session).code, True)
    assert list(problems(session, now(), Checked())) == []


def test_a_last_dispute_about_the_coordinator_is_not_decided_by_it(session: Session) -> None:
    about, watch = coordinator(session), oversight(session).code
    assert oversight(session).parent_code == about.code
    ticket = a_ticket(session, category="other", area=None, about_agency=about.code)
    assert ticket.agency_code == watch
    boss = member(session, "manager", watch)
    for _ in range(3):
        do(session, ticket, "answer", boss, code="explained", text="Không sai")
        service.dispute(session, report_of(session, ticket), "not_done", "", now=now())
    assert (ticket.status, ticket.disputed_outcome) == ("answered", True)
    assert events_of(session, ticket.id)[-1].params["above"] == watch
    session.commit()
    with pytest.raises(NotFound):
        do(session, ticket, "uphold", member(session, "manager", about.code))
    session.rollback()
    with pytest.raises(Conflict, match="not_now"):
        do(session, ticket, "uphold", member(session, "officer", watch))
    session.rollback()
    do(session, ticket, "uphold", boss, text="Giữ nguyên")
    assert ticket.status == "closed"
    assert list(problems(session, now(), Checked())) == []
