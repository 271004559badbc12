"""Real boundaries: what an import would do, and doing it.

1. A bad feature stops the import as a whole; nothing is half loaded, nothing repaired.
2. Doubts (units without a shape, codes that no area has, overlaps) need `forced`.
3. Only units are loaded. A province in the file serves to find gaps.
4. A new version supersedes the current one; tickets keep the area that they were given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shapely import MultiPolygon, get_num_coordinates
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Area, AreaVersion
from app.catalog.queries import profile
from app.packs.service.shapes import set_shape
from geo.areas import Gap, Overlap, find_gaps, find_overlaps
from geo.features import Feature, Refused, check_features
from geo.morton import Box


@dataclass(frozen=True, kw_only=True)
class AreaImport:
    """What a file would change.

    first: units that get their first real shape; replacing: units that get another one; missing:
    units that the file lacks; unknown: codes that no area has; ignored: areas that are no units.
    Codes are sorted; `vertices` counts those of the units.
    """

    features: int
    vertices: int
    first: tuple[str, ...]
    replacing: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    ignored: tuple[str, ...]
    refused: tuple[Refused, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]

    @property
    def doubtful(self) -> bool:
        """Tell whether a person should look before it is loaded."""
        return bool(self.missing or self.unknown or self.overlaps)

    @property
    def loadable(self) -> bool:
        """Tell whether it can be loaded at all."""
        return not self.refused and bool(self.first or self.replacing)


class ImportRefused(Exception):  # noqa: N818 - an answer, not a fault of the program
    """The file is not loaded; `preview` says why."""

    def __init__(self, preview: AreaImport) -> None:
        super().__init__(f"{len(preview.refused)} features refused")
        self.preview = preview


def preview_areas(session: Session, features: Sequence[object]) -> AreaImport:
    """Compare the features of a GeoJSON file with the areas of the city. Changes nothing."""
    areas = _kinds(session)
    good, refused = _checked(session, features)
    units = _units(good, areas)
    current = select(AreaVersion.area_code).where(
        AreaVersion.superseded_at.is_(None), AreaVersion.approximate.is_(False)
    )
    real = set(session.scalars(current))
    frame = next((f.shape for f in good if areas.get(f.code) == "province"), None)
    known = {code for code, kind in areas.items() if kind == "unit"}
    named = units.keys() | {feature.code for feature in refused}
    return AreaImport(
        features=len(features),
        vertices=sum(int(get_num_coordinates(shape)) for shape in units.values()),
        first=tuple(sorted(units.keys() - real)),
        replacing=tuple(sorted(units.keys() & real)),
        missing=tuple(sorted(known - named)),
        unknown=tuple(sorted(f.code for f in good if f.code not in areas)),
        ignored=tuple(sorted(f.code for f in good if areas.get(f.code, "unit") != "unit")),
        refused=refused,
        overlaps=tuple(find_overlaps(units)),
        gaps=tuple(find_gaps(units, frame)),
    )


def import_areas(
    session: Session,
    features: Sequence[object],
    *,
    source: str,
    valid_from: date,
    now: datetime,
    forced: bool,
) -> AreaImport:
    """Load the units of a file. Raises ImportRefused for bad features, or doubts unless forced."""
    preview = preview_areas(session, features)
    if not preview.loadable or (preview.doubtful and not forced):
        raise ImportRefused(preview)
    good, _ = _checked(session, features)
    for code, shape in _units(good, _kinds(session)).items():
        set_shape(
            session, code, shape, approximate=False, source=source, valid_from=valid_from, now=now
        )
    return preview


def _checked(
    session: Session, features: Sequence[object]
) -> tuple[tuple[Feature, ...], tuple[Refused, ...]]:
    west, south, east, north = profile(session).bounds
    return check_features(features, within=Box(west=west, south=south, east=east, north=north))


def _kinds(session: Session) -> dict[str, str]:
    return {area.code: area.kind for area in session.scalars(select(Area))}


def _units(good: Sequence[Feature], areas: Mapping[str, str]) -> dict[str, MultiPolygon]:
    return {f.code: f.shape for f in good if areas.get(f.code) == "unit"}
