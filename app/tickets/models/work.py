"""What is done on a ticket: photos of the work, help, acts that wait for approval, escalation."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class TicketPhoto(Base):
    """A photo that the agency added. role: proof or work."""

    __tablename__ = "ticket_photo"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(
        Uuid, ForeignKey("photo.id"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(8))
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Cooperation(Base):
    """One request to another agency to help the lead. Of each agency at most one is open.

    What was asked and answered are the texts of the events that name the request.
    """

    __tablename__ = "cooperation"
    __table_args__ = (
        Index(
            "uq_cooperation_open",
            "ticket_id",
            "agency_code",
            unique=True,
            postgresql_where=text("done_at IS NULL AND returned_at IS NULL"),
        ),
        Index(
            "ix_cooperation_becoming_overdue",
            "due_at",
            postgresql_where=text("done_at IS NULL AND returned_at IS NULL AND overdue_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"), index=True)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    returned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    return_code: Mapped[str | None] = mapped_column(String(32))
    overdue_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Proposal(Base):
    """An act that waits for approval: the verb with its parameters. At most one waits.

    agency_code: whose ticket it is while it waits; nobody's in rows that are older than the column.
    proposed_by: empty where it came by a link that is nobody's account.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_waiting",
            "ticket_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index(
            "ix_proposal_of_agency",
            "agency_code",
            "ticket_id",
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    verb: Mapped[str] = mapped_column(String(24))
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved: Mapped[bool | None] = mapped_column(Boolean)


class UrgentCall(Base):
    """Who on the roster was called to an urgent claim; nobody by name: the coordinator's office.

    step: how many were called. heard_at: when somebody said that they look at it.
    """

    __tablename__ = "urgent_call"
    __table_args__ = (
        Index(
            "ix_urgent_call_waiting",
            "called_at",
            postgresql_where=text(
                "heard_at IS NULL AND decided_at IS NULL AND account_id IS NOT NULL"
            ),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    step: Mapped[int] = mapped_column(SmallInteger)
    called_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    heard_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CheckTurn(Base):
    """Who looks at a ticket at the check right now, so that nobody else is given the same one.

    It is no lock: it runs out by itself, and whoever opens the ticket by its address may act.
    """

    __tablename__ = "check_turn"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Escalation(Base):
    """Somebody further up, or the agency itself, was called to something that waits too long.

    reason: see `tickets.service.watch.reasons`. level: 0 the agency, 1 the one above it, 2 the
    coordinator. since: the instant that has passed. again_at: when it goes on to the next level.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("ticket_id", "reason", "level", "since"),
        Index("ix_escalation_again_at", "again_at", postgresql_where=text("again_at IS NOT NULL")),
        Index("ix_escalation_agency_code", "agency_code", "raised_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    reason: Mapped[str] = mapped_column(String(16))
    level: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    again_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BulkAct(Base):
    """One act that somebody did on several tickets at once; `key` is that of the form."""

    __tablename__ = "bulk_act"

    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    verb: Mapped[str] = mapped_column(String(24))
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BulkTicket(Base):
    """A ticket that it was done on.

    version: the ticket's after the act: to undo it changes nothing that came later.
    officer_before: in whose hands it lay.
    """

    __tablename__ = "bulk_ticket"

    bulk_key: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("bulk_act.key"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    officer_before: Mapped[int | None] = mapped_column(BigInteger)
