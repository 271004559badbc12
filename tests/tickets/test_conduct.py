"""What is said about an agency never comes before that agency, also when somebody above has ended."""

import pytest
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import above, oversight
from app.agencies.queries import coordinator as the_coordinator
from app.packs.service import succeed
from app.reports.service import join, withdraw
from app.tickets.models import Escalation, Ticket
from app.tickets.policy import may_see
from app.tickets.service import escalate, hand_over, mark_due
from tests.factories.tickets import (
    DAY,
    MONDAY,
    NEXT_WARD,
    WARD,
    act,
    command,
    coordinator,
    manager,
    officer,
    report_of,
    routed_ticket,
    submitted,
    wrong,
)

OTHER, HEIR = "SXD", "SNV"
TODAY = MONDAY.date()


def called(session: Session, ticket: Ticket) -> set[str]:
    """Who was called to what waits too long, at any step."""
    at = (ticket.outcome_due_at or MONDAY) + DAY
    for moment in (at, at + 10 * DAY):
        mark_due(session, now=moment)
        while escalate(session, now=moment):
            pass
    rows = session.query(Escalation).where(Escalation.ticket_id == ticket.id)
    return {row.agency_code for row in rows if row.level > 0}


def under(session: Session, child: str, parent: str) -> None:
    session.get_one(Agency, child).parent_code = parent
    session.flush()


@pytest.mark.parametrize("about", [WARD, NEXT_WARD, OTHER, "VP-UBND", "TTRA", "PCQN"])
def test_it_goes_to_somebody_else_and_nobody_about_is_called(session: Session, about: str) -> None:
    ticket = routed_ticket(session, about_agency=about)
    assert ticket.agency_code not in (None, about)
    assert about not in called(session, ticket)
    assert wrong(session, MONDAY + 30 * DAY) == []


def test_what_is_about_the_owner_goes_to_its_parent(session: Session) -> None:
    under(session, WARD, OTHER)
    assert routed_ticket(session, about_agency=WARD).agency_code == OTHER


def test_an_ended_parent_is_the_successor(session: Session) -> None:
    under(session, WARD, OTHER)
    succeed(session, OTHER, HEIR, on=TODAY, today=TODAY)
    ticket = routed_ticket(session)
    hand_over(session, now=MONDAY)
    assert session.get_one(Agency, WARD).parent_code == HEIR
    assert HEIR in called(session, ticket)
    assert OTHER not in called(session, ticket)
    assert routed_ticket(session, about_agency=WARD).agency_code == HEIR


def test_a_successor_from_below_goes_to_where_its_parent_was(session: Session) -> None:
    under(session, WARD, OTHER)
    under(session, NEXT_WARD, OTHER)
    former = session.get_one(Agency, OTHER).parent_code
    succeed(session, OTHER, WARD, on=TODAY, today=TODAY)
    hand_over(session, now=MONDAY)
    parents = [session.get_one(Agency, code).parent_code for code in (WARD, NEXT_WARD)]
    assert parents == [former, WARD]


def test_an_end_that_is_only_announced_moves_nobody(session: Session) -> None:
    under(session, WARD, OTHER)
    succeed(session, OTHER, HEIR, on=TODAY.replace(day=9), today=TODAY)
    hand_over(session, now=MONDAY)
    assert session.get_one(Agency, WARD).parent_code == OTHER


def test_a_successor_gets_nothing_about_itself(session: Session) -> None:
    ticket = routed_ticket(session, about_agency=HEIR)
    assert ticket.agency_code == WARD
    succeed(session, WARD, HEIR, on=TODAY, today=TODAY)
    assert hand_over(session, now=MONDAY) == 1
    assert ticket.agency_code == above(session, HEIR, HEIR).code
    assert ticket.agency_code != HEIR


def test_a_successor_gets_nothing_about_what_it_was(session: Session) -> None:
    ticket = routed_ticket(session, about_agency=NEXT_WARD)
    succeed(session, NEXT_WARD, HEIR, on=TODAY, today=TODAY)
    hand_over(session, now=MONDAY)
    assert ticket.about_agency_code == HEIR
    assert not may_see(session, ticket, officer(session, HEIR))
    assert may_see(session, ticket, officer(session, WARD))


def test_a_coordinator_that_took_over_does_not_see_it(session: Session) -> None:
    office = the_coordinator(session).code
    ticket = routed_ticket(session, about_agency=office)
    succeed(session, office, HEIR, on=TODAY, today=TODAY)
    hand_over(session, now=MONDAY)
    assert the_coordinator(session).code == HEIR
    assert ticket.agency_code not in (office, HEIR)
    assert not may_see(session, ticket, coordinator(session))
    assert HEIR not in called(session, ticket) | {oversight(session).code}


def test_naming_the_owner_is_not_another_move(session: Session) -> None:
    ticket = routed_ticket(session)
    boss = coordinator(session)
    act(session, ticket, "transfer", boss, agency_code=OTHER)
    act(session, ticket, "transfer", boss, agency_code=HEIR)
    act(session, ticket, "name_owner", boss, agency_code=WARD)
    assert (ticket.transfers, ticket.owner_named, ticket.agency_code) == (2, True, WARD)
    with pytest.raises(Exception, match="owner_is_named"):
        act(session, ticket, "return", manager(session, WARD), code="not_competent")


def test_whoever_leaves_last_ends_the_ticket(session: Session) -> None:
    """The reporter of what was merged is the last one there, under the other's ticket."""
    ticket = routed_ticket(session)
    merged = routed_ticket(session)
    act(session, merged, "merge", coordinator(session), target_reference=ticket.reference)
    assert ticket.reports_count == 2
    withdraw(session, report_of(session, ticket), now=MONDAY)
    assert (ticket.status, ticket.reports_count) == ("assigned", 1)
    withdraw(session, report_of(session, merged), now=MONDAY)
    assert (ticket.status, ticket.outcome_code) == ("closed", "withdrawn")
    assert wrong(session) == []


def test_who_joined_and_is_left_alone_ends_it_too(session: Session) -> None:
    ticket = routed_ticket(session)
    joined = join(session, command(text="Tôi cũng thấy"), ticket, now=MONDAY).report
    withdraw(session, report_of(session, ticket), now=MONDAY)
    assert ticket.status == "assigned"
    withdraw(session, joined, now=MONDAY)
    assert (ticket.status, ticket.outcome_code) == ("closed", "withdrawn")
    assert submitted(session).ticket.status == "received"
