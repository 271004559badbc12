"""What pages, messages and the API show of a ticket, in the current language.

1. One `TicketView` for all of them: the same words everywhere.
2. A private ticket shows number, status, agency and dates, and nothing of its subject, place or
   result (why it was refused tells what it was); who may see more asks with `audience="staff"`.
3. The place is the public one (`map_key`): exact, the area's point, or none. What was taken back
   or is spam has none.
4. `ticket_views` costs the same number of statements for one ticket and for fifty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.words.i18n import translate
from app.tickets import words
from app.tickets.clock import ClockState
from app.tickets.due import outcome_state
from app.tickets.lifecycle import Status
from app.tickets.models import Ticket, TicketEvent
from app.tickets.problem_table.guards import ANSWERS, DONE, UNJUDGED
from app.tickets.queries import OPEN_STATUSES
from app.tickets.tables import SUGGESTION
from app.tickets.words import suggestion as of_suggestion
from app.tickets.words.names import Names
from geo.morton import point_of
from geo.point import LonLat

# Who sees what everybody sees; `joined`: who reported what somebody else had reported before.
OUTSIDE = frozenset({"public", "joined"})
PLACING = ("assign", "triage", "return", "transfer", "name_owner", "appeal", "succeed")


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """A ticket in words. Empty texts and None mean: nothing to say, or not for this audience."""

    reference: str
    kind: str
    sample: bool
    private: bool
    status: str
    status_words: str
    map_word: str | None
    map_label: str
    content: str
    category_code: str
    category_name: str
    severity_name: str
    area_code: str | None
    area_name: str
    agency_code: str | None
    agency_name: str
    in_triage: bool
    reason: str
    received_at: datetime
    updated_at: datetime
    first_reply_due_at: datetime | None
    first_replied_at: datetime | None
    reply_late: bool
    outcome_due_at: datetime | None
    outcome_at: datetime | None
    outcome_words: str
    extended_to: datetime | None
    planned_for: datetime | None
    paused_until: datetime | None
    clock_state: str | None
    clock_words: str
    merged_into: str
    place: LonLat | None
    reports_count: int
    supporters_count: int
    fixed_claimed_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether the promise is broken or was."""
        return self.clock_state in {ClockState.OVERDUE, ClockState.MISSED}


def ticket_view(
    session: Session,
    ticket: Ticket,
    *,
    now: datetime,
    audience: str = "public",
    events: Sequence[TicketEvent] | None = None,
) -> TicketView:
    """Return one ticket in words, with the reason for its agency. events: if they are known."""
    names = Names.load(session)
    hidden = ticket.private and audience in OUTSIDE
    reason = "" if hidden else reason_words(session, ticket, names, audience, events)
    return _view(session, ticket, names, now, reason=reason, hidden=hidden)


def ticket_views(
    session: Session, tickets: Sequence[Ticket], *, now: datetime, audience: str = "public"
) -> list[TicketView]:
    """Return tickets in words, without reasons."""
    names = Names.load(session)
    merged = {ticket.merged_into_id for ticket in tickets} - {None}
    # Held in the session's identity map, where the views find them.
    others = session.scalars(select(Ticket).where(Ticket.id.in_(merged))).all() if merged else ()
    views = [
        _view(
            session, ticket, names, now, reason="",
            hidden=ticket.private and audience in OUTSIDE,
        )
        for ticket in tickets
    ]  # fmt: skip
    del others
    return views


def _view(
    session: Session, ticket: Ticket, names: Names, now: datetime, *, reason: str, hidden: bool
) -> TicketView:
    state = outcome_state(session, ticket, now)
    word = words.map_word(ticket.status, ticket.outcome_code)
    return TicketView(
        reference=ticket.reference,
        kind=ticket.kind,
        sample=ticket.sample,
        private=ticket.private,
        status=ticket.status,
        status_words=status_words(session, ticket, names),
        map_word=word,
        map_label=translate(words.MAP_LABELS[word]) if word else "",
        content=ticket.content,
        category_code="" if hidden else ticket.category_code,
        category_name="" if hidden else names.category(ticket.category_code),
        severity_name="" if hidden else names.severity(ticket.severity_code),
        area_code=None if hidden else ticket.area_code,
        area_name="" if hidden else names.area(ticket.area_code),
        agency_code=ticket.agency_code,
        agency_name=names.agency(ticket.agency_code),
        in_triage=ticket.in_triage,
        reason=reason,
        received_at=ticket.received_at,
        updated_at=ticket.updated_at,
        first_reply_due_at=ticket.first_reply_due_at,
        first_replied_at=ticket.first_replied_at,
        reply_late=_reply_late(ticket, now),
        outcome_due_at=ticket.outcome_due_at,
        outcome_at=ticket.outcome_at,
        outcome_words="" if hidden else outcome_words(ticket, names),
        extended_to=ticket.extended_to,
        planned_for=ticket.planned_for,
        paused_until=ticket.paused_until,
        clock_state=state.value if state else None,
        clock_words=translate(words.CLOCK[state]) if state else "",
        merged_into=_merged_into(session, ticket),
        place=None if hidden else _public_place(ticket),
        reports_count=ticket.reports_count,
        supporters_count=ticket.supporters_count,
        fixed_claimed_at=ticket.fixed_claimed_at,
    )


def _reply_late(ticket: Ticket, now: datetime) -> bool:
    """Tell whether people wait for the first reply beyond its date."""
    due = ticket.first_reply_due_at
    waits = ticket.status in OPEN_STATUSES and ticket.first_replied_at is None
    return waits and due is not None and due < now


def _public_place(ticket: Ticket) -> LonLat | None:
    nowhere = ticket.status == Status.CLOSED and ticket.outcome_code in UNJUDGED
    return None if nowhere or ticket.map_key is None else point_of(ticket.map_key)


def _merged_into(session: Session, ticket: Ticket) -> str:
    if ticket.merged_into_id is None:
        return ""
    return session.get_one(Ticket, ticket.merged_into_id).reference


def outcome_words(ticket: Ticket, names: Names) -> str:
    """Return the public words of the outcome or of the refusal; none while it is appealed."""
    if ticket.outcome_code is None or ticket.status in OPEN_STATUSES:
        return ""
    if ticket.kind == SUGGESTION and ticket.outcome_code in of_suggestion.CODES:
        return translate(of_suggestion.CODES[ticket.outcome_code])
    kind = "refusal" if ("refusal", ticket.outcome_code) in names.codes else "outcome"
    if ticket.status != Status.DECLINED and ("outcome", ticket.outcome_code) in names.codes:
        kind = "outcome"
    return names.code(kind, ticket.outcome_code)


def status_words(session: Session, ticket: Ticket, names: Names) -> str:
    """Return the public word of a ticket's status."""
    status = Status(ticket.status)
    if ticket.kind == SUGGESTION and status in of_suggestion.STATUS:
        return translate(of_suggestion.STATUS[status], agency=names.agency(ticket.agency_code))
    match status:
        case Status.WAITING if ticket.pause_code:
            return names.code("pause", ticket.pause_code)
        case Status.CLOSED:
            return translate(_closed(ticket))
        case Status.ASSIGNED:
            return translate(words.STATUS[status], agency=names.agency(ticket.agency_code))
        case Status.MERGED:
            return translate(words.STATUS[status], reference=_merged_into(session, ticket))
        case _:
            return translate(words.STATUS[status])


def _closed(ticket: Ticket) -> str:
    if ticket.outcome_code in DONE:
        return words.CLOSED_CONFIRMED if ticket.confirmed else words.CLOSED_UNCONFIRMED
    if ticket.outcome_code in ANSWERS:
        return words.CLOSED_ANSWERED
    return words.CLOSED_WITHDRAWN


def reason_words(
    session: Session,
    ticket: Ticket,
    names: Names,
    audience: str = "public",
    events: Sequence[TicketEvent] | None = None,
) -> str:
    """Return why the ticket is where it is, from its last placing event."""
    if events is None:
        query = (
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(PLACING))
            .order_by(TicketEvent.seq.desc())
            .limit(1)
        )
        event = session.scalar(query)
    else:
        event = next((one for one in reversed(events) if one.kind in PLACING), None)
    if event is None:
        return ""
    return reason_of(event, ticket, names, reasons_for(session, ticket, audience))


def reasons_for(session: Session, ticket: Ticket, audience: str) -> Mapping[str, str]:
    """Return the sentences about why an agency has it: no more exact than the pin may be."""
    exact = session.get_one(Category, ticket.category_code).public_detail == "full"
    own = of_suggestion.REASONS if ticket.kind == SUGGESTION else {}
    if (exact and not ticket.coarse) or audience not in OUTSIDE:
        return {**words.REASONS, **own}
    return {**words.REASONS, **own, **words.COARSE_REASONS}


def reason_of(
    event: TicketEvent, ticket: Ticket, names: Names, reasons: Mapping[str, str] = words.REASONS
) -> str:
    """Return the reason that a placing event carries."""
    agency = names.agency(event.params.get("agency") or ticket.agency_code)
    known = reasons.get(event.params.get("reason", ""))
    if known is not None:
        return translate(
            known,
            agency=agency,
            area=names.area(event.params.get("area")),
            other_area=names.area(event.params.get("other_area")),
            distance=event.params.get("distance_m", ""),
            category=names.category(event.params.get("category") or ticket.category_code),
        )
    if event.kind == "return":
        return translate(words.REASON_RETURNED, agency=agency)
    if event.kind in {"assign", "name_owner"}:
        return translate(words.REASON_BY_HAND, agency=agency)
    if event.kind == "transfer":
        return translate(words.REASON_MOVED, agency=agency)
    return ""
