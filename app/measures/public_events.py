"""The public events of every public ticket: what the figures are made of, and what is published.

1. Nothing of a private ticket; no event that is not public; codes only, no text of anybody.
2. No area where the category shows none. Which parameters may leave is listed here, once.
3. Rows are read by a cursor of the server: however many there are, few are in memory.
4. What happened before a report became a suggestion, or the other way round, keeps its kind.
5. A ticket whose events do not say its promise (they were written before events did) says the
   present one in its first line.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from app.measures.reckoning.events import Line, Promised
from app.measures.reckoning.history import BEGINNINGS, HEIRS, MOVES

BATCH: Final = 2_000
# Sorting the events of a large city takes longer than a page may.
_PATIENT: Final = text("SET LOCAL statement_timeout = '10min'")
NAMED: Final = (
    "code", "until", "clock", "came_back", "split_from", "into", "left", "level", "reason",
)  # fmt: skip

_ROWS: Final = """
SELECT t.id AS ticket_id, t.reference, t.kind AS ticket_kind, e.seq, e.kind, e.actor_role,
       e.from_status, e.to_status, e.occurred_at, e.params, c.public_detail <> 'none' AS placed,
       CASE WHEN e.seq = 1 AND t.target_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM ticket_event p WHERE p.ticket_id = t.id AND p.params ? 'promised'
       ) THEN jsonb_build_object(
           'target', t.target_id, 'timetable', t.timetable_id, 'calendar', t.calendar_version,
           'from', coalesce(t.promised_from, t.received_at)
       ) END AS unsaid
FROM ticket_event e
JOIN ticket t ON t.id = e.ticket_id
JOIN category c ON c.code = t.category_code
WHERE e.public AND NOT t.private
"""
_OF_MONTHS: Final = text(
    f"""{_ROWS} AND e.occurred_at < :until AND t.id IN (
        SELECT ticket_id FROM ticket_event WHERE occurred_at >= :since
        UNION SELECT id FROM ticket
        WHERE status IN ('received', 'assigned', 'in_progress', 'waiting')
    ) ORDER BY t.id, e.seq"""  # noqa: S608 - our own constants
)
_BETWEEN: Final = text(
    f"{_ROWS} AND e.occurred_at >= :since AND e.occurred_at < :until ORDER BY e.occurred_at, e.id"
)


# What became of another kind: from there on it has the kind of today, or of before the next turn.
_TURNS: Final = text(
    "SELECT ticket_id, seq, params -> 'kind' ->> 0 FROM ticket_event WHERE kind = 'convert'"
    " ORDER BY ticket_id, seq"
)


def lines_of(session: Session, since: datetime, until: datetime) -> Iterator[Line]:
    """Yield the events, ticket by ticket, of all that were open or had one since then."""
    for row, kind in _stream(session, _OF_MONTHS, since, until):
        yield _line(row, kind)


def documents(session: Session, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield the events between two instants as they are published, oldest first."""
    for row, kind in _stream(session, _BETWEEN, since, until):
        yield document(row, kind)


def published(session: Session, since: datetime, until: datetime) -> Iterator[bytes]:
    """Yield the same as lines of JSON: what a month's file holds."""
    for told in documents(session, since, until):
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest(session: Session, since: datetime, until: datetime) -> str:
    """Return the SHA-256 of those lines, in hexadecimal digits."""
    found = hashlib.sha256()
    for line in published(session, since, until):
        found.update(line)
    return found.hexdigest()


def _stream(
    session: Session, query: TextClause, since: datetime, until: datetime
) -> Iterator[tuple[Row[Any], str]]:
    """Yield the rows, each with the kind that the ticket had then."""
    session.execute(_PATIENT)
    turns: dict[int, list[tuple[int, str]]] = {}
    for ticket, seq, former in session.execute(_TURNS):
        turns.setdefault(ticket, []).append((seq, former))
    for row in session.execute(
        query, {"since": since, "until": until}, execution_options={"yield_per": BATCH}
    ):
        formers = (former for seq, former in turns.get(row.ticket_id, ()) if seq > row.seq)
        yield row, next(formers, row.ticket_kind)


def document(row: Row[Any], kind: str) -> dict[str, Any]:
    """Return one event as it is published (docs/open-data.md describes the fields)."""
    params: dict[str, Any] = row.params
    found = {
        "ticket": row.reference,
        "seq": row.seq,
        "kind": kind,
        "at": row.occurred_at.isoformat(),
        "event": row.kind,
        "by": row.actor_role,
        "before": row.from_status,
        "after": row.to_status,
        "agency": params.get("agency") if row.kind in MOVES | HEIRS else None,
        "asked": params.get("agency") if row.kind == "cooperate" else None,
        "category": _now(params.get("category")),
        "area": params.get("area") if row.placed else None,
        # Of a part of another ticket; a join keeps there what was before it.
        "received": params.get("received_at") if row.kind in BEGINNINGS else None,
        "replied": params.get("replied_at") if row.kind == "open" else None,
        "part": True if "part" in params else None,
        "promise": params.get("promised") or row.unsaid,
        **{name: params.get(name) for name in NAMED},
    }
    return {name: value for name, value in found.items() if value is not None}


def _now(value: object) -> object:
    """Return the value that holds now: a change is [before, after]."""
    return value[-1] if isinstance(value, list) else value


def _line(row: Row[Any], kind: str) -> Line:
    """Read an event from what is published of it: nothing else counts."""
    told = document(row, kind)
    promise = told.get("promise")
    return Line(
        ticket=told["ticket"],
        seq=told["seq"],
        at=row.occurred_at,
        event=told["event"],
        role=told["by"],
        before=told.get("before"),
        after=told["after"],
        kind=told["kind"],
        agency=told.get("agency", ""),
        category=told.get("category", ""),
        area=told.get("area", ""),
        code=told.get("code", ""),
        clock=told.get("clock", ""),
        came_back=told.get("came_back", ""),
        part=told.get("part", False),
        received=_instant(told.get("received")),
        replied=_instant(told.get("replied")),
        promised=_promised(promise) if promise else None,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _promised(told: dict[str, Any]) -> Promised:
    start = datetime.fromisoformat(told["from"])
    return Promised(told["target"], told["timetable"], told["calendar"], start)
