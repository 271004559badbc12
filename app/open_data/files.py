"""The files: events of a month and figures. Written row by row, whatever their size.

1. An events file is JSON Lines, gzip; the same events give the same bytes.
2. It goes to a temporary file first: a slow reader holds no transaction, and the length is known.
3. A cell that a spreadsheet could take for a formula cannot occur: codes, numbers and instants.
"""

import csv
import gzip
import io
import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from app.measures.models import MeasureMonth, MeasurePeriod
from app.measures.public_events import published
from app.measures.queries import of_month
from app.measures.reckoning.definitions import METRICS, decimal
from app.measures.reckoning.months import Month

LEVEL = 6
COLUMNS = (
    "month", "version", "dimension", "key", "metric", "unit", "n", "part", "exact", "value",
)  # fmt: skip


def events_file(session: Session, since: datetime, until: datetime) -> IO[bytes]:
    """Return the public events between two instants as a file, at its beginning."""
    found = tempfile.TemporaryFile()  # noqa: SIM115 - who sends it closes it
    with gzip.GzipFile(filename="", fileobj=found, mode="wb", compresslevel=LEVEL, mtime=0) as out:
        for line in published(session, since, until):
            out.write(line)
    found.seek(0)
    return found


def checksums(some: Sequence[MeasurePeriod]) -> str:
    """Return the SHA-256 of the final months' events, unpacked, as `sha256sum -c` reads them."""
    return "".join(
        f"{one.events_sha256}  events-{Month(one.month)}.jsonl\n"
        for one in some
        if one.events_sha256 and not one.stale
    )


def figures_file(
    session: Session, some: Sequence[MeasurePeriod], dimension: str = "", key: str | None = None
) -> IO[bytes]:
    """Return the figures of some months as a CSV file: all, or those asked for."""
    found = tempfile.TemporaryFile()  # noqa: SIM115 - who sends it closes it
    found.write(_line(COLUMNS).encode())
    for period in some:
        rows = of_month(session, period, dimension, key)
        found.writelines(figure(row).encode() for row in rows)
    found.seek(0)
    return found


def figure(row: MeasureMonth) -> str:
    """Return one figure as a line of CSV."""
    unit = METRICS[row.metric].unit
    part = "" if row.part is None else row.part
    return _line((
        Month(row.month), row.version, row.dimension, row.key, row.metric, unit.value, row.n, part,
        row.value, decimal(unit, row.value),
    ))  # fmt: skip


def _line(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
