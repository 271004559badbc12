"""The rectangles that are made unreadable on a photo. Pure.

1. A rectangle is told in thousandths of the picture's width and height, from its upper left corner:
   it means the same on every copy.
2. It lies on the picture: what reaches beyond an edge is cut there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Rejection
from app.core.words.i18n import N_

WHOLE = 1_000
MOST = 20
FIELD = "areas"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A rectangle, in thousandths. All four are above or at 0; width and height above 0."""

    left: int
    top: int
    width: int
    height: int

    def as_numbers(self) -> list[int]:
        """Return left, top, width, height."""
        return [self.left, self.top, self.width, self.height]


def area(left: float, top: float, width: float, height: float) -> Area:
    """Return the part of a rectangle (in thousandths) that is on the picture. Raises Rejection."""
    numbers = [round(number) for number in (left, top, left + width, top + height)]
    x, y, right, bottom = (min(max(number, 0), WHOLE) for number in numbers)
    if x >= right or y >= bottom:
        message = N_("One of the rectangles is empty or lies beside the photo.")
        raise Rejection("empty_area", message, field=FIELD)
    return Area(left=x, top=y, width=right - x, height=bottom - y)


def check(areas: Sequence[Area]) -> None:
    """Raises Rejection where there is nothing to do, or too much."""
    if not areas:
        message = N_("Please draw at least one rectangle, or give its four numbers.")
        raise Rejection("no_area", message, field=FIELD)
    if len(areas) > MOST:
        message = N_("At most %(limit)s rectangles at once, please.")
        raise Rejection("too_many_areas", message, field=FIELD, params={"limit": MOST})
