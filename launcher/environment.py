"""The environment variables that the application reads, put together from six sources.

1. What the operator set in the environment wins, then what stands in `var/settings.env`. Then keys
   from `var/secrets.env` (0600, made once), then the URLs of the private servers, then defaults
   that fit a trial on this machine.
2. The demonstration has its own database, files and word: nothing of it can meet real tickets.
3. Tests get keys of their own that are forgotten afterwards.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from launcher import Refusal
from launcher.clone import Clone


def _text_key() -> str:
    return secrets.token_urlsafe(48)


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


KEYS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": _text_key,
    "CONTACT_KEYS": _fernet_key,
    "FOLLOW_KEY": _text_key,
}
# For `./run backup` and `./run restore` alone: no web server or worker ever sees them.
PASSPHRASE = ("BACKUP_PASSPHRASE", "BACKUP_PASSPHRASE_FILE")


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Address":
        """Return HOST and PORT. Raises Refusal where PORT is no port."""
        raw = env.get("PORT", "").strip() or "8000"
        if not (raw.isdecimal() and 1 <= int(raw) <= 65_535):
            raise Refusal(f"PORT must be a number from 1 to 65535, not {raw!r}.")
        return cls(env.get("HOST", "").strip() or "127.0.0.1", int(raw))

    @property
    def url(self) -> str:
        """What a person on this machine types."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}"


def known_keys(clone: Clone, env: Mapping[str, str]) -> dict[str, str]:
    """Return those keys that the environment or `var/secrets.env` has; make none."""
    stored = _parse(clone.var / "secrets.env")
    keys = {name: env.get(name, "").strip() or stored.get(name, "") for name in KEYS}
    return {name: value for name, value in keys.items() if value}


def adopt_settings(clone: Clone, env: MutableMapping[str, str]) -> None:
    """Add what stands in `var/settings.env` to the environment, which wins."""
    for name, value in _parse(clone.var / "settings.env").items():
        if not env.get(name, "").strip():
            env[name] = value


def application(
    clone: Clone,
    env: Mapping[str, str],
    urls: Mapping[str, str],
    *,
    sample: bool,
    keys: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the whole environment of web, workers and commands.

    urls: DATABASE_URL and REDIS_URL. sample: the demonstration's environment. keys: those to go
    with, where none may be made; else they are read, and made where they are missing.
    """
    keys = secret_keys(clone, env) if keys is None else keys
    address = Address.read(env)
    var = Path(env.get("VAR_DIR", "").strip() or clone.var).absolute()
    if sample:
        var = var / "demo"
    defaults = {
        "HOST": address.host,
        "PORT": str(address.port),
        "BASE_URL": address.url,
        "TRIAL": "1",
        "PROXY_HOPS": "0",
    }
    given = {name: value for name, value in _inherited(clone, env).items() if value.strip()}
    result = {**defaults, **keys, **given, **urls}
    result |= {"VAR_DIR": str(var), "SAMPLE_CONTENT": str(int(sample))}
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    return result


def for_tests(
    clone: Clone, env: Mapping[str, str], urls: Mapping[str, str], var: Path
) -> dict[str, str]:
    """Return the environment of the tests: servers, keys of this run only, a folder of its own."""
    keys = {name: make() for name, make in KEYS.items()}
    return {**_inherited(clone, env), **keys, **urls, "VAR_DIR": str(var)}


def secret_keys(clone: Clone, env: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of this installation; make and store those that nobody has set."""
    known = known_keys(clone, env)
    made = {name: make() for name, make in KEYS.items() if name not in known}
    if made:
        path = clone.var / "secrets.env"
        _store(path, _parse(path) | made)
    return {**known, **made}


def _parse(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from None
    lines = [line.strip() for line in lines]
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _store(path: Path, keys: Mapping[str, str]) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(
            "# Keys of this installation. Keep a copy: without CONTACT_KEYS no contact can\n"
        )
        file.write("# be read again. CONTACT_KEYS may hold several, newest first, with commas.\n")
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _inherited(clone: Clone, env: Mapping[str, str]) -> dict[str, str]:
    """Return the operator's environment without what would redirect database or Python."""
    kept = {name: value for name, value in env.items() if not name.startswith("PG")}
    for name in (*PASSPHRASE, "PYTHONHOME", "VIRTUAL_ENV", "FLASK_APP", "FLASK_DEBUG"):
        kept.pop(name, None)
    return kept | {"PYTHONPATH": str(clone.root), "PYTHONUNBUFFERED": "1"}
