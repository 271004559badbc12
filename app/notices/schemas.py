"""What somebody wants to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from geo.point import LonLat


@dataclass(frozen=True, kw_only=True)
class NewNotice:
    """What is to be told. texts: {lang: text}; place and radius_m make a circle."""

    texts: Mapping[str, str]
    expected_end: datetime | None
    category: str | None = None
    area: str | None = None
    place: LonLat | None = None
    radius_m: int | None = None
