"""A manager's approvals: seen in full, one tap or several at once, and by a deputy between dates."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Membership
from app.agencies.queries import actor_of
from app.core.time import now
from app.packs.service import succeed
from app.tickets.models import Proposal, Ticket, TicketEvent
from app.tickets.service import hand_over
from tests.desk.scene import a_ticket, as_, communes, do, enter, member, post

DAY = timedelta(days=1)


def proposed(session: Session, text: str = "Đã kiểm tra, không thấy") -> Ticket:
    agency = session.get_one(Agency, communes(session)[0].code)
    agency.approval = "all"
    ticket = a_ticket(session)
    return do(session, ticket, "answer", member(session), code="explained", text=text)


def mark(ticket: Ticket) -> str:
    return f"{ticket.reference} {ticket.row_version}"


def status(session: Session, ticket: Ticket) -> str:
    session.refresh(ticket)
    return ticket.status


def test_what_waits_is_seen_in_full_and_approved_by_one_tap(
    client: FlaskClient, session: Session
) -> None:
    ticket = proposed(session)
    as_(client, session, "manager")
    page = client.get("/desk/approvals").text
    assert "Đã kiểm tra, không thấy" in page
    assert f'action="/desk/tickets/{ticket.reference}/approve"' in page
    path = f"/desk/tickets/{ticket.reference}/approve"
    answer = post(client, path, version=ticket.row_version, back="approvals")
    assert answer.headers["Location"] == "/desk/approvals?done=approve"
    assert status(session, ticket) == "answered"
    assert ticket.reference not in client.get("/desk/approvals").text


def test_several_at_once(client: FlaskClient, session: Session) -> None:
    first, second, third = (proposed(session) for _ in range(3))
    as_(client, session, "manager")
    answer = post(client, "/desk/approvals", ticket=[mark(first), mark(third)])
    assert answer.status_code == 303
    states = [status(session, ticket) for ticket in (first, second, third)]
    assert states == ["answered", "in_progress", "answered"]


def test_one_that_was_changed_meanwhile_stops_no_other(
    client: FlaskClient, session: Session
) -> None:
    first, second = proposed(session), proposed(session)
    old = mark(first)
    do(session, first, "note", member(session), text="Khoan đã")
    as_(client, session, "manager")
    answer = post(client, "/desk/approvals?lang=en", ticket=[old, mark(second)])
    assert answer.status_code == 409
    assert "Somebody else changed" in answer.text
    assert [status(session, one) for one in (first, second)] == ["in_progress", "answered"]


def test_nothing_marked_is_told(client: FlaskClient, session: Session) -> None:
    proposed(session)
    as_(client, session, "manager")
    answer = post(client, "/desk/approvals?lang=en")
    assert (answer.status_code, "Nothing was marked" in answer.text) == (422, True)


def test_another_agencys_manager_neither_sees_nor_approves(
    client: FlaskClient, session: Session
) -> None:
    ticket = proposed(session)
    as_(client, session, "manager", communes(session)[1].code)
    assert ticket.reference not in client.get("/desk/approvals").text
    assert post(client, "/desk/approvals", ticket=mark(ticket)).status_code == 409
    assert status(session, ticket) == "in_progress"


def test_how_long_it_waited_is_kept(session: Session) -> None:
    ticket = proposed(session)
    later = now() + timedelta(hours=3)
    do(session, ticket, "approve", member(session, "manager"), at=later)
    query = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "approve"
    )
    assert abs(session.scalars(query).one().params["waited_s"] - 3 * 3600) < 60


def days(first: int, last: int) -> dict[str, str]:
    today = now().date()
    return {
        "since": (today + first * DAY).isoformat(), "until": (today + last * DAY).isoformat(),
    }  # fmt: skip


def test_a_deputy_approves_between_two_dates_only(client: FlaskClient, session: Session) -> None:
    ticket, officer = proposed(session), member(session)
    as_(client, session, "manager")
    answer = post(client, "/desk/approvals/deputies", person=officer.id, **days(-1, 1))
    assert answer.status_code == 303
    assert "Lan" in client.get("/desk/approvals").text
    after = actor_of(session, officer, now() + 4 * DAY)
    assert {role for role, _agency in after.roles} == {"officer"}
    do(session, ticket, "approve", officer)
    assert status(session, ticket) == "answered"


def test_a_deputy_can_be_dismissed(client: FlaskClient, session: Session) -> None:
    officer = member(session)
    as_(client, session, "manager")
    post(client, "/desk/approvals/deputies", person=officer.id, **days(-1, 20))
    query = select(Membership).where(
        Membership.account_id == officer.id, Membership.role == "manager"
    )
    row = session.scalars(query).one()
    assert post(client, f"/desk/approvals/deputies/{row.id}/end").status_code == 303
    roles = {role for role, _agency in actor_of(session, officer, now()).roles}
    assert roles == {"officer"}


def test_whom_a_manager_may_not_name(client: FlaskClient, session: Session) -> None:
    stranger = member(session, "officer", communes(session)[1].code)
    other, officer = member(session, "manager"), member(session)
    as_(client, session, "manager")
    path = "/desk/approvals/deputies"
    assert post(client, path, person=stranger.id, **days(0, 1)).status_code == 422
    assert post(client, path, person=other.id, **days(0, 1)).status_code == 422
    assert post(client, path, person=officer.id, **days(3, 1)).status_code == 422
    assert post(client, path, person=officer.id, **days(0, 900)).status_code == 422
    assert post(client, path, person=officer.id, since="x", until="y").status_code == 422
    assert post(client, path).status_code == 422
    own = session.scalars(select(Membership).where(Membership.account_id == other.id)).one()
    assert post(client, f"/desk/approvals/deputies/{own.id}/end").status_code == 404


def test_what_waits_is_found_by_who_has_the_ticket_now(
    client: FlaskClient, session: Session
) -> None:
    """By the successor of the agency that proposed it; and what was written before this was noted."""
    first, second = proposed(session), proposed(session)
    codes = {ticket.reference for ticket in (first, second)}
    session.scalars(
        select(Proposal).where(Proposal.ticket_id == second.id)
    ).one().agency_code = None
    former, heir = communes(session)[0].code, communes(session)[1].code
    enter(client, session, member(session, "manager", former))
    assert found(client) == codes
    today, later = now().date(), now() + timedelta(days=2)
    succeed(session, former, heir, on=today + timedelta(days=1), today=today)
    assert hand_over(session, now=later) == len(codes)
    session.commit()
    assert found(client) == set()
    enter(client, session, member(session, "manager", heir))
    assert found(client) == codes


def found(client: FlaskClient) -> set[str]:
    return set(re.findall(r'data-ticket="([^"]+)"', client.get("/desk?tab=approval").text))
