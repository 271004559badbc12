"""Charts as SVG, drawn by the server: bars by month. What they show stands in a table beside them.

1. Drawn are numbers and our own words only. Colours come from the page's CSS, by class: the policy
   of the pages allows no style in the drawing.
2. A month without a figure has no bar; one of the present month, or of few reports, is hatched by
   its class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT, BASE, TOP = 640, 210, 176, 22
GAP = 0.28
MOST = 96  # few months are no walls
_DRAWING = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
_LINE = Markup(
    '<path class="chart-line" d="M{} {:.1f}H{}"/>'
    '<text class="chart-word" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
)
_BAR = Markup(
    '<rect class="chart-bar chart-{}{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"'
    ' rx="2"><title>{}</title></rect>'
)
_MONTH = Markup('<text class="chart-word" x="{:.1f}" y="{}" text-anchor="middle">{}</text>')


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month. heights: between 0 and 1 of the full height, one for each series, or None."""

    label: str
    values: Sequence[str]
    heights: Sequence[float | None]
    soft: bool = False


def bars(title: str, months: Sequence[Bar], scale: Sequence[str]) -> Markup:
    """Return a drawing. scale: what stands at no height, half and full height."""
    left = 58
    each = min(MOST, (WIDTH - left) / max(1, len(months)))
    parts = [_lines(left, scale)]
    for place, month in enumerate(months):
        parts.append(_month(left + place * each, each, month))
    return _DRAWING.format(WIDTH, HEIGHT, title, Markup("").join(parts))


def _lines(left: int, scale: Sequence[str]) -> Markup:
    found = Markup("")
    for part, words in enumerate(scale):
        y = BASE - (BASE - TOP) * part / max(1, len(scale) - 1)
        found += _LINE.format(left, y, WIDTH, left - 6, y + 4, words)
    return found


def _month(x: float, each: float, month: Bar) -> Markup:
    room = each * (1 - GAP)
    width = room / max(1, len(month.heights))
    found = Markup("")
    for series, (height, value) in enumerate(zip(month.heights, month.values, strict=True)):
        if height is None:
            continue
        tall = (BASE - TOP) * min(1.0, max(0.0, height))
        at = x + each * GAP / 2 + series * width
        found += _BAR.format(
            series + 1, " chart-soft" if month.soft else "", at, BASE - tall, width - 1, tall,
            f"{month.label}: {value}",
        )  # fmt: skip
    return found + _MONTH.format(x + each / 2, HEIGHT - 14, month.label)
