"""A reporter's contact: sealed when it comes in, opened only to use it, erased on request.

1. Values are encrypted one by one; nobody outside this module touches the sealed columns.
2. An opened contact is never logged and never stored: its `repr` shows nothing.
3. Each consent is a row with its proof. Asking leaves out consents that were withdrawn, and all
   consents of an erased contact.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Contact
from app.accounts.reach.blind import email_key, phone_key
from app.accounts.schemas import ContactInput
from app.core.installation import sealer

# Which words were agreed to. Raise it whenever the sentences beside the boxes change.
CONSENT_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, kw_only=True)
class OpenContact:
    """What a reporter gave; None where nothing was given. email as typed, phone in E.164.

    push: a browser's subscription as JSON.
    """

    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    push: str | None = field(repr=False)
    lang: str


def store_contact(
    session: Session, contact: ContactInput, *, lang: str, channel: str, now: datetime
) -> Contact:
    """Seal a contact and note each consent with its proof."""
    box = sealer()
    stored = Contact(
        name_enc=box.seal(contact.name or None),
        email_enc=box.seal(contact.email or None),
        phone_enc=box.seal(contact.phone or None),
        email_key=email_key(contact.email),
        phone_key=phone_key(contact.phone),
        lang=lang,
        created_at=now,
    )
    session.add(stored)
    session.flush()
    for purpose in sorted(set(contact.consent)):
        give_consent(session, stored, purpose, channel=channel, now=now)
    return stored


def give_consent(
    session: Session, contact: Contact, purpose: str, *, channel: str, now: datetime
) -> Consent:
    """Note that the reporter agreed to a purpose, in the contact's language."""
    consent = Consent(
        contact_id=contact.id,
        purpose=purpose,
        text_version=CONSENT_TEXT_VERSION,
        lang=contact.lang,
        channel=channel,
        given_at=now,
    )
    session.add(consent)
    session.flush()
    return consent


def withdraw_consent(session: Session, contact: Contact, purpose: str, *, now: datetime) -> None:
    """Note that the reporter does not agree any more. The proof of the time before stays."""
    query = select(Consent).where(
        Consent.contact_id == contact.id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    for consent in session.scalars(query):
        consent.withdrawn_at = now
    session.flush()


def consents_of(session: Session, contact: Contact) -> frozenset[str]:
    """Return the purposes that are agreed to now."""
    if contact.erased_at is not None:
        return frozenset()
    query = select(Consent.purpose).where(
        Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None)
    )
    return frozenset(session.scalars(query))


def open_contact(contact: Contact) -> OpenContact:
    """Decrypt, for the moment of use. Raises InvalidToken when no key fits."""
    box = sealer()
    return OpenContact(
        name=box.open(contact.name_enc),
        email=box.open(contact.email_enc),
        phone=box.open(contact.phone_enc),
        push=box.open(contact.push_enc),
        lang=contact.lang,
    )


def erase_contact(session: Session, contact: Contact, *, now: datetime) -> None:
    """Empty the sealed columns and their keys, and end every consent. The row proves that."""
    contact.name_enc = contact.email_enc = contact.phone_enc = contact.push_enc = None
    contact.email_key = contact.phone_key = contact.phone_verified_at = None
    contact.erased_at = now
    query = select(Consent).where(Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None))
    for consent in session.scalars(query):
        consent.withdrawn_at = now
    session.flush()
