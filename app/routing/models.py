"""Rules that choose an agency, and the decisions that were made.

1. A rule names an agency, or "the agency of the covering area of kind K", never both.
2. `cooperating` lists agency codes, or "covering:K".
3. A decision is written once and keeps the facts on which it rests; a new routing adds another.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    String,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class RoutingRule(Base):
    """(category or group, area or area kind, severity) → an agency. Empty means any."""

    __tablename__ = "routing_rule"
    __table_args__ = (
        CheckConstraint("num_nonnulls(agency_code, covering_kind) = 1", name="one_target"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    group_code: Mapped[str | None] = mapped_column(String(32))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    area_kind: Mapped[str | None] = mapped_column(String(16))
    severity_code: Mapped[str | None] = mapped_column(ForeignKey("severity.code"))
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    covering_kind: Mapped[str | None] = mapped_column(String(16))
    cooperating: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    priority: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    illustrative: Mapped[bool] = mapped_column(Boolean)


class RoutingDecision(Base):
    """Why a ticket went where it went. No agency means triage; `reason` is a code of `decide`."""

    __tablename__ = "routing_decision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    cooperating: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rule.id"))
    reason: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
