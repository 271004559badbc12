"""Reads of photos."""

import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.media.files import copy_path
from app.media.models import Photo
from app.media.recode import VARIANTS

NO_PHOTO = N_("This photo does not exist.")


def path(folder: Path, photo_id: uuid.UUID, variant: str) -> Path:
    """Return the file of a copy (`large`, `medium` or `thumb`). Raises NotFound."""
    file = copy_path(folder, photo_id, variant)
    if variant not in VARIANTS or not file.is_file():
        raise NotFound("unknown_photo", NO_PHOTO)
    return file


def shown(session: Session, photo_id: uuid.UUID) -> Photo:
    """Return a photo that is ready and not hidden. Raises NotFound."""
    found = session.get(Photo, photo_id)
    if found is None or found.state != "ready" or found.hidden_code is not None:
        raise NotFound("unknown_photo", NO_PHOTO)
    return found


def by_ids(session: Session, photo_ids: list[uuid.UUID]) -> dict[uuid.UUID, Photo]:
    """Return the photos that exist, by id."""
    if not photo_ids:
        return {}
    rows = session.scalars(select(Photo).where(Photo.id.in_(photo_ids)))
    return {row.id: row for row in rows}


def seen_before(session: Session, photos: Sequence[Photo]) -> set[uuid.UUID]:
    """Return those of which the same picture came before, on whatever ticket.

    What was redacted and its successor are one picture.
    """
    found = set()
    for photo in photos:
        query = select(Photo.id).where(
            Photo.sha256 == photo.sha256,
            Photo.id != photo.id,
            Photo.created_at < photo.created_at,
            Photo.state.in_(("ready", "stored", "redact")),
            or_(Photo.hidden_code.is_(None), Photo.hidden_code != "redacted"),
        )
        if session.scalar(query.limit(1)) is not None:
            found.add(photo.id)
    return found
