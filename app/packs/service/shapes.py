"""Shapes of areas: versions that are never changed, and the small pieces that look-ups read.

1. A new version supersedes the current one; the former row stays, its pieces go.
2. Pieces have at most `VERTICES` vertices; an area's size is measured on the ellipsoid.
3. Approximate shapes never supersede imported ones.
"""

from datetime import date, datetime

from shapely import MultiPolygon, Point, union_all, wkb
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.catalog.models import AreaVersion
from app.packs.content import AreaPart, OutlinePart, PackContent
from app.packs.service.rows import Loaded
from geo.areas import approximate_units, polygons_of
from geo.plane import Shape
from geo.point import LonLat

VERTICES = 64

_CURRENT = text(
    """
    SELECT id, version, approximate, source, ST_AsBinary(geom) AS shape
    FROM area_version WHERE area_code = :code AND superseded_at IS NULL
    """
)
_SUPERSEDE = text("UPDATE area_version SET superseded_at = :now WHERE id = :id")
_DROP_PIECES = text("DELETE FROM area_piece WHERE version_id = :id")
_ADD = text(
    """
    INSERT INTO area_version
        (area_code, version, geom, approximate, area_m2, source, valid_from, loaded_at)
    SELECT :code, :version, g, :approximate, ST_Area(g::geography), :source, :valid_from, :now
    FROM ST_Multi(ST_GeomFromWKB(:shape, 4326)) AS g
    RETURNING id
    """
)
_ADD_PIECES = text(
    """
    INSERT INTO area_piece (version_id, area_code, kind, area_m2, approximate, geom)
    SELECT v.id, v.area_code, a.kind, v.area_m2, v.approximate, d.geom
    FROM area_version v
    JOIN area a ON a.code = v.area_code
    CROSS JOIN LATERAL ST_Subdivide(v.geom, :vertices) AS piece
    CROSS JOIN LATERAL ST_Dump(piece) AS d
    WHERE v.id = :id AND ST_Dimension(d.geom) = 2
    """
)


def set_shape(
    session: Session,
    code: str,
    shape: Shape,
    *,
    approximate: bool,
    source: str,
    valid_from: date,
    now: datetime,
) -> bool:
    """Make `shape` (degrees, WGS 84) the current one of an area; False if it already is."""
    current = session.execute(_CURRENT, {"code": code}).one_or_none()
    many = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    if current is not None:
        same = (current.approximate, current.source) == (approximate, source)
        if same and wkb.loads(bytes(current.shape)).equals_exact(many, 1e-9):
            return False
        session.execute(_SUPERSEDE, {"id": current.id, "now": now})
        session.execute(_DROP_PIECES, {"id": current.id})
    added = session.execute(
        _ADD,
        {
            "code": code, "version": current.version + 1 if current else 1,
            "approximate": approximate, "source": source, "valid_from": valid_from, "now": now,
            "shape": wkb.dumps(many),
        },
    ).scalar_one()  # fmt: skip
    session.execute(_ADD_PIECES, {"id": added, "vertices": VERTICES})
    return True


def put_shapes(
    session: Session, content: PackContent, now: datetime, today: date, loaded: Loaded
) -> None:
    """Coarse areas as drawn; units approximately, unless real boundaries were imported."""
    query = select(AreaVersion.area_code).where(
        AreaVersion.superseded_at.is_(None), AreaVersion.approximate.is_(False)
    )
    real = set(session.scalars(query))
    drawn: dict[str, Shape] = {
        area.code: area.shape for area in content.areas if area.shape is not None
    }
    units = [area for area in content.areas if area.kind == "unit"]
    for code, shape in (drawn | guess_units(units, content.outline)).items():
        if code not in real and set_shape(
            session, code, shape, approximate=True, source=f"{content.city.code}: drawn by hand",
            valid_from=today, now=now,
        ):  # fmt: skip
            loaded.added["area_version"] += 1


def guess_units(units: list[AreaPart], outline: tuple[OutlinePart, ...]) -> dict[str, MultiPolygon]:
    """Return an approximate shape for each unit.

    Pieces of the outline with an owner go to it; the others are divided by nearness among the
    units whose point lies in them.
    """
    parts: dict[str, list[Shape]] = {}
    for piece in outline:
        if piece.unit is not None:
            parts.setdefault(piece.unit, []).append(piece.shape)
            continue
        points = {
            unit.code: LonLat(lon=unit.lon, lat=unit.lat)
            for unit in units
            if piece.shape.covers(Point(unit.lon, unit.lat))
        }
        for code, shape in approximate_units(points, piece.shape).items():
            parts.setdefault(code, []).append(shape)
    return {code: MultiPolygon(polygons_of(union_all(own))) for code, own in sorted(parts.items())}
