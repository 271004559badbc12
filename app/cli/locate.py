"""`flask city locate`: which area and agency a place leads to, by the router's own functions.

One point as text or JSON, or a CSV with the columns lat,lon[,category]: one row out per row in.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import click
from flask import json
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import profile, today
from app.cli.root import city, plain_cells, readable
from app.core.db import current_session
from app.core.time import now
from app.routing import queries
from app.routing.decide import Bodies, Facts, Place, PlaceKind, Rule, decide
from geo.point import InvalidPoint, LonLat

BATCH = 1_000
OUTCOMES = {
    PlaceKind.UNIT: "inside",
    PlaceKind.NEAR: "near",
    PlaceKind.WATER: "water",
    PlaceKind.NEIGHBOUR: "neighbour",
    PlaceKind.OUTSIDE: "outside",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The columns that `locate` adds."""

    area_code: str = ""
    nearest_code: str = ""
    nearest_m: str = ""
    agency_code: str = ""
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Table:
    """Rules and agencies, read once for a whole file."""

    rules: Sequence[Rule]
    bodies: Bodies
    categories: dict[str, Category]
    on: date


@city.command("locate")
@click.option("--lat", type=str)
@click.option("--lon", type=str)
@click.option("--category", default="")
@click.option("--json", "as_json", is_flag=True)
@click.option("--csv", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def locate_command(
    lat: str | None,
    lon: str | None,
    category: str,
    as_json: bool,  # noqa: FBT001 - click passes options so
    path: Path | None,
) -> None:
    """Say which area covers a point and which agency a report there goes to."""
    session = current_session()
    if path is not None:
        _csv(session, path)
        return
    if lat is None or lon is None:
        raise click.UsageError("give --lat and --lon, or --csv FILE")
    answer = next(_answers(session, [{"lat": lat, "lon": lon, "category": category}]))
    if as_json:
        click.echo(json.dumps(asdict(answer)))
        return
    for name, value in asdict(answer).items():
        click.echo(f"{name}: {value}")


def _csv(session: Session, path: Path) -> None:
    with readable(), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        if not {"lat", "lon"} <= set(columns):
            raise click.UsageError("the file needs the columns lat and lon")
        columns += [name for name in Answer.__dataclass_fields__ if name not in columns]
        writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
        writer.writerow(plain_cells({name: name for name in columns}))
        batch: list[dict[str, str]] = []
        for row in reader:
            batch.append(row)
            if len(batch) == BATCH:
                _write(session, batch, writer)
                batch = []
        _write(session, batch, writer)


def _write(session: Session, batch: list[dict[str, str]], writer: "csv.DictWriter[str]") -> None:
    for row, answer in zip(batch, _answers(session, batch), strict=True):
        writer.writerow(plain_cells(row | asdict(answer)))


def _answers(session: Session, rows: Sequence[dict[str, str]]) -> Iterator[Answer]:
    city_profile = profile(session)
    on = today(session, now())
    table = Table(
        rules=queries.rules(session),
        bodies=queries.bodies(session, on),
        categories={row.code: row for row in session.query(Category)},
        on=on,
    )
    points = [_point(row) for row in rows]
    good = [point for point in points if point is not None]
    found = iter(
        queries.located_places(
            session,
            good,
            shore_limit_m=city_profile.shore_limit_m,
            caution_m=city_profile.border_caution_m,
        )
    )
    for row, point in zip(rows, points, strict=True):
        if point is None:
            yield Answer(outcome="invalid", reason="bad_place")
        else:
            place, nearest = next(found)
            yield _answer(place, nearest, (row.get("category") or "").strip(), table)


def _point(row: dict[str, str]) -> LonLat | None:
    try:
        return LonLat.parse(lon=row.get("lon") or "", lat=row.get("lat") or "")
    except InvalidPoint:
        return None


def _answer(place: Place, nearest: str | None, category: str, table: Table) -> Answer:
    inside = place.area.code if place.kind is PlaceKind.UNIT and place.area else None
    metres = 0.0 if inside else place.nearest_m
    answer = {
        "area_code": place.area.code if place.area else "",
        "nearest_code": inside or nearest or "",
        "nearest_m": f"{metres:.1f}" if metres is not None else "",
        "outcome": OUTCOMES[place.kind],
    }
    known = table.categories.get(category)
    if place.kind in (PlaceKind.NEIGHBOUR, PlaceKind.OUTSIDE):
        return Answer(**answer, reason="refused")
    if category and known is None:
        return Answer(**answer, reason="unknown_category")
    decision = decide(_facts(place, known, table.on), table.rules, table.bodies)
    return Answer(
        **answer,
        agency_code=decision.agency or (table.bodies.coordinator if known else ""),
        reason=decision.reason.value,
    )


def _facts(place: Place, category: Category | None, on: date) -> Facts:
    return Facts(
        category=category.code if category else "",
        group=category.group_code if category else "",
        severity=category.severity_code if category else "",
        place=place,
        about_agency=None,
        on=on,
    )
