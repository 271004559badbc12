"""What a backup is restored into. Everything there is absent, or equal to what the file holds.

1. Keys: none, or the same ones. With others no restored contact could be read.
2. Photos: none, or files that the backup holds with the same bytes (of an interrupted restore).
3. Database: no table of ours, or the same migration and the same number of rows in each table.
"""

import filecmp
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.cli.migrate import alembic_config
from app.media.files import PLACES
from backup import Refused
from backup.database import Database, revision, rows
from backup.file.contents import KEY_NAMES
from backup.file.reading import Head
from backup.making import settings_of
from config import Settings

_SPARE = 1.1  # of the room that is needed
_SAID = ("ticket", "report", "account", "photo")


@dataclass(frozen=True, kw_only=True)
class KeyFiles:
    """Where keys are stored (and may be written), and where restored settings are laid down."""

    keys: Path
    settings: Path


def keys_of(head: Head) -> dict[str, str]:
    """Return the keys in a backup. Raises Refused where it lacks any."""
    pairs = (line.partition("=") for line in head.keys.decode().splitlines())
    keys = {name: value for name, _, value in pairs if name in KEY_NAMES and value}
    if keys.keys() != set(KEY_NAMES):
        raise Refused("The file does not hold all keys.")
    return keys


def settings_for(head: Head, env: Mapping[str, str]) -> Settings:
    """Return the target's settings with the backup's keys. Raises Refused where they do not fit."""
    keys = keys_of(head)
    other = [name for name in KEY_NAMES if env.get(name, "").strip() not in {"", keys[name]}]
    if other:
        raise Refused(
            f"This installation has other keys than the backup ({', '.join(other)}), with which the"
            " restored contacts and links could not be read. If nothing here needs them, move"
            " var/secrets.env away (or unset the variables) and repeat."
        )
    settings = settings_of({**env, **keys})
    here = yaml.safe_load((settings.city_pack / "city.yaml").read_text("utf-8"))["code"]
    if here != head.about.pack:
        raise Refused(
            f"The backup is of the city {head.about.pack!r}, this installation is of {here!r}:"
            " choose its pack by CITY_PACK."
        )
    return settings


def check_versions(head: Head, database: Database) -> None:
    """Raise Refused where the backup is newer than this code or its programs."""
    try:
        ScriptDirectory.from_config(alembic_config()).get_revision(head.about.revision)
    except CommandError:
        raise Refused(
            f"The backup was made by a newer version of the application ({head.about.application},"
            f" migration {head.about.revision}), which this one does not know: update it first."
        ) from None
    if database.tools.major() < head.about.postgres:
        raise Refused(
            f"The backup was made by PostgreSQL {head.about.postgres}; its programs of version"
            f" {database.tools.major()} cannot read it. Install postgresql-client-"
            f"{head.about.postgres} or newer."
        )


def has_the_same(head: Head, database: Database) -> bool:
    """Tell whether the database holds just what was saved; False if empty. Raises Refused."""
    with database.connection() as connection:
        found = rows(connection)
        if not found:
            return False
        same = found == head.about.rows and revision(connection) == head.about.revision
    if not same:
        counts = [f"{found[name]} in {name}" for name in _SAID if found.get(name)]
        content = f"rows: {', '.join(counts)}" if counts else "tables, though no reports yet"
        raise Refused(
            f"The database is not empty ({content}), and nothing is overwritten. Restore into"
            " another clone or database; ./run reset empties the private one of this folder."
        )
    return True


def check_photos(media: Path, staged: Path) -> None:
    """Raise Refused if a file among the photos is not, byte for byte, among the staged ones."""
    for place in PLACES:
        for path in (media / place).rglob("*"):
            if not path.is_file():
                continue
            twin = staged / path.relative_to(media)
            if not (twin.is_file() and filecmp.cmp(path, twin, shallow=False)):
                raise Refused(
                    f"{media} holds photos that are not in the backup, and nothing is overwritten."
                    " Restore into another clone, or move that folder away."
                )


def check_room(folder: Path, needed: float) -> None:
    """Raise Refused if the disk of a folder has less room than that and a little."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    room = os.statvfs(place)
    free = room.f_bavail * room.f_frsize
    if free < needed * _SPARE:
        raise Refused(
            f"{needed * _SPARE / 1e6:,.0f} MB are needed at {place}, {free / 1e6:,.0f} MB are free."
        )
