"""Photos of a form that is not sent yet, or was refused: they wait, so nobody chooses them twice.

1. They wait under the form's own key, which only its sender knows, for three days: no report that
   somebody has begun loses them before the rest of it (`reports.service.drafts`).
2. Each form has at most as many as a report may have. What its sender takes out, and what nobody
   sends, is deleted.
3. What waits for the forms of one network is limited in bytes, and nothing is taken in when the
   disk is nearly full: words go on, a phone's queue keeps its photos and tries later.
"""

import hashlib
import shutil
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import IO

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.errors import Later, Rejection, TooMany
from app.core.installation import settings
from app.core.words.i18n import N_
from app.media.models import Photo
from app.media.service import erase, store

WAIT = timedelta(hours=72)
SWEPT_AT_ONCE = 100
TRY_AGAIN_S = 600
MB = 1_000_000


def keep(
    session: Session,
    form_key: uuid.UUID,
    source: IO[bytes],
    *,
    now: datetime,
    network: bytes | None = None,
) -> Photo:
    """Keep a photo for the form's next sending. Raises Rejection: too many, or none that we take.

    The same bytes again are the same photo. network: the digest of where a resident sends it from.
    Staff have none: what they do goes on while there is any room.
    """
    limits = settings().media
    there = waiting(session, form_key, now=now)
    content = source.read(limits.max_file_bytes + 1)
    digest = hashlib.sha256(content).digest()
    same = next((known for known in there if known.sha256 == digest), None)
    if same is not None:
        return same
    if len(there) >= limits.max_files:
        raise too_many(limits.max_files)
    if network is not None:
        check_room()
        _check_network(session, network, len(content), now)
    photo = store(session, content, now=now)
    photo.form_key, photo.network_hash = form_key, network
    session.flush()
    return photo


def check_room() -> None:
    """Raises Later when the disk is nearly full."""
    if is_full():
        raise Later(
            "no_room",
            N_("No photos can be taken in now. Send your words without, and add photos later."),
            retry_after=TRY_AGAIN_S,
        )


def is_full() -> bool:
    """Tell whether there is too little room for photos of residents."""
    limits = settings().media
    place = next(there for there in (limits.folder, *limits.folder.parents) if there.exists())
    room = shutil.disk_usage(place)
    return room.free < limits.free_mb * MB or room.free * 100 < room.total * limits.free_percent


def _check_network(session: Session, network: bytes, size: int, now: datetime) -> None:
    """Raises TooMany when a network lets too much wait. A few at once may pass; no matter here."""
    query = select(func.coalesce(func.sum(Photo.bytes_in), 0)).where(
        Photo.form_key.is_not(None), Photo.network_hash == network, Photo.created_at > now - WAIT
    )
    if session.scalars(query).one() + size > settings().media.waiting_mb * MB:
        raise TooMany(
            "photos_of_network",
            N_("Too many photos from your network wait to be sent. Go on without; add it later."),
            retry_after=TRY_AGAIN_S,
        )


def too_many(limit: int) -> Rejection:
    """Return the refusal of a photo above the number that a report may have."""
    return Rejection(
        "too_many_photos",
        N_("At most %(limit)s photos can be added."),
        field="photos",
        params={"limit": limit},
    )


def waiting(session: Session, form_key: uuid.UUID, *, now: datetime) -> list[Photo]:
    """Return the photos that wait for a form, in the order in which they came."""
    query = _of(form_key).where(Photo.created_at > now - WAIT)
    return list(session.scalars(query))


def take(
    session: Session, form_key: uuid.UUID, wanted: Collection[str], *, now: datetime
) -> list[Photo]:
    """Return the wanted photos (ids as text) of a form, which wait no more; delete the others."""
    found = list(session.scalars(_of(form_key).with_for_update()))
    taken = [photo for photo in found if str(photo.id) in wanted and photo.created_at > now - WAIT]
    for photo in found:
        if photo in taken:
            photo.form_key = photo.network_hash = None
        else:
            erase(session, photo.id)
    session.flush()
    return taken


def drop_others(
    session: Session, form_key: uuid.UUID, wanted: Collection[str], *, now: datetime
) -> list[Photo]:
    """Delete what its sender took out of a form; return the photos (ids as text) that go on."""
    found = waiting(session, form_key, now=now)
    for photo in found:
        if str(photo.id) not in wanted:
            erase(session, photo.id)
    session.flush()
    return [photo for photo in found if str(photo.id) in wanted]


def sweep(session: Session, *, now: datetime) -> int:
    """Delete photos that nobody sent again. Returns how many."""
    query = (
        select(Photo)
        .where(Photo.form_key.is_not(None), Photo.created_at <= now - WAIT)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for photo in found:
        erase(session, photo.id)
    session.flush()
    return len(found)


def _of(form_key: uuid.UUID) -> Select[Photo]:
    return select(Photo).where(Photo.form_key == form_key).order_by(Photo.created_at, Photo.id)
