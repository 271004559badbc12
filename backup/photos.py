"""The photos' part: which files a snapshot refers to, kept while they are copied.

The bytes that came in are deleted as soon as a photo's copies are recorded, which may be right
after the snapshot. So they get a second name (a hard link) while nobody can record anything.
Copies are never changed and only deleted by a sweep; one that is gone meanwhile is counted.
"""

import contextlib
import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.media import files
from app.media.recode import VARIANTS

# Refused, or not burnt yet.
_NO_FILES = frozenset({"refused", "redact"})


class Waiting:
    """Second names of the originals that a snapshot needs."""

    def __init__(self, media: Path, place: Path) -> None:
        self._media = media
        self._place = place

    def keep(self, photo_ids: Iterable[uuid.UUID]) -> None:
        """Give each original a second name; one that is not there stays missing."""
        for photo_id in photo_ids:
            original, kept = files.original_path(self._media, photo_id), self._place / str(photo_id)
            with contextlib.suppress(FileNotFoundError):
                try:
                    kept.hardlink_to(original)
                except OSError:
                    shutil.copyfile(original, kept)  # a file system without links

    def path(self, photo_id: uuid.UUID) -> Path:
        """Return the second name."""
        return self._place / str(photo_id)


@contextlib.contextmanager
def waiting(media: Path) -> Iterator[Waiting]:
    """Yield a place for second names, on the photos' own disk; what a kill leaves is swept."""
    with files.scratch(media) as place:
        yield Waiting(media, place)


def wanted_documents(media: Path, documents: Iterable[uuid.UUID]) -> Iterator[tuple[str, Path]]:
    """Yield (name in the backup, file) of each document and of its sealed original."""
    for number in documents:
        for path_of in (files.document_path, files.sealed_path):
            yield path_of(Path("photos"), number).as_posix(), path_of(media, number)


def wanted(
    media: Path, kept: Waiting, photos: Iterable[tuple[uuid.UUID, str]]
) -> Iterator[tuple[str, Path]]:
    """Yield (name in the backup, file) of everything that the photos of a snapshot need."""
    for photo_id, state in photos:
        if state == "stored":
            name = files.original_path(Path("photos"), photo_id)
            yield name.as_posix(), kept.path(photo_id)
        elif state == "sealed":
            name = files.sealed_path(Path("photos"), photo_id)
            yield name.as_posix(), files.sealed_path(media, photo_id)
        elif state not in _NO_FILES:
            for variant in VARIANTS:
                name = files.copy_path(Path("photos"), photo_id, variant)
                yield name.as_posix(), files.copy_path(media, photo_id, variant)
