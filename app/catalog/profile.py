"""The city's profile: the part of the pack that every page and message needs, typed.

Built from the JSON of `city.profile`, which the pack reader has validated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class EmergencyNumber:
    """A number to call in danger, with what it is for."""

    number: str
    names: Words


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What holds at every agency's desk. Days are calendar days, `_h` working hours.

    pause_days: how long a pause may last at most. approval_h: how long an act may wait for its
    approval. explain_h: after a missed date, until the reason and a new date. coordinator_h: after
    the agency above was called, until the coordinator is. unrouted_min: how long the router may
    take. duty_min: how long who is called to an urgent claim may take to be heard. digest_at: when
    an agency is told what waits for it, on its working days.
    """

    pause_days: int = 30
    approval_h: float = 7.5
    explain_h: float = 7.5
    coordinator_h: float = 15
    unrouted_min: int = 10
    duty_min: int = 15
    digest_at: str = "07:30"


@dataclass(frozen=True, kw_only=True)
class SuggestionRules:
    """What holds for suggestions. `_days` of the screening and the extension are working days.

    screening_days: until a suggestion is published or refused. extension_days: by how much the date
    of an answer may be put off, once. step_days: after how many days a feasible answer expires that
    no step followed. threshold: off, or above (the agency above is called to the answer). Of an
    area that many supports, or that part of its residents in percent, whichever is more; of the
    whole city at least and at most so many.
    """

    screening_days: int = 2
    extension_days: int = 15
    step_days: int = 180
    threshold: str = "off"
    area_least: int = 10
    area_percent: float = 0.05
    city_least: int = 20
    city_most: int = 2_000
    city_percent: float = 0.02


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """Who takes reports beyond the border, and where."""

    names: Words
    url: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Names as {lang: text}; bounds are (west, south, east, north) degrees; limits in metres.

    quiet_hours: local times between which nothing rings.
    """

    code: str
    names: Words
    place_names: Words
    taglines: Words
    organisation: Words
    sms_name: str
    phone_region: str
    quiet_hours: tuple[time, time] | None
    reference_prefix: str
    languages: tuple[str, ...]
    zone: ZoneInfo
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    shore_limit_m: float
    border_caution_m: float
    emergency: tuple[EmergencyNumber, ...]
    groups: Mapping[str, Words]
    kind_words: Mapping[str, Sequence[str]]
    neighbours: Mapping[str, Beyond]
    pages: tuple[str, ...]
    calendar_version: int
    category_model: str | None
    desk: Desk
    suggestions: SuggestionRules

    @classmethod
    def from_document(cls, document: Mapping[str, Any], calendar_version: int) -> "Profile":
        """Build from the validated document. `languages[0]` is the default language."""
        west, south, east, north = (float(number) for number in document["bounds"])
        lon, lat = (float(number) for number in document["centre"])
        return cls(
            code=document["code"],
            names=document["names"],
            place_names=document["place_names"],
            taglines=document["taglines"],
            organisation=document["organisation"],
            sms_name=document["sms_name"],
            phone_region=document["phone_region"],
            quiet_hours=_hours(document.get("quiet_hours")),
            reference_prefix=document["reference_prefix"],
            languages=tuple(document["languages"]),
            zone=ZoneInfo(document["timezone"]),
            bounds=(west, south, east, north),
            centre=(lon, lat),
            shore_limit_m=float(document["shore_limit_m"]),
            border_caution_m=float(document["border_caution_m"]),
            emergency=tuple(
                EmergencyNumber(number=str(entry["number"]), names=entry["names"])
                for entry in document["emergency"]
            ),
            groups=document["category_groups"],
            kind_words=document.get("kind_words", {}),
            neighbours={
                code: Beyond(**entry) for code, entry in document.get("neighbours", {}).items()
            },
            pages=tuple(document["pages"]),
            calendar_version=calendar_version,
            category_model=document.get("category_model"),
            desk=Desk(**document.get("desk", {})),
            suggestions=SuggestionRules(**document.get("suggestions", {})),
        )


def _hours(pair: list[str] | None) -> tuple[time, time] | None:
    """Return start and end; a pack may have no quiet hours."""
    return (time.fromisoformat(pair[0]), time.fromisoformat(pair[1])) if pair else None
