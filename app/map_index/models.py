"""Counts of tickets for maps, all made anew by `flask city rebuild`.

1. A database trigger notes each change of what decides where and how a ticket is counted: one row
   that takes the former state away, one that adds the new one (`map_change`). Nobody can forget it.
2. A job folds these rows into the counts and deletes them, in one statement. What is read is counts
   and unfolded rows together: exact at any moment, however far the job is.
3. Counts are sums, so that they can be folded in any order. Where a row counts one ticket, `id_sum`
   is its id; `column_sum` and `row_sum` give the middle of its tickets.
4. Private tickets are never noted. Those without a public position count for their area only.
"""

from sqlalchemy import BigInteger, Boolean, Identity, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class MapChange(Base):
    """One state of a ticket that began (`sign` 1) or ended (-1). `overdue`: it was noted so."""

    __tablename__ = "map_change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sign: Mapped[int] = mapped_column(SmallInteger)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    map_key: Mapped[int | None] = mapped_column(BigInteger)
    category_code: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    outcome_code: Mapped[str | None] = mapped_column(String(32))
    overdue: Mapped[bool] = mapped_column(Boolean)
    area_code: Mapped[str | None] = mapped_column(String(64))
    agency_code: Mapped[str | None] = mapped_column(String(64))


class MapCell(Base):
    """Tickets of a cell: `cell` is the map key shifted to `level` bits an axis.

    `area_code` and `agency_code` are empty for what has none. A cell lies in few areas, and area
    and category nearly decide the agency: they cost few rows and answer every filter. `whole`: all
    problems of the cell together, so that category, area and agency are empty.
    """

    __tablename__ = "map_cell"
    __table_args__ = (Index("ix_map_cell_empty", "n", postgresql_where=text("n = 0")),)

    whole: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    category_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    word: Mapped[str] = mapped_column(String(16), primary_key=True)
    overdue: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    area_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    agency_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    id_sum: Mapped[int] = mapped_column(BigInteger)
    column_sum: Mapped[int] = mapped_column(BigInteger)
    row_sum: Mapped[int] = mapped_column(BigInteger)


class MapArea(Base):
    """Tickets of an area at an agency; `agency_code` is empty for what is not routed yet."""

    __tablename__ = "map_area"
    __table_args__ = (Index("ix_map_area_empty", "n", postgresql_where=text("n = 0")),)

    area_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    agency_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    category_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    word: Mapped[str] = mapped_column(String(16), primary_key=True)
    overdue: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
