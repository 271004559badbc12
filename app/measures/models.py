"""The figures of months: made of the public events by a job, shown as they are.

1. A month that is not frozen has version 1, made anew again and again. Frozen, a version never
   changes. Should it have to (a ticket became private), a later version says why; all are kept.
2. `flask city rebuild` makes what is not frozen; `flask city verify` makes every version's
   latest anew and compares.
3. A trigger marks a month `stale` when a ticket that may count in it becomes private.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class MeasurePeriod(Base):
    """A version of a month. Counted are public events up to `as_of`; `private`: how many were not.

    definitions: their version. events_sha256: of the lines of its events, once it is frozen.
    note: why there is another version; empty with the first.
    """

    __tablename__ = "measure_period"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    definitions: Mapped[int] = mapped_column(SmallInteger)
    begins_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    cut_off_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    frozen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stale: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    private: Mapped[int] = mapped_column(Integer)
    events_sha256: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(String(32))


class MeasureMonth(Base):
    """One figure. key: of the dimension, empty for the city. value: see `counting`."""

    __tablename__ = "measure_month"
    __table_args__ = (
        ForeignKeyConstraint(
            ["month", "version"], ["measure_period.month", "measure_period.version"],
            ondelete="CASCADE",
        ),
    )  # fmt: skip

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    metric: Mapped[str] = mapped_column(String(24), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    part: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[int] = mapped_column(BigInteger)
