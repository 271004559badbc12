"""Reads the figures: few rows, however many tickets there are."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.measures.models import MeasureMonth, MeasurePeriod

BATCH = 2_000


def periods(session: Session) -> Sequence[MeasurePeriod]:
    """Return the latest version of each month, oldest month first."""
    newest = (
        select(MeasurePeriod.month, func.max(MeasurePeriod.version).label("version"))
        .group_by(MeasurePeriod.month)
        .subquery()
    )
    query = select(MeasurePeriod).join(
        newest,
        (MeasurePeriod.month == newest.c.month) & (MeasurePeriod.version == newest.c.version),
    )
    return session.scalars(query.order_by(MeasurePeriod.month)).all()


def of_month(
    session: Session, period: MeasurePeriod, dimension: str = "", key: str | None = None
) -> Iterator[MeasureMonth]:
    """Yield every figure of a month, or those of a dimension, or of one of its members."""
    query = (
        select(MeasureMonth)
        .where(MeasureMonth.month == period.month, MeasureMonth.version == period.version)
        .order_by(MeasureMonth.dimension, MeasureMonth.key, MeasureMonth.metric)
    )
    if dimension:
        query = query.where(MeasureMonth.dimension == dimension)
    if key is not None:
        query = query.where(MeasureMonth.key == key)
    yield from session.scalars(query.execution_options(yield_per=BATCH))


def of_one(
    session: Session, some: Sequence[MeasurePeriod], dimension: str, key: str
) -> dict[date, dict[str, MeasureMonth]]:
    """Return {month: {metric: figure}} of one agency, area, category, or of the city."""
    found: dict[date, dict[str, MeasureMonth]] = {period.month: {} for period in some}
    query = select(MeasureMonth).where(
        MeasureMonth.month.in_(found), MeasureMonth.dimension == dimension, MeasureMonth.key == key
    )
    versions = {period.month: period.version for period in some}
    for row in session.scalars(query):
        if row.version == versions[row.month]:
            found[row.month][row.metric] = row
    return found


def of_all(
    session: Session, period: MeasurePeriod, dimension: str, metrics: Sequence[str]
) -> dict[str, dict[str, MeasureMonth]]:
    """Return {key: {metric: figure}} of a month for every agency, area or category."""
    query = select(MeasureMonth).where(
        MeasureMonth.month == period.month,
        MeasureMonth.version == period.version,
        MeasureMonth.dimension == dimension,
        MeasureMonth.metric.in_(metrics),
    )
    found: dict[str, dict[str, MeasureMonth]] = {}
    for row in session.scalars(query):
        found.setdefault(row.key, {})[row.metric] = row
    return found
