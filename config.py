"""Settings: read once from the environment, typed, frozen, nested by subject.

1. `Settings.from_env` reports ALL errors at once (`SettingsError`); a wrong one stops the start.
2. Units are part of the names. There is no default secret.
3. This module imports nothing of ours. docs/operator.md documents each variable (a test compares).
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent


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
    """Keys. `contact_keys` are Fernet keys, the newest first (older ones only decrypt)."""

    secret_key: str = field(repr=False)
    contact_keys: tuple[str, ...] = field(repr=False)
    follow_key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Web:
    """How the outside sees us. `proxy_hops` proxies in front are trusted, no more."""

    base_url: str
    proxy_hops: int
    secure_cookies: bool
    rate_limits: bool


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """What lies under the pins. kind: areas, osm, url or mbtiles."""

    kind: str
    url: str
    attribution: str
    mbtiles: Path | None


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Outgoing mail. Without a host, messages are files in `folder`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    sender: str
    folder: Path
    timeout_s: int


@dataclass(frozen=True, kw_only=True)
class Media:
    """Photos."""

    folder: Path
    max_file_bytes: int
    max_files: int
    max_pixels: int
    upload_window_h: int


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    database: Database
    redis_url: str = field(repr=False)
    secrets: Secrets
    web: Web
    basemap: Basemap
    mail: Mail
    media: Media
    city_pack: Path
    trial: bool
    sample_content: bool
    var: Path
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check everything. Raises `SettingsError` that lists all problems."""
        read = _Reader(env)
        var = Path(read.text("VAR_DIR", str(ROOT / "var"))).absolute()
        base_url = read.checked("BASE_URL", "http://127.0.0.1:8000", _is_http, "an http(s) URL")
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
            ),
            web=Web(
                base_url=base_url.rstrip("/"),
                proxy_hops=read.integer("PROXY_HOPS", 0, 0, 5),
                secure_cookies=base_url.startswith("https://"),
                rate_limits=read.flag("RATE_LIMITS", default=True),
            ),
            basemap=read.basemap(),
            mail=Mail(
                host=read.text("SMTP_HOST", ""),
                port=read.integer("SMTP_PORT", 587, 1, 65_535),
                user=read.text("SMTP_USER", ""),
                password=read.text("SMTP_PASSWORD", ""),
                starttls=read.flag("SMTP_STARTTLS", default=True),
                sender=read.text("MAIL_SENDER", "no-reply@localhost.invalid"),
                folder=var / "mail",
                timeout_s=read.integer("SMTP_TIMEOUT_S", 10, 1, 120),
            ),
            media=Media(
                folder=Path(read.text("MEDIA_DIR", str(var / "media"))).absolute(),
                max_file_bytes=read.integer("PHOTO_MAX_BYTES", 12_000_000, 100_000, 50_000_000),
                max_files=read.integer("PHOTO_MAX_FILES", 5, 1, 20),
                max_pixels=read.integer("PHOTO_MAX_PIXELS", 50_000_000, 1_000_000, 200_000_000),
                upload_window_h=read.integer("PHOTO_WINDOW_H", 72, 1, 720),
            ),
            city_pack=read.city_pack(),
            trial=read.flag("TRIAL", default=False),
            sample_content=read.flag("SAMPLE_CONTENT", default=False),
            var=var,
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        )
        if read.problems:
            raise SettingsError(read.problems)
        return settings


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def required(self, name: str) -> str:
        value = self.text(name, "")
        if not value:
            self.problems.append(f"{name} is not set")
        return value

    def secret(self, name: str) -> str:
        value = self.required(name)
        if value and len(value) < 32:
            self.problems.append(f"{name} is shorter than 32 characters")
        return value

    def fernet_keys(self, name: str) -> tuple[str, ...]:
        keys = tuple(key.strip() for key in self.required(name).split(",") if key.strip())
        for key in keys:
            try:
                good = len(base64.urlsafe_b64decode(key)) == 32
            except (ValueError, binascii.Error):
                good = False
            if not good:
                self.problems.append(f"{name} holds a key that is not 32 bytes in base64")
        return keys

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if raw.isdecimal() and low <= int(raw) <= high:
            return int(raw)
        self.problems.append(f"{name} must be a whole number from {low} to {high}")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        raw = self.text(name, "1" if default else "0").lower()
        if raw in {"1", "true", "yes", "on"}:
            return True
        if raw in {"0", "false", "no", "off"}:
            return False
        self.problems.append(f"{name} must be 1 or 0")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}")
        return value

    def checked(self, name: str, default: str, good: Callable[[str], bool], what: str) -> str:
        value = self.text(name, default)
        if not good(value):
            self.problems.append(f"{name} must be {what}")
        return value

    def city_pack(self) -> Path:
        """CITY_PACK, else the one folder below cities/."""
        given = self.text("CITY_PACK", "")
        if given:
            folder = (ROOT / given).absolute()
            if not (folder / "city.yaml").is_file():
                self.problems.append("CITY_PACK must be the folder of a city pack")
            return folder
        packs = sorted(path.parent for path in (ROOT / "cities").glob("*/city.yaml"))
        if len(packs) != 1:
            self.problems.append("CITY_PACK is not set, and cities/ does not hold exactly one pack")
        return packs[0] if packs else ROOT / "cities"

    def basemap(self) -> Basemap:
        """BASEMAP=areas | osm; BASEMAP_URL or BASEMAP_MBTILES choose the other two kinds."""
        url, archive = self.text("BASEMAP_URL", ""), self.text("BASEMAP_MBTILES", "")
        kind = self.choice("BASEMAP", "areas", ("areas", "osm"))
        attribution = self.text("BASEMAP_ATTRIBUTION", "")
        if url:
            kind = "url"
            if not (_is_http(url) and all(part in url for part in ("{z}", "{x}", "{y}"))):
                self.problems.append("BASEMAP_URL must be an http(s) URL with {z}, {x} and {y}")
            if not attribution:
                self.problems.append("BASEMAP_ATTRIBUTION must name the source of BASEMAP_URL")
        elif archive:
            kind = "mbtiles"
            if not Path(archive).is_file():
                self.problems.append("BASEMAP_MBTILES names a file that is not there")
        return Basemap(
            kind=kind,
            url=url,
            attribution=attribution,
            mbtiles=Path(archive).absolute() if archive else None,
        )


def _is_http(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
