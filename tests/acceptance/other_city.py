"""Another city's pack and mapping, made from its own table of requests; nothing of it is kept.

Its categories and agencies are those that the table names; its ground is the rectangle around all
places. What it promises today does not matter here: what was promised there is in the table.
"""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

ZONE = "America/New_York"
DATES = "%Y-%m-%dT%H:%M:%S"
LANG = "en"
SOURCE = "other311"
MARGIN = 0.01
COLUMNS = {
    "number": "id", "received": "created", "due": "due", "ended": "closed", "status": "status",
    "category": "category", "agency": "agency_code", "outcome": "resolution",
    "answer": "resolution", "text": "title", "address": "address", "lat": "lat", "lon": "lon",
}  # fmt: skip
BEGINNINGS = {
    "Case Closed": "fixed",
    "Case Closed Case Noted": "explained",
    "Case Closed Case Referred": "explained",
    "Case Closed Duplicate": "explained",
    "Case Closed Internal Case": "explained",
    "Case Closed ADCLSD": "explained",
    "Case Closed Case Invalid": "nothing_found",
    "Case Closed NOVIO": "nothing_found",
    "Case Closed NOBASE": "nothing_found",
    "Case Closed NOACC": "nothing_found",
    "Case Closed VIO": "enforced",
    "Case Closed TICKET": "enforced",
}


def rows(table: Path, most: int | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, plain or gzip, at most so many."""
    opener = gzip.open if table.suffix == ".gz" else open
    with opener(table, "rt", encoding="utf-8", newline="") as stream:
        yield from islice(csv.DictReader(stream), most)


@dataclass
class Seen:
    """What a table names."""

    agency_of: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    agencies: dict[str, str] = field(default_factory=dict)
    lons: list[float] = field(default_factory=list)
    lats: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, table: Path) -> "Seen":
        """Look through a table."""
        seen = cls()
        for row in rows(table):
            seen.agency_of[row["category"]][row["agency_code"]] += 1
            seen.agencies.setdefault(row["agency_code"], row["agency"] or row["agency_code"])
            seen.lons.append(float(row["lon"]))
            seen.lats.append(float(row["lat"]))
        return seen

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        return (
            min(self.lons) - MARGIN, min(self.lats) - MARGIN,
            max(self.lons) + MARGIN, max(self.lats) + MARGIN,
        )  # fmt: skip


@dataclass(frozen=True)
class OtherCity:
    """The folder of the pack, and the mapping of the table."""

    pack: Path
    mapping: Path


def build(folder: Path, table: Path) -> OtherCity:
    """Write pack and mapping into a folder."""
    seen = Seen.of(table)
    pack = folder / "other_city"
    (pack / "pages").mkdir(parents=True)
    agencies = {theirs: f"A{n:02}" for n, theirs in enumerate(sorted(seen.agencies))}
    categories = {theirs: f"c{n:03}" for n, theirs in enumerate(sorted(seen.agency_of))}
    for name, text in _pack(seen, agencies, categories).items():
        (pack / name).write_text(text, encoding="utf-8")
    mapping = folder / "mapping.yaml"
    mapping.write_text(_yaml({
        "source": SOURCE, "timezone": ZONE, "dates": DATES, "columns": COLUMNS,
        "statuses": {"Open": "assigned", "Closed": "ended"},
        "categories": {"values": categories}, "agencies": {"values": agencies},
        "outcomes": {"starts": BEGINNINGS, "otherwise": "fixed"}, "words_public": "true",
    }), encoding="utf-8")  # fmt: skip
    return OtherCity(pack, mapping)


def _yaml(document: object) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False)  # which is YAML, too


def _words(text: str) -> dict[str, str]:
    return {LANG: text}


def _pack(seen: Seen, agencies: dict[str, str], categories: dict[str, str]) -> dict[str, str]:
    west, south, east, north = seen.bounds()
    lon, lat = (west + east) / 2, (south + north) / 2
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    ground = {"type": "Polygon", "coordinates": [ring]}
    outline = {"type": "Feature", "properties": {"unit": None}, "geometry": ground}
    codes = ("fixed", "enforced", "explained", "nothing_found", "planned", "withdrawn", "spam")
    return {
        "city.yaml": _yaml({
            "code": "other_city", "version": "1", "names": _words("Requests"),
            "place_names": _words("Other City"), "taglines": _words("Every request is answered"),
            "organisation": _words("Other City"),
            "operator": {"names": _words("Office"), "email": "a@other.invalid",
                         "privacy_email": "b@other.invalid"},
            "sms_name": "OTHER", "phone_region": "US", "reference_prefix": "OC",
            "languages": [LANG], "timezone": ZONE, "bounds": [*map(str, seen.bounds())],
            "centre": [str(lon), str(lat)], "shore_limit_m": "200", "border_caution_m": "0",
            "publication": "after", "pages": ["privacy"],
            "emergency": [{"number": "911", "names": _words("Emergency")}],
        }),
        "pages/privacy.en.yaml": _yaml({
            "title": "Privacy",
            "sections": [{"heading": "Who is responsible", "paragraphs": ["The city."]}],
        }),
        "kinds.yaml": _yaml({
            "city": {"names": _words("City"), "in_text": _words("city"), "area": "province"},
            "part": {"names": _words("Part"), "in_text": _words("part"), "area": "unit"},
        }),
        "units.csv": "code,name,full_name,kind,parent,lat,lon\n"
                     f"O,Other City,Other City,city,,{lat},{lon}\n"
                     f"O1,All of it,All of it,part,O,{lat},{lon}\n",
        "former_units.csv": "name,code,ambiguous,note\n",
        "coarse.geojson": _yaml({"type": "FeatureCollection", "features": []}),
        "outline.geojson": _yaml({"type": "FeatureCollection", "features": [outline]}),
        "calendar.csv": "date,kind,name,replaces,source,confirmed\n",
        "agencies.yaml": _yaml({
            "working_hours": {"week": {day: ["08:30-16:30"]
                                       for day in ("mon", "tue", "wed", "thu", "fri")}},
            "defaults": {"approval": "none", "intake_target_h": "8"},
            "agencies": [
                {"code": "OFFICE", "level": "city", "duty": "coordinator",
                 "names": _words("Office")},
                {"code": "WATCH", "level": "city", "duty": "oversight", "names": _words("Watch")},
                *({"code": code, "level": "city", "parent": "OFFICE",
                   "names": _words(seen.agencies[theirs])} for theirs, code in agencies.items()),
            ],
        }),
        "categories.yaml": _yaml({
            "severities": {"usual": {"names": _words("Usual"), "clock": "working"}},
            "groups": {"all": {"names": _words("All")}},
            "defaults": {"severity": "usual", "severities": ["usual"]},
            "categories": {
                "other": _category("Something else"),
                **{code: _category(theirs) for theirs, code in categories.items()},
            },
        }),
        "targets.yaml": _yaml({
            "version": "1", "valid_from": "2010-01-01",
            "targets": {code: {"usual": ["8", "80"]} for code in ("other", *categories.values())},
        }),
        "rules.yaml": _yaml({
            "triage": ["other"],
            "rules": [
                {"code": code, "match": {"categories": [code]},
                 "agency": agencies[seen.agency_of[theirs].most_common(1)[0][0]]}
                for theirs, code in categories.items()
            ],
        }),
        "codes.yaml": _yaml({
            "outcome": {code: _words(code) for code in codes},
            "refusal": {"not_ours": _words("Not a matter of the city")},
            "pause": {code: _words(code) for code in ("reporter", "weather", "other_body")},
            "return": {"wrong": _words("Wrong address")},
            "hide": {"personal": _words("Personal details")},
        }),
    }  # fmt: skip


def _category(name: str) -> dict[str, object]:
    return {"group": "all", "names": _words(name[:80]), "descriptions": _words(name)}
