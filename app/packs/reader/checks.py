"""What must hold between the files of a pack: every code exists, every promise has its numbers."""

from collections import Counter
from collections.abc import Callable, Iterable

from shapely import Point

from app.catalog.queries import led_to
from app.packs.content import AgencyPart, CategoryPart, PackContent
from app.packs.reader.categories import DETAILS, PRIVACY, PUBLICATIONS
from app.packs.reader.nodes import Reading

Fault = Callable[[str, str, str], None]


def check(content: PackContent, reading: Reading) -> None:
    """Note every fault between files."""

    def fault(file: str, where: str, text: str) -> None:
        reading.fault(text, file=file, where=where)

    for rule in (
        _areas,
        _neighbours,
        _outline,
        _agencies,
        _categories,
        _led_to,
        _targets,
        _rules,
        _fallbacks,
    ):
        rule(content, fault)


def _twice(codes: Iterable[str], file: str, fault: Fault) -> None:
    for code, count in Counter(codes).items():
        if count > 1:
            fault(file, code, "is there twice")


def _areas(content: PackContent, fault: Fault) -> None:
    _twice((area.code for area in content.areas), "units.csv, coarse.geojson", fault)
    known = {area.code for area in content.areas}
    west, south, east, north = content.city.bounds
    for area in content.areas:
        if area.parent and area.parent not in known:
            fault("units.csv", area.code, f"parent {area.parent} does not exist")
        inside = west <= area.lon <= east and south <= area.lat <= north
        if area.kind in ("unit", "province") and not inside:
            fault("units.csv", area.code, "lies outside the bounds of the city")
    if not any(area.kind == "unit" for area in content.areas):
        fault("units.csv", "", "has no unit")
    for code in content.residents:
        if code not in known:
            fault("residents.csv", code, "is no area of units.csv")
    _twice((f"{a.name} {a.area}" for a in content.aliases), "former_units.csv", fault)
    for alias in content.aliases:
        if alias.area not in known:
            fault("former_units.csv", alias.name, f"area {alias.area} does not exist")


def _neighbours(content: PackContent, fault: Fault) -> None:
    known = {area.code for area in content.areas if area.kind == "neighbour"}
    for code in content.city.document["neighbours"]:
        if code not in known:
            fault("city.yaml", f"neighbours.{code}", "is no neighbour of coarse.geojson")


def _outline(content: PackContent, fault: Fault) -> None:
    units = {area.code: area for area in content.areas if area.kind == "unit"}
    for part in content.outline:
        if part.unit and part.unit not in units:
            fault("outline.geojson", part.unit, "is not a unit")
    owned = {part.unit for part in content.outline if part.unit}
    shared = [part.shape for part in content.outline if part.unit is None]
    for code, unit in units.items():
        if code not in owned and not any(s.covers(Point(unit.lon, unit.lat)) for s in shared):
            fault("outline.geojson", code, "has no piece and its point lies in none")


def _agencies(content: PackContent, fault: Fault) -> None:
    agencies = {agency.code: agency for agency in content.agencies}
    areas = {area.code for area in content.areas}
    _twice((agency.code for agency in content.agencies), "agencies.yaml", fault)
    for duty in ("coordinator", "oversight"):
        if sum(agency.duty == duty for agency in content.agencies) != 1:
            fault("agencies.yaml", duty, "must be the duty of exactly one agency")
    for agency in content.agencies:
        for role, code in (("parent", agency.parent), ("successor", agency.successor)):
            if code and code not in agencies:
                fault("agencies.yaml", agency.code, f"{role} {code} does not exist")
        if agency.area and agency.area not in areas:
            fault("agencies.yaml", agency.code, f"area {agency.area} does not exist")
        if len(agency.code) > 32:
            fault("agencies.yaml", agency.code, "is longer than 32 characters")
        if _circles(agency, agencies):
            fault("agencies.yaml", agency.code, "is above itself")


def _circles(agency: AgencyPart, agencies: dict[str, AgencyPart]) -> bool:
    seen = {agency.code}
    above = agencies.get(agency.parent or "")
    while above is not None:
        if above.code in seen:
            return True
        seen.add(above.code)
        above = agencies.get(above.parent or "")
    return False


def _categories(content: PackContent, fault: Fault) -> None:
    agencies = {agency.code for agency in content.agencies}
    severities = {severity.code for severity in content.severities}
    file = "categories.yaml"
    if "other" not in {category.code for category in content.categories}:
        fault(file, "categories", "needs the category other")
    for category in content.categories:
        if category.group not in content.groups:
            fault(file, category.code, f"group {category.group} does not exist")
        if category.escalation and category.escalation not in agencies:
            fault(file, category.code, f"agency {category.escalation} does not exist")
        raised = {code for q in category.questions for code in q["severity"].values()}
        for code in sorted({category.severity, *category.severities, *raised}):
            if code not in severities or code not in category.severities:
                fault(file, category.code, f"severity {code} is not one of its severities")
        for number in category.emergency:
            if number not in content.city.emergency_numbers:
                fault(file, category.code, f"emergency number {number} is not in city.yaml")
        _twice((q["code"] for q in category.questions), f"{file}: {category.code}", fault)


def _led_to(content: PackContent, fault: Fault) -> None:
    """Check what answers lead to: one step, and to nothing that was not said when it was sent."""
    known = {category.code: category for category in content.categories}
    for category in content.categories:
        raised = {code for q in category.questions for code in q["severity"].values()}
        for code in sorted(led_to(category.questions)):
            other = known.get(code)
            if other is None:
                wrong = "which does not exist"
            elif code == category.code:
                wrong = "which is itself"
            elif code == "other":
                wrong = "which is always offered"
            elif led_to(other.questions):
                wrong = "which leads on: one step only"
            elif _shows_more(other, category):
                wrong = "which shows more in public"
            elif other.contact != category.contact:
                wrong = "which wants another contact"
            elif not raised <= {*other.severities}:
                wrong = "which lacks a severity that answers here call for"
            else:
                continue
            fault("categories.yaml", category.code, f"an answer leads to {code}, {wrong}")


def _shows_more(one: CategoryPart, other: CategoryPart) -> bool:
    """Compare what becomes public, and whether a person looks at it before."""
    return (
        PRIVACY.index(one.privacy) < PRIVACY.index(other.privacy)
        or DETAILS.index(one.public_detail) < DETAILS.index(other.public_detail)
        or PUBLICATIONS.index(one.publication) > PUBLICATIONS.index(other.publication)
    )


def _targets(content: PackContent, fault: Fault) -> None:
    promised = {(target.category, target.severity) for target in content.targets}
    wanted = {(c.code, severity) for c in content.categories for severity in c.severities}
    for category, severity in sorted(wanted - promised):
        fault("targets.yaml", category, f"has no target for {severity}")
    for category, severity in sorted(promised - wanted):
        fault("targets.yaml", category, f"{severity} is not a severity of such a category")


def _rules(content: PackContent, fault: Fault) -> None:
    kinds = {area.kind for area in content.areas}
    covering = {f"covering:{kind}" for kind in kinds}
    known = {
        "category": {category.code for category in content.categories},
        "group": set(content.groups),
        "area": {area.code for area in content.areas},
        "area_kind": kinds,
        "severity": {severity.code for severity in content.severities},
        "agency": {agency.code for agency in content.agencies},
        "covering": kinds,
    }
    _twice((rule.code for rule in content.rules), "rules.yaml", fault)
    for rule in content.rules:
        for key, codes in known.items():
            value = getattr(rule, key)
            if value is not None and value not in codes:
                fault("rules.yaml", rule.code, f"{key} {value} does not exist")
        for entry in rule.cooperating:
            if entry not in known["agency"] | covering:
                fault("rules.yaml", rule.code, f"cooperating {entry} does not exist")


def _fallbacks(content: PackContent, fault: Fault) -> None:
    named = {rule.category for rule in content.rules}
    groups = {rule.group for rule in content.rules if rule.category is None}
    general = any(rule.category is None and rule.group is None for rule in content.rules)
    for category in content.categories:
        ruled = general or category.code in named or category.group in groups
        if not ruled and category.code not in content.triage:
            fault("rules.yaml", category.code, "has no rule; name it under triage if meant so")
    for code in content.triage:
        if code not in {category.code for category in content.categories}:
            fault("rules.yaml", f"triage.{code}", "is not a category")
