"""Does a photo of the work show this place, after the work began, and for the first time? Pure.

A doubt never refuses anything: it tells a second person to look. A photo that says nothing about
its time and place raises none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from geo.point import LonLat

# As far as a street is long, and as far as a phone among houses may be wrong.
FAR_M = 300.0
# Cameras are set by hand.
CLOCK_OFF = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a photo says about itself. at: as the camera wrote it, with or without a zone."""

    at: str | None = None
    place: LonLat | None = None
    seen_before: bool = False


def doubts(
    taken: Taken, *, place: LonLat | None, accuracy_m: int | None, since: datetime, zone: tzinfo
) -> Sequence[str]:
    """Return the codes of what does not fit. since: when the work began."""
    found = []
    far = FAR_M + (accuracy_m or 0)
    if taken.place is not None and place is not None and taken.place.distance_m(place) > far:
        found.append("too_far")
    at = instant(taken.at, zone)
    if at is not None and at < since - CLOCK_OFF:
        found.append("too_old")
    if taken.seen_before:
        found.append("seen_before")
    return found


def instant(written: str | None, zone: tzinfo) -> datetime | None:
    """Return when that was; without a zone it is the city's."""
    try:
        at = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)
