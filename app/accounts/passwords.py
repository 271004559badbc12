"""Password hashes: argon2id, with a dummy so that an unknown account costs the same time."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second profile: 19 MiB, two passes. Two web processes must survive a burst of sign-ins.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


@cache
def _dummy() -> str:
    return _HASHER.hash("nobody has this password")


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password fits; takes as long for an account that does not exist."""
    try:
        fits = _HASHER.verify(stored or _dummy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
