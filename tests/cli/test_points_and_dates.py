"""`flask city locate`, `due`, `calendar`, `verify`: one row out for each row in."""

import csv
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session


def city(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["city", *words])
    return done.exit_code, done.output


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("lat", "lon", "outcome", "area", "agency"),
    [
        ("20.951", "107.08", "inside", "06685", "UBND-06685"),
        ("20.88", "107.10", "water", "QN-VHL", "BQLVHL"),
        ("21.60", "107.98", "neighbour", "CN-GX", ""),
        ("10.0", "100.0", "outside", "", ""),
        ("x", "107", "invalid", "", ""),
        ("95", "107", "invalid", "", ""),
    ],
)
def test_one_point(app, session: Session, lat, lon, outcome, area, agency) -> None:
    code, printed = city(app, "locate", "--lat", lat, "--lon", lon, "--category", "waste", "--json")
    found = json.loads(printed)
    assert code == 0
    assert (found["outcome"], found["area_code"], found["agency_code"]) == (outcome, area, agency)


def test_a_file_of_points(app: Flask, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(
        "id,lat,lon,category\n1,20.951,107.08,waste\n2,,,waste\n3,nan,107,\n4,20.88,107.1,\n"
    )
    code, printed = city(app, "locate", "--csv", str(path))
    found = rows(printed)
    assert code == 0
    assert [row["id"] for row in found] == ["1", "2", "3", "4"]
    assert [row["outcome"] for row in found] == ["inside", "invalid", "invalid", "water"]
    assert found[0]["agency_code"] == "UBND-06685"


def test_a_due_date(app: Flask, session: Session) -> None:
    code, printed = city(app, "due", "--start", "2026-03-02T00:30:00Z", "--working-hours", "2")
    assert (code, printed.split()[0]) == (0, "2026-03-02T02:30:00Z")
    assert city(app, "due", "--start", "soon", "--working-hours", "2")[0] == 1
    assert (
        city(app, "due", "--start", "2026-03-02", "--working-hours", "2", "--agency", "X")[0] == 1
    )


def test_a_file_of_due_dates(app: Flask, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("created_utc,working_hours\n2026-03-02T00:30:00Z,2\nnever,2\n2026-03-02,-1\n")
    code, printed = city(app, "due", "--csv", str(path))
    assert code == 0
    assert [row["due_utc"] for row in rows(printed)] == [
        "2026-03-02T02:30:00Z", "invalid", "invalid",
    ]  # fmt: skip


def test_the_calendar(app: Flask, session: Session) -> None:
    code, printed = city(app, "calendar", "--year", "2026")
    assert code == 0
    assert "2026-09-02 Wed  holiday" in printed
    assert "makeup for" in printed


def test_verify_of_nothing(app: Flask, session: Session) -> None:
    assert city(app, "verify") == (0, "0 tickets, 0 events, 0 problems\n")
