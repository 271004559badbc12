"""People: staff accounts with their sessions, and residents' contacts with their consents.

1. A token (session, invitation, reset) is stored as a SHA-256 of a random value, never itself.
2. A contact is encrypted, has its own table, and is erased by emptying the columns.
3. A consent keeps its proof: purpose, version of the text, language, channel, time.
4. A resident has no account. A proof says that an address is theirs, for a short while.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Account(Base):
    """A member of staff. `email` is stored in lower case.

    totp_secret: sealed; what the person's app knows. totp_pending: one that is being set up.
    totp_step: the last time step whose code was used.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    lang: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    password_changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_pending: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)


class PaperCode(Base):
    """A code of the second step that somebody has written down. It works once."""

    __tablename__ = "paper_code"
    __table_args__ = (Index("ix_paper_code_account_id", "account_id", "code_hash", unique=True),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffSession(Base):
    """A signed-in browser."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    device: Mapped[str] = mapped_column(String(200))


class AccountToken(Base):
    """A one-time link, or a password that waits for its code.

    purpose: invitation, password_reset, second_step.
    """

    __tablename__ = "account_token"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffAudit(Base):
    """Somebody on the staff looked at something personal (`audit.KINDS`). Immutable by trigger.

    subject: the reference of a ticket, or the number of a request. reason: in the person's words.
    """

    __tablename__ = "staff_audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInThrottle(Base):
    """Failed sign-ins of one account or one network address (a keyed hash of it)."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    blocked_until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Contact(Base):
    """How to reach one reporter. Every value is encrypted; empty columns mean erased.

    The keys are keyed hashes: they find the contact of somebody who gives the address again, and
    tell nothing else (`reach.blind`). push_enc: a browser's subscription. Phones are in E.164.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_email_key", "email_key", postgresql_where=text("email_key IS NOT NULL")),
        Index("ix_contact_phone_key", "phone_key", postgresql_where=text("phone_key IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    push_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lang: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def mark(self) -> int:
        """What only this contact has: the moment at which it was left, in microseconds."""
        return round(self.created_at.timestamp() * 1_000_000)


class Consent(Base):
    """One purpose that a reporter agreed to, and may withdraw."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_contact_id", "contact_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    purpose: Mapped[str] = mapped_column(String(32))
    text_version: Mapped[str] = mapped_column(String(32))
    lang: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ContactProof(Base):
    """A code or link that was asked for to prove an address; for unknown addresses as well.

    way: the channel. secret_hash: of the code or token. Only hashes are stored. sent: a message
    went out for it; others share the code of one that did (`reach.asking`). known_only: it went
    out only if somebody has left the address with a report. network_hash: keyed.
    """

    __tablename__ = "contact_proof"
    __table_args__ = (Index("ix_contact_proof_contact_key", "contact_key", "created_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_key: Mapped[bytes] = mapped_column(LargeBinary)
    way: Mapped[str] = mapped_column(String(16))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    known_only: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    network_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class ResidentSession(Base):
    """A resident's browser that has proved some addresses. No name, no account.

    proven: contact keys. phone_enc: the phone that was proved last, for a report that needs one.
    identity: the keyed hash of an e-ID's subject, if one was used.
    """

    __tablename__ = "resident_session"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    proven: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    phone_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
