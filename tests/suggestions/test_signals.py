"""Signals of stuffing: numbers from made supports, for those who screen, and never an address."""

import random
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.reach.blind import contact_key
from app.core.time import now
from app.following import service as following
from app.suggestions.models import SuggestionSupport
from app.suggestions.origins import LARGE, OTHER, PHONE, THROWAWAY, UNKNOWN, origin_of
from app.suggestions.service import support
from app.suggestions.signals import LEAST, signals
from app.tickets.models import Ticket
from tests.desk.scene import as_
from tests.factories.tickets import DAY
from tests.suggestions.scene import published


def supported(
    session: Session, ticket: Ticket, addresses: list[str], *, apart: timedelta = timedelta(hours=5)
) -> None:
    """One after the other, in another order than their marks have."""
    for number, address in enumerate(addresses):
        kind = "phone" if address.startswith("+") else "email"
        at = now() + number * apart
        assert support(session, ticket, [contact_key(kind, address)], now=at, address=address)


def people(count: int, domain: str) -> list[str]:
    return [f"p{number}@{domain}" for number in range(count)]


def phones(count: int) -> list[str]:
    return [f"+8491234{number:04}" for number in range(count)]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("address", "kind", "marked"),
    [
        ("+84912345678", PHONE, False),
        ("a@gmail.com", LARGE, False),
        ("a@Yahoo.com.vn", LARGE, False),
        ("a@mailinator.com", THROWAWAY, True),
        ("a@in.mailinator.com", THROWAWAY, True),
        ("a@firm.example", OTHER, True),
        ("", UNKNOWN.proved_by, False),
        ("a@", UNKNOWN.proved_by, False),
        ("firm.example", UNKNOWN.proved_by, False),
    ],
)
def test_the_kind_of_an_address(address: str, kind: str | None, marked: bool) -> None:
    found = origin_of(1, address)
    assert (found.proved_by, found.domain is not None) == (kind, marked)
    assert "example" not in (found.domain or "")


@pytest.mark.usefixtures("app")
def test_the_mark_of_a_domain_is_another_at_each_suggestion() -> None:
    marks = {origin_of(number, "a@firm.example").domain for number in (1, 2)}
    assert len(marks) == 2
    assert origin_of(1, "b@FIRM.example").domain in marks


def test_of_a_few_nothing_is_told(session: Session) -> None:
    ticket = published(session)
    supported(session, ticket, phones(LEAST - 1))
    assert signals(session, ticket.id) is None
    supported(session, ticket, ["last@firm.example"])
    assert signals(session, ticket.id) is not None


def test_what_grows_over_days_is_not_striking(session: Session) -> None:
    ticket = published(session)
    mixed = [*phones(12), *people(20, "gmail.com"), *people(3, "firm.example")]
    random.Random(7).shuffle(mixed)
    supported(session, ticket, mixed)
    found = signals(session, ticket.id)
    assert found is not None
    assert found.striking == frozenset()
    assert (found.of, found.hour, found.close, found.domain, found.throwaway) == (35, 1, 0, 3, 0)
    assert found.proved_by == {PHONE: 12, LARGE: 20, OTHER: 3}


def test_stuffing_strikes(session: Session) -> None:
    ticket = published(session)
    supported(session, ticket, phones(10))
    made = [*people(6, "mailinator.com"), *people(24, "own-domain.example")]
    full = (now() + 9 * DAY).replace(minute=0, second=0, microsecond=0)
    for number, address in enumerate(made):
        at = full + number * timedelta(seconds=20)
        support(session, ticket, [contact_key("email", address)], now=at, address=address)
    for address in people(41, "others.example"):
        assert following.ask(session, ticket, address, lang="vi", now=now())
    found = signals(session, ticket.id)
    assert found is not None
    assert (found.of, found.hour, found.close) == (40, 30, 29)
    assert (found.throwaway, found.domain, found.unanswered) == (6, 24, 41)
    assert found.striking == {"hour", "close", "throwaway", "domain", "unanswered"}


def test_those_who_screen_see_numbers_and_nobody_else(
    client: FlaskClient, session: Session
) -> None:
    ticket = published(session)
    supported(session, ticket, people(12, "mailinator.com"))
    session.commit()
    marks = session.scalars(
        select(SuggestionSupport.domain).where(SuggestionSupport.ticket_id == ticket.id)
    ).all()
    page = f"/desk/tickets/{ticket.reference}"
    client.set_cookie("lang", "en")
    for role, agency, sees in (("screener", None, True), ("coordinator", None, True),
                               ("manager", ticket.agency_code, False)):  # fmt: skip
        as_(client, session, role, agency)
        shown = client.get(page).text
        assert ("Is somebody stuffing?" in shown) == sees
        assert "mailinator" not in shown
        assert not any(mark in shown for mark in marks if mark)
    assert "stuffing" not in client.get(f"/suggestions/{ticket.reference}").text
