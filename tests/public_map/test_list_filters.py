"""Lists of a rare word, category or area read what they show; the database knows our map words."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from app.public_map.queries import PAGE, numbers, page
from app.tickets.listed import Filters
from app.tickets.models import Ticket
from app.tickets.words import MAP_WORDS, map_word
from tests.factories.tickets import WARD, WARD_AREA
from tests.public_map.test_late_list import NOW, explained, nodes, row

OTHERS, WANTED = 3_000, 2 * PAGE + 3
RARE = {"category_code": "road", "area_code": WARD_AREA, "agency_code": WARD, "status": "declined"}
FILTERS = {
    "word": Filters(word="declined"),
    "category": Filters(category="road"),
    "area": Filters(area=WARD_AREA),
    "word, category": Filters(word="declined", category="road"),
    "word, area": Filters(word="declined", area=WARD_AREA),
    "word, agency": Filters(word="declined", agency=WARD),
    "category, area": Filters(category="road", area=WARD_AREA),
    "category, agency": Filters(category="road", agency=WARD),
    "all": Filters(word="declined", category="road", area=WARD_AREA, agency=WARD),
    "period": Filters(word="declined", days=90),
}
NOTHING = {
    "no such word": Filters(word="nothing"),
    "no such category": Filters(category="nothing"),
    "never together": Filters(category="road", agency="SXD"),
    "elsewhere": Filters(area=WARD_AREA, agency="SXD"),
    "ended, hence not late": Filters(word="resolved", overdue=True),
}


@pytest.fixture
def many(session: Session) -> Session:
    """The rare ones, and above them a crowd of others; some of the crowd are of each rare kind."""
    fresh = {"overdue_at": None}
    rows = [row(n, **fresh, **RARE) for n in range(WANTED)]
    rows += [row(WANTED + n, **fresh) for n in range(OTHERS)]
    session.execute(insert(Ticket), rows)
    session.execute(text("ANALYZE ticket"))
    for way in ("sort", "bitmapscan", "seqscan"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    return session


def read(session: Session, filters: Filters) -> tuple[list[Ticket], int]:
    """Return a page, and how many tickets it looked at."""
    with explained(session) as plans:
        found, _after = page(session, filters, None, now=NOW)
    scans = [node for plan in plans for node in nodes(plan) if "Relation Name" in node]
    sorts = [node for plan in plans for node in nodes(plan) if "Sort" in node["Node Type"]]
    assert not (scans and sorts)
    return found, sum(scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) for scan in scans)


@pytest.mark.parametrize("filters", FILTERS.values(), ids=list(FILTERS))
def test_what_is_rare_is_read_alone(many: Session, filters: Filters) -> None:
    found, looked_at = read(many, filters)
    truth = select(Ticket.reference).where(Ticket.status == "declined")
    newest = truth.order_by(Ticket.received_at.desc(), Ticket.id.desc()).limit(PAGE)
    assert [ticket.reference for ticket in found] == many.scalars(newest).all()
    assert len(found) == PAGE
    assert looked_at == PAGE + 1


@pytest.mark.parametrize("filters", NOTHING.values(), ids=list(NOTHING))
def test_what_is_not_there_is_not_searched_for(many: Session, filters: Filters) -> None:
    assert read(many, filters) == ([], 0)


def test_the_database_has_our_words(session: Session) -> None:
    statuses = {status for status, _outcome in MAP_WORDS} | {"nothing"}
    outcomes = {outcome for _status, outcome in MAP_WORDS} | {"nothing", None}
    for status, outcome in itertools.product(sorted(statuses), outcomes):
        said = session.scalar(select(func.map_word(literal(status), literal(outcome))))
        assert said == (map_word(status, outcome) or ""), (status, outcome)


@pytest.mark.parametrize("query", [Filters(days=7), Filters(days=7, word="waiting")])
def test_the_numbers_of_a_period_come_from_the_lists_index_alone(
    many: Session, query: Filters
) -> None:
    began = NOW - timedelta(days=30)
    many.execute(update(Ticket).where(Ticket.id % 50 != 0).values(received_at=began))
    many.execute(text("ANALYZE ticket"))
    # Nothing can be swept inside this transaction: the planner is told that it was.
    many.execute(text("UPDATE pg_class SET relallvisible = relpages WHERE relname = 'ticket'"))
    with explained(many) as plans:
        found = numbers(many, query, ("waiting",), now=NOW)
    assert sum(area.count for area in found.values()) == many.scalar(
        select(func.count()).where(Ticket.status == "assigned", Ticket.received_at > began)
    )
    scans = [node for plan in plans for node in nodes(plan) if "Relation Name" in node]
    assert [(scan["Node Type"], scan["Index Name"]) for scan in scans] == [
        ("Index Only Scan", "ix_ticket_public_list")
    ]
