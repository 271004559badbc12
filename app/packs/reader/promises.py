"""targets.yaml and rules.yaml: what is promised, and who must keep it."""

from collections.abc import Mapping
from datetime import date

from app.packs.content import RulePart, SeverityPart, TargetPart
from app.packs.reader.nodes import CODE, Node, Reading

LONGEST_H = 5_000.0
TARGET = r"\d{1,4}(\.\d{1,2})?"


def read_targets(
    reading: Reading, severities: Mapping[str, SeverityPart]
) -> tuple[TargetPart, ...]:
    """Read the promises. Hours become seconds of the severity's clock."""
    node = reading.yaml("targets.yaml")
    node.only("version", "valid_from", "illustrative", "targets")
    version = round(node.number("version", low=1, high=1_000_000))
    valid_from = node.day("valid_from") or date(2000, 1, 1)
    illustrative = node.illustrative()
    targets = []
    for category, entry in node.children("targets").items():
        for severity in entry.value:
            hours = _hours(entry, severity)
            if severity not in severities:
                entry.fault("is not a severity", severity)
                continue
            targets.append(
                TargetPart(
                    category=category,
                    severity=severity,
                    version=version,
                    clock=severities[severity].clock,
                    first_reply_s=round(hours[0] * 3600),
                    outcome_s=round(hours[1] * 3600),
                    valid_from=valid_from,
                    illustrative=illustrative,
                )
            )
    return tuple(targets)


def _hours(node: Node, severity: str) -> tuple[float, float]:
    values = [float(text) for text in node.texts(severity, pattern=TARGET)]
    if len(values) != 2 or not 0 < values[0] <= values[1] <= LONGEST_H:
        node.fault("must be [hours to the first reply, hours to the outcome]", severity)
        return (1.0, 1.0)
    return (values[0], values[1])


def read_rules(reading: Reading) -> tuple[tuple[RulePart, ...], tuple[str, ...]]:
    """Return the rules, one for each category or group of a `match`, and the triage list."""
    node = reading.yaml("rules.yaml")
    node.only("illustrative", "valid_from", "triage", "rules")
    marked, since = node.illustrative(), node.day("valid_from")
    rules: list[RulePart] = []
    for entry in node.items("rules", required=True):
        rules += _rule(entry, since=since, marked=marked)
    return tuple(rules), node.texts("triage", pattern=CODE)


def _rule(node: Node, *, since: date | None, marked: bool) -> list[RulePart]:
    node.only("code", "match", "agency", "covering", "cooperating", "priority", "valid_from",
              "valid_to", "illustrative")  # fmt: skip
    match = node.child("match", required=False)
    match.only("categories", "groups", "area", "area_kind", "severity")
    categories, groups = match.texts("categories"), match.texts("groups")
    if categories and groups:
        match.fault("names categories or groups, not both")
    if node.has("agency") == node.has("covering"):
        node.fault("needs either agency or covering")
    code = node.code(limit=40)
    subjects: list[tuple[str | None, str | None]] = [(name, None) for name in categories]
    subjects += [(None, name) for name in groups]
    subjects = subjects or [(None, None)]
    illustrative = node.illustrative(default=marked)
    return [
        RulePart(
            code=f"{code}.{category or group}" if len(subjects) > 1 else code,
            category=category,
            group=group,
            area=match.optional("area"),
            area_kind=match.optional("area_kind"),
            severity=match.optional("severity"),
            agency=node.optional("agency", pattern=CODE),
            covering=node.optional("covering"),
            cooperating=node.texts("cooperating"),
            priority=round(node.number("priority", low=-1_000, high=1_000, default=0)),
            valid_from=node.day("valid_from") or since,
            valid_to=node.day("valid_to"),
            illustrative=illustrative,
        )
        for category, group in subjects
    ]
