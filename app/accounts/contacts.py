"""A reporter's contact: sealed when it comes in, opened only to use it, erased on request.

1. Values are encrypted one by one; nobody outside this module touches the sealed columns.
2. An opened contact is never logged and never stored: its `repr` shows nothing.
3. Each consent is a row with its proof: the version of the words and the ways that they named.
   Asking leaves out consents that were withdrawn, and all consents of an erased contact.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Contact
from app.accounts.reach.blind import contact_key, email_key, mailbox, phone_key
from app.accounts.reach.phones import e164
from app.accounts.reach.push import Subscription
from app.accounts.reach.ways import EMAIL, named
from app.accounts.schemas import CONSENT_TEXT, ContactInput
from app.core import erased
from app.core.errors import Rejection
from app.core.installation import sealer

COPIED = (
    "name_enc", "email_enc", "phone_enc", "push_enc", "email_key", "phone_key",
    "phone_verified_at", "lang", "created_at",
)  # fmt: skip
PROOF = ("purpose", "text_version", "lang", "channel", "given_at")


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
        give_consent(
            session, stored, purpose, text=contact.consent_text, channel=channel, by=named(),
            now=now,
        )  # fmt: skip
    return stored


def copy_contact(session: Session, contact: Contact) -> Contact:
    """Return the same contact once more, with the proofs of the consents that hold now."""
    copied = Contact(**{name: getattr(contact, name) for name in COPIED})
    session.add(copied)
    session.flush()
    held = Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None)
    for consent in session.scalars(select(Consent).where(*held)).all():
        proof = {name: getattr(consent, name) for name in PROOF}
        session.add(Consent(contact_id=copied.id, **proof))
    session.flush()
    return copied


def keep_push(contact: Contact, wanted: Subscription) -> None:
    """Seal the subscription of a browser that asked for messages on its screen."""
    contact.push_enc = sealer().seal(wanted.sealed_text())


def give_consent(
    session: Session,
    contact: Contact,
    purpose: str,
    *,
    channel: str,
    by: Collection[str],
    now: datetime,
    text: str = CONSENT_TEXT,
) -> Consent:
    """Note that the reporter agreed to a purpose, in the contact's language.

    by: the ways that the words named. text: their version.
    """
    consent = Consent(
        contact_id=contact.id,
        purpose=purpose,
        text_version=f"{text} {'+'.join(by)}",
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
    erased.note(session, f"{erased.CONSENT}:{purpose}", contact.id, contact.mark, now=now)
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


def email_of(session: Session, keys: Collection[bytes]) -> str:
    """Return an e-mail address that one of the keys belongs to, or an empty text."""
    found = select(Contact.email_enc).where(Contact.email_key.in_(keys)).limit(1)
    return sealer().open(session.scalar(found)) or ""


def people_of(session: Session, keys: Collection[bytes]) -> list[bytes]:
    """Return the keys of the people who have proved these addresses, to count each once.

    A phone is a person; of mailboxes the plain form is, so far as the address is known.
    """
    found = set()
    for key in keys:
        email = email_of(session, [key])
        found.add(contact_key(EMAIL, mailbox(email)) if email else key)
    return sorted(found)


def erase_contact(session: Session, contact: Contact, *, now: datetime) -> None:
    """Empty the sealed columns and their keys, and end every consent. The row proves that."""
    contact.name_enc = contact.email_enc = contact.phone_enc = contact.push_enc = None
    contact.email_key = contact.phone_key = contact.phone_verified_at = None
    contact.erased_at = now
    query = select(Consent).where(Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None))
    for consent in session.scalars(query):
        consent.withdrawn_at = now
    erased.note(session, erased.CONTACT, contact.id, contact.mark, now=now)
    session.flush()


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """What one batch did. last: the number after which the next one goes on; None when at the end.

    left: contacts of which no key opens a value, or whose phone is no number.
    """

    last: int | None
    done: int
    left: int


def index_contacts(session: Session, *, after: int, limit: int, region: str) -> Indexed:
    """Give keys to contacts from the time before there were any; phones become E.164 on the way.

    Whatever was indexed is not looked at again: it may be stopped and started at any time.
    """
    query = (
        select(Contact)
        .where(
            Contact.id > after,
            or_(
                Contact.email_enc.is_not(None) & Contact.email_key.is_(None),
                Contact.phone_enc.is_not(None) & Contact.phone_key.is_(None),
            ),
        )
        .order_by(Contact.id)
        .limit(limit)
        .with_for_update()
    )
    found = session.scalars(query).all()
    done = sum(_index(contact, region) for contact in found)
    session.flush()
    return Indexed(last=found[-1].id if found else None, done=done, left=len(found) - done)


def _index(contact: Contact, region: str) -> bool:
    """Set the keys that can be set; tell whether every address has one now."""
    try:
        opened = open_contact(contact)
    except InvalidToken:
        return False
    contact.email_key = email_key(opened.email or "")
    if opened.phone is None:
        return True
    try:
        number = e164(opened.phone, region)
    except Rejection:
        return False
    contact.phone_enc, contact.phone_key = sealer().seal(number), phone_key(number)
    return True
