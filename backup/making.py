"""Makes a backup file."""

import itertools
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backup import Refused, photos
from backup.database import Database, Snapshot, Tools
from backup.file.contents import ABOUT, FORMAT, KEY_NAMES, KEYS, SETTINGS, About, Manifest
from backup.file.writing import Archive, new_archive
from config import ROOT, Settings, SettingsError

SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished backup."""

    path: Path
    about: About
    manifest: Manifest


def make(
    folder: Path, env: Mapping[str, str], tools: Tools, *, passphrase: str, settings_file: Path
) -> Made:
    """Write the backup of the installation that `env` describes. Raises Refused."""
    if passphrase and len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(f"BACKUP_PASSPHRASE must have at least {SHORTEST_PASSPHRASE} characters.")
    settings = settings_of(env)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    media = settings.media.folder
    database = Database(settings.database.url, tools)
    with (
        photos.waiting(media) as kept,
        database.snapshot(lambda still: kept.keep(still.waiting_photos())) as snapshot,
    ):
        about = _about(snapshot, tools)
        path = folder / _name(about, sealed=bool(passphrase))
        with new_archive(path, passphrase) as archive:
            archive.add(ABOUT, about.to_json())
            archive.add(KEYS, _keys(env))
            if settings_file.is_file():
                archive.add(SETTINGS, settings_file.read_bytes())
            for number, part in enumerate(database.dump(snapshot.name), 1):
                archive.add(f"database/{number:06d}", part)
            missing = _add_photos(archive, media, kept, snapshot)
            manifest = archive.finish(missing)
    return Made(path=path, about=about, manifest=manifest)


def settings_of(env: Mapping[str, str]) -> Settings:
    """Return the settings. Raises Refused that lists what is wrong."""
    try:
        return Settings.from_env(env)
    except SettingsError as error:
        raise Refused(f"Settings:\n{error}") from None


def _about(snapshot: Snapshot, tools: Tools) -> About:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return About(
        format=FORMAT,
        made_at=snapshot.made_at,
        pack=snapshot.pack(),
        application=str(project["version"]),
        revision=snapshot.revision(),
        postgres=tools.major(),
        database_bytes=snapshot.size(),
        rows=snapshot.rows(),
    )


def _name(about: About, *, sealed: bool) -> str:
    made_at = datetime.fromisoformat(about.made_at).astimezone(UTC)
    pack = re.sub(r"[^A-Za-z0-9]+", "-", about.pack).strip("-")
    return f"hoi-am-{pack}-{made_at:%Y%m%dT%H%M%SZ}.tar{'.enc' if sealed else ''}"


def _keys(env: Mapping[str, str]) -> bytes:
    return "".join(f"{name}={env[name]}\n" for name in KEY_NAMES).encode()


def _add_photos(archive: Archive, media: Path, kept: photos.Waiting, snapshot: Snapshot) -> int:
    """Copy what the snapshot refers to; return how many files were gone."""
    missing = 0
    needed = itertools.chain(
        photos.wanted(media, kept, snapshot.photos()),
        photos.wanted_documents(media, snapshot.documents()),
    )
    for name, path in needed:
        try:
            source = path.open("rb")
        except FileNotFoundError:
            missing += 1
            continue
        with source:
            archive.add_stream(name, source, os.fstat(source.fileno()).st_size)
    return missing
