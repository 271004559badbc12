"""How a worker process runs.

1. One queue for each process; the application is imported before the first job.
2. The route and tick queues run in the process itself (their jobs are ours and short); media jobs
   run in a forked child with limits, because they decode strangers' pictures.
3. Every job runs inside an application context and ends with a closed session.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from app import create_app
from app.core.db import db
from app.core.installation import settings
from app.core.work.jobs import JobName, QueueName, hint_key, redis_client
from config import Settings

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 2.0
WORKER_TTL_S = 30
MAINTENANCE_S = 10

_app: Flask | None = None


def application() -> Flask:
    """Return this process's application, built at the first call."""
    global _app  # noqa: PLW0603 - one application for each process
    if _app is None:
        _app = create_app(Settings.from_env(os.environ))
    return _app


def connect() -> Redis:
    """Return a connection that waits patiently: a worker has nothing else to do."""
    return Redis.from_url(settings().redis_url, health_check_interval=30)


def job(name: JobName) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Run the function in an application context, forgetting the hint before it looks."""

    def wrap(body: Callable[[], int]) -> Callable[[], int]:
        @wraps(body)
        def run() -> int:
            with application().app_context():
                _forget_hint(name)
                try:
                    done = body()
                finally:
                    db.session.remove()
            if done:
                log.info("%s: %d", name.value, done)
            return done

        return run

    return wrap


def _forget_hint(name: JobName) -> None:
    with suppress(RedisError, OSError):
        redis_client(settings().redis_url).delete(hint_key(name))


def work(queue: QueueName) -> None:
    """Serve one queue until told to stop."""
    application()
    connection = connect()
    _wait_for(connection)
    kind: type[BaseWorker] = Worker if queue is QueueName.MEDIA else SimpleWorker
    worker = kind(
        [Queue(queue.value, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")


def _wait_for(connection: Redis) -> None:
    """Return when Redis answers: being started again and again would only cost time."""
    told = False
    while True:
        try:
            connection.ping()
        except (RedisError, OSError) as error:
            if not told:
                log.warning("waiting for Redis: %s", type(error).__name__)
            told = True
            time.sleep(LOOK_AGAIN_S)
        else:
            return
