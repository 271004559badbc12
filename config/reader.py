"""Reads variables and collects what is wrong with them, instead of stopping at the first."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit


class Reader:
    """Takes variables of an environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Return the value without space around it, or the default."""
        return self._env.get(name, "").strip() or default

    def required(self, name: str) -> str:
        """Return the value; an empty one is a problem."""
        value = self.text(name, "")
        if not value:
            self.problems.append(f"{name} is not set")
        return value

    def secret(self, name: str) -> str:
        """Return a key of at least 32 characters."""
        value = self.required(name)
        if value and len(value) < 32:
            self.problems.append(f"{name} is shorter than 32 characters")
        return value

    def secret_or(self, name: str, other: str) -> str:
        """Return a key of its own, else one that is derived from another's."""
        if self.text(name, ""):
            return self.secret(name)
        root = self.text(other, "").encode()
        return hmac.new(root, name.encode(), hashlib.sha256).hexdigest()

    def fernet_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys, the newest first."""
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
        """Return a whole number within limits."""
        raw = self.text(name, str(default))
        if raw.isdecimal() and low <= int(raw) <= high:
            return int(raw)
        self.problems.append(f"{name} must be a whole number from {low} to {high}")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether it is on."""
        raw = self.text(name, "1" if default else "0").lower()
        if raw in {"1", "true", "yes", "on"}:
            return True
        if raw in {"0", "false", "no", "off"}:
            return False
        self.problems.append(f"{name} must be 1 or 0")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed words."""
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}")
        return value

    def checked(self, name: str, default: str, good: Callable[[str], bool], what: str) -> str:
        """Return a value that is good, else say what it must be."""
        value = self.text(name, default)
        if not good(value):
            self.problems.append(f"{name} must be {what}")
        return value


def is_http(value: str) -> bool:
    """Tell whether this is an http(s) URL with a host."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
