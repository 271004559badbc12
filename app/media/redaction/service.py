"""Redacting a photo: another photo takes its place, in which parts are gone for good.

1. The new photo has an id of its own, so that every address of the former one ends at once; it is
   shown when its copies are burnt, not before. Whoever shows photos changes the reference
   (`reports.service.redaction`).
2. Burning is leased like preparing: `lease_redactions` (one transaction), `burn` (none), `record`
   (another). Pixels are replaced before the copies are made; nothing of what was there is in them.
3. The former photo is kept as one encrypted file (`state` sealed) until retention deletes it: it
   may be evidence. Its copies are deleted. No page shows it; the operator can open it (`original`).
4. What was redacted once and is redacted again is not kept: the first one is.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.db import after_commit
from app.core.errors import Conflict, NotFound
from app.core.installation import sealer, settings
from app.core.words.i18n import N_
from app.core.work.jobs import JobName, hint
from app.media import files, sandbox
from app.media.models import Photo
from app.media.recode import NO_ROOM, VARIANTS, Recoded
from app.media.redaction.areas import Area, check
from app.media.service import ATTEMPTS, LEASE, erase

REPLACED = "redacted"


def redact(session: Session, photo: Photo, areas: Sequence[Area], *, now: datetime) -> Photo:
    """Return the photo that takes the place of one. Raises Rejection, Conflict."""
    check(areas)
    session.refresh(photo, with_for_update=True)
    if photo.state != "ready" or photo.hidden_code == REPLACED:
        raise Conflict("photo_not_ready", N_("This photo is being prepared. Try it in a moment."))
    successor = Photo(
        id=uuid.uuid4(),
        state="redact",
        sha256=photo.sha256,
        bytes_in=photo.bytes_in,
        hidden_code=photo.hidden_code,
        attempts=0,
        created_at=now,
        redacts=photo.id,
        evidence=photo.evidence,
        taken_at=photo.taken_at,
        taken_lat=photo.taken_lat,
        taken_lon=photo.taken_lon,
        areas=[area.as_numbers() for area in areas],
    )
    photo.hidden_code = REPLACED
    session.add(successor)
    session.flush()
    hint(session, JobName.PREPARE_PHOTOS)
    return successor


def original(session: Session, photo_id: uuid.UUID) -> bytes:
    """Return the sealed original of a redacted photo, a JPEG. Raises NotFound."""
    photo = session.get(Photo, photo_id)
    former = session.get(Photo, photo.redacts) if photo and photo.redacts else None
    if former is None or former.state != "sealed":
        raise NotFound("no_original", N_("No original of this photo is kept."))
    sealed = files.sealed_path(settings().media.folder, former.id)
    return sealer().open_bytes(sealed.read_bytes())


@dataclass(frozen=True, kw_only=True)
class Burning:
    """What a worker alone burns for now. original: sealed already, where it is not the source."""

    photo_id: uuid.UUID
    source: uuid.UUID
    original: uuid.UUID | None
    areas: Sequence[Sequence[int]]
    attempt: int


def lease_redactions(session: Session, *, now: datetime, limit: int) -> list[Burning]:
    """Lease photos whose parts wait to be burnt, oldest first."""
    free = or_(Photo.lease_until.is_(None), Photo.lease_until < now)
    rows = session.scalars(
        select(Photo)
        .where(Photo.state == "redact", free)
        .order_by(Photo.created_at, Photo.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    found = []
    for photo in rows:
        photo.attempts += 1
        photo.lease_until = now + LEASE * min(photo.attempts, ATTEMPTS)
        assert photo.redacts is not None
        assert photo.areas is not None
        former = session.get_one(Photo, photo.redacts)
        found.append(
            Burning(
                photo_id=photo.id,
                source=former.id,
                original=former.redacts,
                areas=photo.areas,
                attempt=photo.attempts,
            )
        )
    session.flush()
    return found


def burn(burning: Burning) -> Recoded:
    """Seal the original and write the copies; outside any transaction."""
    if burning.attempt > ATTEMPTS:
        return Recoded(refused="unreadable")
    limits = settings().media
    large = files.copy_path(limits.folder, burning.source, "large")
    if burning.original is None and large.is_file():
        try:
            _seal(limits.folder, burning.source, large)
        except OSError as error:
            return sandbox.no_room(error)
    return sandbox.copies_of(
        large, limits.folder, burning.photo_id, limits.max_pixels, burning.areas
    )


def _seal(folder: Path, photo_id: uuid.UUID, large: Path) -> None:
    sealed = files.sealed_path(folder, photo_id)
    if not sealed.is_file():
        files.write(sealed, sealer().seal_bytes(large.read_bytes()))


def record(session: Session, burning: Burning, result: Recoded, *, now: datetime) -> None:
    """Note the outcome of `burn`; the copies of the former photo go once that is committed.

    What cannot be burnt is refused, and the former photo stays closed: it is never shown instead.
    """
    photo = session.get(Photo, burning.photo_id, with_for_update=True, populate_existing=True)
    if photo is None or photo.state != "redact":
        return
    if result.refused == NO_ROOM:
        photo.attempts = burning.attempt - 1
    elif result.refused is None:
        photo.state, photo.ready_at = "ready", now
        photo.width, photo.height = result.width, result.height
        _retire(session, photo, burning, now)
    elif result.final or burning.attempt >= ATTEMPTS:
        photo.state, photo.refused_code = "refused", result.refused
    if photo.state != "redact":
        photo.lease_until, photo.areas = None, None
    session.flush()


def _retire(session: Session, photo: Photo, burning: Burning, now: datetime) -> None:
    """Keep the first original sealed, and nothing of what came between."""
    former = session.get_one(Photo, burning.source)
    if burning.original is None:
        former.state, former.sealed_at = "sealed", now
        folder = settings().media.folder
        for variant in VARIANTS:
            copy = files.copy_path(folder, former.id, variant)
            after_commit(session, partial(copy.unlink, missing_ok=True))
        return
    photo.redacts = burning.original
    former.redacts = None
    session.flush()
    erase(session, former.id)


def forget_originals(session: Session, *, before: datetime, limit: int) -> int:
    """Delete originals that were sealed before an instant. Returns how many."""
    query = (
        select(Photo)
        .where(Photo.state == "sealed", Photo.sealed_at <= before)
        .order_by(Photo.sealed_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for original in found:
        successors = select(Photo).where(Photo.redacts == original.id)
        for successor in session.scalars(successors):
            successor.redacts = None
        session.flush()
        erase(session, original.id)
    return len(found)
