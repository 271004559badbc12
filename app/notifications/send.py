"""Sending what is owed: lease, send outside any transaction, record.

1. A lease is a row in state `leased` whose `next_attempt_at` is when the lease ends: a killed
   sender's message becomes due again by itself, under the same key.
2. Attempts are counted when a message is leased, so a message that kills its sender ends too.
3. What is recorded of a failure is a short code. Addresses and servers' words go nowhere.
4. A round ends early when the channel itself is away: the others would only fail as well.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications import retry
from app.notifications.channels import (
    Channel,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from app.notifications.compose import Unwanted, compose
from app.notifications.models import Delivery
from app.notifications.service import SEALED

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)


class Ending(StrEnum):
    """How an attempt ended; the value is the delivery's new state (`pending`: again later)."""

    SENT = "sent"
    RETRY = "pending"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Result:
    """code: empty when sent. away: the channel itself could not be reached."""

    ending: Ending
    code: str = ""
    away: bool = False


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A leased delivery. Without a message, `result` is already known."""

    delivery_id: int
    message: Message | None
    result: Result | None = None


def lease_due(session: Session, *, now: datetime, limit: int) -> list[Outgoing]:
    """Lease what is due, longest waiting first, and put the messages together."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.state.in_(("pending", "leased")), Delivery.next_attempt_at <= now)
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for delivery in rows:
        delivery.state = "leased"
        delivery.attempts += 1
        delivery.next_attempt_at = now + LEASE
    session.flush()
    return [_outgoing(session, delivery) for delivery in rows]


def _outgoing(session: Session, delivery: Delivery) -> Outgoing:
    try:
        with session.begin_nested():
            message = compose(session, delivery)
    except Unwanted as reason:
        result = Result(ending=Ending.DROPPED, code=reason.code)
        return Outgoing(delivery_id=delivery.id, message=None, result=result)
    except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
        # The type only: the text of an error may hold what the message holds.
        log.error("message %d cannot be composed: %s", delivery.id, type(error).__name__)  # noqa: TRY400
        result = Result(ending=Ending.RETRY, code="compose_failed")
        return Outgoing(delivery_id=delivery.id, message=None, result=result)
    return Outgoing(delivery_id=delivery.id, message=message)


def send(channel: Channel, outgoing: Outgoing) -> Result:
    """Send one message; outside any transaction. Does not raise."""
    if outgoing.message is None:
        return outgoing.result or Result(ending=Ending.DROPPED, code="empty")
    try:
        channel.send(outgoing.message)
    except TemporaryFailure as failure:
        away = isinstance(failure, Unreachable)
        return Result(ending=Ending.RETRY, code=failure.code, away=away)
    except PermanentFailure as failure:
        return Result(ending=Ending.GIVEN_UP, code=failure.code)
    except Exception as error:  # noqa: BLE001 - as above
        log.error("message %d failed: %s", outgoing.delivery_id, type(error).__name__)  # noqa: TRY400
        return Result(ending=Ending.RETRY, code="failed")
    return Result(ending=Ending.SENT)


def record(
    session: Session, delivery_id: int, result: Result, *, now: datetime, chance: float
) -> None:
    """Note how an attempt ended. chance: 0 to 1, spreads the next attempts."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None or delivery.state != "leased":
        return
    ending = result.ending
    if ending is Ending.RETRY and retry.is_last(delivery.attempts):
        ending = Ending.GIVEN_UP
    delivery.state = ending.value
    delivery.last_error = result.code[:64] or None
    if ending is Ending.RETRY:
        delivery.next_attempt_at = now + retry.delay(delivery.attempts, chance)
    elif SEALED in delivery.params:
        delivery.params = {}
    if ending is Ending.SENT:
        delivery.sent_at = now
    session.flush()


class Round:
    """One round of sending, for `lease_drain`; remembers whether the channel is away."""

    def __init__(
        self, channel: Channel, clock: Callable[[], datetime], chance: Callable[[], float]
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._chance = chance
        self._away = False

    def lease(self, session: Session) -> list[Outgoing]:
        """Lease one message, or none once the channel is away."""
        return [] if self._away else lease_due(session, now=self._clock(), limit=1)

    def send(self, outgoing: Outgoing) -> Result:
        """Send it."""
        result = send(self._channel, outgoing)
        self._away = self._away or result.away
        return result

    def record(self, session: Session, outgoing: Outgoing, result: Result) -> None:
        """Note how it ended."""
        record(session, outgoing.delivery_id, result, now=self._clock(), chance=self._chance())
