"""How every change is recorded: the row, one event, and who has to hear of it.

1. `append` writes an event for a ticket that the caller holds (just inserted, or locked).
2. `params` hold codes; what somebody wrote goes into `event_text`.
3. Numbers of events (`seq`) follow the ticket's own counter: no gaps, no races under the lock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.work.jobs import JobName, hint
from app.core.work.outbox import Consumer, publish
from app.tickets.lifecycle import Verb
from app.tickets.models import EventText, Ticket, TicketEvent

# What somebody outside the desk is told about. The rest of the history is read, not sent.
NOTIFIED = frozenset(
    {
        Verb.ASSIGN,
        Verb.TRIAGE,
        Verb.RETURN,
        Verb.TRANSFER,
        Verb.NAME_OWNER,
        Verb.PAUSE,
        Verb.RESOLVE,
        Verb.ANSWER,
        Verb.DECLINE,
        Verb.DISPUTE,
        Verb.ASK_REOPEN,
        Verb.REOPEN,
        Verb.APPEAL,
        Verb.UPHOLD,
        Verb.CLOSE,
        Verb.CONVERT,
        Verb.MERGE,
        Verb.COMMENT,
        Verb.PLAN,
        Verb.SHOW_REPLY,
        Verb.EXTEND,
        Verb.ESCALATE,
        Verb.REMIND,
        Verb.CALL_DUTY,
        Verb.COOPERATE,
        Verb.HELP_DONE,
        Verb.HELP_RETURN,
        Verb.REPLY_OVERDUE,
        Verb.OVERDUE,
        Verb.REFUSE,
        Verb.CROSS,
        Verb.MILESTONE,
        Verb.DELIVER,
        Verb.DROP,
        Verb.EXPIRE,
        Verb.WITHDRAW,
    }
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event to be written. `text` is what was typed, `public_text` the copy to show.

    role: in which role of the lifecycle, where that is not the actor's own. report: whose words.
    """

    verb: Verb
    from_status: str | None
    params: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    public_text: str | None = None
    public: bool = True
    role: str | None = None
    report: int | None = None


def append(
    session: Session, ticket: Ticket, line: Line, *, actor: Actor, now: datetime
) -> TicketEvent:
    """Write one event and owe it to its consumers."""
    ticket.events_count += 1
    event = TicketEvent(**event_values(ticket, line, actor=actor, now=now))
    session.add(event)
    session.flush()
    if line.text is not None:
        session.execute(
            insert(EventText).values(
                event_id=event.id,
                body=line.text,
                public_body=line.public_text,
                report_id=line.report,
            )
        )
    owe(session, line.verb, event.id, now)
    return event


def owe(session: Session, verb: Verb, event_id: int, now: datetime) -> None:
    """Owe an event to whoever has to hear of it."""
    if verb in NOTIFIED:
        publish(session, [event_id], [Consumer.NOTIFICATIONS], now)
        hint(session, JobName.FAN_OUT_PENDING)


def event_values(ticket: Ticket, line: Line, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns of an event, its number being the ticket's counter."""
    return {
        "ticket_id": ticket.id,
        "seq": ticket.events_count,
        "kind": line.verb.value,
        "public": line.public,
        "actor_role": line.role or actor.role,
        "actor_account_id": actor.account_id,
        "agency_code": actor.agency_code,
        "from_status": line.from_status,
        "to_status": ticket.status,
        "occurred_at": now,
        "recorded_at": now,
        "params": dict(line.params),
    }
