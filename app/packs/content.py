"""What a city pack holds after reading: frozen, typed, checked, and without any table in sight.

Words are {lang: text} in every language of the pack. Durations are seconds, distances metres,
positions degrees (WGS 84). Codes are strings, also where they look like numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely import Polygon

Words = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CityPart:
    """city.yaml. `document` is what becomes the profile of the installation (plain JSON)."""

    code: str
    version: str
    languages: tuple[str, ...]
    publication: str
    emergency_numbers: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    document: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class UnitKind:
    """A kind of unit. `area` is province or unit; `in_text` is written inside a sentence."""

    code: str
    names: Words
    in_text: Words
    area: str


@dataclass(frozen=True, kw_only=True)
class AreaPart:
    """A named place. Coarse areas (water, neighbour, restricted) bring their shape."""

    code: str
    kind: str
    unit_kind: str | None
    parent: str | None
    names: Words
    full_names: Words
    lon: float
    lat: float
    shape: Polygon | None = None


@dataclass(frozen=True, kw_only=True)
class AliasPart:
    """A former name of an area; ambiguous ones point at several areas."""

    name: str
    area: str
    ambiguous: bool
    note: str | None


@dataclass(frozen=True, kw_only=True)
class OutlinePart:
    """A piece of the frame for approximate units; with `unit` it belongs to that unit alone."""

    unit: str | None
    shape: Polygon


@dataclass(frozen=True, kw_only=True)
class HoursPart:
    """Working hours: weekday 0 (Monday) to 6 → ((opens, closes), …) as "HH:MM"."""

    valid_from: date | None
    week: tuple[tuple[tuple[str, str], ...], ...]
    illustrative: bool


@dataclass(frozen=True, kw_only=True)
class AgencyPart:
    """An agency; templates are expanded. `hours` None means those of the city."""

    code: str
    level: str
    duty: str | None
    names: Words
    parent: str | None
    area: str | None
    email: str | None
    approval: str
    intake_target_s: int
    valid_from: date | None
    valid_to: date | None
    successor: str | None
    hours: HoursPart | None
    illustrative: bool


@dataclass(frozen=True, kw_only=True)
class SeverityPart:
    """How pressing. clock: working or real."""

    code: str
    names: Words
    clock: str


@dataclass(frozen=True, kw_only=True)
class CategoryPart:
    """A category. `questions` is plain JSON as `catalog.models.Category` documents it."""

    code: str
    group: str
    kind: str
    icon: str | None
    names: Words
    descriptions: Words
    questions: tuple[Mapping[str, Any], ...]
    severity: str
    severities: tuple[str, ...]
    privacy: str
    public_detail: str
    publication: str
    contact: str
    requires_place: bool
    proof_required: bool
    reach_m: int
    asks_about_agency: bool
    emergency: tuple[str, ...]
    escalation: str | None
    illustrative: bool


@dataclass(frozen=True, kw_only=True)
class TargetPart:
    """A promise in seconds of the severity's clock."""

    category: str
    severity: str
    version: int
    clock: str
    first_reply_s: int
    outcome_s: int
    valid_from: date
    illustrative: bool


@dataclass(frozen=True, kw_only=True)
class RulePart:
    """One routing rule; None matches anything. Exactly one of agency and covering is set."""

    code: str
    category: str | None
    group: str | None
    area: str | None
    area_kind: str | None
    severity: str | None
    agency: str | None
    covering: str | None
    cooperating: tuple[str, ...]
    priority: int
    valid_from: date | None
    valid_to: date | None
    illustrative: bool


@dataclass(frozen=True, kw_only=True)
class CodePart:
    """A reason with its public words."""

    kind: str
    code: str
    names: Words
    position: int


@dataclass(frozen=True, kw_only=True)
class DayPart:
    """A holiday, or a make-up day with the day that it replaces (where known)."""

    day: date
    kind: str
    names: Words
    replaces: date | None
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class PagePart:
    """A legal page in one language; `document` = {title, sections}."""

    slug: str
    lang: str
    document: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PackContent:
    """A whole pack. `triage` names categories without a rule on purpose.

    residents: how many live in a unit, where that is known, with source and day. category_model:
    the file of the model of likely categories, if the pack has one.
    """

    city: CityPart
    unit_kinds: tuple[UnitKind, ...]
    areas: tuple[AreaPart, ...]
    aliases: tuple[AliasPart, ...]
    outline: tuple[OutlinePart, ...]
    hours: HoursPart
    agencies: tuple[AgencyPart, ...]
    severities: tuple[SeverityPart, ...]
    groups: Mapping[str, Words]
    categories: tuple[CategoryPart, ...]
    targets: tuple[TargetPart, ...]
    rules: tuple[RulePart, ...]
    triage: tuple[str, ...]
    codes: tuple[CodePart, ...]
    calendar: tuple[DayPart, ...]
    pages: tuple[PagePart, ...]
    illustrative: tuple[str, ...] = field(default=())
    residents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    category_model: bytes | None = None
