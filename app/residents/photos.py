"""Photos that come with a form: those that are good are kept, whatever else was wrong.

1. The same form sent twice names the same photos.
2. What a refused form brought waits for its next sending (`media.waiting`).
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import IO

from flask import Request
from sqlalchemy.orm import Session

from app.core.web.devices import network_hash
from app.core.web.forms import each_photo
from app.media import waiting
from app.media.models import Photo
from app.reports.models import Report
from app.reports.service import put_photo, take_photos
from app.residents.forms import photos_of


def kept_photos(
    session: Session, key: uuid.UUID, kept: Collection[str], *, now: datetime
) -> list[Photo]:
    """Return the photos that wait for this form, without those that its sender took out."""
    return [photo for photo in waiting.waiting(session, key, now=now) if str(photo.id) in kept]


def attach_photos(
    session: Session, report: Report, key: uuid.UUID, request: Request, *, now: datetime
) -> None:
    """Give a report the photos that waited for it and those that came now. Raises Rejection."""
    take_photos(session, report, key, request.form.getlist("kept"), now=now)
    for position, file in enumerate(photos_of(request)):
        number = uuid.uuid5(key, str(position))
        put_photo(session, report, number, file.stream, now=now)


def keep_photos(
    session: Session, key: uuid.UUID, request: Request, *, now: datetime
) -> tuple[list[Photo], list[str]]:
    """Keep what a refused form brought; return the photos that wait and what was wrong."""
    kept, network = set(request.form.getlist("kept")), network_hash()

    def keep(_number: int, stream: IO[bytes]) -> None:
        kept.add(str(waiting.keep(session, key, stream, network=network, now=now).id))

    wrong = each_photo(photos_of(request), keep)
    return kept_photos(session, key, kept, now=now), wrong
