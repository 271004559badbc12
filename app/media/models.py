"""Photos and documents: what came in, what may be shown.

1. The bytes that came in are never served; they are deleted once the copies exist.
2. state: stored or redact (waiting for the worker), ready, refused (with a code), sealed.
3. A photo is public only through the ticket that shows it; `hidden_code` takes it away at once.
4. `redacts`: the photo whose place it has taken, with `areas` made unreadable (state redact until
   they are burnt in). The former one is sealed: one encrypted file, deleted some time after
   `sealed_at`.
5. `evidence`: it proves work, so when and where it was taken (`taken_…`, by its EXIF) is compared
   with the ticket. Of no other photo is that kept.
6. `form_key`: nobody's yet, but came with a form that was refused (`waiting`).
   `network_hash`: a keyed digest of where it came from, while it waits.
7. Of a document only the file that was written anew is handed out (`documents.rewrite`).
"""

import uuid
from datetime import datetime

from sqlalchemy import (
    Boolean,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class Photo(Base):
    """One picture. Files are named by `id` below the media folder."""

    __tablename__ = "photo"
    __table_args__ = (
        Index("ix_photo_stored", "created_at", postgresql_where=text("state = 'stored'")),
        Index("ix_photo_redact", "created_at", postgresql_where=text("state = 'redact'")),
        Index("ix_photo_sealed_at", "sealed_at", postgresql_where=text("state = 'sealed'")),
        Index("ix_photo_redacts", "redacts", postgresql_where=text("redacts IS NOT NULL")),
        Index("ix_photo_sha256", "sha256"),
        Index("ix_photo_form_key", "form_key", postgresql_where=text("form_key IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    refused_code: Mapped[str | None] = mapped_column(String(32))
    hidden_code: Mapped[str | None] = mapped_column(String(32))
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    bytes_in: Mapped[int] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    form_key: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    network_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    redacts: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("photo.id"))
    areas: Mapped[list[list[int]] | None] = mapped_column(JSONB)
    sealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    evidence: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    taken_at: Mapped[str | None] = mapped_column(String(32))
    taken_lat: Mapped[float | None] = mapped_column(Double)
    taken_lon: Mapped[float | None] = mapped_column(Double)


class Document(Base):
    """A PDF that an office sent. bytes_in, sha256: of what came in; bytes_out: of the new file."""

    __tablename__ = "document"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    bytes_in: Mapped[int] = mapped_column(Integer)
    bytes_out: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
