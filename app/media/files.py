"""Where the bytes of photos and documents lie, and how they get there.

1. `in/` holds what came in, `out/` the copies, `docs/` documents, `sealed/` encrypted originals of
   redacted photos and of documents, `tmp/` what is being written; all below the media folder, which
   is private (0700) and outside everything that is served by name.
2. A file appears under its name only when it is complete and on the disk (fsync, then rename).
3. Names are random ids in 256 shards; nothing that a stranger chose is part of a path.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARDS = 256
PLACES = ("in", "out", "sealed", "docs")
PRIVATE = 0o600


def original_path(folder: Path, photo_id: uuid.UUID) -> Path:
    """Return where the bytes that came in lie."""
    return folder / "in" / photo_id.hex[:2] / str(photo_id)


def copy_path(folder: Path, photo_id: uuid.UUID, variant: str) -> Path:
    """Return where a copy lies, whether or not it is there."""
    return folder / "out" / photo_id.hex[:2] / f"{photo_id}-{variant}.jpg"


def sealed_path(folder: Path, photo_id: uuid.UUID) -> Path:
    """Return where the encrypted original of a redacted photo or of a document lies."""
    return folder / "sealed" / photo_id.hex[:2] / str(photo_id)


def document_path(folder: Path, document_id: uuid.UUID) -> Path:
    """Return where a document lies that may be handed out."""
    return folder / "docs" / document_id.hex[:2] / f"{document_id}.pdf"


def write(path: Path, content: bytes) -> None:
    """Write a private file: complete, or not at all."""
    _make_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Put a finished file of ours (same disk) under its final name."""
    _make_folder(target.parent)
    source.chmod(PRIVATE)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.rename(target)
    _sync_folder(target.parent)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Yield an empty folder on the same disk, gone afterwards."""
    place = folder / "tmp" / uuid.uuid4().hex
    _make_folder(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def old_files(folder: Path, shard: int, before: float) -> Iterator[tuple[uuid.UUID | None, Path]]:
    """Yield (id, path) of one shard's files last changed before an epoch time.

    The id is None for what a killed process left unfinished.
    """
    name = f"{shard % SHARDS:02x}"
    for place in (folder / kind / name for kind in PLACES):
        for path in sorted(place.glob("*")) + sorted(place.glob(".*")):
            if path.stat().st_mtime < before:
                yield _photo_id(path), path


def old_scratch(folder: Path, before: float) -> Iterator[Path]:
    """Yield scratch folders that a killed process left behind."""
    for path in (folder / "tmp").glob("*"):
        if path.stat().st_mtime < before:
            yield path


def _photo_id(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name[:36])
    except ValueError:
        return None


def _make_folder(folder: Path) -> None:
    # `parents=True` would give the outer folders the default mode.
    for place in (*reversed(folder.parents), folder):
        if not place.exists():
            place.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
