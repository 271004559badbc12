"""Agencies, their working hours, and who works for them.

1. Exactly one agency has the duty `coordinator`, one the duty `oversight` (unique indexes).
2. An agency that ends names its successor; rows are never deleted.
3. A timetable row is immutable: other hours are a new version, so frozen due dates stay provable.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.models import Words
from app.core.db import Base


class Agency(Base):
    """Who must act. duty: coordinator, oversight or none.

    approval: none, answers_and_refusals or all (whose acts wait for a manager).
    """

    __tablename__ = "agency"
    __table_args__ = (
        Index(
            "uq_agency_coordinator",
            "duty",
            unique=True,
            postgresql_where=text("duty = 'coordinator'"),
        ),
        Index(
            "uq_agency_oversight", "duty", unique=True, postgresql_where=text("duty = 'oversight'")
        ),
        Index("ix_agency_area_code", "area_code"),
    )

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    duty: Mapped[str | None] = mapped_column(String(16))
    names: Mapped[Words] = mapped_column(JSONB)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    email: Mapped[str | None] = mapped_column(String(254))
    approval: Mapped[str] = mapped_column(String(24))
    intake_target_s: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    illustrative: Mapped[bool] = mapped_column(Boolean)


class AgencyTimetable(Base):
    """Working hours of an agency (or of the city, where `agency_code` is empty), one version.

    document: see `agencies.timetable.Timetable` (periods with validity and weekday intervals).
    """

    __tablename__ = "agency_timetable"
    __table_args__ = (
        UniqueConstraint("agency_code", "version", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    version: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    illustrative: Mapped[bool] = mapped_column(Boolean)


class DutyShift(Base):
    """Somebody answers for an agency's urgent claims between two instants.

    position: who is called first where several shifts hold at once.
    """

    __tablename__ = "duty_shift"
    __table_args__ = (Index("ix_duty_shift_agency_code", "agency_code", "ends_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    begins_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    position: Mapped[int] = mapped_column(Integer)


class Membership(Base):
    """An account's role in an agency (administrators and screeners may have none)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("account_id", "agency_code", "role", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SavedFilter(Base):
    """A list that somebody of an agency named, for all who work there.

    query: the parts of `desk.schemas.ListView`, never an address.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("agency_code", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReplyTemplate(Base):
    """Words that an agency often needs, with gaps that a ticket fills (`placeholders`).

    Those of the coordinating office are offered in every agency. category_code: only there.
    """

    __tablename__ = "reply_template"
    __table_args__ = (UniqueConstraint("agency_code", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    category_code: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    texts: Mapped[Words] = mapped_column(JSONB)
    kept_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
