"""The first line of a ticket's history, and how much of the ticket may be public.

Everybody waits for a report to be taken in, so ticket and event are one statement, written here
once for all: what a session would do for it costs more than the database does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningInsert

from app.catalog.models import Area, Category
from app.catalog.queries import profile, today
from app.core.actor import REPORTER
from app.core.crypto import new_reference
from app.core.db import Base, adopt
from app.tickets.lifecycle import Verb
from app.tickets.models import Ticket
from app.tickets.service.step.expecting import routed_by
from app.tickets.service.step.record import Line, event_values, owe
from app.tickets.tables import FIRST, SUGGESTION
from geo.morton import map_key
from geo.point import LonLat

REFERENCE_TRIES = 5
_TICKET_COLUMNS = (
    "id", "reference", "kind", "status", "content", "category_code", "severity_code",
    "urgent_claim", "private", "about_agency_code", "place", "accuracy_m", "area_code",
    "stated_area_code", "map_key", "received_at", "updated_at", "events_count", "sample", "coarse",
    "legal_kind", "intake_due_at", "predecessor_id",
)  # fmt: skip
_EVENT_COLUMNS = (
    "seq", "kind", "public", "actor_role", "actor_account_id", "agency_code", "from_status",
    "to_status", "occurred_at", "recorded_at", "params",
)  # fmt: skip


def _write() -> ReturningInsert[Any]:
    """Return the statement: the event is written if the ticket was; its id comes back."""
    tickets, events = Base.metadata.tables["ticket"], Base.metadata.tables["ticket_event"]
    ticket = (
        insert(tickets)
        .values({name: bindparam(name) for name in _TICKET_COLUMNS})
        .on_conflict_do_nothing(index_elements=["reference"])
        .returning(tickets.c.id)
        .cte("written")
    )
    event = [bindparam(f"event_{name}", type_=events.c[name].type) for name in _EVENT_COLUMNS]
    return (
        insert(events)
        .from_select(["ticket_id", *_EVENT_COLUMNS], select(ticket.c.id, *event))
        .returning(events.c.id)
    )


_WRITE = _write()


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What is known when a ticket begins. `id` was drawn by the report that causes it.

    check_first: its words wait for the check in any case. coarse: the pin is the unit's.
    legal_kind: nothing is public, a person sorts it. came_back: the ticket that was closed and is
    found not to hold. split_from: the ticket that it carries on with a part of, with its receipt;
    private as that one is.
    """

    id: int
    category: Category
    severity: str
    urgent_claim: bool = False
    place: LonLat | None = None
    accuracy_m: int | None = None
    area: str | None = None
    stated_area: str | None = None
    about_agency: str | None = None
    channel: str = "web"
    sample: bool = False
    coarse: bool = False
    check_first: bool = False
    legal_kind: str | None = None
    came_back: Ticket | None = None
    split_from: Ticket | None = None

    @property
    def private(self) -> bool:
        """Whether nothing of it is public."""
        restricted = self.legal_kind is not None or self.category.privacy == "restricted"
        return restricted or (self.split_from is not None and self.split_from.private)


def open_ticket(session: Session, new: NewTicket, *, now: datetime) -> Ticket:
    """Write ticket and first event. The ticket is unrouted: a job finds it.

    References are drawn until one is free: two equal draws are rare, never an error.
    """
    values = _values(session, new, now)
    prefix, year = profile(session).reference_prefix, today(session, now).year
    for _ in range(REFERENCE_TRIES):
        ticket = Ticket(**values, reference=new_reference(prefix, year))
        event = event_values(ticket, _first_line(new), actor=REPORTER, now=now)
        written = session.scalar(_WRITE, _parameters(ticket, event, new.place))
        if written is not None:
            adopt(session, ticket)
            owe(session, Verb.OPEN, written, now)
            return ticket
    raise RuntimeError("no free reference was found")


def _first_line(new: NewTicket) -> Line:
    params = {"category": new.category.code, "channel": new.channel}
    if new.area is not None:
        params["area"] = new.area
    if new.came_back is not None:
        params["came_back"] = new.came_back.reference
    if new.split_from is not None:
        params["split_from"] = new.split_from.reference
        params["received_at"] = new.split_from.received_at.isoformat()
        if new.split_from.first_replied_at is not None:
            params["replied_at"] = new.split_from.first_replied_at.isoformat()
    return Line(verb=Verb.OPEN, params=params, from_status=None)


def _parameters(ticket: Ticket, event: Mapping[str, Any], place: LonLat | None) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in _TICKET_COLUMNS if name != "place"}
    values["place"] = place.ewkt() if place else None
    return values | {f"event_{name}": event[name] for name in _EVENT_COLUMNS}


def _values(session: Session, new: NewTicket, now: datetime) -> dict[str, object]:
    return {
        "id": new.id,
        "kind": new.category.kind,
        "status": FIRST[new.category.kind].value,
        "content": _first_content(new),
        "category_code": new.category.code,
        "severity_code": new.severity,
        "urgent_claim": new.urgent_claim,
        "private": new.private,
        "about_agency_code": new.about_agency,
        "accuracy_m": new.accuracy_m,
        "area_code": new.area,
        "stated_area_code": new.stated_area,
        "map_key": _first_key(session, new),
        "received_at": new.split_from.received_at if new.split_from else now,
        "updated_at": now,
        "events_count": 1,
        "sample": new.sample,
        "coarse": new.coarse,
        "legal_kind": new.legal_kind,
        "intake_due_at": None if _waits(new) else routed_by(session, now),
        "predecessor_id": new.came_back.id if new.came_back else None,
    }


def _waits(new: NewTicket) -> bool:
    """Tell whether nothing happens before somebody has published it: a suggestion."""
    return new.category.kind == SUGGESTION


def _first_content(new: NewTicket) -> str:
    at_once = new.category.publication == "after" and not new.check_first and not _waits(new)
    return "published" if at_once else "pending"


def _first_key(session: Session, new: NewTicket) -> int | None:
    if new.private or _waits(new):
        return None
    return public_key(session, new.category, None if new.coarse else new.place, new.area)


def make_coarse(session: Session, ticket: Ticket) -> None:
    """Show the unit only from now on: its reporter fears to be recognised by the place."""
    ticket.coarse = True
    if ticket.map_key is not None:
        category = session.get_one(Category, ticket.category_code)
        ticket.map_key = public_key(session, category, None, ticket.area_code)


def public_key(
    session: Session, category: Category, place: LonLat | None, area: str | None
) -> int | None:
    """Return the Morton key of what may be shown: the place, its area's point, or nothing."""
    if category.privacy == "restricted" or category.public_detail == "none":
        return None
    if category.public_detail == "full" and place is not None:
        return map_key(place)
    point = area_point(session, area)
    return map_key(point) if point is not None else None


def tighten(session: Session) -> None:
    """Bring earlier tickets under what their categories allow now.

    Nothing becomes more exact or public again: that was not said to those who reported.
    """
    for category in session.scalars(select(Category)):
        its = Ticket.category_code == category.code
        if category.privacy == "restricted":
            session.execute(update(Ticket).where(its).values(private=True, map_key=None))
        elif category.public_detail != "full":
            areas = session.scalars(select(Ticket.area_code).where(its).distinct()).all()
            for area in areas:
                key = public_key(session, category, None, area)
                there = Ticket.area_code.is_(None) if area is None else Ticket.area_code == area
                shown = Ticket.map_key.is_not(None)
                session.execute(update(Ticket).where(its, there, shown).values(map_key=key))
    other = aliased(Ticket)
    joined = Ticket.merged_into_id.in_(select(other.id).where(other.private))
    closing = update(Ticket).where(joined, ~Ticket.private).values(private=True, map_key=None)
    while session.scalars(closing.returning(Ticket.id)).all():
        pass  # what was merged into those that have just been closed


def recheck(ticket: Ticket, category: Category) -> None:
    """Ask for a look at what is new; until then nothing is shown, where the check comes before."""
    if ticket.content != "published":
        return
    if category.publication == "before":
        ticket.content = "pending"
    else:
        ticket.checked_at = None


def look_again(ticket: Ticket) -> None:
    """Ask for a look at what was added; what was checked before stays as it is."""
    if ticket.content == "published":
        ticket.checked_at = None


def area_point(session: Session, code: str | None) -> LonLat | None:
    """Return the representative point of an area."""
    if code is None:
        return None
    row = session.execute(
        select(func.ST_X(Area.point), func.ST_Y(Area.point)).where(
            Area.code == code, Area.point.is_not(None)
        )
    ).first()
    return LonLat(lon=row[0], lat=row[1]) if row else None
