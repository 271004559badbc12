"""Two at the same time, on real connections: nobody is served twice, nobody waits for ever."""

import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import Conflict, Rejection
from app.reports.service import submit, withdraw
from app.routing.models import RoutingDecision
from app.routing.service import route_pending
from app.tickets.models import Ticket, TicketEvent
from app.tickets.service import mark_due
from tests.factories.tickets import (
    DAY,
    MONDAY,
    act,
    command,
    count,
    kinds,
    manager,
    officer,
    report_of,
    routed_ticket,
    submitted,
    wrong,
)
from tests.factories.wiping import wipe

Result = TypeVar("Result")
WRITTEN = (
    "event_outbox", "event_text", "ticket_event", "routing_decision", "cooperation", "proposal",
    "report", "ticket", "membership", "account",
)  # fmt: skip


@pytest.fixture
def real(app: Flask) -> Iterator[Session]:
    """A session that really commits; what was written is taken away afterwards."""
    with app.app_context():
        yield db.session()
        wipe(WRITTEN)


def at_once(app: Flask, *calls: Callable[[Session], Result]) -> list[Result | Exception]:
    """Run each call in a thread and transaction of its own, all starting together."""
    start = threading.Barrier(len(calls))
    results: list[Result | Exception] = [Exception("did not end")] * len(calls)

    def run(number: int, call: Callable[[Session], Result]) -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                with transaction() as session:
                    results[number] = call(session)
            except Exception as error:
                results[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_one_key_sent_twice_at_once_is_one_report(app: Flask, real: Session) -> None:
    sent = command()

    def send(session: Session) -> tuple[str, bool]:
        done = submit(session, sent, now=MONDAY)
        return done.ticket.reference, done.repeated

    results = at_once(app, *[send] * 4)
    assert len({reference for reference, _ in results}) == 1
    assert sorted(repeated for _, repeated in results) == [False, True, True, True]
    assert count(real, Ticket) == 1


def test_workers_share_the_tickets(app: Flask, real: Session) -> None:
    for _ in range(9):
        submitted(real)
    real.commit()

    def work(session: Session) -> int:
        return route_pending(session, now=MONDAY, limit=3)

    results = at_once(app, *[work] * 4)
    while route_pending(real, now=MONDAY):
        real.commit()
    assert all(isinstance(done, int) for done in results), results
    assert count(real, RoutingDecision) == 9
    assert count(real, TicketEvent) == 18
    assert wrong(real) == []


def test_one_of_two_officers_is_told_that_somebody_was_faster(app: Flask, real: Session) -> None:
    ticket = routed_ticket(real)
    one, two = officer(real), officer(real)
    real.commit()

    def accept(by: Actor) -> Callable[[Session], str]:
        version = ticket.row_version

        def call(session: Session) -> str:
            found = session.get_one(Ticket, ticket.id)
            return act(session, found, "accept", by, expected_version=version).status

        return call

    results = at_once(app, accept(one), accept(two))
    (refused,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refused, Conflict)
    assert refused.code == "changed_meanwhile"
    assert kinds(real, ticket) == ["open", "assign", "accept"]


def test_two_tickets_merged_into_each_other_end_as_one(app: Flask, real: Session) -> None:
    one, other, by = routed_ticket(real), routed_ticket(real), manager(real)
    real.commit()

    def merge(mine: Ticket, into: Ticket) -> Callable[[Session], str]:
        number, reference = mine.id, into.reference

        def call(session: Session) -> str:
            found = session.get_one(Ticket, number)
            return act(session, found, "merge", by, target_reference=reference).status

        return call

    results = at_once(app, merge(one, other), merge(other, one))
    assert [result for result in results if result == "merged"] == ["merged"]
    assert all(isinstance(result, str | Rejection) for result in results), results
    real.expire_all()
    assert sorted(ticket.status for ticket in (one, other)) == ["assigned", "merged"]
    assert wrong(real) == []


def test_a_report_is_taken_back_once(app: Flask, real: Session) -> None:
    ticket = routed_ticket(real)
    sent = report_of(real, ticket)
    real.commit()

    def leave(session: Session) -> str:
        found = session.get_one(type(sent), sent.id)
        return withdraw(session, found, now=MONDAY).status

    results = at_once(app, leave, leave)
    assert [result for result in results if result == "closed"] == ["closed"]
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert kinds(real, ticket) == ["open", "assign", "withdraw"]


def test_late_tickets_are_marked_once(app: Flask, real: Session) -> None:
    tickets = [routed_ticket(real) for _ in range(4)]
    real.commit()

    def scan(session: Session) -> int:
        return mark_due(session, now=MONDAY + 60 * DAY)

    results = at_once(app, scan, scan, scan)
    assert sum(done for done in results if isinstance(done, int)) == 4
    assert all(kinds(real, ticket).count("overdue") == 1 for ticket in tickets)
