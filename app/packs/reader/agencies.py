"""agencies.yaml: city-wide hours, agencies, and templates that make one agency for each area."""

import re
from collections.abc import Mapping, Sequence

from app.packs.content import AgencyPart, AreaPart, HoursPart, UnitKind, Words
from app.packs.reader.nodes import CODE, MAIL, Node, Reading

APPROVALS = ("none", "answers_and_refusals", "all")
DUTIES = ("coordinator", "oversight")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INTERVAL = r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"
KEYS = (
    "code", "level", "duty", "names", "parent", "area", "email", "approval", "intake_target_h",
    "valid_from", "valid_to", "successor", "working_hours", "illustrative",
)  # fmt: skip


def read_agencies(
    reading: Reading, areas: Sequence[AreaPart], kinds: Mapping[str, UnitKind]
) -> tuple[HoursPart, tuple[AgencyPart, ...]]:
    """Return the city-wide hours and all agencies, those of templates included."""
    node = reading.yaml("agencies.yaml")
    node.only("working_hours", "defaults", "agencies", "templates")
    hours = _hours(node.child("working_hours"))
    defaults = node.child("defaults")
    defaults.only("illustrative", "approval", "intake_target_h")
    usual = _Usual(defaults)
    agencies = [_agency(entry, usual) for entry in node.items("agencies", required=True)]
    for template in node.items("templates"):
        agencies += _expand(template, usual, areas, kinds)
    return hours, tuple(agencies)


class _Usual:
    """What holds for an agency that says nothing else."""

    def __init__(self, node: Node) -> None:
        self.illustrative = node.illustrative()
        self.approval = node.choice("approval", APPROVALS)
        self.intake_target_h = node.number("intake_target_h", low=0.1, high=1_000)


def _agency(node: Node, usual: _Usual) -> AgencyPart:
    node.only(*KEYS)
    return _build(
        node, usual, code=node.code(), names=node.words("names", limit=200),
        email=node.optional("email", pattern=MAIL, limit=254), area=node.optional("area"),
    )  # fmt: skip


def _build(
    node: Node, usual: _Usual, *, code: str, names: Words, email: str | None, area: str | None
) -> AgencyPart:
    intake_h = node.number("intake_target_h", low=0.1, high=1_000, default=usual.intake_target_h)
    return AgencyPart(
        code=code,
        level=node.text("level", pattern=r"[a-z_]{1,16}"),
        duty=node.choice("duty", DUTIES) if node.has("duty") else None,
        names=names,
        parent=node.optional("parent", pattern=CODE),
        area=area,
        email=email,
        approval=node.choice("approval", APPROVALS, usual.approval),
        intake_target_s=round(intake_h * 3600),
        valid_from=node.day("valid_from"),
        valid_to=node.day("valid_to"),
        successor=node.optional("successor", pattern=CODE),
        hours=_hours(node.child("working_hours")) if node.has("working_hours") else None,
        illustrative=node.illustrative(default=usual.illustrative),
    )


def _hours(node: Node) -> HoursPart:
    node.only("illustrative", "valid_from", "week")
    week = node.child("week")
    week.only(*WEEKDAYS)
    return HoursPart(
        valid_from=node.day("valid_from"),
        week=tuple(_day(week, weekday) for weekday in WEEKDAYS),
        illustrative=node.illustrative(),
    )


def _day(week: Node, weekday: str) -> tuple[tuple[str, str], ...]:
    intervals: list[tuple[str, str]] = []
    for text in week.texts(weekday, pattern=INTERVAL):
        opens, closes = text.split("-")
        if opens >= closes or (intervals and opens < intervals[-1][1]):
            week.fault("must be intervals in order, each ending after it begins", weekday)
        intervals.append((opens, closes))
    return tuple(intervals)


def _expand(
    node: Node, usual: _Usual, areas: Sequence[AreaPart], kinds: Mapping[str, UnitKind]
) -> list[AgencyPart]:
    node.only("for_areas", *KEYS)
    kind = node.text("for_areas")
    codes, mail = node.text("code"), node.optional("email")
    names = node.words("names", limit=200)
    made = []
    for area in (area for area in areas if area.kind == kind):
        values = {lang: _values(area, kinds, lang) for lang in names}
        first = next(iter(values.values()), {"code": area.code})
        made.append(
            _build(
                node,
                usual,
                code=_fill(node, "code", codes, first),
                names={
                    lang: _fill(node, "names", text, values[lang]) for lang, text in names.items()
                },
                email=_fill(node, "email", mail, first) if mail else None,
                area=area.code,
            )
        )
    if not made:
        node.fault("fits no area", "for_areas")
    return made


def _values(area: AreaPart, kinds: Mapping[str, UnitKind], lang: str) -> dict[str, str]:
    kind = kinds.get(area.unit_kind or "")
    return {
        "code": area.code,
        "name": area.names[lang],
        "full_name": area.full_names[lang],
        "kind": kind.in_text[lang] if kind else "",
    }


def _fill(node: Node, key: str, text: str, values: Mapping[str, str]) -> str:
    unknown = set(re.findall(r"\{(\w*)\}", text)) - values.keys()
    if unknown:
        node.fault(f"has unknown placeholders: {', '.join(sorted(unknown))}", key)
        return text
    return text.format_map(values)
