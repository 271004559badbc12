"""The list of what nobody is responsible for: oldest first, one click, the list follows."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import coordinator
from app.agencies.service import give_role
from app.core.time import now
from app.desk.likely import likely_agencies
from app.desk.worklists import PAGE
from app.tickets.models import Ticket, TicketEvent
from tests.desk.scene import a_ticket, act, as_, communes, do, member, offered
from tests.factories.tickets import statements

HOUR = timedelta(hours=1)


def unplaced(session: Session, age: int = 0) -> Ticket:
    return a_ticket(session, area=None, at=now() - age * HOUR, text=f"Việc thứ {age}")


def in_order(page: str) -> list[str]:
    return re.findall(r'aria-labelledby="t-([^"]+)"', page)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("officer", "/desk/triage"),
        ("manager", "/desk/triage"),
        ("screener", "/desk/triage"),
        ("officer", "/desk/check"),
        ("administrator", "/desk/check"),
    ],
)
def test_the_lists_are_for_their_roles(
    client: FlaskClient, session: Session, role: str, path: str
) -> None:
    as_(client, session, role)
    assert client.get(path).status_code == 403


def test_triage_shows_the_oldest_first(client: FlaskClient, session: Session) -> None:
    newer, older = unplaced(session, 1), unplaced(session, 30)
    a_ticket(session)
    as_(client, session, "coordinator")
    page = client.get("/desk/triage?lang=en").text
    assert in_order(page) == [older.reference, newer.reference]
    assert "Việc thứ 30" in page
    assert "The report has no place yet" in page


def test_triage_pages(client: FlaskClient, session: Session) -> None:
    made = [unplaced(session, age).reference for age in range(PAGE + 2, 0, -1)]
    as_(client, session, "coordinator")
    first = client.get("/desk/triage").text
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    second = client.get(after[1].replace("&amp;", "&")).text
    assert in_order(first) + in_order(second) == made


def border(session: Session) -> tuple[Ticket, Agency, Agency]:
    """A ticket near the border of two communes, as the router leaves it."""
    one, other, _ = communes(session)
    ticket = unplaced(session)
    event = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "triage")
    ).one()
    params = event.params | {
        "reason": "near_border",
        "area": one.area_code,
        "other_area": other.area_code,
    }
    values = {
        column.key: getattr(event, column.key)
        for column in TicketEvent.__mapper__.columns
        if column.key not in {"id", "params", "seq"}
    }
    session.add(TicketEvent(**values, seq=event.seq + 1, params=params))
    ticket.events_count += 1
    session.commit()
    return ticket, one, other


def test_near_a_border_both_units_are_suggested(client: FlaskClient, session: Session) -> None:
    ticket, one, other = border(session)
    as_(client, session, "coordinator")
    for page in (
        client.get("/desk/triage?lang=vi").text,
        client.get(f"/desk/tickets/{ticket.reference}?lang=vi").text,
    ):
        assert f"Giao {one.names['vi']}" in page
        assert f"Giao {other.names['vi']}" in page
        assert f'name="agency" value="{other.code}"' in page


def test_one_click_assigns_and_the_list_follows(client: FlaskClient, session: Session) -> None:
    ticket, _one, other = border(session)
    as_(client, session, "coordinator")
    answer = act(client, ticket, "assign", agency=other.code, back="triage")
    assert answer.headers["Location"] == "/desk/triage?done=assign"
    session.refresh(ticket)
    assert (ticket.agency_code, ticket.status) == (other.code, "assigned")
    assert in_order(client.get("/desk/triage").text) == []


def test_who_returned_it_is_not_suggested(session: Session) -> None:
    ticket = a_ticket(session)
    returned_by = ticket.agency_code
    before = {entry.agency_code for entry in likely_agencies(session, [ticket], now())[ticket.id]}
    assert returned_by in before
    do(session, ticket, "return", member(session), code="not_competent", text="x")
    after = {entry.agency_code for entry in likely_agencies(session, [ticket], now())[ticket.id]}
    assert returned_by not in after
    assert coordinator(session).code not in after


def test_who_is_complained_about_is_not_suggested(session: Session) -> None:
    about = communes(session)[0].code
    ticket = a_ticket(session, about_agency=about)
    assert about not in {
        entry.agency_code for entry in likely_agencies(session, [ticket], now())[ticket.id]
    }


def test_a_refusal_in_triage_leads_to_the_ticket_with_what_was_typed(
    client: FlaskClient, session: Session
) -> None:
    ticket = unplaced(session)
    as_(client, session, "coordinator")
    answer = act(client, ticket, "decline", code="", text="Đã trả lời rồi", back="triage")
    assert 400 <= answer.status_code < 500
    assert "Đã trả lời rồi</textarea>" in answer.text
    assert '<a href="#decline-code">' in answer.text


def test_declining_goes_to_the_manager_of_the_coordinator(
    client: FlaskClient, session: Session
) -> None:
    ticket = unplaced(session)
    as_(client, session, "coordinator")
    answer = act(client, ticket, "decline", code="abusive", text="x", back="triage")
    assert answer.headers["Location"] == "/desk/triage?done=propose"
    page = client.get("/desk/triage?lang=en").text
    assert "A manager approves the proposed act, or sends it back" in page
    assert "decline" not in offered(page)
    chief = as_(client, session, "manager", coordinator(session).code)
    give_role(session, chief, "coordinator", None, now=now())
    session.commit()
    session.refresh(ticket)
    assert act(client, ticket, "approve").status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.outcome_code) == ("declined", "abusive")


def test_triage_costs_the_same_for_one_and_for_ten(client: FlaskClient, session: Session) -> None:
    as_(client, session, "coordinator")
    costs = set()
    for count in (1, PAGE - 1):
        for age in range(count):
            unplaced(session, age)
        client.get("/desk/triage")
        with statements() as seen:
            page = client.get("/desk/triage").text
        costs.add(len(seen))
    assert len(in_order(page)) == PAGE
    assert len(costs) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", ["/desk/triage", "/desk/check"])
def test_empty_and_full_lists_in_both_languages(
    client: FlaskClient, session: Session, path: str, lang: str
) -> None:
    as_(client, session, "coordinator")
    empty = client.get(f"{path}?lang={lang}")
    assert empty.status_code == 200
    assert "desk-empty" in empty.text
    unplaced(session)
    full = client.get(f"{path}?lang={lang}").text
    assert "desk-empty" not in full
    assert f'<html lang="{lang}">' in full
