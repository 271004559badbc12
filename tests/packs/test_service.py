"""Loading a pack: idempotent, deleting nothing; real boundaries; an agency's end."""

import dataclasses
import gzip
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

from app.agencies.models import Agency, AgencyTimetable
from app.catalog.locate import locate
from app.catalog.models import (
    Area,
    AreaPiece,
    AreaVersion,
    CalendarDay,
    Category,
    City,
    Code,
    ServiceTarget,
)
from app.catalog.queries import calendar_days, forget_kept, profile
from app.cli.migrate import upgrade
from app.core.errors import Conflict, Rejection
from app.packs.boundary_file import NotBoundaries, read_features
from app.packs.content import PackContent
from app.packs.reader import read_pack
from app.packs.service import (
    ImportRefused,
    OtherCity,
    import_areas,
    load_pack,
    preview_areas,
    succeed,
)
from app.routing.models import RoutingRule
from geo.point import LonLat

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def tiny() -> PackContent:
    return read_pack(Path(__file__).parent / "tiny_city")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database of its own: the shared one belongs to the home city."""
    url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    name = f"hoi_am_test_{os.getpid()}_{secrets.token_hex(3)}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    own = make_url(url).set(database=name)
    engine = create_engine(own)
    with engine.begin() as connection:
        for extension in ("postgis", "unaccent", "btree_gist", "pg_trgm"):
            connection.execute(text(f"CREATE EXTENSION {extension}"))
    upgrade(engine)
    engine.dispose()
    yield own.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """An empty database; everything is rolled back."""
    engine = create_engine(database)
    forget_kept()
    with engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as own:
            yield own
        outer.rollback()
    engine.dispose()
    forget_kept()


@pytest.fixture
def loaded(session: Session, tiny: PackContent) -> Session:
    load_pack(session, tiny, NOW)
    return session


def counts(session: Session) -> dict[str, int]:
    models = (Area, AreaVersion, AreaPiece, Agency, AgencyTimetable, Category, ServiceTarget,
              RoutingRule, Code, CalendarDay)  # fmt: skip
    return {
        model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
        for model in models
    }


def changed(tiny: PackContent, **parts: object) -> PackContent:
    return dataclasses.replace(tiny, **parts)  # type: ignore[arg-type]


def feature(code: str, west: float, east: float) -> dict[str, object]:
    ring = [[west, 60.10], [east, 60.10], [east, 60.16], [west, 60.16], [west, 60.10]]
    return {
        "type": "Feature", "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


REAL = [feature("K01", 24.05, 24.20), feature("K02", 24.20, 24.35)]


def test_loading_twice_changes_nothing(session: Session, tiny: PackContent) -> None:
    first = load_pack(session, tiny, NOW)
    before = counts(session)
    assert not first.untouched
    second = load_pack(session, tiny, LATER)
    assert second.untouched, second
    assert counts(session) == before
    assert session.get_one(City, 1).loaded_at == NOW


def test_the_home_pack_loads_twice_too(session: Session) -> None:
    home = read_pack(ROOT / "cities" / "quang_ninh")
    load_pack(session, home, NOW)
    assert load_pack(session, home, LATER).untouched
    assert counts(session)["agency"] == 72
    assert profile(session).place_names["vi"] == "Quảng Ninh"
    pieces = select(func.count(func.distinct(AreaPiece.area_code))).where(AreaPiece.kind == "unit")
    assert session.scalar(pieces) == 54


def test_the_profile_speaks_the_citys_languages(loaded: Session) -> None:
    city = profile(loaded)
    assert city.languages == ("fi", "en")
    assert city.zone.key == "Europe/Helsinki"
    assert city.shore_limit_m == 200
    document = loaded.get_one(City, 1).profile
    assert document["category_groups"]["kadut"]["fi"] == "Kadut"
    assert document["illustrative"] == []


def test_points_are_found(loaded: Session) -> None:
    west, bay, abroad, nowhere = locate(
        loaded,
        [LonLat(lon=lon, lat=lat)
         for lon, lat in ((24.1, 60.12), (24.2, 60.05), (24.5, 60.1), (23.0, 59.0))],
        caution_m=0,
    )  # fmt: skip
    assert west.covering[0].code == "K01"
    assert west.covering[0].approximate
    assert [area.code for area in bay.covering] == ["LAHTI"]
    assert [area.kind for area in abroad.covering] == ["neighbour"]
    assert nowhere.covering == ()


def test_another_city_is_refused(loaded: Session, tiny: PackContent) -> None:
    city = dataclasses.replace(tiny.city, code="elsewhere")
    with pytest.raises(OtherCity):
        load_pack(loaded, changed(tiny, city=city), LATER)


def test_another_promise_is_another_version(loaded: Session, tiny: PackContent) -> None:
    targets = tuple(
        dataclasses.replace(t, outcome_s=t.outcome_s * 2) if t.category == "vene" else t
        for t in tiny.targets
    )
    result = load_pack(loaded, changed(tiny, targets=targets), LATER)
    assert dict(result.changed) == {"service_target": 1}
    rows = loaded.scalars(
        select(ServiceTarget)
        .where(ServiceTarget.category_code == "vene")
        .order_by(ServiceTarget.version)
    ).all()
    assert [(row.version, row.outcome_s, row.valid_to) for row in rows] == [
        (1, 80 * 3600, TODAY), (2, 160 * 3600, None),
    ]  # fmt: skip
    assert load_pack(loaded, changed(tiny, targets=targets), LATER).untouched


def test_what_the_pack_drops_ends_and_stays(loaded: Session, tiny: PackContent) -> None:
    smaller = changed(
        tiny,
        categories=tiny.categories[1:],
        rules=tiny.rules[1:],
        codes=tuple(code for code in tiny.codes if code.code != "spam"),
        calendar=tiny.calendar[1:],
    )
    before = counts(loaded)
    result = load_pack(loaded, smaller, LATER)
    assert dict(result.ended) == {"category": 1, "routing_rule": 1, "code": 1, "calendar_day": 1}
    assert counts(loaded) == before
    assert not loaded.get_one(Category, "lumi").active
    assert not loaded.get_one(Code, ("outcome", "spam")).active
    assert loaded.scalar(select(RoutingRule.valid_to).where(RoutingRule.code == "kadut")) == TODAY
    load_pack(loaded, tiny, LATER)
    assert loaded.get_one(Category, "lumi").active
    open_rules = select(RoutingRule.code).where(RoutingRule.valid_to.is_(None))
    assert set(loaded.scalars(open_rules)) == {"kadut", "lahti"}


def test_every_calendar_version_can_be_rebuilt(loaded: Session, tiny: PackContent) -> None:
    assert loaded.get_one(City, 1).calendar_version == 1
    load_pack(loaded, changed(tiny, calendar=tiny.calendar[1:]), LATER)
    assert loaded.get_one(City, 1).calendar_version == 2
    assert date(2026, 12, 25) in calendar_days(loaded, 1).closed
    assert date(2026, 12, 25) not in calendar_days(loaded, 2).closed
    assert date(2027, 1, 1) in calendar_days(loaded, 2).closed


def test_a_day_that_somebody_entered_wins(loaded: Session, tiny: PackContent) -> None:
    row = loaded.scalars(select(CalendarDay).where(CalendarDay.day == date(2027, 1, 1))).one()
    row.source = "decision 12/2026"
    row.confirmed = False
    assert load_pack(loaded, changed(tiny, calendar=()), LATER).ended["calendar_day"] == 2
    assert row.until_version is None


def test_other_hours_are_another_version(loaded: Session, tiny: PackContent) -> None:
    week = ((("09:00", "15:00"),), *tiny.hours.week[1:])
    hours = dataclasses.replace(tiny.hours, week=week)
    load_pack(loaded, changed(tiny, hours=hours), LATER)
    query = select(AgencyTimetable.version).where(AgencyTimetable.agency_code.is_(None))
    assert sorted(loaded.scalars(query)) == [1, 2]


def test_a_duty_can_pass_to_another_agency(loaded: Session, tiny: PackContent) -> None:
    duties = {"PALVELU": None, "SATAMA": "coordinator"}
    agencies = tuple(dataclasses.replace(a, duty=duties.get(a.code, a.duty)) for a in tiny.agencies)
    load_pack(loaded, changed(tiny, agencies=agencies), LATER)
    query = select(Agency.code).where(Agency.duty == "coordinator")
    assert loaded.scalars(query).all() == ["SATAMA"]


def test_import_replaces_guesses_and_survives_the_next_load(
    loaded: Session, tiny: PackContent
) -> None:
    preview = preview_areas(loaded, REAL)
    assert preview.first == ("K01", "K02")
    assert (preview.missing, preview.unknown, preview.overlaps, preview.gaps) == ((), (), (), ())
    assert counts(loaded)["area_version"] == 4
    import_areas(
        loaded, REAL, source="survey", valid_from=date(2026, 1, 1), now=LATER, forced=False
    )
    assert counts(loaded)["area_version"] == 6
    found = locate(loaded, [LonLat(lon=24.19, lat=60.12)], caution_m=1000)[0]
    assert found.covering[0].code == "K01"
    assert not found.covering[0].approximate
    assert load_pack(loaded, tiny, LATER).untouched
    assert preview_areas(loaded, REAL).replacing == ("K01", "K02")
    current = select(AreaVersion.version).where(
        AreaVersion.area_code == "K01", AreaVersion.superseded_at.is_(None)
    )
    assert loaded.scalars(current).all() == [2]


def test_bad_geometry_is_refused_by_feature(loaded: Session) -> None:
    bow = feature("K02", 24.20, 24.35)
    ring = [[24.2, 60.1], [24.3, 60.16], [24.3, 60.1], [24.2, 60.16], [24.2, 60.1]]
    bow["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    with pytest.raises(ImportRefused) as caught:
        import_areas(
            loaded, [REAL[0], bow], source="x", valid_from=TODAY, now=LATER, forced=True
        )  # fmt: skip
    refused = caught.value.preview.refused
    assert [(item.number, item.code) for item in refused] == [(2, "K02")]
    assert counts(loaded)["area_version"] == 4


@pytest.mark.parametrize(
    ("features", "field"),
    [
        (REAL[:1], "missing"),
        ([*REAL, feature("K99", 24.05, 24.06)], "unknown"),
        ([feature("K01", 24.05, 24.21), REAL[1]], "overlaps"),
    ],
)
def test_doubts_need_a_person(loaded: Session, features: list[object], field: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        import_areas(loaded, features, source="x", valid_from=TODAY, now=LATER, forced=False)
    assert getattr(caught.value.preview, field)
    import_areas(loaded, features, source="x", valid_from=TODAY, now=LATER, forced=True)
    assert counts(loaded)["area_version"] > 4


def test_files_may_be_compressed(tmp_path: Path) -> None:
    document = json.dumps({"type": "FeatureCollection", "features": REAL}).encode()
    plain, packed, broken = (tmp_path / name for name in ("a.geojson", "a.gz", "b.geojson"))
    plain.write_bytes(document)
    packed.write_bytes(gzip.compress(document))
    broken.write_bytes(document[:-5])
    assert read_features(plain) == read_features(packed) == REAL
    with pytest.raises(NotBoundaries):
        read_features(broken)


def test_an_agency_ends_and_its_duty_passes_on(loaded: Session) -> None:
    former = succeed(loaded, "PALVELU", "SATAMA", on=TODAY, today=TODAY)
    assert (former.valid_to, former.successor_code, former.duty) == (TODAY, "SATAMA", None)
    assert loaded.get_one(Agency, "SATAMA").duty == "coordinator"


def test_the_next_load_does_not_revive_an_ended_agency(loaded: Session, tiny: PackContent) -> None:
    succeed(loaded, "HUOLTO-K01", "HUOLTO-K02", on=TODAY, today=TODAY)
    assert load_pack(loaded, tiny, LATER).untouched
    assert loaded.get_one(Agency, "HUOLTO-K01").valid_to == TODAY


def test_impossible_successions_are_refused(loaded: Session) -> None:
    with pytest.raises(Conflict):
        succeed(loaded, "SATAMA", "SATAMA", on=TODAY, today=TODAY)
    with pytest.raises(Rejection):
        succeed(loaded, "PALVELU", "SATAMA", on=date(2027, 1, 1), today=TODAY)
    succeed(loaded, "HUOLTO-K01", "HUOLTO-K02", on=TODAY, today=TODAY)
    with pytest.raises(Conflict):
        succeed(loaded, "HUOLTO-K02", "HUOLTO-K01", on=TODAY, today=TODAY)
    with pytest.raises(Conflict):
        succeed(loaded, "HUOLTO-K01", "SATAMA", on=TODAY, today=TODAY)


def test_a_duty_that_passed_on_stays_with_the_heir(loaded: Session, tiny: PackContent) -> None:
    succeed(loaded, "PALVELU", "SATAMA", on=TODAY, today=TODAY)
    load_pack(loaded, tiny, NOW)
    holder = loaded.scalars(select(Agency).where(Agency.duty == "coordinator")).one()
    assert holder.code == "SATAMA"
