"""What a city pack brings: the city, areas, categories, severities, targets, codes, calendar.

1. Codes of the pack are the keys; they never change and are never reused.
2. Nothing that a ticket may refer to is deleted: validity dates end it.
3. Area geometry is versioned; look-ups use the subdivided pieces of the current versions.
4. A calendar day holds from one calendar version until another, so that any past version can be
   rebuilt (frozen due dates are recomputed by `verify`).
5. `illustrative` marks a value that the operator has not confirmed yet.
"""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

Words = dict[str, str]


class City(Base):
    """The one installed city pack. `profile` is the validated city.yaml."""

    __tablename__ = "city"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(64))
    pack_version: Mapped[str] = mapped_column(String(64))
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB)
    calendar_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Page(Base):
    """A legal page: {title, sections: [{heading, paragraphs, items}]} in one language."""

    __tablename__ = "page"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    lang: Mapped[str] = mapped_column(String(16), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CategoryModel(Base):
    """The pack's model of likely categories. The profile names, by its SHA-256, the one that holds.

    A former one stays until the next is loaded: a process may not have noticed yet.
    """

    __tablename__ = "category_model"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Area(Base):
    """A named place. kind: province, unit, water, neighbour or restricted."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    unit_kind: Mapped[str | None] = mapped_column(String(32))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    names: Mapped[Words] = mapped_column(JSONB)
    full_names: Mapped[Words] = mapped_column(JSONB)
    point: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class AreaVersion(Base):
    """The shape of an area from a source. The current one has no `superseded_at`."""

    __tablename__ = "area_version"
    __table_args__ = (
        UniqueConstraint("area_code", "version"),
        Index(
            "ix_area_version_current",
            "area_code",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    version: Mapped[int] = mapped_column(Integer)
    geom: Mapped[WKBElement] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )
    approximate: Mapped[bool] = mapped_column(Boolean)
    area_m2: Mapped[float] = mapped_column(Float)
    source: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date)
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AreaPiece(Base):
    """A small part of a current area version, for look-ups (see `catalog.locate`)."""

    __tablename__ = "area_piece"
    __table_args__ = (Index("ix_area_piece_geom", "geom", postgresql_using="gist"),)

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("area_version.id", ondelete="CASCADE"), index=True
    )
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    kind: Mapped[str] = mapped_column(String(16))
    area_m2: Mapped[float] = mapped_column(Float)
    approximate: Mapped[bool] = mapped_column(Boolean)
    geom: Mapped[WKBElement] = mapped_column(Geometry("POLYGON", srid=4326, spatial_index=False))


class AreaAlias(Base):
    """A former or popular name of an area. `plain`: lower case, without diacritics."""

    __tablename__ = "area_alias"
    __table_args__ = (UniqueConstraint("name", "area_code"),)

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    plain: Mapped[str] = mapped_column(String(200), index=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    note: Mapped[str | None] = mapped_column(Text)
    ambiguous: Mapped[bool] = mapped_column(Boolean)


class Severity(Base):
    """How pressing: its clock is working or real hours."""

    __tablename__ = "severity"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    names: Mapped[Words] = mapped_column(JSONB)
    clock: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(SmallInteger)


class Category(Base):
    """What a ticket is about, with everything that follows from it.

    privacy: open or restricted. public_detail: full, coarse or none. publication: before or
    after (the human check). contact_policy: optional, phone_verified or name_and_phone.
    reach_m: how far apart two reports usually are that mean the same.
    questions: [{code, type, names, required, options: [{code, names}], severity: {option: code},
    category: {option: code}}]: what an answer raises it to, and the category it leads to.
    """

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16), server_default=text("'problem'"))
    position: Mapped[int] = mapped_column(SmallInteger)
    names: Mapped[Words] = mapped_column(JSONB)
    descriptions: Mapped[Words] = mapped_column(JSONB)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    severity_code: Mapped[str] = mapped_column(ForeignKey("severity.code"))
    privacy: Mapped[str] = mapped_column(String(16))
    public_detail: Mapped[str] = mapped_column(String(8))
    publication: Mapped[str] = mapped_column(String(8))
    contact_policy: Mapped[str] = mapped_column(String(16))
    requires_place: Mapped[bool] = mapped_column(Boolean)
    proof_required: Mapped[bool] = mapped_column(Boolean)
    reach_m: Mapped[int] = mapped_column(SmallInteger, server_default=text("60"))
    asks_about_agency: Mapped[bool] = mapped_column(Boolean)
    emergency_numbers: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    escalation_agency_code: Mapped[str | None] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(Boolean)
    illustrative: Mapped[bool] = mapped_column(Boolean)


class ServiceTarget(Base):
    """The promise for a category and severity. Rows are never changed: a new version ends the old.

    Budgets in seconds of the clock (working or real).
    """

    __tablename__ = "service_target"
    __table_args__ = (UniqueConstraint("category_code", "severity_code", "version"),)

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    severity_code: Mapped[str] = mapped_column(ForeignKey("severity.code"))
    version: Mapped[int] = mapped_column(Integer)
    clock: Mapped[str] = mapped_column(String(8))
    first_reply_s: Mapped[int] = mapped_column(Integer)
    outcome_s: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    illustrative: Mapped[bool] = mapped_column(Boolean)


class Code(Base):
    """A reason of the pack with its public words. kind: such as refusal or pause."""

    __tablename__ = "code"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    names: Mapped[Words] = mapped_column(JSONB)
    position: Mapped[int] = mapped_column(SmallInteger)
    active: Mapped[bool] = mapped_column(Boolean)


class CalendarDay(Base):
    """A holiday or a make-up day, as it holds from one calendar version until another."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("day", "since_version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(16))
    names: Mapped[Words] = mapped_column(JSONB)
    replaces: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    confirmed: Mapped[bool] = mapped_column(Boolean)
    since_version: Mapped[int] = mapped_column(Integer)
    until_version: Mapped[int | None] = mapped_column(Integer)
