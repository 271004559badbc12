"""Events become deliveries: to whom, once, and to nobody else."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.contacts import erase_contact, withdraw_consent
from app.accounts.models import Contact
from app.core.db import transaction
from app.core.work.outbox import Consumer, EventOutbox, publish
from app.notifications import service
from app.notifications.models import Delivery
from tests.notifications.rows import NOW, agency, coordinator, event, fan_out, owed, report, ticket


def test_the_first_assignment_tells_reporter_and_agency(session: Session) -> None:
    owner = agency(session)
    one = ticket(session, owner)
    sender = report(session, one)
    event(session, one, "open")
    event(session, one, "assign", agency=owner.code)
    assert fan_out() == 2
    assert owed(session) == [
        (f"report:{sender.id}", "receipt"),
        (f"agency:{owner.code}", "agency_new"),
    ]
    assert fan_out() == 0


def test_fanning_out_twice_writes_nothing_twice(session: Session) -> None:
    owner = agency(session)
    one = ticket(session, owner)
    report(session, one)
    done = event(session, one, "assign")
    fan_out()
    before = owed(session)
    with transaction() as inner:
        publish(inner, [done.id], [Consumer.NOTIFICATIONS], NOW)
    assert fan_out() == 1
    assert owed(session) == before


def test_a_contact_that_comes_later_still_gets_the_receipt(session: Session) -> None:
    owner = agency(session)
    one = ticket(session, owner)
    done = event(session, one, "assign")
    fan_out()
    late = report(session, one)
    publish(session, [done.id], [Consumer.NOTIFICATIONS], NOW)
    fan_out()
    assert owed(session) == [
        (f"agency:{owner.code}", "agency_new"),
        (f"report:{late.id}", "receipt"),
    ]


def test_a_failing_transaction_keeps_the_events(session: Session) -> None:
    one = ticket(session, agency(session))
    event(session, one, "assign")

    killed = session.begin_nested()
    assert service.fan_out_pending(session, now=NOW, limit=10) == 1
    killed.rollback()
    assert owed(session) == []
    assert session.scalar(select(func.count()).select_from(EventOutbox)) == 1
    assert fan_out() == 1
    assert len(owed(session)) == 1


def test_moves_between_offices_are_silent_for_the_reporter(session: Session) -> None:
    owner, office = agency(session), coordinator(session)
    one = ticket(session, owner)
    sender = report(session, one)
    event(session, one, "triage", agency=office.code)
    event(session, one, "assign", agency=owner.code)
    event(session, one, "return", code="wrong_place", agency=office.code)
    event(session, one, "assign", agency=owner.code)
    event(session, one, "transfer", agency=owner.code)
    fan_out()
    to_reporter = [
        template for recipient, template in owed(session) if recipient == f"report:{sender.id}"
    ]
    assert to_reporter == ["being_sorted"]
    to_office = [
        template for recipient, template in owed(session) if recipient == f"agency:{office.code}"
    ]
    assert to_office == ["agency_to_sort", "agency_to_sort"]
    to_owner = [
        template for recipient, template in owed(session) if recipient == f"agency:{owner.code}"
    ]
    assert to_owner == ["agency_new"] * 3


def test_only_who_agreed_and_can_be_reached(session: Session) -> None:
    one = ticket(session, agency(session, email=None))
    report(session, one, consent=())
    report(session, one, consent=("questions",))
    report(session, one, email="")
    report(session, one, withdrawn_at=NOW)
    report(session, one, contact_id=None)
    gone, changed = report(session, one), report(session, one)
    erase_contact(session, session.get_one(Contact, gone.contact_id), now=NOW)
    withdraw_consent(session, session.get_one(Contact, changed.contact_id), "updates", now=NOW)
    kept = report(session, one)
    event(session, one, "resolve")
    event(session, one, "assign")
    fan_out()
    assert owed(session) == [(f"report:{kept.id}", "outcome"), (f"report:{kept.id}", "receipt")]


def test_everybody_who_reported_hears_of_the_outcome(session: Session) -> None:
    one = ticket(session)
    senders = [report(session, one) for _ in range(3)]
    event(session, one, "answer")
    fan_out()
    assert owed(session) == [(f"report:{sender.id}", "outcome") for sender in senders]


def test_a_last_dispute_tells_the_agency_above_and_nobody_that_it_is_open_again(
    session: Session,
) -> None:
    owner, office = agency(session), coordinator(session)
    one = ticket(session, owner, status="resolved")
    event(session, one, "dispute", agency=owner.code, above=office.code)
    fan_out()
    assert owed(session) == [(f"agency:{office.code}", "agency_to_decide")]


def test_an_upheld_result_is_not_a_refusal(session: Session) -> None:
    result = ticket(session, agency(session), status="closed")
    refusal = ticket(session, agency(session), status="declined")
    senders = [report(session, result), report(session, refusal)]
    event(session, result, "uphold")
    event(session, refusal, "uphold")
    fan_out()
    assert owed(session) == [
        (f"report:{senders[0].id}", "upheld"),
        (f"report:{senders[1].id}", "not_accepted"),
    ]


def test_samples_are_silent(session: Session) -> None:
    one = ticket(session, agency(session), sample=True)
    report(session, one)
    event(session, one, "assign")
    assert fan_out() == 1
    assert owed(session) == []


def test_batches(session: Session) -> None:
    one = ticket(session)
    report(session, one)
    for _ in range(5):
        event(session, one, "answer")
    assert [fan_out(2) for _ in range(4)] == [2, 2, 1, 0]
    assert session.scalar(select(func.count()).select_from(Delivery)) == 5


def test_rows_hold_pointers_only(session: Session) -> None:
    one = ticket(session, agency(session))
    report(session, one)
    event(session, one, "answer", text="an answer")
    fan_out()
    row = session.scalars(select(Delivery)).one()
    assert row.params == {}
    assert "@" not in row.recipient


def test_who_is_asked_to_help_is_told(session: Session) -> None:
    lead, helper = agency(session), coordinator(session)
    one = ticket(session, lead)
    event(session, one, "assign", agency=lead.code, cooperating=[helper.code])
    event(session, one, "cooperate", agency=helper.code)
    fan_out()
    assert owed(session) == [
        (f"agency:{lead.code}", "agency_new"),
        (f"agency:{helper.code}", "agency_help"),
        (f"agency:{helper.code}", "agency_help"),
    ]


def test_whoever_joined_hears_the_result(session: Session) -> None:
    one, other, third = (ticket(session, agency(session)) for _ in range(3))
    senders = [report(session, each) for each in (one, other, third)]
    third.merged_into_id, other.merged_into_id = other.id, one.id
    session.flush()
    event(session, one, "resolve")
    fan_out()
    assert owed(session) == [(f"report:{sender.id}", "outcome") for sender in senders]
