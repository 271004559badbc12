"""How soon a report has an agency, and how fast a backlog drains."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, text

from bench import load

LOOK_S = 0.02
LIMIT_S = 300.0
_NEW = """SELECT d.id, d.ticket_id FROM routing_decision d WHERE d.id > :last ORDER BY d.id"""
_RECEIVED = "SELECT id, extract(epoch FROM received_at) FROM ticket WHERE id > :above"
_WAITING = """SELECT EXISTS (SELECT FROM ticket
    WHERE status = 'received' AND agency_code IS NULL AND NOT in_triage)"""


class Watch:
    """Looks often which decisions have become visible, and when."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: dict[int, float] = {}
        with engine.connect() as connection:
            self.above_ticket = _highest(connection, "ticket")
            self._last = _highest(connection, "routing_decision")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with self._engine.connect() as connection:
            while not self._over.wait(LOOK_S):
                rows = connection.execute(text(_NEW), {"last": self._last}).all()
                at = time.time()
                for number, ticket in rows:
                    self.seen[ticket] = at
                    self._last = number


def _highest(connection: Connection, table: str) -> int:
    query = f"SELECT coalesce(max(id), 0) FROM {table}"
    return int(connection.execute(text(query)).scalar_one())


def wait_until_routed(engine: Engine) -> None:
    """Wait until nothing is unrouted. Raises TimeoutError."""
    _wait(engine, _WAITING, "the router did not finish")


def wait_until_told(engine: Engine) -> None:
    """Wait until every event has reached its consumers. Raises TimeoutError."""
    _wait(engine, "SELECT EXISTS (SELECT FROM event_outbox)", "the outbox is not empty")


def _wait(engine: Engine, query: str, what: str) -> None:
    end = time.monotonic() + LIMIT_S
    with engine.connect() as connection:
        while connection.execute(text(query)).scalar_one():
            if time.monotonic() > end:
                raise TimeoutError(what)
            time.sleep(LOOK_S)


def delay(
    engine: Engine, port: int, requests: Iterator[bytes], *, rate: float, seconds: float
) -> dict[str, Any]:
    """Send reports at a steady rate; return the time from receipt to a visible decision.

    It includes up to 0.02 s of looking. Receipt is the server's own instant.
    """
    watch = Watch(engine)
    watch.start()
    try:
        done = load.run(port, requests, connections=16, seconds=seconds, rate=rate)
        wait_until_routed(engine)
        time.sleep(5 * LOOK_S)
    finally:
        watch.stop()
    with engine.connect() as connection:
        received = connection.execute(text(_RECEIVED), {"above": watch.above_ticket}).all()
    waits = [watch.seen[ticket] - float(at) for ticket, at in received]
    return {
        "asked_per_s": rate,
        "reports": len(waits),
        "statuses": done.statuses,
        "intake_p99_ms": round(done.quantile_ms(0.99), 1),
        "p50_s": round(load.quantile(waits, 0.5), 3),
        "p99_s": round(load.quantile(waits, 0.99), 3),
        "max_s": round(max(waits), 3),
    }


def drained(engine: Engine, count: int) -> dict[str, Any]:
    """Wait until a backlog of `count` is routed; the caller has just started the worker.

    The time begins with the first decision that is seen, so that starting Python is not counted.
    """
    watch = Watch(engine)
    watch.start()
    try:
        wait_until_routed(engine)
        time.sleep(5 * LOOK_S)
    finally:
        watch.stop()
    first, last = min(watch.seen.values()), max(watch.seen.values())
    start = sum(1 for at in watch.seen.values() if at == first)
    per_s = (count - start) / (last - first) if last > first else 0.0
    return {"tickets": count, "seconds": round(last - first, 2), "per_s": round(per_s, 1)}
