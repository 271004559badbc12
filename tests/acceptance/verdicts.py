"""Whether our verdicts on time are those of another city, ticket by ticket."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, text

from app.reports.service.former import known_as
from tests.acceptance import other_city

VERDICTS = """
SELECT r.idempotency_key, t.outcome_at <= t.outcome_due_at, t.overdue_at IS NOT NULL
FROM report r JOIN ticket t ON t.id = r.ticket_id WHERE t.outcome_at IS NOT NULL
"""
FLAGS = {"ONTIME": True, "OVERDUE": False}


@dataclass
class Verdicts:
    """agree, differ: where the city has a flag and both dates. late: of those that agree.

    missing: such rows that were refused.
    """

    agree: int = 0
    late: int = 0
    missing: int = 0
    differ: list[str] = field(default_factory=list)


def compared(connection: Connection, table: Path) -> Verdicts:
    """Compare every row that has the city's flag and both dates."""
    ours = {key: (met, late) for key, met, late in connection.execute(text(VERDICTS))}
    found = Verdicts()
    for row in other_city.rows(table):
        if not (row["due"] and row["closed"] and row["ontime"] in FLAGS):
            continue
        mine = ours.get(known_as(other_city.SOURCE, row["id"]))
        if mine is None:
            found.missing += 1
        elif mine != (FLAGS[row["ontime"]], not FLAGS[row["ontime"]]):
            found.differ.append(f"{row['id']}: {row['ontime']}, due {row['due']}, {row['closed']}")
        else:
            found.agree += 1
            found.late += mine[1]
    return found
