"""The map: counting everything anew, folding changes, tiles of every level with every filter."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.map_index.service import differing, fold, rebuild
from bench import reads

LEVELS = tuple(range(6, 19))
FILTERS = {
    "all": "",
    "word": "?word=in_progress",
    "category": "?category={category}",
    "overdue": "?overdue=1",
    "area": "?area={area}",
    "agency": "?agency={agency}",
}
CHANGES, BATCH = 50_000, 5_000
TABLES = ("map_cell", "map_area", "map_change", "ix_ticket_map")


def counted_anew(engine: Engine) -> dict[str, Any]:
    """Return how long it takes to count every ticket, and to compare; how large the counts are."""
    started = time.perf_counter()
    with Session(engine.execution_options(isolation_level="READ COMMITTED")) as session:
        with session.begin():
            rebuild(session)
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        assert differing(session) == 0
        compared = time.perf_counter() - started
    with engine.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE) map_cell, map_area, map_change"))
        sizes = {f"{name}_mb": megabytes(connection, name) for name in TABLES}
        rows = connection.scalar(text("SELECT count(*) FROM map_cell"))
    times = {"seconds": round(seconds, 1), "compared_s": round(compared, 1)}
    return {**times, "cells": rows, **sizes}


def megabytes(connection: Connection, name: str) -> float:
    """Return the size of a table with its indexes, or of an index."""
    size = connection.scalar(text(f"SELECT pg_total_relation_size('{name}')"))
    return round(int(size or 0) / 1e6, 1)


def folded(engine: Engine) -> dict[str, Any]:
    """Return how many changes a second are noted by the database, and folded by the job."""
    change = "UPDATE ticket SET status = 'waiting' WHERE id IN (SELECT id FROM ticket"
    change += " WHERE status = 'in_progress' ORDER BY id LIMIT :n)"
    with engine.connect() as connection:
        seconds = _timed(lambda: connection.execute(text(change), {"n": CHANGES}))
        rows = int(connection.scalar(text("SELECT count(*) FROM map_change")) or 0)

    def all_of_it() -> None:
        with Session(engine.execution_options(isolation_level="READ COMMITTED")) as session:
            while True:
                with session.begin():
                    if not fold(session, limit=BATCH):
                        return

    fold_s = _timed(all_of_it)
    return {
        "updates_per_s": round(rows / 2 / seconds),
        "folded_per_s": round(rows / 2 / fold_s),
        "changes": rows // 2,
    }


def _timed(body: Callable[[], object]) -> float:
    started = time.perf_counter()
    body()
    return time.perf_counter() - started


def busiest(connection: Connection) -> dict[str, str]:
    """Return the category, the area and the agency with the most tickets."""
    query = "SELECT {0}_code FROM ticket WHERE {0}_code IS NOT NULL GROUP BY 1"
    query += " ORDER BY count(*) DESC LIMIT 1"
    return {
        name: str(connection.scalar(text(query.format(name))))
        for name in ("category", "area", "agency")
    }


def tiles(engine: Engine, port: int) -> dict[str, Any]:
    """Return the latencies of the fullest tile of each level, for each filter; and of the areas."""
    with engine.connect() as connection:
        places = reads.busiest_tiles(connection, LEVELS)
        codes = busiest(connection)
    found: dict[str, Any] = {}
    for name, query in FILTERS.items():
        asked = query.format(**codes)
        for z, (x, y) in places.items():
            path = f"/map/tiles/vi/{z}/{x}/{y}.json{asked}"
            found[f"tile_{name}_z{z}"] = reads.page(port, path, times=20)
        found[f"areas_{name}"] = reads.page(port, f"/map/numbers-vi.json{asked}", times=20)
    return found
