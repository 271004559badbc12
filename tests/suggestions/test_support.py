"""Supports: once for each verified person, whatever happens at once."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.reach.blind import contact_key
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.time import now
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.routing.service import route_pending
from app.suggestions.models import SuggestionSupport
from app.suggestions.queries import by_code
from app.suggestions.service import support
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Suggestion, Ticket, TicketEvent
from app.tickets.schemas import Command
from app.tickets.service import facts_of
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.suggesting import EXTRAS
from tests.desk.scene import FORM
from tests.factories.wiping import wipe
from tests.suggestions.scene import prove, published, suggested

PEOPLE, THRESHOLD = 100, 55
WRITTEN = (
    "delivery", "event_outbox", "ticket_event", "routing_decision", "escalation",
    "suggestion_support", "suggestion_text", "suggestion", "report", "ticket",
)  # fmt: skip


def count(session: Session, ticket: Ticket) -> tuple[int, int]:
    """How many are counted, and how many marks there are."""
    session.expire_all()
    marks = select(func.count()).where(SuggestionSupport.ticket_id == ticket.id)
    return session.get_one(Ticket, ticket.id).supporters_count, session.scalar(marks) or 0


def test_a_person_counts_once_with_several_proved_addresses(session: Session) -> None:
    ticket = published(session)
    keys = [contact_key("email", "a@example.invalid"), contact_key("phone", "+84912345678")]
    assert support(session, ticket, keys, now=now())
    assert not support(session, ticket, keys, now=now())
    assert not support(session, ticket, keys[:1] if keys[0] == min(keys) else keys, now=now())
    session.commit()
    assert count(session, ticket) == (1, 1)


def test_nobody_supports_without_a_proof(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    path = f"/suggestions/{ticket.reference}/support"
    assert client.post(path, headers=FORM).status_code == 422
    asked = client.post(path, headers=FORM, data={"email": "b@example.invalid"})
    assert asked.status_code == 303
    assert "done=asked" in asked.location
    assert count(session, ticket) == (0, 0)
    prove(client, session, "+84912345678", "phone")
    assert "done=supported" in client.post(path, headers=FORM).location
    assert count(session, ticket) == (1, 1)


def test_two_suggestions_do_not_tell_who_supports_both(session: Session) -> None:
    key = [contact_key("email", "c@example.invalid")]
    marks = []
    for number in range(2):
        ticket = published(session, title=f"Thêm ghế đá ở công viên số {number}")
        support(session, ticket, key, now=now())
        marks += session.scalars(
            select(SuggestionSupport.person).where(SuggestionSupport.ticket_id == ticket.id)
        ).all()
    assert len(set(marks)) == 2


@pytest.fixture
def real(app: Flask) -> Iterator[None]:
    """What is written is really committed, and taken away afterwards."""
    with app.app_context():
        yield
        wipe(WRITTEN)


def _public(session: Session) -> Ticket:
    """A published suggestion with its agency; nobody's account is needed for it."""
    ticket = suggested(session)
    screener = Actor(role="screener")
    order = Command(reference=ticket.reference, verb="publish", expected_version=1)
    act = Act(verb=Verb.PUBLISH, role=Role.SCREENER, now=now())
    facts = facts_of(session, ticket, now())
    EXTRAS[Verb.PUBLISH](session, ticket, order, screener, now())
    apply(session, ticket, facts, act, Said(), actor=screener, now=now())
    session.flush()
    route_pending(session, now=now())
    session.get_one(Suggestion, ticket.id).threshold = THRESHOLD
    return ticket


@pytest.mark.usefixtures("real")
def test_a_hundred_at_once_cross_the_threshold_once(app: Flask) -> None:
    with transaction() as session:
        ticket = _public(session)
        number, code = ticket.id, ticket.reference
    while _told():
        pass
    gate, added, failures = threading.Barrier(10), [], list[BaseException]()

    def taps(thread: int) -> None:
        for turn in range(20):  # everybody taps twice, in two browsers at once
            person = contact_key("email", f"p{(thread * 10 + turn) % PEOPLE}@example.invalid")
            try:
                with app.app_context():
                    with transaction() as session:
                        ticket, _its = by_code(session, code)
                        gate.wait(60)  # all ten have read it before one of them counts
                        added.append(support(session, ticket, [person], now=now()))
                    db.session.remove()
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=taps, args=(one,)) for one in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(added) == PEOPLE
    while _told():
        pass
    with transaction() as session:
        ticket = session.get_one(Ticket, number)
        assert count(session, ticket) == (PEOPLE, PEOPLE)
        crossed = session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == number, TicketEvent.kind == "cross")
        ).all()
        assert [event.params["supports"] for event in crossed] == [THRESHOLD]
        told = session.scalars(select(Delivery).where(Delivery.event_id == crossed[0].id)).all()
        assert len(told) == len({row.recipient for row in told}) == 1


def _told() -> int:
    with transaction() as session:
        return fan_out_pending(session, now=now(), limit=500)
