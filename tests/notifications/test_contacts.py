"""A contact is sealed, opened for use, and erased."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import (
    consents_of,
    erase_contact,
    open_contact,
    store_contact,
    withdraw_consent,
)
from app.accounts.models import Consent, Contact
from app.accounts.schemas import ContactInput
from tests.notifications.rows import NOW

GIVEN = ContactInput(
    name="Nguyễn Thị Hoa", email="hoa@people.example", phone="0912 345 678", consent=("updates",)
)


def stored(session: Session, given: ContactInput = GIVEN) -> Contact:
    return store_contact(session, given, lang="vi", channel="web", now=NOW)


def test_sealed_and_opened(session: Session) -> None:
    contact = stored(session)
    for sealed in (contact.name_enc, contact.email_enc, contact.phone_enc):
        assert sealed is not None
        assert b"hoa" not in sealed.lower()
    opened = open_contact(contact)
    assert (opened.name, opened.email, opened.phone, opened.lang) == (
        "Nguyễn Thị Hoa",
        "hoa@people.example",
        "0912 345 678",
        "vi",
    )
    assert "people" not in repr(opened)


def test_consents_keep_their_proof(session: Session) -> None:
    contact = stored(session)
    row = session.scalars(select(Consent)).one()
    assert (row.purpose, row.lang, row.channel, row.given_at) == ("updates", "vi", "web", NOW)
    assert row.text_version
    assert consents_of(session, contact) == {"updates"}
    withdraw_consent(session, contact, "updates", now=NOW)
    assert consents_of(session, contact) == frozenset()
    assert session.scalars(select(Consent)).one().withdrawn_at == NOW


def test_no_consent_is_implied(session: Session) -> None:
    assert consents_of(session, stored(session, ContactInput(email="a@b.example"))) == frozenset()


def test_erased(session: Session) -> None:
    contact = stored(session)
    erase_contact(session, contact, now=NOW)
    opened = open_contact(contact)
    assert (opened.name, opened.email, opened.phone) == (None, None, None)
    assert consents_of(session, contact) == frozenset()
    assert contact.erased_at == NOW
