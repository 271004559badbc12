"""Sending what is owed: lease, send outside any transaction, record.

1. A lease is a row in state `leased` whose `next_attempt_at` is when the lease ends: a killed
   sender's message becomes due again by itself, under the same key.
2. Attempts are counted when a message is leased, so a message that kills its sender ends too.
3. What is recorded of a failure is a short code. Addresses and servers' words go nowhere.
4. A channel that is away is left alone for the rest of the round: the others go on.
5. What rings keeps quiet hours: it waits for their end, without counting as an attempt.
6. When a way ends for good, the recipient's next one takes over (`instead`).
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications import retry
from app.notifications.channels import (
    Channel,
    Gone,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from app.notifications.compose import compose
from app.notifications.instead import go_another_way
from app.notifications.models import Delivery
from app.notifications.recipients.base import NO_ADDRESS, NotYet, Unwanted
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
    """code: empty when sent. away: the channel itself could not be reached. gone: the address."""

    ending: Ending
    code: str = ""
    away: bool = False
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A leased delivery. Without a message, `result` is already known."""

    delivery_id: int
    channel: str
    message: Message | None
    result: Result | None = None


def lease_due(
    session: Session, *, now: datetime, limit: int, away: Collection[str] = ()
) -> list[Outgoing]:
    """Lease what is due, longest waiting first, and put the messages together.

    away: channels of which nothing is wanted now.
    """
    while rows := _due(session, now, limit, away):
        leased = [_leased(session, delivery, now) for delivery in rows]
        session.flush()
        if found := [outgoing for outgoing in leased if outgoing is not None]:
            return found
    return []


def _due(session: Session, now: datetime, limit: int, away: Collection[str]) -> Sequence[Delivery]:
    query = (
        select(Delivery)
        .where(Delivery.state.in_(("pending", "leased")), Delivery.next_attempt_at <= now)
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if away:
        query = query.where(Delivery.channel.not_in(away))
    return session.scalars(query).all()


def _leased(session: Session, delivery: Delivery, now: datetime) -> Outgoing | None:
    """Lease a delivery, or put it off."""
    try:
        outgoing = _outgoing(session, delivery, now)
    except NotYet as reason:
        delivery.state = "pending"
        delivery.next_attempt_at = reason.until
        return None
    delivery.state = "leased"
    delivery.attempts += 1
    delivery.next_attempt_at = now + LEASE
    return outgoing


def _outgoing(session: Session, delivery: Delivery, now: datetime) -> Outgoing:
    def known(ending: Ending, code: str) -> Outgoing:
        result = Result(ending=ending, code=code)
        return Outgoing(
            delivery_id=delivery.id, channel=delivery.channel, message=None, result=result
        )

    try:
        with session.begin_nested():
            message = compose(session, delivery, at=now)
    except NotYet:
        raise
    except Unwanted as reason:
        # Another way may still be open where only this address is gone.
        ending = Ending.GIVEN_UP if reason.code == NO_ADDRESS else Ending.DROPPED
        return known(ending, reason.code)
    except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
        # The type only: the text of an error may hold what the message holds.
        log.error("message %d cannot be composed: %s", delivery.id, type(error).__name__)  # noqa: TRY400
        return known(Ending.RETRY, "compose_failed")
    return Outgoing(delivery_id=delivery.id, channel=delivery.channel, message=message)


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
        return Result(ending=Ending.GIVEN_UP, code=failure.code, gone=isinstance(failure, Gone))
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
    if ending is Ending.GIVEN_UP:
        go_another_way(session, delivery, gone=result.gone, now=now)
    if ending is not Ending.RETRY and SEALED in delivery.params:
        delivery.params = {}
    if ending is Ending.SENT:
        delivery.sent_at = now
    session.flush()


class Round:
    """One round of sending, for `lease_drain`; remembers which channels are away."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._chance = chance
        self._away: set[str] = set()

    def lease(self, session: Session) -> list[Outgoing]:
        """Lease one message of a channel that is there."""
        return lease_due(session, now=self._clock(), limit=1, away=self._away)

    def send(self, outgoing: Outgoing) -> Result:
        """Send it."""
        channel = self._channels.get(outgoing.channel)
        if channel is None:
            return Result(ending=Ending.GIVEN_UP, code="channel_off")
        result = send(channel, outgoing)
        if result.away:
            self._away.add(outgoing.channel)
        return result

    def record(self, session: Session, outgoing: Outgoing, result: Result) -> None:
        """Note how it ended."""
        record(session, outgoing.delivery_id, result, now=self._clock(), chance=self._chance())
