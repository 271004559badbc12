"""Finds the programs of PostgreSQL with PostGIS and of Redis; asks apt for what is missing.

1. Data once made by a major version of PostgreSQL only run under that version.
2. A PostgreSQL without PostGIS does not count.
3. `redis-server` or its fork `valkey-server`, at least 6.2.
"""

import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher import Refusal
from launcher.software import apt

OLDEST_POSTGRES = 14
OLDEST_REDIS = (6, 2)
EXTENSIONS = ("postgis", "unaccent", "btree_gist", "pg_trgm")
_BREW = ("/opt/homebrew/opt", "/usr/local/opt")
_REDIS_NAMES = ("redis-server", "valkey-server")


@dataclass(frozen=True)
class Postgres:
    """One installed PostgreSQL: major version, folder of its programs, does it have PostGIS."""

    major: int
    programs: Path
    postgis: bool

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.programs / name)


def installed_postgres() -> list[Postgres]:
    """Return every PostgreSQL found on this machine, newest first, with PostGIS before without."""
    found: dict[Path, Postgres] = {}
    for folder in _postgres_folders():
        programs = folder.resolve()
        if programs not in found and (server := _look_at(programs)) is not None:
            found[programs] = server
    return sorted(found.values(), key=lambda each: (each.postgis, each.major), reverse=True)


def choose_postgres(servers: Iterable[Postgres], major: int | None) -> Postgres | None:
    """Return the best of `servers` (of version `major` where data exist already), or None."""
    for server in servers:
        if server.postgis and server.major >= OLDEST_POSTGRES and major in (None, server.major):
            return server
    return None


def ensure_postgres(major: int | None, log: Path) -> Postgres:
    """Return a PostgreSQL with PostGIS, installing it where we may. Raises Refusal."""
    servers = installed_postgres()
    server = choose_postgres(servers, major)
    if server is not None:
        return server
    apt.refresh(log)
    wanted = major or _installable_major(servers)
    packages = ["postgresql", "postgresql-postgis"]
    if wanted is not None:
        packages = [f"postgresql-{wanted}", f"postgresql-{wanted}-postgis-3"]
    what = "PostgreSQL with PostGIS is"
    if major is not None:
        what = f"PostgreSQL {major} with PostGIS, which made the data of this clone, is"
    apt.install(packages, what, log)
    server = choose_postgres(installed_postgres(), major)
    if server is None:
        raise Refusal(f"{what} still missing after installing {' '.join(packages)}; see {log}.")
    return server


def find_client(major: int) -> Path | None:
    """Return the folder of the oldest pg_dump with its pg_restore that is no older than `major`."""
    fitting = []
    for folder in _client_folders():
        match = re.search(r"\) (\d+)", _output(str(folder / "pg_dump"), "--version"))
        if match and int(match[1]) >= major and (folder / "pg_restore").exists():
            fitting.append((int(match[1]), folder))
    return min(fitting)[1] if fitting else None


def ensure_client(major: int, log: Path) -> Path:
    """Return the same, installing it where we may. Raises Refusal."""
    folder = find_client(major)
    if folder is None:
        apt.refresh(log)
        apt.install([f"postgresql-client-{major}"], f"pg_dump of PostgreSQL {major} is", log)
        folder = find_client(major)
    if folder is None:
        raise Refusal(f"pg_dump of PostgreSQL {major} is still missing; see {log}.")
    return folder


def find_redis() -> str | None:
    """Return the path of a Redis server that is new enough, or None."""
    places = [f"{place}/{name}/bin" for place in _BREW for name in ("redis", "valkey")]
    search = ":".join(["/usr/bin", "/usr/local/bin", *places])
    for name in _REDIS_NAMES:
        path = shutil.which(name) or shutil.which(name, path=search)
        if path and redis_version(_output(path, "--version")) >= OLDEST_REDIS:
            return path
    return None


def ensure_redis(log: Path) -> str:
    """Return the path of a Redis server, installing it where we may. Raises Refusal."""
    path = find_redis()
    if path is None:
        apt.refresh(log)
        apt.install(["redis-server"], "Redis 6.2 or newer is", log)
        path = find_redis()
    if path is None:
        raise Refusal("The Redis that this system offers is older than 6.2: set REDIS_URL instead.")
    return path


def redis_version(text: str) -> tuple[int, int]:
    """Return (major, minor) from the output of `redis-server --version`, (0, 0) if unreadable."""
    match = re.search(r"v=(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _installable_major(servers: Iterable[Postgres]) -> int | None:
    """Return the version that only lacks PostGIS, else the one apt would install, else None."""
    for server in servers:
        good = server.major >= OLDEST_POSTGRES
        if good and apt.candidate(f"postgresql-{server.major}-postgis-3"):
            return server.major
    for name in apt.depends("postgresql"):
        if match := re.fullmatch(r"postgresql-(\d+)", name):
            return int(match[1])
    return None


def _postgres_folders() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folders += sorted(Path("/usr").glob("pgsql-*/bin"))
    if platform.system() == "Darwin":
        for place in _BREW:
            folders += sorted(Path(place).glob("postgresql*/bin"))
    if path := shutil.which("initdb"):
        folders.append(Path(path).resolve().parent)
    return [folder for folder in folders if (folder / "initdb").exists()]


def _client_folders() -> list[Path]:
    """Return folders that may hold clients: a server need not be there."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *_postgres_folders()]
    if path := shutil.which("pg_dump"):
        folders.append(Path(path).resolve().parent)
    return folders


def _look_at(programs: Path) -> Postgres | None:
    match = re.search(r"\) (\d+)", _output(str(programs / "postgres"), "--version"))
    if match is None:
        return None
    major = int(match[1])
    shared, libraries = [Path(f"/usr/share/postgresql/{major}")], [programs.parent / "lib"]
    if (programs / "pg_config").exists():
        config = str(programs / "pg_config")
        shared.append(Path(_output(config, "--sharedir").strip()))
        libraries.append(Path(_output(config, "--pkglibdir").strip()))
    complete = all(
        any((folder / "extension" / f"{name}.control").exists() for folder in shared)
        for name in EXTENSIONS
    )
    # Debian packs the description of PostGIS and its library apart.
    library = any(next(folder.glob("postgis-*.*"), None) for folder in libraries)
    return Postgres(major, programs, postgis=complete and library)


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
