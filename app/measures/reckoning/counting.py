"""From what happened to the figures of months. Pure; definitions say what is what.

A figure exists where something was counted (`n` is not 0). Its `value` is a whole number: how many,
tenths of a percent (rounded half up), or minutes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.measures.reckoning.definitions import METRICS, Kind, Metric
from app.measures.reckoning.events import Counted, History, What
from app.measures.reckoning.months import Month


class Dimension(StrEnum):
    """What figures are made for."""

    CITY = "city"
    AGENCY = "agency"
    AREA = "area"
    CATEGORY = "category"


CITY: Final = ""
"""The key of the whole city."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a month. part: only of a share."""

    dimension: str
    key: str
    metric: str
    n: int
    part: int | None
    value: int


@dataclass
class _Tally:
    n: Counter[What] = field(default_factory=Counter)
    flags: Counter[What] = field(default_factory=Counter)
    minutes: dict[What, list[int]] = field(default_factory=dict)

    def add(self, one: Counted) -> None:
        self.n[one.what] += 1
        self.flags[one.what] += one.flag
        if one.minutes is not None:
            self.minutes.setdefault(one.what, []).append(one.minutes)


class Count:
    """Adds up histories for some months, each between its begin and its end."""

    def __init__(self, months: Mapping[Month, tuple[datetime, datetime]]) -> None:
        self._months = months
        self._tallies: dict[Month, dict[tuple[Dimension, str], _Tally]] = {
            month: {} for month in months
        }

    def add(self, history: History) -> None:
        """Count what happened to a ticket."""
        for one in history.counted:
            for month, (begin, end) in self._months.items():
                if begin <= one.at < end:
                    self._add(self._tallies[month], one, history)

    def _add(
        self, tallies: dict[tuple[Dimension, str], _Tally], one: Counted, history: History
    ) -> None:
        for key in (
            (Dimension.CITY, CITY),
            (Dimension.AGENCY, one.agency),
            (Dimension.AREA, history.area),
            (Dimension.CATEGORY, history.category),
        ):
            if key[1] or key[0] is Dimension.CITY:
                tallies.setdefault(key, _Tally()).add(one)

    def figures(self, month: Month) -> Iterator[Figure]:
        """Yield the figures of a month, in no order."""
        for (dimension, key), tally in self._tallies[month].items():
            for metric in METRICS.values():
                made = _made(metric, tally)
                if made is not None:
                    n, part, value = made
                    yield Figure(
                        dimension=dimension.value, key=key, metric=metric.key, n=n, part=part,
                        value=value,
                    )  # fmt: skip


def _made(metric: Metric, tally: _Tally) -> tuple[int, int | None, int] | None:
    n = tally.n[metric.of]
    match metric.kind:
        case Kind.COUNT:
            return (n, None, n) if n else None
        case Kind.SHARE:
            part = tally.n[metric.part] if metric.part else tally.flags[metric.of]
            return (n, part, tenths(part, n)) if n else None
        case Kind.MEDIAN | Kind.P90:
            found = sorted(tally.minutes.get(metric.of, ()))
            tenth = 5 if metric.kind is Kind.MEDIAN else 9
            return (len(found), None, nearest_rank(found, tenth)) if found else None


def tenths(part: int, n: int) -> int:
    """Return the share in tenths of a percent, rounded half up."""
    return (2_000 * part + n) // (2 * n)


def nearest_rank(ordered: list[int], tenth: int) -> int:
    """Return the smallest value that so many tenths of all do not exceed."""
    return ordered[-(-tenth * len(ordered) // 10) - 1]
