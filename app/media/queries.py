"""Reads of photos."""

import uuid
from pathlib import Path

from sqlalchemy import select
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
