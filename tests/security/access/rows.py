"""Extra fields, and what stands in the database before and after, without what differs by itself.

The names are those of all columns of the database, and those that frameworks and other systems use.
What a form has a field for is its own and not extra.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Integer, LargeBinary, Uuid, func, select

from app.core.db import Base

OTHER_NAMES = (
    "admin", "is_admin", "is_staff", "superuser", "roles", "permissions", "user", "user_id",
    "account", "owner", "owner_id", "actor", "due", "due_at", "public", "visible", "_method",
    "now", "tenant", "office", "id[]", "role[]", "ticket[status]", "ticket.status", "__proto__",
)  # fmt: skip
TEMPTING = {
    "role": "administrator", "status": "closed", "content": "published", "agency_code": "TTRA",
    "duty": "coordinator", "approval": "none", "state": "ready", "channel": "cli",
    "email": "evil@example.invalid", "identity": "follow_link", "outcome_code": "fixed",
}  # fmt: skip
# Texts that are drawn anew each time.
DRAWN = {"password_hash", "mark"}
VOLATILE = (DateTime, LargeBinary, Uuid)
TABLES = Base.metadata.tables


def extras(own: set[str]) -> dict[str, str]:
    """Every name that a form does not have, with something that somebody would want."""
    found = dict.fromkeys(OTHER_NAMES, "1")
    for table in TABLES.values():
        for column in table.columns:
            kind = column.type
            usual = "1" if isinstance(kind, Integer) else "true"
            usual = "2030-01-01T00:00:00Z" if isinstance(kind, DateTime) else usual
            found[column.name] = TEMPTING.get(column.name, usual)
    return {name: value for name, value in found.items() if name not in own}


class Rows:
    """What stands in the database, without what differs between two runs by itself."""

    def __init__(self, connection: Connection, fingerprint: Callable[[], set[Any]]) -> None:
        self._connection = connection
        self._fingerprint = fingerprint
        self._before = fingerprint()
        self._last = {
            name: connection.execute(select(func.max(table.c.id))).scalar() or 0
            for name, table in TABLES.items()
            if "id" in table.c and isinstance(table.c.id.type, Integer)
        }
        self.seen: list[Counter[str]] = []

    def look(self) -> None:
        """Note the rows of every table that has changed."""
        changed = {row[0] for row in self._fingerprint() ^ self._before}
        found: Counter[str] = Counter()
        for name in sorted(changed - {"staff_session", "sign_in_throttle"}):
            for row in self._connection.execute(TABLES[name].select()).mappings():
                kept = {c.name: self._plain(c, row[c]) for c in TABLES[name].columns}
                found[f"{name} {_said(kept)}"] += 1
        self.seen.append(found)

    def _plain(self, column: Column[Any], value: Any) -> Any:
        if isinstance(column.type, VOLATILE) or column.name in DRAWN:
            return value is not None
        key = next(iter(column.foreign_keys), None)
        known = {"id": column.table.name, "event_id": "ticket_event", "ticket_id": "ticket"}
        own = known.get(column.name, "")
        table = key.column.table.name if key else own
        is_new = isinstance(value, int) and value > self._last.get(table, value)
        return "new" if is_new else value


def _said(kept: dict[str, Any]) -> str:
    said = json.dumps(kept, default=str, sort_keys=True, ensure_ascii=False)
    said = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid", said)
    said = re.sub(r"gAAAA[\w=-]+", "sealed", said)
    said = re.sub(r'"(follower|report|account|proof):\d+"', r'"\1:new"', said)
    said = re.sub(r'"request": \d+', '"request": "new"', said)
    said = re.sub(r'"waited_s": \d+', '"waited_s": "seconds"', said)
    said = re.sub(r"QN-26-[0-9A-Z]{6}", "reference", said)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:[\d.]+(\+\d\d:\d\d|Z)?", "instant", said)


def differs(rows: Rows, what: str) -> str:
    """What the second of two looks has or lacks."""
    honest, extra = rows.seen[-2:]
    lines = [f"+ {row}" for row in extra - honest] + [f"- {row}" for row in honest - extra]
    return f"{what}:\n  " + "\n  ".join(line[:600] for line in lines[:4]) if lines else ""
