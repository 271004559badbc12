"""Sending a report: once, in one piece, refused by name where nobody here can act."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Consent, Contact
from app.accounts.schemas import ContactInput
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import translate, use_language
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.queries import by_signature
from app.reports.service import add_contact, submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from geo.point import LonLat
from tests.factories.tickets import (
    ACROSS_BORDER,
    DAY,
    IN_NEXT_CITY,
    IN_WARD,
    MONDAY,
    WARD,
    WARD_AREA,
    command,
    count,
    events,
    kinds,
    report,
    routed_ticket,
    submitted,
)


def test_a_report_makes_a_ticket_that_nobody_owns_yet(session: Session) -> None:
    done = submitted(session, urgent=True, accuracy_m=15, address="đối diện cổng chợ")
    ticket = done.ticket
    assert not done.repeated
    assert (ticket.status, ticket.agency_code, ticket.in_triage) == ("received", None, False)
    assert (ticket.content, ticket.row_version, ticket.urgent_claim) == ("pending", 1, True)
    assert (ticket.target_id, ticket.outcome_due_at) == (None, None)
    assert ticket.area_code == WARD_AREA
    assert kinds(session, ticket) == ["open"]
    assert done.report.ticket_id == ticket.id
    assert done.report.received_at == MONDAY


def test_the_same_key_and_content_give_the_first_answer(session: Session) -> None:
    sent = command()
    first = submit(session, sent, now=MONDAY)
    again = submit(session, sent, now=MONDAY + DAY)
    assert again.repeated
    assert (again.ticket.id, again.report.id) == (first.ticket.id, first.report.id)
    assert again.signature == first.signature
    assert again.report.received_at == MONDAY
    assert (count(session, Report), count(session, Ticket)) == (1, 1)
    assert kinds(session, first.ticket) == ["open"]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Khác"},
        {"category": "air"},
        {"place": LonLat(lon=107.0801, lat=20.951)},
        {"place": None},
        {"accuracy_m": 3},
        {"stated_area": WARD_AREA},
        {"address": "x"},
        {"about_agency": WARD},
        {"answers": {"when": "now"}},
        {"urgent": True},
        {"contact": ContactInput(email="a@b.example")},
    ],
)
def test_the_same_key_with_another_content_is_refused(session: Session, changes) -> None:
    key = uuid.uuid4()
    submitted(session, idempotency_key=key)
    with pytest.raises(Conflict) as refused:
        submitted(session, idempotency_key=key, **changes)
    assert (refused.value.code, refused.value.field) == ("key_reused", "Idempotency-Key")
    assert count(session, Report) == 1
    assert count(session, Contact) == 0


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"category": "nothing"}, "unknown_category", "category"),
        ({"stated_area": "99999"}, "unknown_area", "stated_area"),
        ({"stated_area": "QN-VHL"}, "unknown_area", "stated_area"),
        ({"about_agency": "NOBODY"}, "unknown_agency", "about_agency"),
        ({"category": "road", "answers": {"what": "unicorn"}}, "bad_answer", "answers.what"),
        ({"category": "road", "answers": {"blocked": "maybe"}}, "bad_answer", "answers.blocked"),
        ({"category": "lighting", "answers": {"lamps": "inf"}}, "bad_answer", "answers.lamps"),
        ({"category": "food", "answers": {"eaten_on": "x"}}, "bad_answer", "answers.eaten_on"),
    ],
)
def test_what_the_city_does_not_know_is_a_wrong_input(
    session: Session, changes, code, field
) -> None:
    with pytest.raises(Rejection) as refused:
        submitted(session, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert refused.value.status == 422
    assert count(session, Report) == 0


def test_an_answer_may_raise_the_severity_and_unknown_questions_are_dropped(
    session: Session,
) -> None:
    calm = submitted(session, category="road", answers={"what": "pothole", "colour": "red"})
    urgent = submitted(session, category="road", answers={"what": ["sinkhole"]})
    assert calm.report.answers == {"what": "pothole"}
    assert calm.ticket.severity_code == "normal"
    assert urgent.ticket.severity_code == "urgent"


@pytest.mark.parametrize(
    ("place", "code", "vi", "en"),
    [
        (ACROSS_BORDER, "neighbour", "Trung Quốc", "China"),
        (IN_NEXT_CITY, "neighbour", "Hải Phòng", "Hai Phong"),
        (LonLat(lon=0.0, lat=0.0), "outside", "Quảng Ninh", "Quang Ninh"),
    ],
)
def test_a_place_where_nobody_here_can_act_is_refused_by_name(
    session: Session, place, code, vi, en
) -> None:
    for lang, name in (("vi", vi), ("en", en)):
        with use_language(lang), pytest.raises(Rejection) as refused:
            submitted(session, place=place)
        error = refused.value
        assert (error.code, error.field) == (code, "place")
        with use_language(lang):
            assert name in translate(error.message, **error.params)
    assert count(session, Report) == 0


def test_without_a_place_a_person_decides(session: Session) -> None:
    ticket = routed_ticket(session, place=None)
    assert (ticket.status, ticket.in_triage) == ("received", True)
    assert ticket.outcome_due_at is not None
    assert events(session, ticket)[-1].params["reason"] == "no_place"


def test_a_stated_area_is_enough_for_the_router(session: Session) -> None:
    ticket = routed_ticket(session, place=None, stated_area=WARD_AREA)
    assert (ticket.status, ticket.agency_code) == ("assigned", WARD)
    assert events(session, ticket)[-1].params["reason"] == "rule_stated"


def test_the_public_copy_is_masked_and_the_report_is_not(session: Session) -> None:
    typed = "Gọi 0912 345 678 hoặc lan@example.com"
    found = report(session, text=typed, address="nhà số 5, gọi 0912345678")
    assert (found.text, found.address) == (typed, "nhà số 5, gọi 0912345678")
    assert "0912" not in (found.public_text or "")
    assert "lan@" not in (found.public_text or "")
    assert "0912" not in (found.public_address or "")


def test_a_contact_is_sealed_and_each_consent_is_a_row(session: Session) -> None:
    contact = ContactInput(
        name="Lan", email="lan@example.com", phone="0912345678", consent=("questions", "updates")
    )
    done = submitted(session, contact=contact, channel="api")
    stored = session.get_one(Contact, done.report.contact_id)
    raw = session.execute(text("SELECT * FROM contact")).one()
    assert "lan@" not in str(raw)
    assert b"0912345" not in b"".join(part for part in raw if isinstance(part, bytes))
    opened = open_contact(stored)
    assert (opened.name, opened.email, opened.phone) == ("Lan", "lan@example.com", "+84912345678")
    assert consents_of(session, stored) == {"questions", "updates"}
    proofs = session.scalars(select(Consent).order_by(Consent.purpose)).all()
    assert {(p.lang, p.channel, p.given_at) for p in proofs} == {("vi", "api", MONDAY)}
    assert done.ticket.reporter_reachable


@pytest.mark.parametrize(
    ("contact", "reachable"),
    [
        (ContactInput(email="lan@example.com"), False),
        (ContactInput(phone="0912345678", consent=("updates",)), False),
        (ContactInput(email="lan@example.com", consent=("questions",)), False),
        (ContactInput(email="lan@example.com", consent=("updates",)), True),
    ],
)
def test_only_who_agreed_to_messages_can_be_asked(session: Session, contact, reachable) -> None:
    assert submitted(session, contact=contact).ticket.reporter_reachable is reachable


def test_another_contact_takes_the_place_of_the_first(session: Session) -> None:
    done = submitted(session, contact=ContactInput(email="old@example.com", consent=("updates",)))
    old = session.get_one(Contact, done.report.contact_id)
    add_contact(session, done.report, ContactInput(phone="0912345678"), now=MONDAY + DAY)
    assert done.report.contact_id != old.id
    assert old.email_enc is None
    assert consents_of(session, old) == frozenset()
    assert not done.ticket.reporter_reachable


def test_a_follow_link_is_valid_until_it_is_revoked(session: Session) -> None:
    done = submitted(session)
    found = by_signature(session, done.ticket.reference.lower(), done.signature)
    assert found.id == done.report.id
    done.report.follow_version += 1
    session.flush()
    with pytest.raises(NotFound):
        by_signature(session, done.ticket.reference, done.signature)
    assert by_signature(session, done.ticket.reference, follow_signature(done.report)) is found


def test_a_follow_link_opens_no_other_ticket(session: Session) -> None:
    one, two = submitted(session), submitted(session)
    for signature in (two.signature, "", "é" * 22, "x" * 10_000):
        with pytest.raises(NotFound):
            by_signature(session, one.ticket.reference, signature)


def test_a_reference_has_the_year_on_the_wall_of_the_city(session: Session) -> None:
    new_year = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # 01:30 on 1 January in the city
    assert submitted(session, at=new_year).ticket.reference.split("-")[1] == "27"


def test_a_contact_that_a_second_click_stored_meanwhile_is_erased(session: Session) -> None:
    sent = report(session)
    add_contact(session, sent, ContactInput(email="one@people.example"), now=MONDAY)
    first = session.get_one(Contact, sent.contact_id)
    set_committed_value(sent, "contact_id", None)  # what was read before the other click committed
    add_contact(session, sent, ContactInput(email="two@people.example"), now=MONDAY)
    assert first.erased_at == MONDAY
    assert open_contact(session.get_one(Contact, sent.contact_id)).email == "two@people.example"


def test_references_are_read_in_any_spelling(session: Session) -> None:
    done = submitted(session)
    plain = done.ticket.reference.replace("-", " ").lower()
    assert by_signature(session, plain, done.signature) is done.report


def test_a_restricted_category_is_private_from_the_first_second(session: Session) -> None:
    ticket = submitted(session, category="safety").ticket
    assert (ticket.private, ticket.map_key) == (True, None)


def test_a_coarse_category_shows_the_unit_only(session: Session) -> None:
    near = LonLat(lon=IN_WARD.lon + 0.001, lat=IN_WARD.lat)
    one = submitted(session, category="construction").ticket
    two = submitted(session, category="construction", place=near).ticket
    full = submitted(session, category="waste").ticket
    assert one.map_key == two.map_key
    assert one.map_key not in (None, full.map_key)


def test_many_references_do_not_collide(session: Session) -> None:
    found = {submitted(session).ticket.reference for _ in range(40)}
    assert len(found) == 40


def test_routing_finds_every_report_once(session: Session) -> None:
    for _ in range(5):
        submitted(session)
    assert route_pending(session, now=MONDAY + timedelta(seconds=1)) == 5
    assert route_pending(session, now=MONDAY + timedelta(seconds=2)) == 0
