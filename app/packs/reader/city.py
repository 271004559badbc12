"""city.yaml, kinds.yaml and the legal pages."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.packs.content import CityPart, PagePart, UnitKind
from app.packs.reader.nodes import MAIL, Node, Reading

PUBLICATIONS = ("before", "after")
THRESHOLDS = ("off", "above")
KEYS = (
    "code", "version", "names", "place_names", "taglines", "organisation", "operator", "sms_name",
    "phone_region", "quiet_hours",
    "reference_prefix", "languages", "timezone", "bounds", "centre", "shore_limit_m",
    "border_caution_m", "publication", "emergency", "licences", "pages", "desk", "kind_words",
    "neighbours", "open_data", "suggestions",
)  # fmt: skip


def read_city(reading: Reading) -> CityPart:
    """Read city.yaml; sets the languages of the pass before anything with words is read."""
    node = reading.yaml("city.yaml")
    reading.languages = node.texts("languages", pattern=r"[a-z]{2}(-[A-Z]{2})?")
    if not reading.languages:
        node.fault("must name at least one language", "languages")
    node.only(*KEYS)
    emergency = [_emergency(entry) for entry in node.items("emergency")]
    bounds = _numbers(node, "bounds", 4)
    document: dict[str, Any] = {
        "code": node.text("code", pattern=r"[a-z][a-z0-9_]*", limit=64),
        "version": node.text("version", limit=64),
        "names": node.words("names", limit=60),
        "place_names": node.words("place_names", limit=60),
        "taglines": node.words("taglines", limit=120),
        "organisation": node.words("organisation", limit=120),
        "operator": _operator(node.child("operator")),
        "sms_name": node.text("sms_name", pattern=r"[ -~]{1,11}"),
        "phone_region": node.text("phone_region", pattern=r"[A-Z]{2}"),
        "quiet_hours": _quiet_hours(node),
        "reference_prefix": node.text("reference_prefix", pattern=r"[A-Z]{2,4}"),
        "languages": list(reading.languages),
        "timezone": _zone(node),
        "bounds": bounds,
        "centre": _numbers(node, "centre", 2),
        "shore_limit_m": node.number("shore_limit_m", low=0, high=20_000),
        "border_caution_m": node.number("border_caution_m", low=0, high=20_000),
        "publication": node.choice("publication", PUBLICATIONS),
        "emergency": emergency,
        "licences": [_licence(entry) for entry in node.items("licences")],
        "open_data": _open_data(node.child("open_data")) if node.has("open_data") else {},
        "desk": _desk(node.child("desk")) if node.has("desk") else {},
        "suggestions": _suggestions(node.child("suggestions", required=False)),
        "pages": list(node.texts("pages", pattern=r"[a-z][a-z-]*")),
        "neighbours": {
            code: _beyond(entry)
            for code, entry in node.child("neighbours", required=False).children().items()
        },
        "kind_words": _kind_words(node.child("kind_words", required=False)),
    }
    _check_frame(node, bounds, document["centre"])
    return CityPart(
        code=document["code"],
        version=document["version"],
        languages=reading.languages,
        publication=document["publication"],
        emergency_numbers=tuple(entry["number"] for entry in emergency),
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
        document=document,
    )


def _emergency(node: Node) -> dict[str, Any]:
    node.only("number", "names")
    return {
        "number": node.text("number", pattern=r"\+?[0-9 ]{2,16}"),
        "names": node.words("names", limit=80),
    }


def _operator(node: Node) -> dict[str, Any]:
    node.only("illustrative", "names", "email", "privacy_email", "phone")
    return {
        "names": node.words("names", limit=120),
        "email": node.text("email", pattern=MAIL, limit=254),
        "privacy_email": node.text("privacy_email", pattern=MAIL, limit=254),
        "phone": node.optional("phone", pattern=r"\+?[0-9 ]{3,20}") or "",
        "illustrative": node.illustrative(),
    }


def _desk(node: Node) -> dict[str, Any]:
    hours = ("approval_h", "explain_h", "coordinator_h")
    node.only("illustrative", "pause_days", "unrouted_min", "duty_min", "digest_at", *hours)
    node.illustrative()
    return {
        "pause_days": round(node.number("pause_days", low=6, high=366)),
        "unrouted_min": round(node.number("unrouted_min", low=1, high=1_440)),
        "duty_min": round(node.number("duty_min", low=1, high=1_440)),
        "digest_at": node.text("digest_at", pattern=r"([01][0-9]|2[0-2]):[0-5][0-9]"),
        **{name: node.number(name, low=0.1, high=1_000) for name in hours},
    }


def _suggestions(node: Node) -> dict[str, Any]:
    """Read what holds for suggestions; what a pack leaves out is as the profile has it."""
    days, counts = ("screening_days", "extension_days", "step_days"), ("least", "most")
    parts = [f"{where}_{what}" for where in ("area", "city") for what in ("least", "percent")]
    node.only("illustrative", "threshold", "city_most", *days, *parts)
    node.illustrative()
    found: dict[str, Any] = {
        name: round(node.number(name, low=1, high=1_000)) for name in days if node.has(name)
    }
    for name in (*parts, "city_most"):
        if node.has(name):
            number = node.number(name, low=0, high=1_000_000)
            found[name] = round(number) if name.endswith(counts) else number
    if node.has("threshold"):
        found["threshold"] = node.choice("threshold", THRESHOLDS)
    return found


def _licence(node: Node) -> dict[str, Any]:
    node.only("names", "url")
    return {
        "names": node.words("names"),
        "url": node.optional("url", pattern=r"https://\S+") or "",
    }


def _open_data(node: Node) -> dict[str, Any]:
    """Read under which licence the events and figures are published."""
    node.only("illustrative", "names", "url")
    node.illustrative()
    return {
        "names": node.words("names"),
        "url": node.optional("url", pattern=r"https://\S+") or "",
    }


def _quiet_hours(node: Node) -> list[str]:
    """Return start and end, or nothing where messages may ring at any time."""
    if not node.has("quiet_hours"):
        return []
    hours = list(node.texts("quiet_hours", pattern=r"([01]\d|2[0-3]):[0-5]\d"))
    if len(hours) != 2 or hours[0] == hours[1]:
        node.fault("must be two different times, as in 21:00 and 07:00", "quiet_hours")
    return hours


def _beyond(node: Node) -> dict[str, Any]:
    """Read who is responsible beyond the border, with an address where they tell one."""
    node.only("names", "url", "illustrative")
    node.illustrative()  # listed for the operator; what is shown does not change
    return {
        "names": node.words("names", limit=120),
        "url": node.text("url", pattern=r"https://\S+", limit=500),
    }


def _kind_words(node: Node) -> dict[str, list[str]]:
    """Read how people write the kind of a place beside its name."""
    return {kind: list(node.texts(kind)) for kind in node.value}


def _zone(node: Node) -> str:
    name = node.text("timezone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.fault("is not a time zone of the IANA database", "timezone")
    return name


def _numbers(node: Node, key: str, count: int) -> list[float]:
    values = node.texts(key, pattern=r"-?\d{1,3}(\.\d+)?")
    if len(values) != count:
        node.fault(f"must be {count} numbers", key)
        return [0.0] * count
    return [float(value) for value in values]


def _check_frame(node: Node, bounds: list[float], centre: list[float]) -> None:
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        node.fault("must be west, south, east, north", "bounds")
    if not (west <= centre[0] <= east and south <= centre[1] <= north):
        node.fault("must be longitude, latitude within the bounds", "centre")


def read_kinds(reading: Reading) -> tuple[UnitKind, ...]:
    """Read kinds.yaml."""
    kinds = []
    for code, node in reading.yaml("kinds.yaml").children().items():
        node.only("names", "in_text", "area")
        kinds.append(
            UnitKind(
                code=code,
                names=node.words("names", limit=60),
                in_text=node.words("in_text", limit=60),
                area=node.choice("area", ("province", "unit")),
            )
        )
    return tuple(kinds)


def read_pages(reading: Reading, city: CityPart) -> tuple[PagePart, ...]:
    """Read pages/<slug>.<lang>.yaml for each page and language."""
    return tuple(
        PagePart(slug=slug, lang=lang, document=_page(reading.yaml(f"pages/{slug}.{lang}.yaml")))
        for slug in city.document["pages"]
        for lang in city.languages
    )


def _page(node: Node) -> dict[str, Any]:
    node.only("title", "illustrative", "sections")
    node.illustrative()
    sections = []
    for section in node.items("sections", required=True):
        section.only("heading", "paragraphs", "items")
        sections.append(
            {
                "heading": section.text("heading", limit=200),
                "paragraphs": list(section.texts("paragraphs")),
                "items": list(section.texts("items")),
            }
        )
    return {"title": node.text("title", limit=120), "sections": sections}
