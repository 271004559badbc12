"""Restores a backup file: read and check all of it first, then keys, photos, database.

The database comes last and in one transaction; until then nothing there tells of the backup but
equal keys and photos, so whatever interrupts a restore, it is repeated in the same way.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from app.media.files import PLACES
from backup import Refused, target
from backup.database import Database, Tools, revision, rows
from backup.file.contents import About, Manifest
from backup.file.reading import Head, read
from backup.file.writing import sync_folder


class Looker:
    """Takes nothing: for looking whether a file is whole."""

    def begin(self, head: Head) -> None:
        """Nothing to refuse."""

    def dump(self, block: bytes) -> None:
        """Drop it."""

    def photo(self, name: str) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        """Drop it."""
        del name
        return contextlib.nullcontext()


class Stage:
    """A folder beside the photos where all of the file is laid down until it is known to be right.

    It lies in the photos' own scratch folder: renaming costs nothing, and what is left is swept.
    """

    def __init__(self, file: Path, env: Mapping[str, str], tools: Tools, disk: Path | None) -> None:
        self._file = file
        self._env = env
        self._tools = tools
        self._disk = disk
        self.media = Path()
        self.folder = Path()
        self.already = False
        self.database: Database

    def begin(self, head: Head) -> None:
        """Refuse what does not fit here, then make room."""
        settings = target.settings_for(head, self._env)
        self.database = Database(settings.database.url, self._tools)
        target.check_versions(head, self.database)
        self.already = target.has_the_same(head, self.database)
        self.media = settings.media.folder
        size, tables = self._file.stat().st_size, head.about.database_bytes
        same_disk = self._disk is not None and _device(self._disk) == _device(self.media)
        target.check_room(self.media, size + (tables if same_disk else 0))
        if self._disk is not None and not same_disk:
            target.check_room(self._disk, tables)
        self.folder = self.media / "tmp" / "restoring"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def dump(self, block: bytes) -> None:
        """Append to the dump."""
        with self.dump_file.open("ab") as file:
            file.write(block)

    def photo(self, name: str) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        """Open a new file; a name that comes twice is refused."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return path.open("xb")
        except FileExistsError:
            raise Refused(f"The file holds the photo {name} twice.") from None

    @property
    def dump_file(self) -> Path:
        """Where the dump lies."""
        return self.folder / "database"

    def move_photos(self) -> None:
        """Give the photos their names; those that are there are equal."""
        for staged in self._photos():
            final = self.media / staged.relative_to(self.folder)
            final.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(final)
        os.sync()

    def _photos(self) -> Iterator[Path]:
        for place in PLACES:
            yield from (path for path in (self.folder / place).rglob("*") if path.is_file())

    def clear(self) -> None:
        """Delete what is left of the stage."""
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)


def restore(
    file: Path,
    env: Mapping[str, str],
    tools: Tools,
    *,
    passphrase: str,
    files: target.KeyFiles,
    disk: Path | None,
) -> tuple[About, Manifest]:
    """Bring a backup into the installation that `env` describes (its keys may be unset).

    disk: where the private database keeps its data, None for a given one. Raises Refused.
    """
    stage = Stage(file, env, tools, disk)
    try:
        head, manifest = read(file, passphrase, stage)
        target.check_photos(stage.media, stage.folder)
        _store_keys(head, env, files.keys)
        stage.move_photos()
        if not stage.already:
            stage.database.restore(stage.dump_file)
    finally:
        stage.clear()
    _compare(head.about, stage.database)
    if head.settings:
        _write_private(files.settings, head.settings)
    return head.about, manifest


def look(file: Path, passphrase: str) -> tuple[About, Manifest]:
    """Read a whole file and touch nothing. Raises Refused."""
    head, manifest = read(file, passphrase, Looker())
    target.keys_of(head)
    return head.about, manifest


def _store_keys(head: Head, env: Mapping[str, str], path: Path) -> None:
    """Store those keys that the target has not. They are equal where it has them."""
    if any(not env.get(name, "").strip() for name in target.keys_of(head)):
        _write_private(path, head.keys)


def _compare(about: About, database: Database) -> None:
    with database.connection() as connection:
        found, at = rows(connection), revision(connection)
    wrong = [
        f"{name}: {about.rows.get(name, 0)} saved, {found.get(name, 0)} restored"
        for name in sorted(about.rows.keys() | found.keys())
        if about.rows.get(name) != found.get(name)
    ]
    if wrong or at != about.revision:
        raise Refused("The restored database differs from the saved one. " + "; ".join(wrong))


def _write_private(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def _device(path: Path) -> int:
    return next(place for place in (path, *path.parents) if place.exists()).stat().st_dev
