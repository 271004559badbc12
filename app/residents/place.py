"""The place of a report: what was typed, tapped or chosen, brought into the fields of a report.

1. Fields on the wire: `lat`, `lon`, `accuracy_m` (the pin), `coordinates` (typed or pasted),
   `area_name` (a name in words, also a former one), `chosen_area` (the answer, where a name means
   several units), `stated_area` (the list), `address`, `place_unknown`.
2. Typed coordinates beat the pin, the pin beats everything else, a choice beats a name.
3. A name that means several units is a question. "I do not know" is an answer to it.
4. Nothing typed is lost: a name that is not the present one's goes with the address, for whoever
   looks for the place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.maps import PageMap, pin_map
from app.catalog.place_names import Known, squeezed
from app.catalog.queries import place_names, profile, units
from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_, language, pick, translate, translate_plural
from app.core.words.text import clean_line
from app.reports.schemas import MAX_ADDRESS, SubmitReport, parse_report
from geo.coordinates import read_coordinates
from geo.morton import Box

NAMES = (
    "lat", "lon", "accuracy_m", "coordinates", "area_name", "chosen_area", "asked_name",
    "stated_area", "address", "place_unknown",
)  # fmt: skip
UNKNOWN = "unknown"
UNREADABLE = N_(
    "This position cannot be read. A short link to a map holds no position: open it first and copy "
    "the long one."
)
FORMER_NOW = N_("former name, today %(area)s")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """One thing that a name means: its name, a word about it, the units of today."""

    text: str
    note: str
    areas: Pairs

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        areas = [{"code": code, "name": name} for code, name in self.areas]
        return {"text": self.text, "note": self.note or None, "areas": areas}


@dataclass(frozen=True, kw_only=True)
class PlaceAnswer:
    """What the step's form says. fields: for `parse_report`. problems: what cannot be read.

    question: the meanings to choose from. answered: something was said, be it "I do not know".
    """

    fields: Mapping[str, str]
    problems: Sequence[Rejection] = ()
    question: Sequence[Meaning] = ()
    answered: bool = True


@dataclass(frozen=True, kw_only=True)
class PlacePart:
    """What the step's template shows. areas: the units, by name."""

    map: PageMap
    areas: Pairs
    question: Sequence[Meaning] = ()


def place_part(session: Session, answer: PlaceAnswer | None = None) -> PlacePart:
    """Return what the step needs; with the question that an answer left open."""
    pairs = ((row.code, pick(row.full_names)) for row in units(session))
    return PlacePart(
        map=pin_map(session),
        areas=sorted(pairs, key=lambda pair: pair[1].casefold()),
        question=answer.question if answer else (),
    )


def read_place(session: Session, body: Mapping[str, Any]) -> PlaceAnswer:
    """Read the step's fields."""
    typed = {name: _line(body, name) for name in NAMES}
    pin, problems = _pin(session, typed)
    area, question = _area(session, typed)
    found = {**pin, "stated_area": area, "address": _address(session, typed, area)}
    return PlaceAnswer(
        # What is no text is not ours to read: the parser says so.
        fields={name: value for name, value in found.items() if _is_text(body.get(name))},
        problems=problems,
        question=() if pin["lat"] else question,
        answered=bool(typed["place_unknown"] or any(found.values())),
    )


def parse_placed_report(
    session: Session, body: Mapping[str, Any], *, photos_expected: bool
) -> SubmitReport:
    """Read a form with its place. Raises Rejections with all that is wrong."""
    place = read_place(session, body)
    try:
        command = parse_report(
            {**body, **place.fields},
            key=body.get("key"),
            lang=language(),
            channel="web",
            photos_expected=photos_expected,
        )
    except Rejections as wrong:
        raise Rejections([*wrong.items, *place.problems]) from None
    if place.problems:
        raise Rejections(place.problems)
    return command


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _line(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return clean_line(value) if isinstance(value, str) else ""


def _pin(session: Session, typed: Mapping[str, str]) -> tuple[dict[str, str], Sequence[Rejection]]:
    pin = {name: typed[name] for name in ("lat", "lon", "accuracy_m")}
    if not typed["coordinates"]:
        return pin, ()
    west, south, east, north = profile(session).bounds
    bounds = Box(west=west, south=south, east=east, north=north)
    found = read_coordinates(typed["coordinates"], bounds)
    if found is None:
        return pin, [Rejection("unreadable", UNREADABLE, field="coordinates")]
    lat, lon = f"{found.place.lat:.6f}", f"{found.place.lon:.6f}"
    return {"lat": lat, "lon": lon, "accuracy_m": ""}, ()


def _area(session: Session, typed: Mapping[str, str]) -> tuple[str, Sequence[Meaning]]:
    """Return the stated area, and what has to be asked where a name leaves it open."""
    name = typed["area_name"]
    if name and typed["chosen_area"] and typed["asked_name"] == name:
        return typed["chosen_area"].replace(UNKNOWN, ""), ()
    if typed["stated_area"] or not name:
        return typed["stated_area"], ()
    names = place_names(session)
    found = names.find(name)
    if found.sure:
        return found.sure, ()
    return "", meanings(session, found.meanings or names.suggest(name))


def _address(session: Session, typed: Mapping[str, str], area: str) -> str:
    """Return the address with the name that was typed, unless it is that of the unit (rule 4)."""
    address, name = typed["address"], typed["area_name"]
    if not name or squeezed(name) in squeezed(address):
        return address
    found = place_names(session).find(name).meanings
    if any(known.present and known.areas == (area,) for known in found):
        return address
    room = MAX_ADDRESS - len(address) - 2
    return f"{address}, {name[:room]}" if address and room > 0 else address or name


def _unit_names(session: Session) -> Pairs:
    return [
        (known.areas[0], known.text)
        for known in reversed(place_names(session).names)
        if known.present and not known.whole
    ]


def meanings(session: Session, found: Sequence[Known]) -> list[Meaning]:
    """Return names with the units that they stand for, in words."""
    names = dict(_unit_names(session))
    return [
        Meaning(
            text=known.text,
            note=_note(known, names),
            areas=[(code, names.get(code, code)) for code in known.areas],
        )
        for known in found
    ]


def _note(known: Known, names: Mapping[str, str]) -> str:
    if known.present:
        return ""
    if len(known.areas) == 1:
        return translate(FORMER_NOW, area=names.get(known.areas[0], known.areas[0]))
    return translate_plural(
        "former name, today %(num)s unit", "former name, today %(num)s units", len(known.areas)
    )
