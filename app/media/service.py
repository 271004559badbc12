"""Verbs on photos: store, prepare, hide, erase, sweep.

1. `store` writes the file first, then the row: a file without a row is swept after a day, a row
   without a file is refused.
2. Preparing is leased: `lease_stored` (one transaction), `prepare` (none), `record` (another).
   A killed worker's lease runs out; after three attempts the photo is refused. An attempt that
   found our disk full does not count: a photo that we have acknowledged waits for room.
3. The bytes that came in are deleted as soon as the outcome is committed.
"""

import hashlib
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.db import after_commit
from app.core.errors import Conflict, NotFound
from app.core.installation import settings
from app.core.words.i18n import N_
from app.core.work.jobs import JobName, hint
from app.media import files, sandbox
from app.media.models import Document, Photo
from app.media.probe import probe, too_large
from app.media.queries import NO_PHOTO
from app.media.recode import NO_ROOM, VARIANTS, Recoded

ATTEMPTS = 3
LEASE = timedelta(minutes=2)
ORPHAN_AGE = timedelta(days=1)
# One shard of the folders each time: a whole round takes about an hour and a half.
SWEEP_STEP_S = 20


def store(
    session: Session, source: bytes | IO[bytes], *, now: datetime, photo_id: uuid.UUID | None = None
) -> Photo:
    """Keep a picture for the worker. Raises Rejection when it is none that we take.

    With a `photo_id` that is known, the same bytes give the same photo; others raise Conflict.
    """
    limits = settings().media
    content = _read(source, limits.max_file_bytes)
    digest = hashlib.sha256(content).digest()
    known = session.get(Photo, photo_id) if photo_id else None
    if known is not None:
        if known.sha256 != digest:
            raise Conflict("photo_differs", N_("Another photo was already sent under this key."))
        return known
    probe(content, max_bytes=limits.max_file_bytes, max_pixels=limits.max_pixels)
    photo = Photo(
        id=photo_id or uuid.uuid4(),
        state="stored",
        sha256=digest,
        bytes_in=len(content),
        attempts=0,
        created_at=now,
    )
    files.write(files.original_path(limits.folder, photo.id), content)
    session.add(photo)
    session.flush()
    hint(session, JobName.PREPARE_PHOTOS)
    return photo


def copy(session: Session, photo: Photo, *, now: datetime) -> Photo:
    """Return a photo that is ready once more, under an id of its own: what it redacts is not.

    Raises Conflict where its copies are not made yet.
    """
    if photo.state != "ready":
        raise Conflict("photo_not_ready", N_("This photo is being prepared. Try it in a moment."))
    folder, copied = settings().media.folder, Photo(id=uuid.uuid4(), created_at=now)
    for name in ("state", "sha256", "bytes_in", "width", "height", "ready_at", "hidden_code"):
        setattr(copied, name, getattr(photo, name))
    for variant in VARIANTS:
        file = files.copy_path(folder, photo.id, variant)
        if file.is_file():  # what is lost is lost in both
            files.write(files.copy_path(folder, copied.id, variant), file.read_bytes())
    session.add(copied)
    session.flush()
    return copied


def _read(source: bytes | IO[bytes], max_bytes: int) -> bytes:
    content = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    return content


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A photo that this worker alone decodes for now; `attempt` counts from 1."""

    photo_id: uuid.UUID
    attempt: int


def lease_stored(session: Session, *, now: datetime, limit: int) -> list[Lease]:
    """Lease waiting photos, oldest first; refuse those whose attempts are used up."""
    free = or_(Photo.lease_until.is_(None), Photo.lease_until < now)
    rows = session.scalars(
        select(Photo)
        .where(Photo.state == "stored", free)
        .order_by(Photo.created_at, Photo.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    leases = []
    for photo in rows:
        photo.attempts += 1
        photo.lease_until = now + LEASE
        leases.append(Lease(photo_id=photo.id, attempt=photo.attempts))
    session.flush()
    return leases


def prepare(lease: Lease) -> Recoded:
    """Decode and write the copies; outside any transaction. Does not raise for a bad picture."""
    if lease.attempt > ATTEMPTS:
        return Recoded(refused="unreadable")
    limits = settings().media
    return sandbox.make_copies(limits.folder, lease.photo_id, limits.max_pixels)


def record(session: Session, lease: Lease, result: Recoded, *, now: datetime) -> None:
    """Note the outcome of `prepare`; the original goes once that is committed."""
    photo = session.get(Photo, lease.photo_id, with_for_update=True, populate_existing=True)
    if photo is None or photo.state != "stored":
        return
    if result.refused == NO_ROOM:
        photo.attempts = lease.attempt - 1
        photo.lease_until = now + LEASE
        session.flush()
        return
    if result.refused is not None and not result.final and lease.attempt < ATTEMPTS:
        photo.lease_until = now + LEASE * lease.attempt
        session.flush()
        return
    photo.lease_until = None
    if result.refused is None:
        photo.state, photo.ready_at = "ready", now
        photo.width, photo.height = result.width, result.height
        if photo.evidence:
            photo.taken_at = result.taken_at
            photo.taken_lat, photo.taken_lon = result.taken_lat, result.taken_lon
    else:
        photo.state, photo.refused_code = "refused", result.refused
    session.flush()
    original = files.original_path(settings().media.folder, photo.id)
    after_commit(session, partial(original.unlink, missing_ok=True))


def erase(session: Session, photo_id: uuid.UUID) -> None:
    """Delete a photo, and the one that it redacts.

    A copy that a worker is writing at this moment is swept as an orphan.
    """
    folder = settings().media.folder
    photo = _existing(session, photo_id)
    former = photo.redacts
    session.delete(photo)
    session.flush()
    if former is not None:
        erase(session, former)
    paths = [files.original_path(folder, photo_id), files.sealed_path(folder, photo_id)]
    paths += [files.copy_path(folder, photo_id, variant) for variant in VARIANTS]
    for path in paths:
        after_commit(session, partial(path.unlink, missing_ok=True))


def _existing(session: Session, photo_id: uuid.UUID) -> Photo:
    photo = session.get(Photo, photo_id, with_for_update=True)
    if photo is None:
        raise NotFound("unknown_photo", NO_PHOTO)
    return photo


def sweep(session: Session, *, now: datetime) -> int:
    """Delete files older than a day that belong to nothing, in one shard. Returns how many."""
    folder = settings().media.folder
    before = (now - ORPHAN_AGE).timestamp()
    shard = int(now.timestamp() // SWEEP_STEP_S) % files.SHARDS
    found = list(files.old_files(folder, shard, before))
    wanted = _wanted(session, folder, [photo_id for photo_id, _ in found if photo_id])
    orphans = [path for _, path in found if path not in wanted]
    for path in orphans:
        path.unlink(missing_ok=True)
    for place in files.old_scratch(folder, before):
        shutil.rmtree(place, ignore_errors=True)
    return len(orphans)


def _wanted(session: Session, folder: Path, photo_ids: list[uuid.UUID]) -> set[Path]:
    """Return the paths that may exist: the original of a waiting photo, the copies of others."""
    wanted: set[Path] = set()
    documents = select(Document.id).where(Document.id.in_(photo_ids))
    for number in session.scalars(documents) if photo_ids else ():
        wanted |= {files.document_path(folder, number), files.sealed_path(folder, number)}
    query = select(Photo.id, Photo.state).where(Photo.id.in_(photo_ids))
    for photo_id, state in session.execute(query) if photo_ids else ():
        if state == "stored":
            wanted.add(files.original_path(folder, photo_id))
        # Sealed before that is recorded: then its state is still another one.
        wanted.add(files.sealed_path(folder, photo_id))
        if state not in {"refused", "sealed"}:
            wanted.update(files.copy_path(folder, photo_id, name) for name in VARIANTS)
    return wanted
