"""What the pages of figures show. Every number comes from the figures' table, none from tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Area, Category, City
from app.core.words.i18n import N_, number, pick, translate
from app.measures.models import MeasureMonth, MeasurePeriod
from app.measures.queries import of_one, periods
from app.measures.reckoning.counting import Dimension
from app.measures.reckoning.definitions import (
    HEADLINE,
    METRICS,
    PROBLEMS,
    SUGGESTIONS,
    Metric,
    Unit,
)
from app.measures.reckoning.months import Month
from app.statistics.charts import Bar, bars
from app.statistics.schemas import Asked
from app.statistics.words import Change, Said, change, month_mark, month_name, said

SHOWN_MONTHS = 13
LEVELS = {
    "province": N_("Departments"), "ward": N_("Wards and communes"), "utility": N_("Utilities"),
}  # fmt: skip
OTHER = N_("Other bodies")
DIMENSIONS = {
    "agencies": Dimension.AGENCY, "areas": Dimension.AREA, "categories": Dimension.CATEGORY,
}  # fmt: skip
CHARTED = (
    (N_("On time and not disputed, by month"), (HEADLINE,)),
    (N_("Received, resolved and answered, by month"), ("received", "resolved", "answered")),
    (N_("Days from receipt to outcome, median, by month"), ("days_median",)),
)
Rows = Mapping[str, MeasureMonth]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure of the month, and of the month beside it."""

    metric: Metric
    now: Said | None
    then: Said | None
    change: Change | None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing with what it shows: (month, values, n) for each month."""

    title: str
    drawing: Markup
    names: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str], str]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Figures of the city, or of one agency, area or category; those of suggestions apart."""

    name: str
    period: MeasurePeriod
    beside: MeasurePeriod | None
    months: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    suggestions: Sequence[Line]
    charts: Sequence[Chart]

    @property
    def headline(self) -> Line:
        """What stands first."""
        return self.lines[0]


def one_page(
    session: Session, dimension: Dimension, key: str, name: str, asked: Asked
) -> Page | None:
    """Return the figures of one agency, area or category, or of the city; None without a month."""
    known = periods(session)
    if not known:
        return None
    period, beside = chosen(known, asked)
    shown = [one for one in known if one.month <= period.month][-SHOWN_MONTHS:]
    wanted = {one.month: one for one in (*shown, *([beside] if beside else []))}
    found = of_one(session, list(wanted.values()), dimension.value, key)
    now, then = found[period.month], found[beside.month] if beside else {}
    return Page(
        name=name,
        period=period,
        beside=beside,
        months=choices(known),
        lines=[_line(metric, now, then) for metric in PROBLEMS.values()],
        suggestions=[_line(metric, now, then) for metric in SUGGESTIONS.values()],
        charts=[_chart(title, metrics, shown, found) for title, metrics in CHARTED],
    )


def name_of(session: Session, dimension: Dimension, key: str) -> str | None:
    """Return the name of an agency, area or category; None where there is none."""
    return next((name for _, code, name in members(session, dimension) if code == key), None)


def chosen(
    known: Sequence[MeasurePeriod], asked: Asked
) -> tuple[MeasurePeriod, MeasurePeriod | None]:
    """Return the month to show (the last one that is over, unless asked) and the one beside it."""
    by_month = {one.month: one for one in known}
    over = [one for one in known if one.as_of >= one.ends_at]
    period = by_month.get(asked.month.first if asked.month else date.min) or (over or known)[-1]
    default = Month(period.month).moved(-1)
    beside = by_month.get((asked.beside or default).first)
    return period, beside if beside is not period else None


def choices(known: Sequence[MeasurePeriod]) -> list[tuple[str, str]]:
    """Return (month, its name), the latest first."""
    months = [Month(one.month) for one in reversed(known)]
    return [(str(month), month_name(month)) for month in months]


def _line(metric: Metric, now: Rows, then: Rows) -> Line:
    one, other = now.get(metric.key), then.get(metric.key)
    return Line(metric=metric, now=said(one), then=said(other), change=change(metric, one, other))


def _chart(
    title: str, keys: Sequence[str], shown: Sequence[MeasurePeriod], found: Mapping[date, Rows]
) -> Chart:
    metrics = [METRICS[key] for key in keys]
    percent = metrics[0].unit is Unit.PERCENT
    values = {one.month: [found[one.month].get(metric.key) for metric in metrics] for one in shown}
    most = max((row.value for rows in values.values() for row in rows if row), default=0)
    full = 1_000 if percent else _round_up(most, 1_440 if metrics[0].unit is Unit.DAYS else 1)
    drawn = [_bar(one, values[one.month], full) for one in shown]
    rows = [
        (month_name(Month(one.month)), bar.values, _counts(values[one.month]))
        for one, bar in zip(shown, drawn, strict=True)
    ]
    scale = _scale(metrics[0], full)
    names = [translate(metric.name) for metric in metrics]
    return Chart(
        title=translate(title), drawing=bars(translate(title), drawn, scale), names=names, rows=rows
    )


def _bar(period: MeasurePeriod, rows: Sequence[MeasureMonth | None], full: int) -> Bar:
    told = [said(row) for row in rows]
    return Bar(
        label=month_mark(Month(period.month)),
        values=[one.value if one else "–" for one in told],
        heights=[row.value / full if row else None for row in rows],
        soft=period.as_of < period.ends_at or any(one is not None and one.small for one in told),
    )


def _counts(rows: Sequence[MeasureMonth | None]) -> str:
    return number(rows[0].n) if rows[0] else "–"


def _scale(metric: Metric, full: int) -> list[str]:
    if metric.unit is Unit.PERCENT:
        return ["0", "50%", "100%"]
    whole = full // 1_440 if metric.unit is Unit.DAYS else full
    return ["0", "", number(whole)]


def _round_up(most: int, unit: int) -> int:
    """Return a full height that is a round number of units, 1, 2 or 5 times a power of ten."""
    step = unit
    while True:
        for times in (1, 2, 5):
            if step * times >= most:
                return step * times
        step *= 10


def members(session: Session, dimension: Dimension) -> list[tuple[str, str, str]]:
    """Return (kind, code, name) of all agencies, areas or categories, past ones too."""
    city = session.get_one(City, 1).profile
    names = {code: pick(kind["names"]) for code, kind in city["unit_kinds"].items()}
    match dimension:
        case Dimension.AREA:
            areas = select(Area.unit_kind, Area.code, Area.full_names)
            rows = session.execute(areas.where(Area.kind.in_(("unit", "water"))))
            return [(names.get(kind or "", ""), code, pick(words)) for kind, code, words in rows]
        case Dimension.AGENCY:
            agencies = select(Area.unit_kind, Agency.level, Agency.code, Agency.names)
            owned = session.execute(
                agencies.select_from(Agency).outerjoin(Area, Area.code == Agency.area_code)
            )
            return [
                (names.get(kind or "") or translate(LEVELS.get(level, OTHER)), code, pick(words))
                for kind, level, code, words in owned
            ]
        case _:
            groups = city["category_groups"]
            grouped = session.execute(select(Category.group_code, Category.code, Category.names))
            return [(pick(groups.get(group)), code, pick(words)) for group, code, words in grouped]
