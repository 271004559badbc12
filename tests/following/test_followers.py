"""Following by e-mail: nothing without a yes, at most what was promised, gone when it ends."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.contacts import open_contact
from app.accounts.models import Consent, Contact
from app.accounts.reach.push import Subscription
from app.accounts.schemas import ContactInput
from app.agencies.queries import coordinator as the_coordinator
from app.core.db import db, transaction
from app.core.errors import Conflict, NotFound
from app.following import service as following
from app.following.links import follower_code
from app.following.models import Follower
from app.following.queries import PATIENCE, by_code
from app.following.service.followers import UNANSWERED
from app.notifications.models import Delivery
from app.notifications.recipients.owing import ask_owner, reachable_followers
from app.reports import service as reports
from app.rights.service.retention import forget
from app.tickets.models import Ticket
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    accepted_ticket,
    act,
    command,
    coordinator,
    count,
    manager,
    officer,
    report_of,
    resolve,
    routed_ticket,
)
from tests.factories.wiping import wipe

HOA = "hoa@people.example"
SECOND = timedelta(seconds=1)


def asked(session: Session, ticket: Ticket, email: str = HOA) -> Follower:
    found = following.ask(session, ticket, email, lang="vi", now=MONDAY)
    assert found is not None
    return found


def follows(session: Session, ticket: Ticket, email: str = HOA) -> Follower:
    return following.confirm(session, asked(session, ticket, email), now=MONDAY)


def heard(session: Session, follower: Follower, events: tuple[str, ...] = ()) -> list[str]:
    """The templates that a follower was owed, in order."""
    from app.notifications.service import fan_out_pending

    while fan_out_pending(session, now=MONDAY):
        pass
    mine = Delivery.recipient == f"follower:{follower.id}"
    return list(session.scalars(select(Delivery.template).where(mine).order_by(Delivery.id)))


# The yes


def test_an_address_counts_for_nothing_until_its_owner_says_yes(session: Session) -> None:
    ticket = accepted_ticket(session)
    follower = asked(session, ticket)
    assert reachable_followers(session, [ticket.id]) == {}
    assert count(session, Consent) == 0
    following.confirm(session, follower, now=MONDAY)
    following.confirm(session, follower, now=MONDAY + HOUR)
    assert follower.confirmed_at == MONDAY
    assert reachable_followers(session, [ticket.id]) == {ticket.id: [(follower.id, "email")]}
    (consent,) = session.scalars(select(Consent)).all()
    assert (consent.purpose, consent.lang, consent.channel) == ("updates", "vi", "web")
    assert consent.text_version.endswith(" email")


def test_the_address_is_sealed_and_found_by_a_digest_alone(session: Session) -> None:
    follower = asked(session, routed_ticket(session))
    contact = session.get_one(Contact, follower.contact_id)
    row = session.execute(text("SELECT f::text || c::text FROM follower f, contact c")).scalar()
    assert "hoa" not in str(row)
    assert open_contact(contact).email == HOA


def test_one_question_for_each_address_and_matter(session: Session) -> None:
    ticket, other = routed_ticket(session), routed_ticket(session)
    asked(session, ticket)
    for typed in (HOA, HOA.upper(), f" {HOA} "):
        assert following.ask(session, ticket, typed, lang="vi", now=MONDAY + HOUR) is None
    assert following.ask(session, other, HOA, lang="vi", now=MONDAY) is not None
    assert count(session, Follower) == 2


def test_nobody_floods_a_strangers_mailbox(session: Session) -> None:
    tickets = [routed_ticket(session) for _ in range(UNANSWERED + 2)]
    sent = [following.ask(session, one, HOA, lang="vi", now=MONDAY) for one in tickets]
    assert [one is not None for one in sent] == [True] * UNANSWERED + [False, False]
    # Ending them does not make room, a day later there is some.
    for follower in sent[:UNANSWERED]:
        assert follower is not None
        following.end(session, follower, now=MONDAY + HOUR)
    late = MONDAY + DAY
    assert following.ask(session, tickets[4], HOA, lang="vi", now=late - SECOND) is None
    assert following.ask(session, tickets[4], HOA, lang="vi", now=late) is not None
    # Others are not concerned, and who says yes may go on.
    assert following.ask(session, tickets[4], "lan@people.example", lang="vi", now=MONDAY)


def test_who_says_yes_follows_as_many_as_there_are(session: Session) -> None:
    for _ in range(UNANSWERED + 3):
        assert follows(session, routed_ticket(session)).confirmed_at


def test_the_yes_comes_in_two_days_or_the_address_is_gone(session: Session) -> None:
    follower = asked(session, routed_ticket(session))
    code, number, contact = follower_code(follower), follower.id, follower.contact_id
    assert by_code(session, code, now=MONDAY + PATIENCE - SECOND) is follower
    with pytest.raises(NotFound):
        by_code(session, code, now=MONDAY + PATIENCE)
    forget(session, now=MONDAY + PATIENCE - SECOND, limit=9)
    assert session.get(Follower, number) is not None
    forget(session, now=MONDAY + PATIENCE, limit=9)
    session.expire_all()
    assert session.get(Follower, number) is None
    assert session.get(Contact, contact) is None


@pytest.mark.parametrize("code", ["", "x", "1.", "9" * 30 + ".s", "1.s", "-1.s", "1\0.s"])
def test_a_link_that_is_none(session: Session, code: str) -> None:
    with pytest.raises(NotFound):
        by_code(session, code, now=MONDAY)


def test_a_code_opens_its_own_follower_only(session: Session) -> None:
    one, other = asked(session, routed_ticket(session)), asked(session, routed_ticket(session))
    with pytest.raises(NotFound):
        by_code(session, f"{other.id}.{follower_code(one).partition('.')[2]}", now=MONDAY)


# What may be followed


@pytest.mark.parametrize("state", ["private", "closed"])
def test_what_nobody_sees_or_what_is_over_is_not_followed(session: Session, state: str) -> None:
    ticket = resolve(session, accepted_ticket(session))
    if state == "private":
        ticket.private = True
    else:
        reports.confirm(session, report_of(session, ticket), now=MONDAY)
    with pytest.raises(Conflict if state == "closed" else NotFound):
        following.ask(session, ticket, HOA, lang="vi", now=MONDAY)
    assert count(session, Follower) == count(session, Contact) == 0


def test_what_was_merged_is_followed_where_it_goes_on(session: Session) -> None:
    into, own = routed_ticket(session), routed_ticket(session)
    boss = manager(session, own.agency_code or "")
    act(session, own, "merge", boss, target_reference=into.reference)
    assert asked(session, own).ticket_id == into.id


# What is told


def test_at_most_outcome_missed_date_new_date_reopened(session: Session) -> None:
    ticket = accepted_ticket(session)
    follower = follows(session, ticket)
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "comment", by, text="Đang làm")
    from app.tickets.service import mark_due

    late = (ticket.outcome_due_at or MONDAY) + HOUR
    assert mark_due(session, now=late) == 1
    for day in (1, 2):
        until = late + (5 + day) * DAY
        act(session, ticket, "extend", by, at=late, until=until, text="Chờ vật tư")
    resolve(session, ticket, at=late)
    reports.dispute(session, report_of(session, ticket), code=None, text="Chưa", now=late + HOUR)
    resolve(session, ticket, at=late + 2 * HOUR)
    assert heard(session, follower) == [
        "followed_overdue",
        "followed_new_date",
        "followed_outcome",
        "followed_reopened",
        "followed_outcome",
    ]


def test_a_refusal_is_an_outcome(session: Session) -> None:
    ticket = routed_ticket(session, category="other")
    follower = follows(session, ticket)
    the_coordinator(session).approval = "none"
    act(session, ticket, "decline", coordinator(session), code="not_competent", text="Vì vậy")
    assert heard(session, follower) == ["followed_outcome"]


def test_a_dispute_that_goes_up_opens_nothing(session: Session) -> None:
    ticket = accepted_ticket(session)
    follower = follows(session, ticket)
    for turn in range(3):
        resolve(session, ticket, at=MONDAY + turn * DAY)
        at = MONDAY + turn * DAY + HOUR
        reports.dispute(session, report_of(session, ticket), code=None, text="Chưa", now=at)
    assert heard(session, follower) == [*["followed_outcome", "followed_reopened"] * 2,
                                        "followed_outcome"]  # fmt: skip


def test_nobody_hears_of_it_twice(session: Session) -> None:
    """By one address: as its reporter, as who follows two tickets that became one."""
    into, own = accepted_ticket(session), routed_ticket(session)
    one, other = follows(session, into), follows(session, own)
    act(session, own, "merge", manager(session, own.agency_code or ""),
        target_reference=into.reference)  # fmt: skip
    assert reachable_followers(session, [into.id]) == {into.id: [(one.id, "email")]}
    following.end(session, one, now=MONDAY)
    assert reachable_followers(session, [into.id]) == {into.id: [(other.id, "email")]}
    contact = ContactInput(email=HOA.upper(), consent=("updates",))
    joined = reports.join(session, command(contact=contact), into, now=MONDAY)
    assert reachable_followers(session, [into.id]) == {}
    reports.end_contact(session, joined.report, now=MONDAY)
    assert reachable_followers(session, [into.id]) == {into.id: [(other.id, "email")]}


def test_a_screen_follows_by_the_tap(session: Session) -> None:
    wanted = Subscription(endpoint="https://push.example/x", p256dh="p", auth="a")
    ticket = routed_ticket(session)
    found = [
        following.follow_on_screen(session, ticket, wanted, lang="vi", now=MONDAY) for _ in range(2)
    ]
    assert found[0] is found[1]
    contact = session.get_one(Contact, found[0].contact_id)
    assert (contact.email_enc, open_contact(contact).push) == (None, wanted.sealed_text())
    assert session.scalars(select(Consent.text_version)).one().endswith(" push")


def test_a_proved_address_says_yes_by_the_tap(session: Session) -> None:
    ticket = routed_ticket(session)
    waiting = asked(session, ticket)
    found = following.follow_by_mail(session, ticket, HOA, lang="vi", now=MONDAY)
    assert found is waiting
    assert found.confirmed_at == MONDAY


# The end


def test_ending_erases_the_address(session: Session) -> None:
    ticket = accepted_ticket(session)
    follower = follows(session, ticket)
    contact = session.get_one(Contact, follower.contact_id)
    for _ in range(2):
        following.end(session, follower, now=MONDAY + HOUR)
    assert (contact.email_enc, contact.email_key) == (None, None)
    assert contact.erased_at == MONDAY + HOUR
    assert session.scalars(select(Consent.withdrawn_at)).all() == [MONDAY + HOUR]
    assert reachable_followers(session, [ticket.id]) == {}
    with pytest.raises(Conflict):
        following.confirm(session, follower, now=MONDAY + HOUR)
    # Who changed their mind is asked again.
    assert following.ask(session, ticket, HOA, lang="vi", now=MONDAY + 2 * HOUR) is not None


def test_addresses_go_a_month_after_the_end(session: Session) -> None:
    ticket = resolve(session, accepted_ticket(session))
    follower = follows(session, ticket)
    reports.confirm(session, report_of(session, ticket), now=MONDAY)
    contact = session.get_one(Contact, follower.contact_id)
    forget(session, now=MONDAY + 31 * DAY - SECOND, limit=9)
    session.expire_all()
    assert contact.email_enc is not None
    forget(session, now=MONDAY + 31 * DAY, limit=9)
    session.expire_all()
    assert contact.email_enc is None
    forget(session, now=MONDAY + 33 * DAY, limit=9)
    assert count(session, Follower) == 0


# At once


WRITTEN = (
    "delivery", "follower", "consent", "contact", "event_outbox", "ticket_event",
    "routing_decision", "report", "ticket",
)  # fmt: skip


@pytest.fixture
def real(app: Flask) -> Iterator[None]:
    """What is written is really committed, and taken away afterwards."""
    with app.app_context():
        yield
        wipe(WRITTEN)


@pytest.mark.usefixtures("real")
def test_many_at_once_ask_once(app: Flask) -> None:
    with transaction() as session:
        numbers = [routed_ticket(session).id for _ in range(UNANSWERED + 3)]
    gate, failures = threading.Barrier(8), []

    def click() -> None:
        gate.wait()
        for number in numbers:
            try:
                with app.app_context():
                    with transaction() as session:
                        ticket = session.get_one(Ticket, number)
                        found = following.ask(session, ticket, HOA, lang="vi", now=MONDAY)
                        if found is not None:
                            ask_owner(session, found, now=MONDAY)
                    db.session.remove()
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with transaction() as session:
        assert count(session, Follower) == count(session, Delivery) == UNANSWERED
