"""How figures are said: numbers as the language writes them, differences in words."""

from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_decimal

from app.core.words.i18n import N_, language, locale_of, number, translate
from app.measures.models import MeasureMonth
from app.measures.reckoning.definitions import METRICS, SMALL, Metric, Unit, decimal
from app.measures.reckoning.months import Month

UNITS = {
    Unit.NUMBER: "%(value)s",
    Unit.PERCENT: N_("%(value)s%%"),
    Unit.HOURS: N_("%(value)s h"),
    Unit.DAYS: N_("%(value)s days"),
}
POINTS = N_("%(value)s points")
LESS, MORE, SAME = N_("%(amount)s less"), N_("%(amount)s more"), N_("the same")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A figure on a page. small: of so few that it says little."""

    value: str
    n: str
    part: str
    small: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """Against another month. good: better, None where neither or no change."""

    words: str
    good: bool | None


def said(row: MeasureMonth | None) -> Said | None:
    """Return a figure as the current language writes it."""
    if row is None:
        return None
    unit = METRICS[row.metric].unit
    return Said(
        value=translate(UNITS[unit], value=_number(unit, row.value)),
        n=number(row.n),
        part="" if row.part is None else number(row.part),
        small=unit is not Unit.NUMBER and row.n < SMALL,
    )


def change(metric: Metric, now: MeasureMonth | None, then: MeasureMonth | None) -> Change | None:
    """Return how a figure differs from that of another month."""
    if now is None or then is None:
        return None
    tenths = _tenths(metric.unit, now.value) - _tenths(metric.unit, then.value)
    if not tenths:
        return Change(words=translate(SAME), good=None)
    written = _written(metric.unit, abs(tenths))
    amount = translate(POINTS if metric.unit is Unit.PERCENT else UNITS[metric.unit], value=written)
    words = translate(MORE if tenths > 0 else LESS, amount=amount)
    good = (tenths > 0) == (metric.better > 0) if metric.better else None
    return Change(words=words, good=good)


def month_name(month: Month) -> str:
    """Return a month as the current language says it."""
    pattern = "'tháng' M/yyyy" if language() == "vi" else "MMMM yyyy"
    return format_date(month.first, pattern, locale=locale_of(language()))


def month_mark(month: Month) -> str:
    """Return a month in few letters, for charts."""
    return f"{month.first.month}/{month.first:%y}"


def _tenths(unit: Unit, value: int) -> int:
    """Return what is published, in its last digit: differences are those of what is seen."""
    return value if unit is Unit.NUMBER else int(decimal(unit, value).replace(".", ""))


def _written(unit: Unit, tenths: int) -> str:
    return number(tenths) if unit is Unit.NUMBER else _one_decimal(f"{tenths // 10}.{tenths % 10}")


def _number(unit: Unit, value: int) -> str:
    return number(value) if unit is Unit.NUMBER else _one_decimal(decimal(unit, value))


def two_decimals(value: float) -> str:
    """Return a number with two decimals as the current language writes it."""
    return format_decimal(value, format="#,##0.00", locale=locale_of(language()))


def _one_decimal(text: str) -> str:
    return format_decimal(text, format="#,##0.0", locale=locale_of(language()))
