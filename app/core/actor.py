"""Who acts: passed to every verb, together with `now`.

`role` is one of the lifecycle's roles; what the person may do is decided in `policy` modules.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """role: system, reporter, or a staff role. Staff carry account, agency and all roles."""

    role: str
    account_id: int | None = None
    agency_code: str | None = None
    roles: frozenset[tuple[str, str | None]] = frozenset()
    full_name: str = ""
    lang: str = "en"


SYSTEM = Actor(role="system")
REPORTER = Actor(role="reporter")
