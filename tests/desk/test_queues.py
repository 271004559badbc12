"""In whose hands a ticket lies, and the filters beside the queues."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.agencies.service import give_role
from app.core.errors import Conflict, Rejection
from app.core.time import now
from app.desk.schemas import ListView, parse_view
from app.tickets.models import Ticket
from app.tickets.queries import events_of
from app.tickets.service import leave
from app.tickets.words.timeline import lines
from tests.desk.scene import a_ticket, act, as_, communes, do, enter, member
from tests.desk.test_inbox import counts, get, listed

DAY = timedelta(days=1)


def test_who_accepts_has_it_and_finds_it_under_mine(client: FlaskClient, session: Session) -> None:
    ticket, other = a_ticket(session), a_ticket(session)
    me, colleague = member(session), member(session)
    do(session, ticket, "accept", me)
    do(session, other, "accept", colleague)
    assert (ticket.officer_id, other.officer_id) == (me.id, colleague.id)
    enter(client, session, me)
    assert listed(get(client, "tab=mine")) == [ticket.reference]
    assert counts(get(client))["mine"] == "1"
    assert "Người thụ lý: Lan" in get(client, "tab=all")


def test_a_manager_who_accepts_leaves_it_to_the_officers(session: Session) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "accept", member(session, "manager"))
    assert ticket.officer_id is None


def test_what_somebody_has_already_stays_there_when_it_is_accepted(session: Session) -> None:
    ticket, first, second = a_ticket(session), member(session), member(session)
    do(session, ticket, "entrust", second, account_id=first.id)
    assert ticket.status == "assigned"
    do(session, ticket, "accept", second)
    assert ticket.officer_id == first.id


def test_it_is_put_into_a_colleagues_hands_by_the_page(
    client: FlaskClient, session: Session
) -> None:
    ticket, colleague = a_ticket(session), member(session)
    as_(client, session)
    page = client.get(f"/desk/tickets/{ticket.reference}?lang=en").text
    assert f'<option value="{colleague.id}">Lan</option>' in page
    assert act(client, ticket, "entrust", person=str(colleague.id)).status_code == 303
    session.refresh(ticket)
    assert ticket.officer_id == colleague.id
    last = lines(session, ticket, audience="staff")[-1]
    assert (last.internal, last.detail) == (True, "Lan")
    assert "entrust" not in {line.kind for line in lines(session, ticket)}
    assert act(client, ticket, "entrust", person="0").status_code == 303
    session.refresh(ticket)
    assert ticket.officer_id is None


@pytest.mark.parametrize("person", ["", "x", "9" * 30, "-1", "999999999"])
def test_only_people_of_the_agency_can_have_it(
    client: FlaskClient, session: Session, person: str
) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    answer = act(client, ticket, "entrust", person=person)
    assert answer.status_code == 422
    assert 'id="entrust-person-error1"' in answer.text


def test_nobody_of_another_agency_gets_it_or_gives_it(session: Session) -> None:
    ticket = a_ticket(session)
    stranger = member(session, agency=communes(session)[1].code)
    with pytest.raises(Rejection, match="unknown_person"):
        do(session, ticket, "entrust", member(session), account_id=stranger.id)
    with pytest.raises((Rejection, Conflict)):
        do(session, ticket, "entrust", stranger, account_id=stranger.id)


def test_the_coordinator_shares_out_what_is_in_triage_only(session: Session) -> None:
    chief, ticket = member(session, "coordinator"), a_ticket(session)
    with pytest.raises(Conflict):
        do(session, ticket, "entrust", chief, account_id=chief.id)
    waiting = a_ticket(session, area=None)
    assert waiting.in_triage
    do(session, waiting, "entrust", chief, account_id=chief.id)
    assert waiting.officer_id == chief.id


def test_another_agency_starts_with_nobody(session: Session) -> None:
    ticket, me = a_ticket(session), member(session)
    do(session, ticket, "accept", me)
    do(session, ticket, "transfer", member(session, "coordinator"),
       agency_code=communes(session)[1].code, text="Thuộc địa bàn khác")  # fmt: skip
    assert ticket.officer_id is None


def test_who_leaves_lets_go_of_open_tickets_and_the_history_says_so(session: Session) -> None:
    ticket, me = a_ticket(session), member(session)
    do(session, ticket, "accept", me)
    before = ticket.row_version
    leave(session, me, now=now())
    session.commit()
    session.refresh(ticket)
    assert ticket.officer_id is None
    assert ticket.row_version == before + 1
    last = events_of(session, ticket.id)[-1]
    assert (last.kind, last.actor_role, last.public) == ("entrust", "system", False)


def test_mine_is_empty_where_one_works_no_more(client: FlaskClient, session: Session) -> None:
    ticket, me = a_ticket(session), member(session)
    do(session, ticket, "accept", me)
    session.query(type(ticket)).filter(Ticket.id == ticket.id).update(
        {"agency_code": communes(session)[1].code}
    )
    session.commit()
    enter(client, session, me)
    assert listed(get(client, "tab=mine")) == []


def test_filters_by_state_period_and_lateness(client: FlaskClient, session: Session) -> None:
    old, new = a_ticket(session, at=now() - 60 * DAY), a_ticket(session)
    do(session, new, "accept", as_(client, session))
    assert listed(get(client, "tab=all&state=in_progress")) == [new.reference]
    assert listed(get(client, "tab=all&late=1")) == [old.reference]
    day = (now() - 30 * DAY).date().isoformat()
    assert listed(get(client, f"tab=all&since={day}")) == [new.reference]
    assert listed(get(client, f"tab=all&until={day}")) == [old.reference]
    assert counts(get(client, f"until={day}"))["new"] == "1"
    assert counts(get(client, f"since={day}"))["new"] == "0"


def test_a_period_ends_with_the_citys_day(client: FlaskClient, session: Session) -> None:
    # 16:59 and 17:00 UTC: the last minute of a day and the first of the next in the city.
    ticket = a_ticket(session, at=now().replace(hour=16, minute=59) - 30 * DAY)
    as_(client, session)
    day = ticket.received_at.date()
    assert listed(get(client, f"tab=all&since={day}&until={day}")) == [ticket.reference]
    assert listed(get(client, f"tab=all&since={day + DAY}")) == []


def test_nonsense_in_filters_is_no_filter() -> None:
    typed = {"state": "gone", "since": "yesterday", "until": "0001-01-01", "late": "yes", "q": " "}
    assert parse_view(typed) == ListView()


def test_two_roles_are_one_person(client: FlaskClient, session: Session) -> None:
    ticket, me = a_ticket(session), member(session)
    give_role(session, me, "manager", communes(session)[0].code, now=now())
    do(session, ticket, "accept", me)
    assert ticket.officer_id == me.id
    page = client.get("/desk")
    assert page.status_code == 302
    enter(client, session, me)
    shown = client.get(f"/desk/tickets/{ticket.reference}").text
    assert shown.count(f'<option value="{me.id}">') == 1
