"""How fast reports are taken in, beside the bare insert that the database can do.

The floor is pgbench in the same run: one row with a point, its gist index, a unique key and two
b-trees, one commit each. What a report really writes (report, ticket, first event, the indexes of
the lists) is more: the ratio tells what all of it costs.
"""

import json
import random
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url, text

from bench import load
from bench.cpu import Programs

_FLOOR = """
DROP TABLE IF EXISTS bench_floor;
CREATE TABLE bench_floor (id bigserial PRIMARY KEY, client_key uuid UNIQUE, agency int,
    status text, at timestamptz DEFAULT now(), body text, place geometry(Point, 4326));
CREATE INDEX ON bench_floor USING gist (place);
CREATE INDEX ON bench_floor (agency, status, at);
CREATE INDEX ON bench_floor (id) WHERE status = 'pending';
"""
_INSERT = """
\\set x random(-1000, 1000)
\\set y random(-1000, 1000)
INSERT INTO bench_floor (client_key, agency, status, body, place) VALUES (gen_random_uuid(), 7,
 'pending', repeat('x', 80), ST_SetSRID(ST_MakePoint(107 + :x / 2000.0, 21 + :y / 2000.0), 4326));
"""
_WORDS = ("rác", "đường", "nước", "đèn", "cây", "hố", "ngập", "khói", "ồn", "hỏng", "gãy", "đổ")


def places(connection: Connection) -> list[tuple[float, float]]:
    """Return points of units (lon, lat) that are not at the border of a neighbour."""
    query = """SELECT ST_X(point), ST_Y(point) FROM area a WHERE kind = 'unit' AND point IS NOT NULL
        AND NOT EXISTS (SELECT FROM area_piece p WHERE p.kind = 'neighbour'
                        AND ST_DWithin(p.geom, a.point, 0.02))"""
    return [(lon, lat) for lon, lat in connection.execute(text(query))]


def categories(connection: Connection) -> list[str]:
    """Return categories that ask nothing that has to be answered."""
    query = """SELECT code FROM category WHERE active AND privacy <> 'restricted'
        AND NOT jsonb_path_exists(questions, '$[*] ? (@.required == true)')"""
    return list(connection.execute(text(query)).scalars())


def bodies(
    where: Sequence[tuple[float, float]], kinds: Sequence[str], seed: int
) -> Iterator[dict[str, Any]]:
    """Make reports for ever, each with other words and another place."""
    chance = random.Random(seed)
    while True:
        lon, lat = chance.choice(where)
        yield {
            "category": chance.choice(kinds),
            "text": " ".join(chance.choices(_WORDS, k=15)),
            "lat": round(chance.gauss(lat, 0.002), 6),
            "lon": round(chance.gauss(lon, 0.002), 6),
            "accuracy_m": chance.randrange(5, 80),
        }


def posts(reports: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Make complete HTTP requests of reports, each under a key of its own."""
    for report in reports:
        body = json.dumps(report, ensure_ascii=False).encode()
        yield (
            b"POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/json\r\nAccept-Language: vi\r\n"
            + f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def measure(
    port: int, programs: Programs, requests: Iterator[bytes], *, connections: int, seconds: float
) -> dict[str, Any]:
    """Send reports as fast as answers come; return rate, latency, and processor time for each."""
    load.run(port, requests, connections=connections, seconds=2.0)
    before = programs.spent()
    done = load.run(port, requests, connections=connections, seconds=seconds)
    spent = programs.spent() - before
    count = len(done.latencies)
    assert set(done.statuses) == {201}, done.statuses
    return {
        "connections": connections,
        "per_s": round(done.rate, 1),
        "p50_ms": round(done.quantile_ms(0.5), 2),
        "p99_ms": round(done.quantile_ms(0.99), 2),
        "cpu_ms_app": round(spent.web / count, 3),
        "cpu_ms_database": round(spent.database / count, 3),
        "reports": count,
    }


def floor(program: str, url: str, *, connections: int, seconds: int) -> float:
    """Return the bare inserts for each second that the database does with so many connections."""
    parts = make_url(url)
    where = ["-h", str(parts.query.get("host") or parts.host), "-U", str(parts.username)]
    where += ["-p", str(parts.query.get("port") or parts.port or 5432)]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(_INSERT)
        done = subprocess.run(
            [
                program, *where, "-n", "-M", "prepared", "-c", str(connections), "-j", "1",
                "-T", str(seconds), "-f", str(script), str(parts.database),
            ],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


def prepare_floor(connection: Connection) -> None:
    """Make the bare table."""
    connection.execute(text(_FLOOR))
