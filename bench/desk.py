"""The desk's pages at a size: SQL statements, milliseconds, and processor time.

1. Beside the tickets of `bench.seed` there are some of every kind that a queue looks for.
2. The officer works for the agency that has most tickets; the coordinator looks at all of them.
3. A page is opened until it costs what it usually costs; then the middle of some openings counts.
   `cpu_ms` is the processor time of this process and of its database connection together: it
   tells the same on a machine that has other things to do.
"""

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text

from app.core.db import db
from bench import statements
from tests.installation import Installation
from tests.journeys.person import Person

PASSWORD = "a long day of measuring"
WARM, TIMES = 3, 15
QUEUES = ("new", "mine", "due", "overdue", "waiting", "approval", "disputed", "cooperation", "all")
SEARCHES = {
    "words": "o ga tran hung dao",
    "a common word": "rac",
    "a house number": "197 dang van ngu",
    "nothing": "khong co tu nay",
}

# Some of what is at work waits, was disputed, is to be approved, or another agency helps.
_SOME = """
UPDATE ticket SET status = 'waiting', pause_code = 'weather', outcome_due_at = NULL,
    paused_until = now() + interval '5 days' WHERE status = 'in_progress' AND id % 10 = 0;
UPDATE ticket SET disputed_outcome = true, disputes = 1
WHERE status = 'in_progress' AND id % 50 = 1;
UPDATE ticket SET outcome_due_at = now() + (id % 200) * interval '1 hour'
WHERE status IN ('assigned', 'in_progress') AND id % 3 = 0;
INSERT INTO proposal (ticket_id, agency_code, verb, params, body, proposed_at)
SELECT id, agency_code, 'answer', '{"code" : "explained"}', 'Đã kiểm tra.', now() FROM ticket t
WHERE status = 'in_progress' AND id % 50 = 2
    AND NOT EXISTS (SELECT FROM proposal p WHERE p.ticket_id = t.id AND p.decided_at IS NULL);
INSERT INTO cooperation (ticket_id, agency_code, asked_at, due_at)
SELECT id, (SELECT code FROM agency WHERE code <> t.agency_code AND area_code IS NOT NULL
            ORDER BY code OFFSET t.id % 20 LIMIT 1), now(), now() + interval '3 days' FROM ticket t
WHERE status = 'in_progress' AND id % 50 = 3
    AND NOT EXISTS (SELECT FROM cooperation c WHERE c.ticket_id = t.id);
"""
_TABLES = ("ticket", "report", "ticket_event", "proposal", "cooperation")


def some_of_each(engine: Engine) -> None:
    """Change some of the tickets into what the queues look for."""
    with engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in _SOME.split(";")[:-1]:
            connection.execute(text(statement))
        connection.execute(text("SET session_replication_role = origin"))
        for name in _TABLES:
            connection.execute(text(f"VACUUM (ANALYZE) {name}"))


def pages(place: Installation, engine: Engine) -> dict[str, Any]:
    """Return {page: statements, milliseconds, rows} for an officer and for the coordinator."""
    with engine.connect() as connection:
        agency = _busiest(connection)
        reference = connection.execute(
            text("SELECT reference FROM ticket WHERE agency_code = :agency"
                 " AND status = 'in_progress' ORDER BY received_at DESC LIMIT 1"),
            {"agency": agency},
        ).scalar_one()  # fmt: skip
    found: dict[str, Any] = {}
    with statements.application({**place.env}) as app:
        officer = _signed_in(place, app.test_client(), "officer", agency)
        for queue in QUEUES:
            found[f"officer {queue}"] = _cost(officer, f"/desk?tab={queue}&rows=100")
        for name, typed in SEARCHES.items():
            found[f"officer search: {name}"] = _cost(officer, f"/desk?q={quote(typed)}")
        part = reference[-6:-1]
        found["officer search: part of a code"] = _cost(officer, f"/desk?q={part}")
        found["officer news"] = _cost(officer, "/desk/news?tab=new&rows=100")
        found["officer ticket"] = _cost(officer, f"/desk/tickets/{reference}")
        whole_city = _signed_in(place, app.test_client(), "coordinator", None)
        for queue in QUEUES:
            address = f"/desk?tab={queue}&rows=100&everyone=1"
            found[f"coordinator {queue}"] = _cost(whole_city, address)
        for name, typed in SEARCHES.items():
            found[f"coordinator search: {name}"] = _cost(whole_city, f"/desk?q={quote(typed)}")
    return found


def _busiest(connection: Connection) -> str:
    query = "SELECT agency_code FROM ticket GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    return str(connection.execute(text(query)).scalar_one())


def _signed_in(
    place: Installation, client: FlaskClient, role: str, agency: str | None
) -> FlaskClient:
    # An agency has its own officer: at another size another agency may have most tickets.
    name = f"{role}-{agency or 'all'}@bench.test".lower()
    words: Sequence[str] = ("--agency", agency) if agency else ()
    if name not in place.flask("user", "list"):
        place.flask(
            "user", "add", name, "--role", role, *words, "--password-stdin", stdin=PASSWORD + "\n"
        )
    person = Person(place.url, "vi")
    person.sign_in(name, PASSWORD)
    for cookie in person.web.cookies:
        client.set_cookie(cookie.name, cookie.value or "")
    return client


def _cost(client: FlaskClient, address: str) -> dict[str, Any]:
    spent = []
    for _ in range(WARM):
        client.get(address)
    with statements.counted() as counter:
        page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    before = _processor_s()
    for _ in range(TIMES):
        started = time.perf_counter()
        client.get(address)
        spent.append(time.perf_counter() - started)
    return {
        "statements": counter.count,
        "ms": round(statistics.median(spent) * 1000, 1),
        "cpu_ms": round((_processor_s() - before) / TIMES * 1000, 1),
        "rows": page.text.count('class="ticket-row'),
    }


def _processor_s() -> float:
    """Return the processor time of this process and of its connection so far."""
    backend = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    db.session.remove()
    words = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    ticks = int(words[11]) + int(words[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
