"""Settings: read once from the environment, typed, frozen, nested by subject.

1. `Settings.from_env` reports ALL errors at once (`SettingsError`); a wrong one stops the start.
2. Units are part of the names. There is no default secret.
3. This package imports nothing of ours. docs/operator.md documents each variable (a test compares).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.outgoing import (
    Codes,
    Gateway,
    Mail,
    OpenId,
    Push,
    read_codes,
    read_gateway,
    read_mail,
    read_open_id,
    read_push,
)
from config.reader import Reader, is_http

__all__ = ["Codes", "Gateway", "Mail", "OpenId", "Push", "Settings", "SettingsError"]

ROOT = Path(__file__).parents[1]


class SettingsError(Exception):
    """Everything that is wrong with the environment, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Database:
    """PostgreSQL with PostGIS, as an SQLAlchemy URL with the psycopg driver."""

    url: str
    pool_size: int
    statement_timeout_ms: int


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Keys. `contact_keys` are Fernet keys, the newest first (older ones only decrypt).

    `contact_index_key` finds a person's reports by their contact without opening any other.
    """

    secret_key: str = field(repr=False)
    contact_keys: tuple[str, ...] = field(repr=False)
    follow_key: str = field(repr=False)
    contact_index_key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Web:
    """How the outside sees us. `proxy_hops` proxies in front are trusted, no more."""

    base_url: str
    proxy_hops: int
    secure_cookies: bool
    rate_limits: bool


@dataclass(frozen=True, kw_only=True)
class Staff:
    """How staff sign in. totp: whether managers and administrators need a second step.

    idle_h: hours without use after which a session ends; session_h: after which it ends anyway.
    """

    totp: str
    idle_h: int
    session_h: int


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """What lies under the pins. kind: areas, osm, url or mbtiles."""

    kind: str
    url: str
    attribution: str
    mbtiles: Path | None


@dataclass(frozen=True, kw_only=True)
class Media:
    """Photos.

    waiting_mb: how much may wait for forms of one network. free_mb, free_percent: room on the disk
    below which no resident's photo is taken in.
    """

    folder: Path
    max_file_bytes: int
    max_files: int
    max_pixels: int
    upload_window_h: int
    waiting_mb: int
    free_mb: int
    free_percent: int


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How many days after its end a report's contact and its original words are kept."""

    contact_days: int
    words_days: int


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    database: Database
    redis_url: str = field(repr=False)
    secrets: Secrets
    web: Web
    staff: Staff
    basemap: Basemap
    mail: Mail
    sms: Gateway
    zalo: Gateway
    codes: Codes
    push: Push
    open_id: OpenId
    media: Media
    retention: Retention
    city_pack: Path
    trial: bool
    sample_content: bool
    var: Path
    erased_log: Path
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check everything. Raises `SettingsError` that lists all problems."""
        read = Reader(env)
        var = Path(read.text("VAR_DIR", str(ROOT / "var"))).absolute()
        trial = read.flag("TRIAL", default=False)
        second_step = "optional" if trial else "required"
        base_url = read.checked("BASE_URL", "http://127.0.0.1:8000", is_http, "an http(s) URL")
        settings = cls(
            database=Database(
                url=_with_driver(read.required("DATABASE_URL")),
                pool_size=read.integer("DATABASE_POOL_SIZE", 5, 1, 100),
                statement_timeout_ms=read.integer("STATEMENT_TIMEOUT_MS", 15_000, 100, 600_000),
            ),
            redis_url=read.required("REDIS_URL"),
            secrets=Secrets(
                secret_key=read.secret("SECRET_KEY"),
                contact_keys=read.fernet_keys("CONTACT_KEYS"),
                follow_key=read.secret("FOLLOW_KEY"),
                contact_index_key=read.secret_or("CONTACT_INDEX_KEY", "FOLLOW_KEY"),
            ),
            web=Web(
                base_url=base_url.rstrip("/"),
                proxy_hops=read.integer("PROXY_HOPS", 0, 0, 5),
                secure_cookies=base_url.startswith("https://"),
                rate_limits=read.flag("RATE_LIMITS", default=True),
            ),
            staff=Staff(
                totp=read.choice("STAFF_TOTP", second_step, ("required", "optional")),
                idle_h=read.integer("STAFF_IDLE_H", 4, 1, 24),
                session_h=read.integer("STAFF_SESSION_H", 12, 1, 168),
            ),
            basemap=_basemap(read),
            mail=read_mail(read, var),
            sms=read_gateway(read, "SMS", var),
            zalo=read_gateway(read, "ZALO", var),
            codes=read_codes(read),
            push=read_push(read),
            open_id=read_open_id(read),
            media=Media(
                folder=Path(read.text("MEDIA_DIR", str(var / "media"))).absolute(),
                max_file_bytes=read.integer("PHOTO_MAX_BYTES", 12_000_000, 100_000, 50_000_000),
                max_files=read.integer("PHOTO_MAX_FILES", 5, 1, 20),
                max_pixels=read.integer("PHOTO_MAX_PIXELS", 50_000_000, 1_000_000, 200_000_000),
                upload_window_h=read.integer("PHOTO_WINDOW_H", 72, 1, 720),
                waiting_mb=read.integer("PHOTO_WAITING_MB", 1_000, 10, 1_000_000),
                free_mb=read.integer("PHOTO_DISK_FREE_MB", 2_000, 0, 10_000_000),
                free_percent=read.integer("PHOTO_DISK_FREE_PERCENT", 5, 0, 50),
            ),
            retention=Retention(
                contact_days=read.integer("KEEP_CONTACT_DAYS", 365, 1, 3650),
                words_days=read.integer("KEEP_WORDS_DAYS", 1825, 30, 36500),
            ),
            city_pack=_city_pack(read),
            trial=trial,
            sample_content=read.flag("SAMPLE_CONTENT", default=False),
            var=var,
            erased_log=Path(read.text("ERASED_LOG", str(var / "erased.log"))).absolute(),
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        )
        if read.problems:
            raise SettingsError(read.problems)
        return settings


def _city_pack(read: Reader) -> Path:
    """CITY_PACK, else the one folder below cities/."""
    given = read.text("CITY_PACK", "")
    if given:
        folder = (ROOT / given).absolute()
        if not (folder / "city.yaml").is_file():
            read.problems.append("CITY_PACK must be the folder of a city pack")
        return folder
    packs = sorted(path.parent for path in (ROOT / "cities").glob("*/city.yaml"))
    if len(packs) != 1:
        read.problems.append("CITY_PACK is not set, and cities/ does not hold exactly one pack")
    return packs[0] if packs else ROOT / "cities"


def _basemap(read: Reader) -> Basemap:
    """BASEMAP=areas | osm; BASEMAP_URL or BASEMAP_MBTILES choose the other two kinds."""
    url, archive = read.text("BASEMAP_URL", ""), read.text("BASEMAP_MBTILES", "")
    kind = read.choice("BASEMAP", "areas", ("areas", "osm"))
    attribution = read.text("BASEMAP_ATTRIBUTION", "")
    if url:
        kind = "url"
        if not (is_http(url) and all(part in url for part in ("{z}", "{x}", "{y}"))):
            read.problems.append("BASEMAP_URL must be an http(s) URL with {z}, {x} and {y}")
        if not attribution:
            read.problems.append("BASEMAP_ATTRIBUTION must name the source of BASEMAP_URL")
    elif archive:
        kind = "mbtiles"
        if not Path(archive).is_file():
            read.problems.append("BASEMAP_MBTILES names a file that is not there")
    return Basemap(
        kind=kind,
        url=url,
        attribution=attribution,
        mbtiles=Path(archive).absolute() if archive else None,
    )


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
