"""The list of what is overdue reads a page, however many tickets there are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.orm import Session

from app.public_map.queries import PAGE, page
from app.tickets.listed import Filters
from app.tickets.models import Ticket
from tests.factories.tickets import DAY, MONDAY, WARD, WARD_AREA

OTHERS, LATE = 3_000, 2 * PAGE + 3
NOW = MONDAY + DAY
FILTERS = {
    "all": Filters(overdue=True),
    "category": Filters(overdue=True, category="road"),
    "area": Filters(overdue=True, area=WARD_AREA),
    "agency": Filters(overdue=True, agency=WARD),
}
# What a page of overdue tickets must not count: ended late, private, in time, taken away.
NOT_LATE: tuple[dict[str, object], ...] = (
    {"status": "closed", "outcome_code": "fixed"},
    {"status": "resolved", "outcome_code": "fixed"},
    {"private": True},
    {"overdue_at": None},
    {"status": "closed", "outcome_code": "withdrawn"},
)


def row(number: int, **changes: object) -> dict[str, object]:
    at = MONDAY + timedelta(seconds=number // 2)  # two of each second: the id decides
    common = {
        "reference": f"QN-26-L{number:05d}", "status": "assigned", "content": "pending",
        "category_code": "waste", "severity_code": "normal", "agency_code": "SXD",
        "area_code": "06673", "received_at": at, "updated_at": at, "outcome_due_at": at + DAY,
        "overdue_at": at + DAY, "outcome_code": None, "private": False,
    }  # fmt: skip
    return common | changes


@pytest.fixture
def many(session: Session) -> Session:
    """The wanted ones, above them a crowd of others that are late, and one of those that are not.

    Few of those that are not late are wanted: statistics know nothing of both together.
    """
    wanted = {"category_code": "road", "area_code": WARD_AREA, "agency_code": WARD}
    rows = [row(n, **wanted) for n in range(LATE)]
    rows += [row(LATE + n) for n in range(OTHERS)]
    rows += [row(LATE + OTHERS + n, **NOT_LATE[n % len(NOT_LATE)], **({} if n % 31 else wanted))
             for n in range(OTHERS)]  # fmt: skip
    session.execute(insert(Ticket), rows)
    session.execute(text("ANALYZE ticket"))
    # Sixty rows are sorted about as fast as read in order: what other tests left of the table
    # decides. Here it is asked whether they can be read in order.
    for way in ("sort", "bitmapscan", "seqscan"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    return session


@contextmanager
def explained(session: Session) -> Iterator[list[dict[str, Any]]]:
    """Yield the plans of the list's statements, as they were carried out."""
    plans: list[dict[str, Any]] = []

    def explain(connection, cursor, statement, parameters, _context, _many) -> None:
        if "FROM ticket" in statement and "EXPLAIN" not in statement:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement}", parameters)
            found = cursor.fetchone()[0]
            plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])

    engine = session.get_bind().engine
    assert isinstance(engine, Engine)
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(found for part in plan.get("Plans", []) for found in nodes(part))]


@pytest.mark.parametrize("filters", FILTERS.values(), ids=list(FILTERS))
def test_each_page_is_read_from_an_index_of_what_is_late(many: Session, filters: Filters) -> None:
    seen, after = [], None
    for _page in range(2):
        with explained(many) as plans:
            tickets, after = page(many, filters, after, now=NOW)
        seen += [ticket.reference for ticket in tickets]
        assert len(plans) == 1
        scans = [node for node in nodes(plans[0]) if "Index Name" in node]
        assert [scan["Index Name"][:15] for scan in scans] == ["ix_ticket_late_"]
        assert all("Sort" not in node["Node Type"] for node in nodes(plans[0]))
        # What it looked at is the page and the row that tells of a next one.
        assert scans[0]["Actual Rows"] + scans[0].get("Rows Removed by Filter", 0) == PAGE + 1
    late = select(Ticket.reference).where(
        Ticket.overdue_at.is_not(None), ~Ticket.private,
        Ticket.status.in_(("received", "assigned", "in_progress", "waiting")),
    )  # fmt: skip
    for column, code in (
        (Ticket.category_code, filters.category), (Ticket.area_code, filters.area),
        (Ticket.agency_code, filters.agency),
    ):  # fmt: skip
        late = late.where(column == code) if code else late
    truth = many.scalars(late.order_by(Ticket.received_at.desc(), Ticket.id.desc())).all()
    assert seen == list(truth[: 2 * PAGE])
    assert len(truth) > 2 * PAGE
