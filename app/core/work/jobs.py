"""Jobs: names, hints and the two runners.

1. The database is the truth, the queue is only a hint. A hint is coalesced (`SET NX PX`), sent
   after the commit, short-lived, and losing it costs seconds: the schedule sweeps.
2. `app` knows jobs by name only; `workers.jobs` defines them (an architecture test compares).
3. `drain(step)` runs one transaction per batch until the batch is empty or the time is over.
   Acting outside goes: lease in one transaction, act in none, record in another.
4. Redis being away never fails a request: errors are logged once per call and swallowed.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import cache, partial
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from app.core.db import after_commit, transaction

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")

HINT_LIFETIME_MS = 2_000
HINT_TTL_S = 30


class QueueName(StrEnum):
    """One queue per worker process: a worker on several queues may lose a job (see the ADR)."""

    TICK = "tick"
    ROUTE = "route"
    MEDIA = "media"


class JobName(StrEnum):
    """Every job; the value is the function in `workers.jobs`."""

    ROUTE_PENDING = "route_pending"
    FAN_OUT_PENDING = "fan_out_pending"
    SEND_PENDING = "send_pending"
    PREPARE_PHOTOS = "prepare_photos"
    MARK_DUE = "mark_due"
    EXPIRE = "expire"
    ESCALATE = "escalate"
    CALL_DUTY = "call_duty"
    OWE_DIGESTS = "owe_digests"
    FORGET = "forget"
    FOLD_MAP = "fold_map"
    MEASURE = "measure"


QUEUE_OF: dict[JobName, QueueName] = {
    JobName.ROUTE_PENDING: QueueName.ROUTE,
    JobName.FAN_OUT_PENDING: QueueName.ROUTE,
    JobName.SEND_PENDING: QueueName.TICK,
    JobName.PREPARE_PHOTOS: QueueName.MEDIA,
    JobName.MARK_DUE: QueueName.TICK,
    JobName.EXPIRE: QueueName.TICK,
    JobName.ESCALATE: QueueName.TICK,
    JobName.CALL_DUTY: QueueName.TICK,
    JobName.OWE_DIGESTS: QueueName.TICK,
    JobName.FORGET: QueueName.TICK,
    JobName.FOLD_MAP: QueueName.TICK,
    JobName.MEASURE: QueueName.MEDIA,
}


@cache
def redis_client(url: str) -> Redis:
    """Return a client that gives up at once: a web process must never wait for Redis."""
    return Redis.from_url(url, retry=None, socket_connect_timeout=0.25, socket_timeout=0.25)


class Hints:
    """Sends hints to the queue; one for each application."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url

    def send(self, job: JobName) -> None:
        """Ask a worker to look, unless somebody asked within the last two seconds."""
        try:
            client = redis_client(self._redis_url)
            if client.set(hint_key(job), 1, nx=True, px=HINT_LIFETIME_MS):
                enqueue(client, job, QUEUE_OF[job])
        except (RedisError, OSError) as error:
            log.warning("no hint for %s: %s", job.value, type(error).__name__)


def hint_key(job: JobName) -> str:
    """Return the Redis key that coalesces hints; a worker deletes it before it looks."""
    return f"hint:{job.value}"


def enqueue(client: Redis, job: JobName, queue_name: QueueName, ttl_s: int = HINT_TTL_S) -> None:
    """Put a job on a queue, where it waits `ttl_s` at most. Raises RedisError if Redis is away."""
    queue = Queue(queue_name.value, connection=client, serializer=JSONSerializer)
    queue.enqueue_call(
        f"workers.jobs.{job.value}",
        ttl=ttl_s,
        result_ttl=0,
        failure_ttl=3_600,
        timeout=300,
        description=job.value,
    )


_hints: Hints | None = None


def configure(redis_url: str) -> None:
    """Set where hints go; called once by `create_app` and by the workers."""
    global _hints  # noqa: PLW0603 - one queue address for each process
    _hints = Hints(redis_url)


@contextmanager
def hints_off() -> Iterator[None]:
    """Send no hints within the block: whoever makes a year pass in minutes sweeps by itself."""
    global _hints  # noqa: PLW0603 - as above
    before, _hints = _hints, None
    try:
        yield
    finally:
        _hints = before


def _send(job: JobName) -> None:
    if _hints is not None:
        _hints.send(job)


# One callable for each job, so that `after_commit` recognises a repeated hint.
_SENDERS: dict[JobName, Callable[[], None]] = {job: partial(_send, job) for job in JobName}


def hint(session: Session, job: JobName) -> None:
    """Send one hint for `job` after the outermost commit of `session`."""
    after_commit(session, _SENDERS[job])


def drain(step: Callable[[Session], int], *, seconds: float = 20.0) -> int:
    """Call `step` in one transaction each until it returns 0 or the time is over.

    `step` returns how many rows it dealt with. Returns the sum.
    """
    end = time.monotonic() + seconds
    total = 0
    while True:
        with transaction() as session:
            done = step(session)
        total += done
        if done == 0 or time.monotonic() >= end:
            return total


def lease_drain(
    lease: Callable[[Session], Sequence[Item]],
    act: Callable[[Item], Result],
    record: Callable[[Session, Item, Result], None],
    *,
    seconds: float = 20.0,
) -> int:
    """Lease rows, act on each outside any transaction, record each, until none is left.

    `act` must not raise for what can go wrong outside: it returns that. A row whose worker dies
    before `record` is leased again when its lease is over. Returns how many were recorded.
    """
    end = time.monotonic() + seconds
    total = 0
    while time.monotonic() < end:
        with transaction() as session:
            items = lease(session)
        for item in items:
            result = act(item)
            with transaction() as session:
                record(session, item, result)
            total += 1
        if not items:
            break
    return total
