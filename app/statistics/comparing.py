"""All agencies, areas or categories beside one another; suggestions in tables of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.words.i18n import N_, translate
from app.measures.models import MeasurePeriod
from app.measures.queries import of_all, periods
from app.measures.reckoning.counting import Dimension
from app.measures.reckoning.definitions import HEADLINE, METRICS, Metric
from app.statistics.ground import Counted, Ground
from app.statistics.pages import choices, chosen, members
from app.statistics.schemas import Asked
from app.statistics.words import Said, said

COLUMNS = ("received", HEADLINE, "reply_on_time", "outcome_on_time", "days_median", "open")
OF_SUGGESTIONS = (
    "suggestion_published", "suggestion_answered", "suggestion_reply_on_time",
    "suggestion_on_time", "suggestion_delivered", "suggestion_open",
)  # fmt: skip
SECTIONS = (("", COLUMNS), (N_("Suggestions"), OF_SUGGESTIONS))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One agency, area or category in a table: its figures; before: the headline a month earlier.

    density: of an area, reports received for each square kilometre, or for so many residents.
    """

    key: str
    name: str
    cells: Sequence[Said | None]
    before: Said | None
    density: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """Those of one kind: like is compared with like."""

    kind: str
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Tables with the same columns. title: empty for reports, which stand first."""

    title: str
    columns: Sequence[Metric]
    tables: Sequence[Table]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All agencies, areas or categories in one month.

    counted: whose counts of residents the densities rest on; without any, on square kilometres.
    """

    period: MeasurePeriod
    before: MeasurePeriod | None
    months: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    counted: Sequence[Counted]


def comparison(session: Session, dimension: Dimension, asked: Asked) -> Comparison | None:
    """Return all agencies, areas or categories beside one another; None without a month."""
    known = periods(session)
    if not known:
        return None
    period, _ = chosen(known, asked)
    earlier = [one for one in known if one.month < period.month]
    before = earlier[-1] if earlier else None
    ground = Ground.of(session) if dimension is Dimension.AREA else Ground()
    sections = [
        _section(session, dimension, title, columns, period, before, ground)
        for title, columns in SECTIONS
    ]
    return Comparison(
        period=period,
        before=before,
        months=choices(known),
        sections=[one for one in sections if one.tables or not one.title],
        counted=ground.counted,
    )


def _section(  # noqa: PLR0917 - what a page has, put together once
    session: Session, dimension: Dimension, title: str, columns: Sequence[str],
    period: MeasurePeriod, before: MeasurePeriod | None, ground: Ground,
) -> Section:  # fmt: skip
    found = of_all(session, period, dimension.value, columns)
    then = of_all(session, before, dimension.value, [HEADLINE]) if before and not title else {}
    kinds: dict[str, list[Row]] = {}
    for kind, key, name in members(session, dimension):
        if key in found:
            cells = [said(found[key].get(metric)) for metric in columns]
            past = said(then.get(key, {}).get(HEADLINE))
            received = found[key].get("received")
            density = ground.density(key, received.value if received else 0)
            row = Row(key=key, name=name, cells=cells, before=past, density=density)
            kinds.setdefault(kind, []).append(row)
    return Section(
        title=translate(title) if title else "",
        columns=[METRICS[key] for key in columns],
        tables=[
            Table(kind=kind, rows=sorted(rows, key=lambda row: row.name.casefold()))
            for kind, rows in kinds.items()
        ],
    )
