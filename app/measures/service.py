"""Makes the figures of months, freezes them, makes them anew.

1. One at a time: who finds another at it leaves it to that one.
2. A month is frozen with what was public up to its cut-off, whenever the job gets to it: one in a
   transaction. All that is not frozen is read in one go.
3. Months without any ticket before the first one are not kept.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.measures.models import MeasureMonth, MeasurePeriod
from app.measures.public_events import digest, lines_of
from app.measures.queries import of_month, periods
from app.measures.reckoning.counting import Count, Figure
from app.measures.reckoning.definitions import VERSION
from app.measures.reckoning.events import by_ticket
from app.measures.reckoning.months import INSTANT, Month
from app.measures.reckoning.suggested import read
from app.measures.terms import city_clock, terms_of
from app.tickets.models import Ticket
from app.tickets.problem_table.guards import APPEAL

BECAME_PRIVATE = "became_private"
MANY = 500
_ALONE = text("SELECT pg_try_advisory_xact_lock(:number)")
_WAIT = text("SELECT pg_advisory_xact_lock(:number)")
_NUMBER = 0x6D656173
# With what is empty written out, or each change from one that has a part to one that has none
# would begin a statement of its own.
_ROWS = insert(MeasureMonth).execution_options(render_nulls=True)
# What stands by itself (`history.REST`, `APPEAL`) began so long before at most.
BEFORE = APPEAL + timedelta(days=1)


def refresh(session: Session, *, now: datetime) -> int:
    """Freeze a month, or note what its events hold, and return 1; else make the rest, return 0."""
    if not session.scalar(_ALONE, {"number": _NUMBER}):
        return 0
    for period in _due(session, now):
        _make(session, [period], period.cut_off_at)
        period.frozen_at = now
        session.flush()
        return 1
    for period in periods(session):
        if period.frozen_at is not None and period.events_sha256 is None and not period.stale:
            period.events_sha256 = digest(session, period.begins_at, period.ends_at)
            session.flush()
            return 1
    running = _running(session, now)
    if running:
        _make(session, running, now)
    return 0


def rebuild(session: Session, *, now: datetime) -> None:
    """Make anew what is not frozen, for every month since the first ticket."""
    session.execute(_WAIT, {"number": _NUMBER})
    session.execute(delete(MeasurePeriod).where(MeasurePeriod.frozen_at.is_(None)))
    session.execute(update(MeasurePeriod).values(events_sha256=None))
    session.expire_all()
    while refresh(session, now=now):
        pass


def differing(session: Session) -> list[str]:
    """Return the months whose figures or checksums are not those of the public events."""
    wrong = []
    for period in periods(session):
        if period.stale or period.definitions != VERSION:
            continue  # the next round makes it anew; made by the words of its own time
        ((_, count),) = _counted(session, [period], period.as_of)
        made = {_key(figure) for figure in count}
        noted = period.events_sha256
        events = digest(session, period.begins_at, period.ends_at) if noted else None
        if events != noted or made != {_key(row) for row in of_month(session, period)}:
            wrong.append(f"{period.month:%Y-%m}")
    return wrong


def _due(session: Session, now: datetime) -> Iterator[MeasurePeriod]:
    """Yield the versions that are to be frozen now."""
    known = {Month(period.month): period for period in periods(session)}
    for month in _months(session, now):
        period = known.get(month)
        if period is not None and period.frozen_at is not None:
            if period.stale:
                period.stale = False
                yield _new(session, month, period.version + 1, BECAME_PRIVATE)
            continue
        period = period or _new(session, month, 1, None)
        if period.cut_off_at < now:
            yield period


def _running(session: Session, now: datetime) -> list[MeasurePeriod]:
    return [
        period
        for period in periods(session)
        if period.frozen_at is None and period.begins_at <= now
    ]


def _months(session: Session, now: datetime) -> Iterator[Month]:
    """Yield every month from that of the first ticket to the present one."""
    first = session.scalar(select(func.min(Ticket.received_at)))
    if first is None:
        return
    zone = profile(session).zone
    month, last = Month.of(first, zone), Month.of(now, zone)
    while month <= last:
        yield month
        month = month.moved(1)


def _new(session: Session, month: Month, version: int, note: str | None) -> MeasurePeriod:
    clock = city_clock(session)
    begins_at = month.begin(clock.zone)
    period = MeasurePeriod(
        month=month.first,
        version=version,
        definitions=VERSION,
        begins_at=begins_at,
        ends_at=month.end(clock.zone),
        cut_off_at=month.cut_off(clock),
        as_of=begins_at,
        private=0,
        note=note,
    )
    session.add(period)
    session.flush()
    return period


def _make(session: Session, some: Sequence[MeasurePeriod], as_of: datetime) -> None:
    """Write the figures of some months as of an instant, by the definitions of the day."""
    for period, figures in _counted(session, some, as_of):
        there = (MeasureMonth.month == period.month) & (MeasureMonth.version == period.version)
        session.execute(delete(MeasureMonth).where(there))
        key = {"month": period.month, "version": period.version}
        rows = [key | vars(figure) for figure in figures]
        for start in range(0, len(rows), MANY):
            session.execute(_ROWS, rows[start : start + MANY])
        period.as_of = as_of
        period.definitions = VERSION
        period.stale = False
        period.private = _private(session, period)
    session.flush()


def _counted(
    session: Session, some: Sequence[MeasurePeriod], as_of: datetime
) -> Iterator[tuple[MeasurePeriod, list[Figure]]]:
    terms, since = terms_of(session), min(period.begins_at for period in some) - BEFORE
    spans = {Month(period.month): (period.begins_at, period.ends_at) for period in some}
    stocks = sorted(min(end - INSTANT, as_of) for _, end in spans.values())
    count = Count(spans)
    for lines in by_ticket(lines_of(session, since, as_of + INSTANT)):
        for history in read(lines, terms, stocks, as_of):
            count.add(history)
    for period in some:
        yield period, list(count.figures(Month(period.month)))


def _private(session: Session, period: MeasurePeriod) -> int:
    """Return how many private tickets were received in the month."""
    query = select(func.count()).where(
        Ticket.received_at >= period.begins_at,
        Ticket.received_at < period.ends_at,
        Ticket.private,
    )
    return session.scalar(query) or 0


def _key(one: Figure | MeasureMonth) -> tuple[object, ...]:
    return (one.dimension, one.key, one.metric, one.n, one.part, one.value)
