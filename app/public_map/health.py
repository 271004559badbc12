"""Is this installation well? For load balancers, the launcher and the operator.

1. `/healthz` says that this process answers; it asks nobody.
2. `/readyz` asks the database, Redis, the age of the oldest unrouted ticket and of the outbox, and
   the schedule's heartbeat. Redis being away is reported but does not make us unready: sweeps work
   without it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.installation import settings
from app.core.work import outbox
from app.core.work.heartbeat import last_beat
from app.core.work.jobs import redis_client
from app.tickets.queries import oldest_unrouted

BACKLOG_LIMIT = timedelta(minutes=2)
HEARTBEAT_LIMIT = timedelta(seconds=30)
SCHEDULE = "schedule"


@dataclass(frozen=True)
class Check:
    """One question. `needed`: a no makes the installation unready."""

    name: str
    good: bool
    needed: bool
    detail: str = ""


def checks(session: Session, now: datetime) -> list[Check]:
    """Ask everything once."""
    found = [_redis()]
    try:
        session.execute(text("SELECT postgis_lib_version()"))
        found.append(Check("database", good=True, needed=True))
        found.append(_age("backlog", oldest_unrouted(session), now, BACKLOG_LIMIT))
        found.append(_age("outbox", outbox.oldest(session), now, BACKLOG_LIMIT))
        beat = last_beat(session, SCHEDULE)
        alive = beat is not None and now - beat <= HEARTBEAT_LIMIT
        found.append(Check("schedule", good=alive, needed=True))
    except SQLAlchemyError:
        found.append(Check("database", good=False, needed=True))
    return found


def _age(name: str, since: datetime | None, now: datetime, limit: timedelta) -> Check:
    age = (now - since).total_seconds() if since else 0.0
    return Check(name, good=age <= limit.total_seconds(), needed=True, detail=f"{age:.0f}s")


def _redis() -> Check:
    try:
        return Check("redis", good=bool(redis_client(settings().redis_url).ping()), needed=False)
    except (RedisError, OSError):
        return Check("redis", good=False, needed=False)
