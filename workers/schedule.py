"""Everything that runs by itself, in one list.

1. Every job here is an idempotent scan of due rows: running it twice, late or not at all for a
   while does no harm.
2. A due job is put on the tick queue; while Redis is away it is run in this very process.
3. Each round leaves a heartbeat in the database (`/readyz` reads it).
"""

import logging
import time
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from app.core.db import db, transaction
from app.core.installation import settings
from app.core.time import now
from app.core.work.heartbeat import beat
from app.core.work.jobs import HINT_TTL_S, JobName, QueueName, enqueue, redis_client
from workers import jobs
from workers.runtime import application

log = logging.getLogger(__name__)

ROUND_S = 1.0
HEARTBEAT = "schedule"


@dataclass(frozen=True)
class Periodic:
    """Run `job` every `every_s` seconds."""

    job: JobName
    every_s: int


PERIODIC = (
    Periodic(JobName.ROUTE_PENDING, 3),
    Periodic(JobName.FAN_OUT_PENDING, 3),
    Periodic(JobName.SEND_PENDING, 5),
    Periodic(JobName.PREPARE_PHOTOS, 15),
    Periodic(JobName.MARK_DUE, 30),
    Periodic(JobName.EXPIRE, 60),
    Periodic(JobName.ESCALATE, 60),
    Periodic(JobName.CALL_DUTY, 20),
    Periodic(JobName.OWE_DIGESTS, 120),
    Periodic(JobName.FORGET, 3_600),
    Periodic(JobName.FOLD_MAP, 5),
    Periodic(JobName.MEASURE, 600),
)


# They may take minutes: nothing that people wait for stands behind them.
LONG = frozenset({JobName.PREPARE_PHOTOS, JobName.MEASURE})


def run() -> None:
    """Look once a second what is due, for ever."""
    due = {entry.job: 0.0 for entry in PERIODIC}
    application()
    while True:
        started = time.monotonic()
        for entry in PERIODIC:
            if started >= due[entry.job]:
                due[entry.job] = started + entry.every_s
                start(entry)
                # Without Redis a job runs here and may take its time: we are alive all the same.
                if time.monotonic() - started > ROUND_S:
                    _beat()
        _beat()
        time.sleep(max(0.0, ROUND_S - (time.monotonic() - started)))


def start(entry: Periodic) -> None:
    """Ask a worker to run a job; run it here if the queue is away.

    It waits in the queue until it is asked for again: a rare one would else be lost behind a long.
    """
    job = entry.job
    try:
        ttl_s = max(HINT_TTL_S, entry.every_s)
        enqueue(redis_client(settings().redis_url), job, sweep_queue(job), ttl_s)
    except (RedisError, OSError):
        try:
            jobs.BY_NAME[job]()
        except OperationalError as error:
            log.warning("%s: database unavailable (%s)", job.value, type(error.orig).__name__)
        except Exception:
            log.exception("%s failed", job.value)


def sweep_queue(job: JobName) -> QueueName:
    """Sweeps wait in a queue of their own, never behind a backlog of hints."""
    return QueueName.MEDIA if job in LONG else QueueName.TICK


def _beat() -> None:
    try:
        with application().app_context(), transaction() as session:
            beat(session, HEARTBEAT, now())
    except OperationalError as error:
        log.warning("no heartbeat: %s", type(error.orig).__name__)
    finally:
        with application().app_context():
            db.session.remove()
