"""The router: each ticket exactly once, the decision with its facts, in few statements."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.time import now
from app.core.work.outbox import EventOutbox
from app.reports.schemas import parse_report
from app.reports.service import submit
from app.routing.models import RoutingDecision
from app.routing.service import route_pending
from app.tickets.models import Cooperation, Ticket, TicketEvent
from app.tickets.queries import lock_unrouted

HONG_GAI, BAY = (20.951, 107.08), (20.88, 107.10)


def send(session: Session, place: tuple[float, float] | None = HONG_GAI, **more) -> Ticket:
    body = {"category": "waste", "text": "x", **more}
    if place:
        body |= {"lat": place[0], "lon": place[1]}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    return submit(session, command, now=now()).ticket


# The fixture's own, and the city's profile, which is read anew every few seconds.
PERIODIC = re.compile(r"SAVEPOINT|FROM city\b")


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        if not PERIODIC.search(statement):
            found.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_the_decision_is_stored_and_told(session: Session) -> None:
    ticket = send(session)
    assert route_pending(session, now=now()) == 1
    assert (ticket.status, ticket.agency_code) == ("assigned", "UBND-06685")
    decision = session.scalars(select(RoutingDecision)).one()
    assert decision.ticket_id == ticket.id
    assert decision.facts["category"] == "waste"
    told = session.scalars(select(TicketEvent).order_by(TicketEvent.seq.desc())).first()
    assert told is not None
    assert (told.kind, told.params["reason"]) == ("assign", decision.reason)
    owed = session.scalars(select(EventOutbox.event_id)).all()
    assert told.id in owed
    assert route_pending(session, now=now()) == 0


def test_the_bay_goes_to_its_management(session: Session) -> None:
    ticket = send(session, BAY)
    route_pending(session, now=now())
    assert ticket.agency_code == "BQLVHL"


def test_never_to_the_agency_complained_about(session: Session) -> None:
    ticket = send(session, about_agency="UBND-06685")
    route_pending(session, now=now())
    assert ticket.agency_code != "UBND-06685"


def test_who_cooperates_is_asked(session: Session) -> None:
    ticket = send(session, category="power")
    route_pending(session, now=now())
    asked = session.scalars(select(Cooperation).where(Cooperation.ticket_id == ticket.id)).all()
    decision = session.scalars(select(RoutingDecision)).one()
    assert [row.agency_code for row in asked] == list(decision.cooperating)
    assert asked


def test_a_batch_costs_no_more_statements_than_one(session: Session) -> None:
    send(session)
    with counted(session) as few:
        route_pending(session, now=now())
    for _ in range(12):
        send(session)
    with counted(session) as many:
        assert route_pending(session, now=now()) == 12
    assert len(many) <= len(few) + 1


@pytest.fixture
def committed(app: Flask) -> Iterator[list[int]]:
    """Two tickets that other connections can see; taken away afterwards."""
    with app.app_context():
        session = db.session()
        ids = [send(session).id for _ in range(2)]
        session.commit()
        yield ids
        connection = session.connection()
        # History cannot be deleted, except by a test that switches its guard off.
        for statement in (
            "ALTER TABLE ticket_event DISABLE TRIGGER USER",
            "DELETE FROM event_outbox",
            "DELETE FROM report",
            "DELETE FROM ticket_event",
            "DELETE FROM ticket",
            "ALTER TABLE ticket_event ENABLE TRIGGER USER",
        ):
            connection.exec_driver_sql(statement)
        session.commit()
        db.session.remove()


def test_two_workers_do_not_take_the_same(app: Flask, committed: list[int]) -> None:
    with app.app_context(), Session(db.engine) as one, Session(db.engine) as other:
        first = lock_unrouted(one, 1, now())
        second = lock_unrouted(other, 10, now())
        assert {ticket.id for ticket in first} | {ticket.id for ticket in second} == set(committed)
        assert not {ticket.id for ticket in first} & {ticket.id for ticket in second}
