"""When a way to somebody ends for good: the next one takes over, once.

1. A row has at most one that takes its place (`instead_of` is unique), and each way is used at most
   once for an event: nobody gets a message twice because of a repeat.
2. A subscription that its push service has ended is forgotten at once.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.reach.ways import BY_PHONE, PUSH, after, offered, ways_to
from app.core.work.jobs import JobName, hint
from app.following import service as following
from app.following.models import Follower
from app.notifications.models import Delivery
from app.notifications.service import unsealed
from app.reports.models import Report

FOLLOWER = "follower:"


def go_another_way(session: Session, delivery: Delivery, *, gone: bool, now: datetime) -> None:
    """Owe a given-up message on the recipient's next way, if there is one."""
    if gone and delivery.recipient.startswith(FOLLOWER):
        _end_following(session, delivery, now)
    there = _ways(session, delivery, gone=gone)
    way = after(delivery.channel, there) if there else None
    if way is None:
        return
    row = {
        "event_id": delivery.event_id,
        "recipient": delivery.recipient,
        "channel": way,
        "template": delivery.template,
        "once": delivery.once,
        "instead_of": delivery.id,
        "params": delivery.params,
        "state": "pending",
        "created_at": now,
        "next_attempt_at": now,
    }
    session.execute(insert(Delivery).values(row).on_conflict_do_nothing())
    hint(session, JobName.SEND_PENDING)


def _end_following(session: Session, delivery: Delivery, now: datetime) -> None:
    """Forget a follower's only address, which has ended."""
    follower = session.get(Follower, int(delivery.recipient.removeprefix(FOLLOWER)))
    if follower is not None:
        following.end(session, follower, now=now)


def _ways(session: Session, delivery: Delivery, *, gone: bool) -> tuple[str, ...]:
    kind, _, pointer = delivery.recipient.partition(":")
    if kind == "proof" and delivery.channel in BY_PHONE:
        return tuple(way for way in offered() if way in BY_PHONE)
    if kind == "request":
        to = unsealed(delivery)["to"]
        return tuple(way for way in offered() if way in to)
    person: Report | Follower | None = None
    if kind == "report":
        person = session.get(Report, int(pointer))
    elif kind == "follower":
        person = session.get(Follower, int(pointer))
    if person is None or person.contact_id is None:
        return ()
    contact = session.get_one(Contact, person.contact_id)
    if gone and delivery.channel == PUSH:
        contact.push_enc = None
        session.flush()
    return ways_to(contact)
