"""Look-ups of places, and the pages that officers and the public open most."""

import itertools
import math
import random
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.catalog.locate import locate
from bench import load
from geo.point import LonLat

SINGLE, BATCH = 500, 10_000


def lookups(engine: Engine, where: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return milliseconds for a point, one by one and in one batch; one in ten lies outside."""
    chance = random.Random(7)
    points = [
        LonLat(
            lon=chance.gauss(lon, 0.2 if chance.random() < 0.1 else 0.01),
            lat=chance.gauss(lat, 0.01),
        )
        for lon, lat in (chance.choice(where) for _ in range(BATCH))
    ]
    with Session(engine) as session:
        locate(session, points[:100], caution_m=0.0)
        started = time.perf_counter()
        for point in points[:SINGLE]:
            locate(session, [point], caution_m=0.0)
        single = (time.perf_counter() - started) / SINGLE
        started = time.perf_counter()
        locate(session, points, caution_m=0.0)
        batch = (time.perf_counter() - started) / BATCH
    return {"single_ms": round(single * 1000, 3), "batch_ms": round(batch * 1000, 4)}


def page(port: int, path: str, *, cookie: str = "", times: int = 60) -> dict[str, Any]:
    """Open one page again and again over one connection; return its latency and size."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: vi\r\n"
    request += (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n"
    endless = itertools.repeat(request.encode())
    done = load.run(port, endless, connections=1, seconds=times / 20, keep_bodies=True)
    assert set(done.statuses) == {200}, (path, done.statuses)
    return {
        "p50_ms": round(done.quantile_ms(0.5), 1),
        "p99_ms": round(done.quantile_ms(0.99), 1),
        "kilobytes": round(len(done.bodies[0]) / 1000, 1),
    }


def busiest_tiles(connection: Connection, levels: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, for each level, the tile (x, y) with the most tickets."""
    query = "SELECT ST_X(place), ST_Y(place) FROM ticket WHERE map_key = :key LIMIT 1"
    found = {}
    for z in levels:
        shift = 2 * (28 - z)
        key = connection.execute(
            text(
                "SELECT min(map_key) FROM ticket WHERE map_key IS NOT NULL"
                f" GROUP BY map_key >> {shift} ORDER BY count(*) DESC LIMIT 1"
            )
        ).scalar_one()
        lon, lat = connection.execute(text(query), {"key": key}).one()
        side = 2**z
        row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
        found[z] = (int((lon + 180) / 360 * side), int(row))
    return found
