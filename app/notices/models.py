"""Known incidents ("sự cố đã biết"): told before anybody reports them again.

1. A notice is about a category, an area or a circle, or several of these: what is not said holds
   for all. At least one is said.
2. It holds from `starts_at` until somebody ends it, or until some hours after `expected_end`:
   nobody keeps reading what was forgotten.
3. `texts`: {lang: text}, written by the agency; they hold no personal details.
"""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import DateTime, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Notice(Base):
    """One known incident."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_current", "expected_end", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agency.code"))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    place: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    radius_m: Mapped[int | None] = mapped_column(Integer)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expected_end: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
