"""`./run bench public [--tickets N] [--map-only] [--figures]`: what the public sees, at a size.

1. The city is `flask city load-synthetic`'s: clustered, inside real areas, with whole histories;
   `--map-only` writes what the map needs, for sizes at which histories would take hours.
2. Cold is the first time that a tile is asked for, warm the second; each level has up to `PLACES`
   tiles, where tickets are. Times are the client's, on this machine, one connection.
3. An export is read as fast as it comes; memory is that of the largest web process.
"""

import argparse
import json
import math
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text

from bench import maps
from bench.cpu import Programs
from bench.load import quantile
from tests.installation import Installation, installed

LEVELS = range(6, 19)
PLACES, DRAWN, PAGES, CHUNK = 40, 4_000, 20, 1 << 16
FILTERS = {**maps.FILTERS, "period": "?days=30"}
SIZED = (
    "ticket", "report", "ticket_event", "map_cell", "map_area", "ix_ticket_map",
    "ix_ticket_public_list", "ix_ticket_word", "ix_ticket_category", "ix_ticket_area",
)  # fmt: skip
LONG = ("/open-data/tickets.csv", "/open-data/tickets.geojson")


def main(words: list[str]) -> int:
    """Fill a city, measure, print one line for each measurement."""
    parser = argparse.ArgumentParser(prog="./run bench public")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--map-only", action="store_true", help="no reports, no histories")
    parser.add_argument("--figures", action="store_true", help="count the figures, too")
    parser.add_argument("--areas", help="a file for `flask city import-areas`: the real shapes")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="hoi-am-bench-") as folder:
        running = installed(
            Path(folder), redis_number=13, web_workers=2, programs=(),
            settings={"RATE_LIMITS": "0"},
        )  # fmt: skip
        with running as place, _connected(place) as engine:
            if options.areas:
                day = "2025-07-01"
                place.flask("import-areas", options.areas, "--source", "bench", "--valid-from", day)
            _measure(place, engine, options)
    return 0


@contextmanager
def _connected(place: Installation) -> Iterator[Engine]:
    engine = create_engine(place.env["DATABASE_URL"], isolation_level="AUTOCOMMIT")
    try:
        yield engine
    finally:
        engine.dispose()


def _say(name: str, found: object) -> None:
    shown = json.dumps(found, ensure_ascii=False) if isinstance(found, dict) else str(found)
    print(f"{name:<28} {shown}", flush=True)


def _measure(place: Installation, engine: Engine, options: argparse.Namespace) -> None:
    more = ("--map-only",) if options.map_only else ()
    began = time.monotonic()
    place.flask("load-synthetic", "--tickets", str(options.tickets), *more)
    _say("filled in", f"{time.monotonic() - began:.0f} s")
    with engine.connect() as connection:
        for name in ("ticket", "report", "ticket_event", "map_cell", "map_area"):
            connection.execute(text(f"VACUUM (ANALYZE) {name}"))
    _say("map counted anew", maps.counted_anew(engine))
    _say("map folded", maps.folded(engine))
    with engine.connect() as connection:
        # What was folded in a minute is else read over, dead, by every tile until it is swept.
        connection.execute(text("VACUUM (ANALYZE) map_change"))
        connection.execute(text("VACUUM (ANALYZE) map_cell"))
        sizes = {name: maps.megabytes(connection, name) for name in SIZED}
        places = _places(connection)
        codes = maps.busiest(connection)
        codes |= _rare(connection, codes["area"])
    _say("megabytes", sizes)
    _tiles(place.port, places, codes)
    _pages(place.port, engine, codes)
    programs = Programs(place.children[0].pid, place.children[0].pid)
    for path in LONG:
        _say(path, _export(place.port, path, programs))
    if options.figures:
        began = time.monotonic()
        place.flask("rebuild")
        _say("figures counted", f"{time.monotonic() - began:.0f} s")
        for path in ("/figures", "/figures/agencies", "/figures/areas"):
            _say(path, _page(place.port, path))


def _places(connection: Connection) -> dict[int, list[tuple[int, int]]]:
    """Return {level: tiles with tickets}, by positions drawn from the whole table."""
    count = int(connection.scalar(text("SELECT count(*) FROM ticket")) or 1)
    query = (
        "SELECT ST_X(place), ST_Y(place) FROM ticket TABLESAMPLE BERNOULLI (:share)"
        " WHERE map_key IS NOT NULL"
    )
    share = min(100.0, DRAWN / count * 100)
    rows = connection.execute(text(query), {"share": share})
    points = [(float(lon), float(lat)) for lon, lat in rows]
    random.Random(1).shuffle(points)
    found: dict[int, list[tuple[int, int]]] = {}
    for z in LEVELS:
        tiles = dict.fromkeys(_tile(lon, lat, z) for lon, lat in points)
        found[z] = list(tiles)[:PLACES]
    return found


def _rare(connection: Connection, area: str) -> dict[str, str]:
    """Return the category with the fewest tickets, and the largest agency that has no such area."""
    category = "SELECT category_code FROM ticket GROUP BY 1 ORDER BY count(*) LIMIT 1"
    agency = "SELECT agency_code FROM ticket GROUP BY 1 HAVING count(*) FILTER"
    agency += " (WHERE area_code = :area) = 0 ORDER BY count(*) DESC LIMIT 1"
    return {
        "rare": str(connection.scalar(text(category))),
        "elsewhere": str(connection.scalar(text(agency), {"area": area})),
    }


def _tile(lon: float, lat: float, z: int) -> tuple[int, int]:
    side = 2**z
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return int((lon + 180) / 360 * side), int(row)


def _tiles(port: int, places: dict[int, list[tuple[int, int]]], codes: dict[str, str]) -> None:
    for name, query in FILTERS.items():
        asked = query.format(**codes)
        all_cold: list[float] = []
        for z, tiles in places.items():
            paths = [f"/map/tiles/vi/{z}/{x}/{y}.json{asked}" for x, y in tiles]
            cold, warm = _times(port, paths), _times(port, paths)
            all_cold += cold
            _say(f"tile {name} z{z}", {"tiles": len(paths), "cold": _two(cold), "warm": _two(warm)})
        _say(f"tiles {name}", {"cold": _two(all_cold)})
        path = f"/map/numbers-vi.json{asked}"
        first, again = _times(port, [path]), _times(port, [path] * PAGES)
        _say(f"areas {name}", {"cold": _two(first), "warm": _two(again)})


def _two(times: Sequence[float]) -> str:
    """Return p50 and p95 in milliseconds."""
    p50, p95 = (quantile(list(times), part) * 1000 for part in (0.5, 0.95))
    return f"{p50:.1f} / {p95:.1f} ms"


def _times(port: int, paths: Sequence[str]) -> list[float]:
    """Return the seconds of each page, one after the other over one connection."""
    wire = HTTPConnection("127.0.0.1", port, timeout=120)
    found = []
    for path in paths:
        began = time.perf_counter()
        wire.request("GET", path, headers={"Accept-Language": "vi", "Accept-Encoding": "gzip"})
        answer = wire.getresponse()
        answer.read()
        found.append(time.perf_counter() - began)
        assert answer.status == 200, (path, answer.status)
    wire.close()
    return found


def _page(port: int, path: str) -> dict[str, str]:
    first, again = _times(port, [path]), _times(port, [path] * PAGES)
    return {"first": _two(first), "again": _two(again)}


def _pages(port: int, engine: Engine, codes: dict[str, str]) -> None:
    middle = "SELECT reference, received_at, id FROM ticket WHERE NOT private ORDER BY id OFFSET"
    with engine.connect() as connection:
        count = int(connection.scalar(text("SELECT count(*) FROM ticket")) or 0)
        row = connection.execute(text(f"{middle} {count // 2} LIMIT 1")).one()
    after = quote(f"{row.received_at.isoformat()}~{row.id}")
    paths = {
        "map": "/map",
        "list": "/tickets",
        "list, category": f"/tickets?category={codes['category']}",
        "list, rare category": f"/tickets?category={codes['rare']}",
        "list, word": "/tickets?word=resolved",
        "list, word that none has": "/tickets?word=declined",
        "list, area and agency": f"/tickets?area={codes['area']}&agency={codes['agency']}",
        "list, not in this area": f"/tickets?area={codes['area']}&agency={codes['elsewhere']}",
        "list, all of it": (
            f"/tickets?area={codes['area']}&category={codes['category']}&word=in_progress&overdue=1"
        ),
        "list, overdue": "/tickets?overdue=1",
        "list, far down": f"/tickets?after={after}",
        "ticket": f"/tickets/{row.reference}",
        "area": f"/areas/{codes['area']}",
        "feed": f"/feeds/vi/reports.atom?area={codes['area']}",
    }
    for name, path in paths.items():
        _say(name, _page(port, path))


def _export(port: int, path: str, programs: Programs) -> dict[str, Any]:
    """Read a long answer to its end; count its rows, and the memory that it takes."""
    idle, highest, ended = programs.web_worker_mb(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.25):
            highest = max(highest, programs.web_worker_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    wire = HTTPConnection("127.0.0.1", port, timeout=600)
    began, rows, size = time.perf_counter(), 0, 0
    wire.request("GET", path)
    answer = wire.getresponse()
    while chunk := answer.read(CHUNK):
        rows += chunk.count(b"\n")
        size += len(chunk)
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    wire.close()
    return {
        "rows": rows, "rows_per_s": round(rows / seconds), "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 1), "idle_mb": round(idle, 1), "highest_mb": round(highest, 1),
    }  # fmt: skip
