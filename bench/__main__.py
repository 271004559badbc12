"""`./run bench [--tickets N] [--seconds S] [--areas FILE]`: the table, and bench/results/last.json.

`./run bench year`, `import` and `public` are other matters: see `bench.year`, `bench.takeover`,
`bench.public`.

Everything happens in databases that are thrown away, on this machine only.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from bench import (
    desk,
    intake,
    machine,
    maps,
    public,
    reads,
    routing,
    seed,
    statements,
    table,
    takeover,
    year,
)
from bench.cpu import Programs
from tests.installation import Installation, installed
from tests.journeys.person import Person

RESULTS = Path(__file__).parent / "results"
OFFICER, PASSWORD = "officer@bench.test", "a long day of measuring"
PARTS = ("intake", "routing", "desk", "large", "reads", "map", "drain")
SMALLER = 10  # the desk is measured at a part of the large table, too


@dataclass
class Run:
    """One installation under measurement, and what was found so far."""

    place: Installation
    engine: Engine
    programs: Programs
    seconds: float
    found: dict[str, Any]

    def posts(self, seed: int) -> Iterator[bytes]:
        """Return requests with reports."""
        with self.engine.connect() as connection:
            where, kinds = intake.places(connection), intake.categories(connection)
        return intake.posts(intake.bodies(where, kinds, seed))


def main() -> int:
    """Measure, print, keep."""
    if sys.argv[1:2] == ["year"]:
        return year.main(sys.argv[2:])
    if sys.argv[1:2] == ["public"]:
        return public.main(sys.argv[2:])
    if sys.argv[1:2] == ["import"]:
        return takeover.main(sys.argv[2:])
    options = _options()
    with tempfile.TemporaryDirectory(prefix="hoi-am-bench-") as folder:
        running = installed(Path(folder), redis_number=12, web_workers=2, programs=())
        with running as place, _connected(place) as engine:
            found = _measure(place, engine, options)
    print(table.text(found))
    if set(options.parts) == set(PARTS):  # a part is no run to keep
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / "last.json"
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        print(f"\nKept in {path}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--tickets", type=int, default=1_000_000, help="rows of the large table")
    parser.add_argument("--backlog", type=int, default=50_000, help="tickets to drain")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each load")
    parser.add_argument("--areas", help="a file for `flask city import-areas`: the real shapes")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="only these")
    return parser.parse_args()


@contextmanager
def _connected(place: Installation) -> Iterator[Engine]:
    engine = create_engine(place.env["DATABASE_URL"], isolation_level="AUTOCOMMIT")
    try:
        yield engine
    finally:
        engine.dispose()


def _measure(place: Installation, engine: Engine, options: argparse.Namespace) -> dict[str, Any]:
    _shapes(place, options.areas)
    with engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        described = machine.describe(connection)
    postmaster = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    programs = Programs(place.children[0].pid, postmaster)
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": described,
        "shapes": "imported" if options.areas else "of the pack",
    }
    run = Run(place, engine, programs, options.seconds, found)
    if "intake" in options.parts:
        _say("intake, empty table")
        found["statements"] = _statements(run)
        _intake(run, "empty", (1, 16))
    if "routing" in options.parts:
        _routing(run)
    if {"desk", "large", "reads", "map"} & {*options.parts}:
        for count in (options.tickets // SMALLER, options.tickets):
            _fill_up(engine, count)
            if "desk" in options.parts:
                _desk(run, count)
    if "large" in options.parts:
        _say("intake, large table")
        _intake(run, "large", (16,))
        found["web_worker_mb"] = round(programs.web_worker_mb(), 1)
    if "reads" in options.parts:
        _reads(run)
    if "map" in options.parts:
        _map(run)
    if "drain" in options.parts:
        _say(f"draining {options.backlog:,} tickets")
        _drain(run, options.backlog)
    return found


def _shapes(place: Installation, file: str | None) -> None:
    if file:
        day = "2025-07-01"
        place.flask("import-areas", file, "--source", "bench", "--valid-from", day)


def _desk(run: Run, count: int) -> None:
    _say(f"the desk at {count:,} tickets")
    desk.some_of_each(run.engine)
    run.found |= {f"{count:,} {k}": v for k, v in desk.pages(run.place, run.engine).items()}


def _map(run: Run) -> None:
    _say("map")
    run.found["map_rebuild"] = maps.counted_anew(run.engine)
    run.found["map_fold"] = maps.folded(run.engine)
    run.found |= maps.tiles(run.engine, run.place.port)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words} …", file=sys.stderr, flush=True)


def _statements(run: Run) -> dict[str, int]:
    """Count the statements of a report, once everything that is kept in memory is there."""
    with statements.application({**run.place.env}) as app, run.engine.connect() as connection:
        where, kinds = intake.places(connection), intake.categories(connection)
        reports = intake.bodies(where, kinds, 5)
        client = app.test_client()
        for _ in range(3):
            assert client.post("/api/v1/reports", json=next(reports)).status_code == 201
        with statements.counted() as counter:
            assert client.post("/api/v1/reports", json=next(reports)).status_code == 201
    return {"report": counter.count}


def _intake(run: Run, name: str, connections: tuple[int, ...]) -> None:
    program = os.environ.get("PGBENCH") or shutil.which("pgbench")
    with run.engine.connect() as connection:
        intake.prepare_floor(connection)
    for count in connections:
        figures = intake.measure(
            run.place.port, run.programs, run.posts(count), connections=count, seconds=run.seconds
        )
        if program:
            url = run.place.env["DATABASE_URL"]
            bare = intake.floor(program, url, connections=count, seconds=5)
            figures |= {
                "floor_per_s": round(bare, 1),
                "of_floor": round(figures["per_s"] / bare, 3),
            }
        run.found[f"intake_{name}_{count}"] = figures


def _routing(run: Run) -> None:
    _say("from receipt to an agency, 100 reports a second")
    run.place.spawn_workers("route", "tick", "schedule")
    # What the loads left behind is worked off first: a steady stream is measured, not a heap.
    routing.wait_until_routed(run.engine)
    routing.wait_until_told(run.engine)
    run.found["routing"] = routing.delay(
        run.engine, run.place.port, run.posts(3), rate=100, seconds=4 * run.seconds
    )
    run.place.stop_workers()


def _fill_up(engine: Engine, count: int) -> None:
    _say(f"filling in up to {count:,} tickets")
    with engine.connect() as connection:
        there = connection.execute(text("SELECT count(*) FROM ticket")).scalar_one()
        seed.fill(connection, max(0, count - there))
    with engine.connect() as connection:
        for name in ("ticket", "report", "ticket_event"):
            connection.execute(text(f"VACUUM (ANALYZE) {name}"))


def _drain(run: Run, count: int) -> None:
    # What the loads left behind first, so that only the backlog is counted.
    run.place.spawn_workers("route", "tick", "schedule")
    routing.wait_until_routed(run.engine)
    run.place.stop_workers()
    with run.engine.connect() as connection:
        seed.fill(connection, count, unrouted=True)
        connection.execute(text("VACUUM (ANALYZE) ticket"))
    run.place.spawn_workers("route", "tick", "schedule")
    run.found["drain"] = routing.drained(run.engine, count)
    run.place.stop_workers()


def _reads(run: Run) -> None:
    _say("look-up, inbox, list")
    with run.engine.connect() as connection:
        where = intake.places(connection)
        agency = connection.execute(
            text("SELECT agency_code FROM ticket GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        ).scalar_one()
    run.found["lookup"] = reads.lookups(run.engine, where)
    run.place.flask(
        "user", "add", OFFICER, "--role", "officer", "--agency", agency, "--password-stdin",
        stdin=PASSWORD + "\n",
    )  # fmt: skip
    officer = Person(run.place.url, "vi")
    officer.sign_in(OFFICER, PASSWORD)
    cookie = "; ".join(f"{each.name}={each.value}" for each in officer.web.cookies)
    inbox = "/desk?tab=all&rows=100"
    run.found["inbox"] = reads.page(run.place.port, inbox, cookie=cookie)
    with statements.application({**run.place.env}) as app:
        client = app.test_client()
        for each in officer.web.cookies:
            client.set_cookie(each.name, each.value or "")
        client.get(inbox)
        with statements.counted() as counter:
            page = client.get(inbox)
        assert page.status_code == 200
    run.found["inbox"] |= {"rows": page.text.count("/desk/tickets/"), "statements": counter.count}
    run.found["public_list"] = reads.page(run.place.port, "/tickets")


if __name__ == "__main__":
    sys.exit(main())
