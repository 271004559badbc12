"""Which agency must act, and why. Pure: facts and rules in, a decision out.

1. Place, in this order: a unit covers the point → a neighbour covers it (refused, by name) →
   within the shore limit of a unit → a water covers it → outside (refused). A place that is not
   known may be stated as an area; otherwise it is unknown.
2. Rules, in a total order: category over group over any; smaller area over larger over any; a
   severity over any; higher priority; lower id. The first that leads to an agency wins.
3. A unit that was chosen within the caution distance of an approximate border is not trusted:
   triage, naming both units.
4. Never to the agency complained about: its parent, else the oversight agency, else triage.
5. No rule, or perhaps a legal complaint or a denunciation → triage. Nothing is without an owner.
6. Triage is the coordinator's. What is about the coordinator goes above it instead (rule 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class PlaceKind(StrEnum):
    """How the place was found."""

    UNIT = "unit"
    NEAR = "near"
    WATER = "water"
    NEIGHBOUR = "neighbour"
    OUTSIDE = "outside"
    STATED = "stated"
    UNKNOWN = "unknown"


REFUSED_PLACES = frozenset({PlaceKind.NEIGHBOUR, PlaceKind.OUTSIDE})


class Reason(StrEnum):
    """Why; each has its public words in `tickets.words`."""

    RULE = "rule"
    RULE_AREA = "rule_area"
    RULE_NEAR = "rule_near"
    RULE_WATER = "rule_water"
    RULE_STATED = "rule_stated"
    ABOUT_PARENT = "about_parent"
    ABOUT_OVERSIGHT = "about_oversight"
    NEAR_BORDER = "near_border"
    NO_PLACE = "no_place"
    NO_RULE = "no_rule"
    OUTSIDE = "outside"
    LEGAL = "legal"


@dataclass(frozen=True, kw_only=True)
class AreaFact:
    """An area that covers the point (or is stated), with its size in m²."""

    code: str
    kind: str
    area_m2: float


@dataclass(frozen=True, kw_only=True)
class Place:
    """kind, the area that decides it (if any), all areas that rules may refer to, the distance."""

    kind: PlaceKind
    area: AreaFact | None = None
    covering: tuple[AreaFact, ...] = ()
    nearest_m: float | None = None
    border: str | None = None
    border_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a decision rests on; stored with it."""

    category: str
    group: str
    severity: str
    place: Place
    about_agency: str | None
    on: date
    legal: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """See `routing.models.RoutingRule`."""

    id: int
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


@dataclass(frozen=True, kw_only=True)
class Body:
    """What routing knows of an agency."""

    code: str
    parent: str | None
    area: str | None
    valid_from: date | None
    valid_to: date | None
    successor: str | None


@dataclass(frozen=True, kw_only=True)
class Bodies:
    """All agencies by code, with the two special ones."""

    by_code: Mapping[str, Body]
    coordinator: str
    oversight: str
    by_area: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """agency None means triage. `area` is the unit or water that the ticket belongs to."""

    reason: Reason
    agency: str | None = None
    cooperating: tuple[str, ...] = ()
    rule: int | None = None
    area: str | None = None
    other_area: str | None = None


def find_place(
    covering: Sequence[AreaFact],
    *,
    nearest: AreaFact | None,
    nearest_m: float | None,
    shore_limit_m: float,
    border: str | None = None,
    border_m: float | None = None,
) -> Place:
    """Apply rule 1 to a known point. `covering` is ordered smallest first."""
    areas = tuple(covering)
    unit = next((area for area in areas if area.kind == "unit"), None)
    if unit is not None:
        return Place(
            kind=PlaceKind.UNIT, area=unit, covering=areas, border=border, border_m=border_m
        )
    neighbour = next((area for area in areas if area.kind == "neighbour"), None)
    if neighbour is not None:
        return Place(kind=PlaceKind.NEIGHBOUR, area=neighbour, covering=areas, nearest_m=nearest_m)
    if nearest is not None and nearest_m is not None and nearest_m <= shore_limit_m:
        return Place(
            kind=PlaceKind.NEAR, area=nearest, covering=(nearest, *areas), nearest_m=nearest_m,
            border=border, border_m=border_m,
        )  # fmt: skip
    water = next((area for area in areas if area.kind == "water"), None)
    if water is not None:
        return Place(kind=PlaceKind.WATER, area=water, covering=areas, nearest_m=nearest_m)
    return Place(kind=PlaceKind.OUTSIDE, nearest_m=nearest_m)


def decide(facts: Facts, rules: Sequence[Rule], bodies: Bodies) -> Decision:
    """Choose. A refused place comes here only after the areas have changed: triage."""
    decision = _by_rules(facts, rules, bodies)
    if decision.agency is not None or facts.about_agency != bodies.coordinator:
        return decision
    above = _not_about_itself(bodies.coordinator, decision.reason, facts, bodies)
    return replace(decision, agency=above[0], reason=above[1]) if above else decision


def _by_rules(facts: Facts, rules: Sequence[Rule], bodies: Bodies) -> Decision:
    area = facts.place.area.code if facts.place.area else None
    if facts.place.kind in REFUSED_PLACES:
        return Decision(reason=Reason.OUTSIDE)
    if facts.legal:
        return Decision(reason=Reason.LEGAL, area=area)
    for rule in sorted((r for r in rules if _fits(r, facts)), key=lambda r: _rank(r, facts)):
        agency = _target(rule, facts, bodies)
        if agency is None:
            continue
        if (border := facts.place.border) and (rule.covering or rule.area == area):
            return Decision(reason=Reason.NEAR_BORDER, area=area, other_area=border, rule=rule.id)
        lead = _not_about_itself(agency, _reason(rule, facts), facts, bodies)
        if lead is None:
            continue
        return Decision(
            agency=lead[0],
            cooperating=_cooperating(rule, lead[0], facts, bodies),
            rule=rule.id,
            reason=lead[1],
            area=area,
        )
    unknown = facts.place.kind is PlaceKind.UNKNOWN
    return Decision(reason=Reason.NO_PLACE if unknown else Reason.NO_RULE, area=area)


def _fits(rule: Rule, facts: Facts) -> bool:
    covering = facts.place.covering
    return (
        (rule.category is None or rule.category == facts.category)
        and (rule.group is None or rule.group == facts.group)
        and (rule.severity is None or rule.severity == facts.severity)
        and (rule.area is None or any(area.code == rule.area for area in covering))
        and (rule.area_kind is None or any(area.kind == rule.area_kind for area in covering))
        and _holds(rule.valid_from, rule.valid_to, facts.on)
    )


def _holds(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    return (valid_from is None or valid_from <= on) and (valid_to is None or on < valid_to)


def _rank(rule: Rule, facts: Facts) -> tuple[int, float, int, int, int]:
    subject = 0 if rule.category else 1 if rule.group else 2
    sizes = [
        area.area_m2
        for area in facts.place.covering
        if area.code == rule.area or (rule.area is None and area.kind == rule.area_kind)
    ]
    return (
        subject,
        min(sizes, default=float("inf")),
        0 if rule.severity else 1,
        -rule.priority,
        rule.id,
    )


def _target(rule: Rule, facts: Facts, bodies: Bodies) -> str | None:
    if rule.agency is not None:
        return _in_force(rule.agency, facts.on, bodies)
    return _of_covering(rule.covering or "", facts, bodies)


def _of_covering(kind: str, facts: Facts, bodies: Bodies) -> str | None:
    for area in facts.place.covering:
        if area.kind == kind and area.code in bodies.by_area:
            return _in_force(bodies.by_area[area.code], facts.on, bodies)
    return None


def _in_force(code: str, on: date, bodies: Bodies) -> str | None:
    """Follow successors to an agency that exists on the day."""
    seen: set[str] = set()
    body = bodies.by_code.get(code)
    while body is not None and body.code not in seen:
        if _holds(body.valid_from, body.valid_to, on):
            return body.code
        seen.add(body.code)
        body = bodies.by_code.get(body.successor or "")
    return None


def _not_about_itself(
    agency: str, reason: Reason, facts: Facts, bodies: Bodies
) -> tuple[str, Reason] | None:
    if agency != facts.about_agency:
        return agency, reason
    parent = bodies.by_code[agency].parent
    in_force = _in_force(parent, facts.on, bodies) if parent else None
    if in_force is not None and in_force != agency:
        return in_force, Reason.ABOUT_PARENT
    if bodies.oversight == agency:
        return None
    return bodies.oversight, Reason.ABOUT_OVERSIGHT


def _cooperating(rule: Rule, lead: str, facts: Facts, bodies: Bodies) -> tuple[str, ...]:
    found: list[str] = []
    for entry in rule.cooperating:
        kind = entry.removeprefix("covering:")
        code = (
            _of_covering(kind, facts, bodies)
            if kind != entry
            else _in_force(entry, facts.on, bodies)
        )
        if code and code not in (lead, facts.about_agency) and code not in found:
            found.append(code)
    return tuple(found)


def _reason(rule: Rule, facts: Facts) -> Reason:
    match facts.place.kind:
        case PlaceKind.STATED if rule.covering or rule.area:
            return Reason.RULE_STATED
        case PlaceKind.NEAR if rule.covering:
            return Reason.RULE_NEAR
        case PlaceKind.WATER if rule.area or rule.area_kind:
            return Reason.RULE_WATER
        case _ if rule.covering or rule.area:
            return Reason.RULE_AREA
        case _:
            return Reason.RULE
