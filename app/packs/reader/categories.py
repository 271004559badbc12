"""categories.yaml: severities, groups, categories and their questions; and categories.model."""

from collections.abc import Collection, Mapping
from typing import Any

from app.catalog.likely.model import LARGEST_FILE, NotAModel, read
from app.packs.content import CategoryPart, SeverityPart, Words
from app.packs.reader.nodes import CODE, Node, Reading

CLOCKS = ("working", "real")
KINDS = ("problem", "suggestion")
PRIVACY = ("open", "restricted")
DETAILS = ("full", "coarse", "none")
PUBLICATIONS = ("before", "after")
CONTACTS = ("optional", "phone_verified", "name_and_phone")
QUESTION_TYPES = ("text", "number", "one", "many", "date", "yes_no")
KEYS = (
    "group", "kind", "icon", "names", "descriptions", "questions", "severity", "severities",
    "privacy", "public_detail", "publication", "contact", "requires_place", "proof_required",
    "reach_m", "asks_about_agency", "emergency", "escalation", "illustrative",
)  # fmt: skip

MODEL_FILE = "categories.model"

Categories = tuple[tuple[SeverityPart, ...], Mapping[str, Words], tuple[CategoryPart, ...]]


def read_categories(reading: Reading) -> Categories:
    """Return severities, groups and categories in the order of the file."""
    node = reading.yaml("categories.yaml")
    node.only("severities", "groups", "defaults", "categories")
    severities = tuple(_severity(code, n) for code, n in node.children("severities").items())
    groups = {code: _group(n) for code, n in node.children("groups").items()}
    usual = node.child("defaults", required=False)
    usual.only(*KEYS)
    marked = usual.illustrative()
    categories = []
    for code, entry in node.children("categories").items():
        entry.only(*KEYS)
        marks = entry.illustrative(default=marked)
        merged = Node(reading, {**usual.value, **entry.value}, file=entry.file, row=entry.row,
                      where=entry.where)  # fmt: skip
        categories.append(_category(code, merged, illustrative=marks))
    return severities, groups, tuple(categories)


def _severity(code: str, node: Node) -> SeverityPart:
    node.only("names", "clock")
    names = node.words("names", limit=60)
    return SeverityPart(code=code, names=names, clock=node.choice("clock", CLOCKS))


def _group(node: Node) -> Words:
    node.only("names")
    return node.words("names", limit=80)


def _category(code: str, node: Node, *, illustrative: bool) -> CategoryPart:
    severity = node.code("severity")
    return CategoryPart(
        code=code,
        group=node.code("group"),
        kind=node.choice("kind", KINDS, "problem"),
        icon=node.optional("icon", pattern=r"[a-z][a-z-]{0,31}"),
        names=node.words("names", limit=120),
        descriptions=node.words("descriptions"),
        questions=tuple(_question(entry) for entry in node.items("questions")),
        severity=severity,
        severities=node.texts("severities", pattern=CODE) or (severity,),
        privacy=node.choice("privacy", PRIVACY, "open"),
        public_detail=node.choice("public_detail", DETAILS, "full"),
        publication=node.choice("publication", PUBLICATIONS, "before"),
        contact=node.choice("contact", CONTACTS, "optional"),
        requires_place=node.flag("requires_place", default=True),
        proof_required=node.flag("proof_required", default=False),
        reach_m=round(node.number("reach_m", low=10, high=5_000, default=60)),
        asks_about_agency=node.flag("asks_about_agency", default=False),
        emergency=node.texts("emergency"),
        escalation=node.optional("escalation", pattern=CODE),
        illustrative=illustrative,
    )


def _question(node: Node) -> dict[str, Any]:
    node.only("code", "type", "required", "names", "options", "severity", "category")
    kind = node.choice("type", QUESTION_TYPES)
    options = [
        {"code": code, "names": _option(entry)}
        for code, entry in (node.children("options") if node.has("options") else {}).items()
    ]
    if (kind in ("one", "many")) != bool(options):
        node.fault("belongs to the types one and many, and only to them", "options")
    answers = {"yes", "no"} if kind == "yes_no" else {str(option["code"]) for option in options}
    return {
        "code": node.code(),
        "type": kind,
        "names": node.words("names", limit=200),
        "required": node.flag("required", default=False),
        "options": options,
        "severity": _meant(node, "severity", answers),
        "category": _meant(node, "category", answers),
    }


def _meant(node: Node, key: str, answers: Collection[str]) -> dict[str, str]:
    """Return what answers stand for: {answer: code}."""
    meant = {}
    for answer in node.child(key, required=False).value:
        if answer not in answers:
            node.fault(f"{answer} is not an answer", key)
        meant[answer] = node.child(key).code(answer)
    return meant


def _option(node: Node) -> Words:
    languages = node.reading.languages
    node.only(*languages)
    return {lang: node.text(lang, limit=120) for lang in languages}


def read_category_model(reading: Reading, known: Collection[str]) -> bytes | None:
    """Read the model of likely categories; a pack may have none."""
    file = reading.folder / MODEL_FILE
    if not file.is_file():
        return None
    content = file.read_bytes()
    if len(content) > LARGEST_FILE:
        reading.fault(f"is larger than {LARGEST_FILE} bytes", file=MODEL_FILE)
        return None
    try:
        unknown = set(read(content).head.categories) - set(known)
    except NotAModel as error:
        reading.fault(f"is not a model of likely categories: {error}", file=MODEL_FILE)
        return None
    for code in sorted(unknown):
        reading.fault(f"{code} is not a category; train it again", file=MODEL_FILE)
    return content
