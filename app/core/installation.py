"""The settings of this process, for code that runs in the web, in jobs and in commands alike.

`configure` is called once by `create_app`; everything that is derived from settings (the sealer,
the hint sender) is built here, so that no service reads the environment or Flask.
"""

from app.core.crypto import Sealer
from app.core.work import jobs
from config import Settings

_settings: Settings | None = None
_sealer: Sealer | None = None


def configure(settings: Settings) -> None:
    """Make `settings` those of this process."""
    global _settings, _sealer  # noqa: PLW0603 - one installation for each process
    _settings = settings
    _sealer = Sealer(settings.secrets.contact_keys)
    jobs.configure(settings.redis_url)


def settings() -> Settings:
    """Return the settings. Raises RuntimeError before `configure`."""
    if _settings is None:
        raise RuntimeError("installation.configure() has not been called")
    return _settings


def sealer() -> Sealer:
    """Return what encrypts and decrypts contacts."""
    if _sealer is None:
        raise RuntimeError("installation.configure() has not been called")
    return _sealer
