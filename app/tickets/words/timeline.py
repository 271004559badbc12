"""The history of a ticket in words, for one of four audiences.

1. public: public events; what an agency wrote in its masked copy; what a resident wrote only once
   the content was checked; of a private ticket no text and no detail at all, nor who was asked to
   help or what was split off: that tells what it is about.
2. reporter: public events; what was written, as it was written, but the words of other residents
   as everybody sees them.
3. joined: as public, and the own words as they were written. Anybody can join what is open; an
   agency's words to the first reporter may name that person.
4. staff: everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.catalog.queries import profile
from app.core.words.i18n import day, translate, translate_plural
from app.tickets import words
from app.tickets.lifecycle import Verb
from app.tickets.models import EventText, Ticket, TicketEvent
from app.tickets.queries import events_of
from app.tickets.tables import SUGGESTION
from app.tickets.words import suggestion as of_suggestion
from app.tickets.words.names import Names
from app.tickets.words.view import OUTSIDE, PLACING, reason_of, reasons_for

RESIDENTS = frozenset({"reporter", "joined_reporter"})
TELLING_KINDS = frozenset({"cooperate", "split"})
CODE_KINDS = {
    "pause": "pause", "return": "return", "help_return": "return", "hide": "hide",
    "dispute": "dispute", "ask_reopen": "dispute",
    "resolve": "outcome", "answer": "outcome", "decline": "refusal",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `title` says what happened, `detail` which and why, `text` what was written."""

    seq: int
    at: datetime
    kind: str
    title: str
    detail: str
    text: str
    internal: bool
    actor: str


def lines(
    session: Session,
    ticket: Ticket,
    audience: str = "public",
    report: int | None = None,
    events: Sequence[TicketEvent] | None = None,
) -> list[Line]:
    """Return the history, oldest first. audience: public, reporter or joined (`report`), staff.

    events: if they are known.
    """
    names = Names.load(session)
    quiet = ticket.private and audience in OUTSIDE
    events = [
        event
        for event in (events_of(session, ticket.id) if events is None else events)
        if (event.public or audience == "staff") and not (quiet and event.kind in TELLING_KINDS)
    ]
    texts = _texts(session, [event.id for event in events])
    reasons = reasons_for(session, ticket, audience)
    hands = _people(session, events) if audience == "staff" else {}
    return [
        Line(
            seq=event.seq,
            at=event.occurred_at,
            kind=event.kind,
            title=_title(event, ticket, names),
            detail=""
            if quiet
            else _detail(session, event, ticket, names, reasons)
            or (hands.get(event.params.get("account"), "") if event.kind == Verb.ENTRUST else ""),
            text=""
            if quiet
            else _text(
                event, texts.get(event.id), ticket, _reads_as(event, texts, audience, report)
            ),
            internal=not event.public,
            actor=_actor(event, ticket, names),
        )
        for event in events
    ]


def _people(session: Session, events: list[TicketEvent]) -> dict[Any, str]:
    """Return whose hands it was put into: colleagues have to know, nobody else."""
    ids = {event.params.get("account") for event in events if event.kind == Verb.ENTRUST} - {None}
    if not ids:
        return {}
    query = select(Account.id, Account.full_name).where(Account.id.in_(ids))
    return dict(session.execute(query).all())


def _texts(session: Session, ids: list[int]) -> dict[int, EventText]:
    if not ids:
        return {}
    query = select(EventText).where(EventText.event_id.in_(ids))
    return {row.event_id: row for row in session.scalars(query)}


def _title(event: TicketEvent, ticket: Ticket, names: Names) -> str:
    named = event.params.get("agency") or event.params.get("helping")
    owner = named or event.agency_code or ticket.agency_code
    titles = words.OF_A_PART if "part" in event.params else words.EVENTS
    if ticket.kind == SUGGESTION:
        own = of_suggestion.OF_A_REASON if "reason_of" in event.params else of_suggestion.EVENTS
        titles = {**titles, **own}
    split_off = event.kind == Verb.SPLIT and "from" in event.params
    return translate(
        words.SPLIT_OFF if split_off else titles[Verb(event.kind)],
        agency=names.agency(owner),
        reference=event.params.get("into") or event.params.get("from", ""),
    )


def _detail(
    session: Session, event: TicketEvent, ticket: Ticket, names: Names, reasons: Mapping[str, str]
) -> str:
    parts = [reason_of(event, ticket, names, reasons) if event.kind in PLACING else ""]
    parts.append(_reason_given(event, names))
    if event.kind == Verb.JUDGE:
        found = words.VERDICTS[event.params["code"]]
        parts.append(translate(found))
    if event.kind == Verb.DOUBT:
        parts += [translate(words.DOUBTS[code]) for code in event.params["doubts"]]
    if event.kind == Verb.RATE:
        said = words.RATINGS[event.params["code"]]
        parts.append(translate(said))
    if isinstance(event.params.get("severity"), list):
        before, after = event.params["severity"]
        parts.append(f"{names.severity(before)} → {names.severity(after)}")
    if isinstance(event.params.get("category"), list):
        before, after = event.params["category"]
        parts.append(f"{names.category(before)} → {names.category(after)}")
    if "waited_s" in event.params:
        hours = round(event.params["waited_s"] / 3600)
        parts.append(translate_plural("waited %(num)s hour", "waited %(num)s hours", hours))
    if event.kind in ("escalate", "remind"):
        reason = event.params.get("reason", "")
        parts.append(translate(words.ESCALATIONS[reason]) if reason in words.ESCALATIONS else "")
        parts.append(names.agency(event.params.get("above")))
    if "until" in event.params:
        parts.append(_until(session, event.params["until"]))
    return " · ".join(part for part in parts if part)


def _reason_given(event: TicketEvent, names: Names) -> str:
    """Return the code that an act gave as its reason or result, in words."""
    code = event.params.get("code")
    if code is None:
        return ""
    if event.kind in {Verb.ANSWER, Verb.REFUSE} and code in of_suggestion.CODES:
        return translate(of_suggestion.CODES[code])
    return names.code(CODE_KINDS[event.kind], code) if event.kind in CODE_KINDS else ""


def _until(session: Session, raw: Any) -> str:  # noqa: ANN401 - JSON
    at: date = datetime.fromisoformat(str(raw))
    return day(at, profile(session).zone)


def _reads_as(
    event: TicketEvent, texts: Mapping[int, EventText], audience: str, report: int | None
) -> str:
    """Return as whom somebody reads a text: a reporter reads other residents as everybody does."""
    written = texts.get(event.id)
    own = written is not None and written.report_id is not None and written.report_id == report
    if audience == "joined":
        return "reporter" if own else "public"
    others = event.actor_role in RESIDENTS and written is not None and not own
    return "public" if audience == "reporter" and others else audience


def _text(event: TicketEvent, text: EventText | None, ticket: Ticket, audience: str) -> str:
    if text is None:
        return ""
    if audience != "public":
        return text.body or ""
    if text.hidden_code is not None:
        return ""
    if event.actor_role in RESIDENTS and (ticket.private or ticket.content != "published"):
        return ""
    return text.public_body or ""


def _actor(event: TicketEvent, ticket: Ticket, names: Names) -> str:
    """Return the office or role behind an event; never a person."""
    if ticket.kind == SUGGESTION and event.actor_role == "reporter":
        return translate(of_suggestion.AUTHOR)
    known = words.ROLES.get(event.actor_role)
    if known is not None and event.agency_code is None:
        return translate(known)
    return names.agency(event.agency_code)
