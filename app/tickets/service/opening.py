"""The first line of a ticket's history."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalog.models import Area, Category
from app.catalog.queries import profile
from app.core.actor import REPORTER
from app.core.crypto import new_reference
from app.tickets.lifecycle import Status, Verb
from app.tickets.models import Ticket
from app.tickets.service.step.record import Line, append
from geo.morton import map_key
from geo.point import LonLat

REFERENCE_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What is known when a ticket begins. `id` was drawn by the report that causes it."""

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


def open_ticket(session: Session, new: NewTicket, *, now: datetime) -> Ticket:
    """Write ticket and first event. The ticket is unrouted: a job finds it."""
    ticket = _insert(session, new, now)
    append(
        session,
        ticket,
        Line(
            verb=Verb.OPEN,
            params={"category": new.category.code, "channel": new.channel},
            from_status=None,
        ),
        actor=REPORTER,
        now=now,
    )
    return ticket


def _insert(session: Session, new: NewTicket, now: datetime) -> Ticket:
    """Draw references until one is free: two equal draws are rare, never an error."""
    prefix = profile(session).reference_prefix
    values = _values(session, new, now)
    for _ in range(REFERENCE_TRIES):
        reference = new_reference(prefix, now.year)
        ticket: Ticket | None = session.scalar(
            insert(Ticket)
            .values(reference=reference, **values)
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(Ticket)
        )
        if ticket is not None:
            return ticket
    raise RuntimeError("no free reference was found")


def _values(session: Session, new: NewTicket, now: datetime) -> dict[str, object]:
    return {
        "id": new.id,
        "kind": new.category.kind,
        "status": Status.RECEIVED.value,
        "content": "published" if new.category.publication == "after" else "pending",
        "category_code": new.category.code,
        "severity_code": new.severity,
        "urgent_claim": new.urgent_claim,
        "private": new.category.privacy == "restricted",
        "about_agency_code": new.about_agency,
        "place": new.place.ewkt() if new.place else None,
        "accuracy_m": new.accuracy_m,
        "area_code": new.area,
        "stated_area_code": new.stated_area,
        "map_key": public_key(session, new.category, new.place, new.area),
        "received_at": now,
        "updated_at": now,
        "sample": new.sample,
    }


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


def recheck(ticket: Ticket, category: Category) -> None:
    """Take words and photos back until somebody has looked at what is new."""
    if ticket.content == "published" and category.publication == "before":
        ticket.content = "pending"


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
