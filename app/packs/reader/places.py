"""units.csv, residents.csv, former_units.csv, coarse.geojson and outline.geojson."""

from collections.abc import Mapping, Sequence
from typing import Any

from shapely import Polygon

from app.packs.content import AliasPart, AreaPart, OutlinePart, UnitKind
from app.packs.reader.nodes import Node, Reading
from geo.features import Flaw, check_geometry

RESIDENTS = "residents.csv"
MOST_RESIDENTS = 100_000_000
COARSE_KINDS = ("water", "neighbour", "restricted")


def read_units(reading: Reading, kinds: Mapping[str, UnitKind]) -> tuple[AreaPart, ...]:
    """Read the province and its units."""
    others = [lang for position, lang in enumerate(reading.languages) if position]
    columns = [
        "code",
        *_columns("name", others),
        *_columns("full_name", others),
        "kind", "parent", "lat", "lon",
    ]  # fmt: skip
    return tuple(_unit(row, kinds) for row in reading.table("units.csv", columns))


def _columns(name: str, others: Sequence[str]) -> list[str]:
    return [name, *(f"{name}_{lang}" for lang in others)]


def _unit(row: Node, kinds: Mapping[str, UnitKind]) -> AreaPart:
    kind = row.code("kind")
    if kind and kind not in kinds:
        row.fault("is not in kinds.yaml", "kind")
    return AreaPart(
        code=row.code(limit=64),
        kind=kinds[kind].area if kind in kinds else "unit",
        unit_kind=kind,
        parent=row.optional("parent"),
        names=row.word_columns("name"),
        full_names=row.word_columns("full_name"),
        lon=row.number("lon", low=-180, high=180),
        lat=row.number("lat", low=-90, high=90),
    )


def read_aliases(reading: Reading) -> tuple[AliasPart, ...]:
    """Read the former names. A name may appear several times, each time with another area."""
    return tuple(
        AliasPart(
            name=row.text("name", limit=200),
            area=row.code(limit=64),
            ambiguous=row.flag("ambiguous", default=False),
            note=row.optional("note"),
        )
        for row in reading.table("former_units.csv", ("name", "code", "ambiguous", "note"))
    )


def read_residents(reading: Reading) -> Mapping[str, dict[str, Any]]:
    """Read how many live in each unit, by whose count and of which day; nothing without a file."""
    if not (reading.folder / RESIDENTS).exists():
        return {}
    found = {}
    for row in reading.table(RESIDENTS, ("code", "residents", "on", "source")):
        code, day = row.code(limit=64), row.day("on")
        if code in found:
            row.fault("is there twice", "code")
        if day is None:
            row.fault("is missing", "on")
            continue
        found[code] = {
            "residents": round(row.number("residents", low=1, high=MOST_RESIDENTS)),
            "on": day.isoformat(),
            "source": row.text("source", limit=200),
        }
    return found


def read_coarse(reading: Reading, parent: str | None) -> tuple[AreaPart, ...]:
    """Read water, neighbours and restricted areas with their shapes."""
    areas = []
    for node in reading.geojson("coarse.geojson"):
        node.only("code", "kind", "names", "geometry")
        ring = _polygon(node)
        point = ring.representative_point()
        names = node.words("names", limit=120)
        kind = node.choice("kind", COARSE_KINDS)
        areas.append(
            AreaPart(
                code=node.code(limit=64),
                kind=kind,
                unit_kind=None,
                parent=None if kind == "neighbour" else parent,
                names=names,
                full_names=names,
                lon=point.x,
                lat=point.y,
                shape=ring,
            )
        )
    return tuple(areas)


def read_outline(reading: Reading) -> tuple[OutlinePart, ...]:
    """Read the frame within which approximate units are drawn."""
    parts = []
    for node in reading.geojson("outline.geojson"):
        node.only("unit", "geometry")
        parts.append(OutlinePart(unit=node.optional("unit"), shape=_polygon(node)))
    return tuple(parts)


_NOWHERE = Polygon([(0, 0), (1, 0), (0, 1)])


def _polygon(node: Node) -> Polygon:
    checked = check_geometry(node.value["geometry"])
    if isinstance(checked, Flaw):
        node.fault(str(checked), "geometry")
        return _NOWHERE
    if len(checked.geoms) != 1:
        node.fault("must be one Polygon", "geometry")
    return checked.geoms[0]
