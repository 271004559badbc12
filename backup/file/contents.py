"""What a backup file holds: a tar whose members have these names, in this order.

    about.json           format, who made it when, rows of each table; read before anything else
    keys.env             keys of the installation
    settings.env         the operator's settings file, where there is one; never put in force
    database/000001 …    the dump of pg_dump (custom format), cut into parts
    photos/…             photos and documents, under their names in the photo folder
    manifest.json        counts and SHA-256 of all that; what comes without it is not whole

No other name, and nothing but plain files, is ever accepted.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from backup import Refused

FORMAT = 1
ABOUT, KEYS, SETTINGS, MANIFEST = "about.json", "keys.env", "settings.env", "manifest.json"
KEY_NAMES = ("SECRET_KEY", "CONTACT_KEYS", "FOLLOW_KEY")
_NOT_OURS = "{} in the file is not one of ours."
SMALL_BYTES = 1_000_000
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PART_NAME = re.compile(r"database/[0-9]{6,9}")
PHOTO_NAME = re.compile(
    rf"photos/(?:(?:in|sealed)/[0-9a-f]{{2}}/{_UUID}|out/[0-9a-f]{{2}}/{_UUID}-[a-z]+\.jpg"
    rf"|docs/[0-9a-f]{{2}}/{_UUID}\.pdf)"
)


@dataclass(frozen=True, kw_only=True)
class About:
    """Where a backup comes from. made_at: ISO 8601 in UTC, the moment of the snapshot.

    revision: head of the migrations. postgres: major version of the pg_dump. rows: of each table.
    """

    format: int
    made_at: str
    pack: str
    application: str
    revision: str
    postgres: int
    database_bytes: int
    rows: dict[str, int]

    def to_json(self) -> bytes:
        """Return the member's content."""
        return _to_json(asdict(self))

    @classmethod
    def from_json(cls, content: bytes) -> "About":
        """Read the member. Raises Refused where it is none, or of a newer format."""
        found = _object(content, ABOUT)
        if found.get("format") != FORMAT:
            raise Refused(
                f"The file has the format {found.get('format')!r}; this version reads {FORMAT}."
                " Use the version of the application that made it, or a newer one."
            )
        _check(found, {**_types(cls, "rows"), "rows": dict}, ABOUT)
        if not all(isinstance(count, int) for count in found["rows"].values()):
            raise Refused(_NOT_OURS.format(ABOUT))
        return cls(**found)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What must have been read when the end of the file is reached. `sha256` covers all of it."""

    files: int
    dump_bytes: int
    photos: int
    photo_bytes: int
    photos_missing: int
    sha256: str

    def to_json(self) -> bytes:
        """Return the member's content."""
        return _to_json(asdict(self))

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Read the member. Raises Refused where it is none."""
        found = _object(content, MANIFEST)
        _check(found, _types(cls), MANIFEST)
        return cls(**found)


class Tally:
    """Counts and hashes members while they are written or read; both ways must end equal."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._files = self._dump_bytes = self._photos = self._photo_bytes = 0

    def open(self, name: str, size: int) -> None:
        """Begin a member."""
        self._digest.update(f"{name}\n{size}\n".encode())
        self._files += 1
        if name.startswith("database/"):
            self._dump_bytes += size
        if name.startswith("photos/"):
            self._photos += 1
            self._photo_bytes += size

    def add(self, content: bytes) -> None:
        """Take a part of the member's content."""
        self._digest.update(content)

    def manifest(self, photos_missing: int) -> Manifest:
        """Return what the members so far amount to."""
        return Manifest(
            files=self._files,
            dump_bytes=self._dump_bytes,
            photos=self._photos,
            photo_bytes=self._photo_bytes,
            photos_missing=photos_missing,
            sha256=self._digest.hexdigest(),
        )


def _to_json(found: dict[str, object]) -> bytes:
    return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"


def _object(content: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(_NOT_OURS.format(name))
    return found


def _types(cls: type[About | Manifest], *without: str) -> dict[str, Any]:
    """Return the fields of a description with their plain types."""
    return {field.name: field.type for field in fields(cls) if field.name not in without}


def _check(found: dict[str, Any], types: dict[str, Any], name: str) -> None:
    good = found.keys() == types.keys()
    if not good or not all(isinstance(found[key], kind) for key, kind in types.items()):
        raise Refused(_NOT_OURS.format(name))
