"""A position in one field, as people type or paste it.

1. Understood: two decimal numbers with point or comma, degrees with minutes and seconds, with the
   letters of north and east (also `B` and `Đ`), `geo:` and what map services put into addresses.
2. The latitude comes first, unless letters say otherwise, or only the other order lies in the
   bounds: then it is turned round, which `swapped` tells.
3. Text without two numbers that can be a position is none; nothing is guessed from one number.
"""

import re
from dataclasses import dataclass

from geo.morton import Box
from geo.point import InvalidPoint, LonLat

MOST_TYPED = 2_000
_NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,17})?"
# Where map services keep the position, the pin before the middle of the view.
_IN_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d({_NUMBER})!4d({_NUMBER})",
        rf"[?&](?:q|ll|query|center|daddr|destination|mlat)=(?:loc:)?({_NUMBER})(?:,|%2C|&mlon=)\+?({_NUMBER})",
        rf"^geo:({_NUMBER}),({_NUMBER})",
        rf"@({_NUMBER}),({_NUMBER})",
        rf"#(?:map=)?[0-9]{{1,2}}(?:\.[0-9]+)?/({_NUMBER})/({_NUMBER})",
    )
)
_PAIR = re.compile(rf"\(?\s*({_NUMBER})°?\s*(?:[,;\s/]+)\s*({_NUMBER})°?\s*\)?")
_COMMAS = re.compile(
    r"\(?\s*([+-]?[0-9]{1,3}),([0-9]{1,17})(?:\s*[;,/]\s*|\s+)([+-]?[0-9]{1,3}),([0-9]{1,17})\s*\)?"
)
_LETTERS = {"N": (0, 1), "B": (0, 1), "S": (0, -1), "E": (1, 1), "Đ": (1, 1), "D": (1, 1),
            "W": (1, -1), "T": (1, -1)}  # fmt: skip
_MARKS = str.maketrans({"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "″": '"', "”": '"',
                        "“": '"'})  # fmt: skip
_LETTER = "[NSEWBĐDT]"
# Degrees, minutes, seconds; its letter stands before or after, never both.
_ANGLE = re.compile(
    rf"\s*(?:({_LETTER})\s*)?([0-9]{{1,3}}(?:[.,][0-9]+)?)\s*°?\s*"
    r"(?:([0-9]{1,2}(?:[.,][0-9]+)?)\s*'(?!'))?\s*(?:([0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:\"|''))?"
    rf"\s*((?(1)|{_LETTER}))?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A position that was understood. swapped: the longitude had been typed first."""

    place: LonLat
    swapped: bool = False


def read_coordinates(typed: str, bounds: Box) -> Typed | None:
    """Return the position in a text, or None where there is none."""
    # Single spaces: several patterns meet at them, and would share a long run in every way.
    text = " ".join(typed[:MOST_TYPED].split()).translate(_MARKS)
    for link in _IN_LINKS:
        if found := link.search(text):
            return _chosen(float(found[1]), float(found[2]), bounds)
    if found := _COMMAS.fullmatch(text):
        lat, lon = float(f"{found[1]}.{found[2]}"), float(f"{found[3]}.{found[4]}")
        return _chosen(lat, lon, bounds)
    if found := _PAIR.fullmatch(text):
        return _chosen(float(found[1]), float(found[2]), bounds)
    return _angles(text, bounds)


def _chosen(lat: float, lon: float, bounds: Box) -> Typed | None:
    straight, turned = _at(lat, lon), _at(lon, lat)
    if turned and _in(turned, bounds) and not (straight and _in(straight, bounds)):
        return Typed(place=turned, swapped=True)
    return Typed(place=straight) if straight else None


def _at(lat: float, lon: float) -> LonLat | None:
    try:
        return LonLat(lat=lat, lon=lon)
    except InvalidPoint:
        return None


def _in(place: LonLat, bounds: Box) -> bool:
    return bounds.west <= place.lon <= bounds.east and bounds.south <= place.lat <= bounds.north


def _angles(text: str, bounds: Box) -> Typed | None:
    """Read degrees, minutes and seconds, each angle with or without its letter."""
    first = _ANGLE.match(text)
    if first is None or not ("°" in text or first[1] or first[5]):
        return None
    second = _ANGLE.fullmatch(text, _after(text, first.end()))
    if second is None:
        return None
    one, other = _angle(first), _angle(second)
    if one is None or other is None:
        return None
    axes = {axis for axis, _value in (one, other)}
    if axes == {0, 1}:
        lat, lon = (value for _axis, value in sorted((one, other), key=lambda part: part[0] or 0))
        straight = _at(lat, lon)
        return Typed(place=straight) if straight else None
    return _chosen(one[1], other[1], bounds) if axes == {None} else None


def _after(text: str, position: int) -> int:
    while position < len(text) and text[position] in ",; \t/":
        position += 1
    return position


def _angle(found: re.Match[str]) -> tuple[int | None, float] | None:
    degrees, minutes, seconds = (
        float((found[group] or "0").replace(",", ".")) for group in (2, 3, 4)
    )
    letter = (found[1] or found[5] or "").upper()
    if minutes >= 60 or seconds >= 60:
        return None
    axis, sign = _LETTERS.get(letter, (None, 1))
    return axis, sign * (degrees + minutes / 60 + seconds / 3600)
