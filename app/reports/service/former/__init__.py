"""Reports that another system took in, with the lives of their tickets: many at once.

1. A report is known by its source and its number there: taking it over twice, or after half of it
   failed, writes nothing twice.
2. Its place is looked up like any other; what lies outside is refused. Its agency is the one that
   had it, its history the one that `tickets.service.step.past` makes of what is known.
3. No contact comes with it, and nobody is told of what is long past.
"""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.catalog.profile import Profile
from app.catalog.queries import profile
from app.core.crypto import new_reference
from app.core.db import Base, copy_in, draw_ids
from app.core.words.masking import mask
from app.reports.models import Report
from app.routing.decide import REFUSED_PLACES, Place
from app.routing.queries import places
from app.tickets.lifecycle import Refused
from app.tickets.models import Ticket
from app.tickets.service.opening import public_key
from app.tickets.service.step.past import Lived, Past, Pasts
from geo.point import LonLat

NAMESPACE: Final = uuid.UUID("6f6f0f5e-7c1b-5b0e-9a55-3d8c3a1b7e41")
CHANNEL: Final = "import"
OUTSIDE: Final = "the place is outside the city"
NO_PROMISE: Final = "the pack has no promise for this category on that day"


@dataclass(frozen=True, kw_only=True)
class Former:
    """A report as another system had it."""

    source: str
    number: str
    past: Past
    text: str = ""
    address: str = ""
    place: LonLat | None = None

    @property
    def key(self) -> uuid.UUID:
        """What it is known by (rule 1)."""
        return known_as(self.source, self.number)


def known_as(source: str, number: str) -> uuid.UUID:
    """Return the key of a report that has this number there."""
    return uuid.uuid5(NAMESPACE, f"{source}\0{number}")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of a batch: `refused` with a reason each, `known` were there."""

    count: int
    known: int
    refused: list[tuple[Former, str]]


def take_over(session: Session, batch: Sequence[Former], *, now: datetime) -> Written:
    """Write what is not there yet. All of one number in a batch but the first count as known."""
    there = _known(session, [former.key for former in batch])
    new = {former.key: former for former in batch if former.key not in there}
    found = dict(zip(new, _places(session, list(new.values())), strict=True))
    pasts, city, refused = Pasts(session, now), profile(session), list[tuple[Former, str]]()
    lived: list[tuple[Former, Lived]] = []
    for former in new.values():
        place = found[former.key]
        if place is not None and place.kind in REFUSED_PLACES:
            refused.append((former, OUTSIDE))
            continue
        ticket = Ticket(**(_BLANK | _columns(session, former, place)))
        try:
            lived.append((former, pasts.live(former.past, ticket)))
        except Refused as refusal:
            refused.append((former, f"its history is refused: {refusal.code}"))
        except LookupError:
            refused.append((former, NO_PROMISE))
    _write(session, lived, city)
    return Written(count=len(lived), known=len(batch) - len(new), refused=refused)


def _known(session: Session, keys: Collection[uuid.UUID]) -> set[uuid.UUID]:
    query = select(Report.idempotency_key).where(Report.idempotency_key.in_(keys))
    return set(session.scalars(query))


def _places(session: Session, batch: Sequence[Former]) -> list[Place | None]:
    city = profile(session)
    points = [former.place for former in batch if former.place is not None]
    found = iter(
        places(session, points, shore_limit_m=city.shore_limit_m, caution_m=city.border_caution_m)
    )
    return [next(found) if former.place is not None else None for former in batch]


def _columns(session: Session, former: Former, place: Place | None) -> dict[str, Any]:
    category = former.past.category
    area = place.area.code if place and place.area else None
    private = category.privacy == "restricted"
    return {
        "kind": category.kind,
        "content": "pending",
        "category_code": category.code,
        "severity_code": category.severity_code,
        "private": private,
        "area_code": area,
        "place": former.place.ewkt() if former.place else None,
        "map_key": public_key(session, category, former.place, area),
        "received_at": former.past.received_at,
        "updated_at": former.past.received_at,
    }


def _write(session: Session, lived: Sequence[tuple[Former, Lived]], city: Profile) -> None:
    table = Base.metadata.tables
    tickets, reports, events = table["ticket"], table["report"], table["ticket_event"]
    numbers = draw_ids(session, tickets, len(lived))
    references = iter(_references(session, lived, city))
    event_ids = iter(draw_ids(session, events, sum(len(life.events) for _, life in lived)))
    event_rows, texts = [], []
    for number, (_former, life) in zip(numbers, lived, strict=True):
        life.ticket.id, life.ticket.reference = number, next(references)
        for event in life.events:
            event_id = next(event_ids)
            event_rows.append({**event, "id": event_id, "ticket_id": number})
            if (body := life.texts.get(event["seq"])) is not None:
                texts.append(_text(event_id, body, city))
    copy_in(session, tickets, [_row(life.ticket) for _, life in lived])
    ids = draw_ids(session, reports, len(lived))
    copy_in(
        session, reports,
        [
            _report(number, former, life.ticket, city)
            for number, (former, life) in zip(ids, lived, strict=True)
        ],
    )  # fmt: skip
    copy_in(session, events, event_rows)
    copy_in(session, table["event_text"], texts)


def _references(
    session: Session, lived: Sequence[tuple[Former, Lived]], city: Profile
) -> list[str]:
    """Draw references that nobody has."""
    years = [former.past.received_at.astimezone(city.zone).year for former, _ in lived]
    drawn: dict[str, int] = {}
    wanted = list(enumerate(years))
    while wanted:
        for position, year in wanted:
            drawn.setdefault(new_reference(city.reference_prefix, year), position)
        taken = session.scalars(select(Ticket.reference).where(Ticket.reference.in_(drawn))).all()
        for reference in taken:
            del drawn[reference]
        got = set(drawn.values())
        wanted = [(position, year) for position, year in enumerate(years) if position not in got]
    return sorted(drawn, key=drawn.__getitem__)


def _text(event_id: int, body: str, city: Profile) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "body": body,
        "public_body": mask(body, region=city.phone_region),
    }


def _report(number: int, former: Former, ticket: Ticket, city: Profile) -> dict[str, Any]:
    region = city.phone_region
    known = f"{former.source}\0{former.number}\0{former.text}\0{former.address}"
    return {
        "id": number,
        "ticket_id": ticket.id,
        "idempotency_key": former.key,
        "body_hash": hashlib.sha256(known.encode()).digest(),
        "channel": CHANNEL,
        "lang": city.languages[0],
        "received_at": former.past.received_at,
        "category_code": former.past.category.code,
        "text": former.text or None,
        "public_text": mask(former.text, region=region) or None,
        "place": ticket.place,
        "address": former.address or None,
        "public_address": mask(former.address, region=region) or None,
        "answers": {},
    }


_TABLE: Table = Base.metadata.tables["ticket"]
# What a ticket begins with where nobody says anything else: nothing, never, no.
_BLANK: Final = {
    column.name: False if column.type.python_type is bool else 0
    for column in _TABLE.columns
    if not column.nullable and column.server_default is not None and column.name != "kind"
} | {"reports_count": 1}


def _row(ticket: Ticket) -> dict[str, Any]:
    return {column.name: getattr(ticket, column.name) for column in _TABLE.columns}
