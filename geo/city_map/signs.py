"""The signs of the map: one shape and one glyph for each map word, so that colour is never alone.

The same drawings serve the legend (here) and the pins (citymap.js gets them as JSON). Colours are
in citymap.css: `citymap-sign-<word>`.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("M16 2.5a13.5 13.5 0 1 0 0 27a13.5 13.5 0 1 0 0-27z", "M16 9v7.5l5 3"),
    "in_progress": ("M16 1.5 30.5 16 16 30.5 1.5 16z", "M10 16h11.5M17 11.5l4.5 4.5-4.5 4.5"),
    "resolved": (
        "M7 3.5h18q3.5 0 3.5 3.5v18q0 3.5-3.5 3.5h-18q-3.5 0-3.5-3.5v-18q0-3.5 3.5-3.5z",
        "M9.5 16.5l4.5 4.5 8.5-9.5",
    ),
    "answered": (
        "M6 3h20q3 0 3 3v15q0 3-3 3H16.5L9 30.5V24H6q-3 0-3-3V6q0-3 3-3z",
        "M9 11h14M9 17h8.5",
    ),
    "declined": ("M10.4 2.5h11.2l7.9 7.9v11.2l-7.9 7.9H10.4l-7.9-7.9V10.4z", "M9.5 16h13"),
    "": ("M16 5a11 11 0 1 0 0 22a11 11 0 1 0 0-22z", "M16 16h.1"),
}
"""Map word → (outline, glyph), SVG paths on a field of 32 x 32. "" serves unknown words."""


def sign(word: str) -> str:
    """Return the sign of a map word as inline SVG, hidden from screen readers."""
    known = word if word in SHAPES else ""
    outline, glyph = SHAPES[known]
    return (
        f'<svg class="citymap-sign citymap-sign-{known or "other"}" viewBox="0 0 32 32" '
        'aria-hidden="true" focusable="false">'
        f'<path d="{outline}"/><path class="citymap-glyph" d="{glyph}"/></svg>'
    )


def legend(words: Mapping[str, str], *, title: str, overdue: str, cluster: str, area: str) -> str:
    """Return the legend: a closed `details` that lists each word with its sign."""
    rows = "".join(f"<li>{sign(word)} {escape(name)}</li>" for word, name in words.items())
    return (
        f'<details class="citymap-legend"><summary>{escape(title)}</summary><ul>{rows}'
        f'<li><span class="citymap-late" aria-hidden="true">!</span> {escape(overdue)}</li>'
        '<li><span class="citymap-ring" aria-hidden="true"></span> '
        f"{escape(cluster)}</li>"
        '<li><span class="citymap-shade" aria-hidden="true"></span> '
        f"{escape(area)}</li></ul></details>"
    )
