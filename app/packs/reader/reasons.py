"""codes.yaml and calendar.csv."""

from datetime import date

from app.packs.content import CodePart, DayPart
from app.packs.reader.nodes import Reading

# The lifecycle names these; a pack gives them words and may add others.
NEEDED = {
    "outcome": (
        "fixed", "enforced", "explained", "nothing_found", "planned", "withdrawn", "spam",
    ),
    "refusal": (),
    "pause": ("reporter", "weather", "other_body"),
    "return": (),
    "hide": (),
}  # fmt: skip
OPTIONAL = ("dispute",)
DAY_KINDS = ("holiday", "makeup")


def read_codes(reading: Reading) -> tuple[CodePart, ...]:
    """Read the reasons of each kind in their order."""
    node = reading.yaml("codes.yaml")
    node.only("illustrative", *NEEDED, *OPTIONAL)
    node.illustrative()
    codes = []
    for kind in (*NEEDED, *OPTIONAL):
        if kind in OPTIONAL and not node.has(kind):
            continue
        entries = node.children(kind)
        for code in set(NEEDED.get(kind, ())) - entries.keys():
            node.fault(f"needs {code}", kind)
        if not entries:
            node.fault("must have at least one code", kind)
        for position, (code, entry) in enumerate(entries.items()):
            entry.only(*reading.languages)
            names = {lang: entry.text(lang, limit=300) for lang in reading.languages}
            codes.append(CodePart(kind=kind, code=code, names=names, position=position))
    return tuple(codes)


def read_calendar(reading: Reading) -> tuple[DayPart, ...]:
    """Read holidays and make-up days. Each date appears once."""
    others = [f"name_{lang}" for position, lang in enumerate(reading.languages) if position]
    columns = ["date", "kind", "name", *others, "replaces", "source", "confirmed"]
    days: dict[date, DayPart] = {}
    for row in reading.table("calendar.csv", columns):
        day = row.day("date")
        if day is None:
            row.fault("is missing", "date")
            continue
        if day in days:
            row.fault("is there twice", "date")
        part = DayPart(
            day=day,
            kind=row.choice("kind", DAY_KINDS),
            names=row.word_columns("name"),
            replaces=row.day("replaces"),
            source=row.text("source"),
            confirmed=row.flag("confirmed", default=False),
        )
        if part.replaces and part.kind != "makeup":
            row.fault("belongs to make-up days", "replaces")
        days[day] = part
    for part in days.values():
        if part.replaces and (part.replaces not in days or days[part.replaces].kind != "holiday"):
            reading.fault("replaces a day that is not a holiday here", file="calendar.csv",
                          where=part.day.isoformat())  # fmt: skip
    return tuple(sorted(days.values(), key=lambda part: part.day))
