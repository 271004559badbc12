"""Commands that a verifier runs: rows in are rows out, words on a terminal, exit status."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.locate import BATCH
from app.core import installation
from app.core.time import frozen, now
from app.core.work.outbox import Consumer, publish
from app.packs.reader import read_pack
from app.tickets.models import Ticket
from tests.factories.tickets import DAY, MONDAY, routed_ticket, submitted

Rows = list[dict[str, str]]


@pytest.fixture
def city(app: Flask, session: Session):
    """Runs `flask city …`; returns the exit status and what was printed."""

    def call(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["city", *words])
        return done.exit_code, done.output

    return call


def rows(printed: str) -> Rows:
    return list(csv.DictReader(io.StringIO(printed)))


# locate


def test_a_point_in_words(city) -> None:
    code, printed = city("locate", "--lat", "20,951", "--lon", "107.08", "--category", "waste")
    assert code == 0
    assert printed.splitlines() == [
        "area_code: 06685", "nearest_code: 06685", "nearest_m: 0.0",
        "agency_code: UBND-06685", "outcome: inside", "reason: rule_area",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("category", "agency", "reason"),
    [
        ("power", "PCQN", "rule"),
        ("other", "VP-UBND", "no_rule"),
        ("unicorns", "", "unknown_category"),
        ("", "", "no_rule"),
    ],
)
def test_the_category_decides(city, category, agency, reason) -> None:
    words = ("locate", "--lat", "20.951", "--lon", "107.08", "--category", category, "--json")
    found = json.loads(city(*words)[1])
    assert (found["agency_code"], found["reason"]) == (agency, reason)


def test_near_an_approximate_border_a_person_decides(city, tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    line = [f"{20.951 + step * 0.002:.4f},107.08,waste" for step in range(60)]
    path.write_text("lat,lon,category\n" + "\n".join(line) + "\n")
    found = rows(city("locate", "--csv", str(path))[1])
    units = {row["area_code"] for row in found if row["outcome"] == "inside"}
    assert len(units) > 1, "the line crosses a border"
    there = {row["agency_code"] for row in found if row["reason"] == "near_border"}
    assert there == {"VP-UBND"}


def test_a_spreadsheet_finds_no_formula(city, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(
        "=note,lat,lon\n"
        '"=HYPERLINK(""http://evil.example"")",-20.951,107.08\n'
        "@SUM(1),+20.951,-1.5e1\n"
        "-2+3,20.951,107.08\n"
        '"\tx",20.951,107.08\n'
        "plain = text,20.951,107.08\n"
    )
    code, printed = city("locate", "--csv", str(path))
    assert code == 0
    found = rows(printed)
    assert [row["'=note"] for row in found] == [
        "'=HYPERLINK(\"http://evil.example\")", "'@SUM(1)", "'-2+3", "'\tx", "plain = text",
    ]  # fmt: skip
    assert [row["lat"] for row in found[:2]] == ["-20.951", "+20.951"]
    assert found[1]["lon"] == "-1.5e1"


def test_every_row_comes_out_whatever_is_in_it(city, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    header = "id,note,lat,lon,category\n"
    good = ['a,"two\nlines, quoted",20.951,107.08,waste\n', "b,,20.951,107.08\n"]
    bad = ["c,,,,\n", "d\n", "e,,x,y,waste\n", "f,,20.951,107.08,waste,more,cells\n", "g,,1e2,3,\n"]
    path.write_text("\ufeff" + header + "".join(good + bad), encoding="utf-8")
    code, printed = city("locate", "--csv", str(path))
    found = rows(printed)
    assert code == 0
    assert [row["id"] for row in found] == list("abcdefg")
    assert [row["outcome"] for row in found] == [
        "inside", "inside", "invalid", "invalid", "invalid", "inside", "invalid",
    ]  # fmt: skip
    assert found[0]["note"] == "two\nlines, quoted"


def test_more_rows_than_a_batch(city, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    many = BATCH + 3
    lines = [f"{number},20.951,107.08" for number in range(many)]
    path.write_text("n,lat,lon\n" + "\n".join(lines) + "\n")
    found = rows(city("locate", "--csv", str(path))[1])
    assert [row["n"] for row in found] == [str(number) for number in range(many)]
    assert {row["area_code"] for row in found} == {"06685"}


def test_columns_of_the_answer_that_are_there_are_filled(city, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("lat,lon,area_code,outcome\n20.951,107.08,?,?\n")
    printed = city("locate", "--csv", str(path))[1]
    assert printed.splitlines()[0] == (
        "lat,lon,area_code,outcome,nearest_code,nearest_m,agency_code,reason"
    )
    assert (rows(printed)[0]["area_code"], rows(printed)[0]["outcome"]) == ("06685", "inside")


@pytest.mark.parametrize("command", ["locate", "due"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the columns"),
        (b"a,b\n1,2\n", "the columns"),
        ("lat,lon,created_utc,working_hours\n\n\u00e9".encode("utf-16"), "not UTF-8"),
        (b"lat,lon,created_utc,working_hours\n\xff\xfe", "not UTF-8"),
        (b"lat,lon,created_utc,working_hours\n" + b'"' + b"x" * 200_000, "no CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_one_sentence(
    city, tmp_path: Path, command: str, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    code, printed = city(command, "--csv", str(path))
    assert code != 0
    assert said in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("words", [("locate",), ("locate", "--lat", "20"), ("due",)])
def test_what_is_missing_is_said(city, words) -> None:
    code, printed = city(*words)
    assert code == 2
    assert "give --" in printed


# due


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-10-05T09:00:00+07:00", "7.5", "2026-10-06T02:00:00Z"),
        ("2026-10-05T02:00:00Z", "7.5", "2026-10-06T02:00:00Z"),
        ("2026-10-05 02:00", "2.5", "2026-10-05T04:30:00Z"),
        ("2026-10-05T02:00:00Z", "0", "2026-10-05T02:00:00Z"),
        ("2026-10-10T02:00:00Z", "1", "2026-10-12T01:30:00Z"),
    ],
)
def test_hours_are_used_up(city, start, hours, due) -> None:
    code, printed = city("due", "--start", start, "--working-hours", hours)
    assert (code, printed.split()[0]) == (0, due)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        ("2026-10-05", "nan"), ("2026-10-05", "inf"), ("2026-10-05", "-1"),
        ("2026-10-05", "1e9"), ("2026-10-05", ""), ("", "1"), ("2026-13-05", "1"),
        ("9999-12-31T23:59:00Z", "0"), ("9999-12-31T23:59:00Z", "8"),
        ("0001-01-01T00:00:00+14:00", "8"),
    ],
)  # fmt: skip
def test_what_is_no_instant_or_no_budget(city, tmp_path: Path, start, hours) -> None:
    code, printed = city("due", "--start", start, "--working-hours", hours)
    assert code == 1
    assert printed.startswith("Error: the ")
    path = tmp_path / "one.csv"
    path.write_text(f"created_utc,working_hours\n{start},{hours}\n")
    assert rows(city("due", "--csv", str(path))[1])[0]["due_utc"] == "invalid"


def test_the_hours_of_an_agency(city) -> None:
    words = ("due", "--start", "2026-10-05T02:00:00Z", "--working-hours", "7.5")
    code, printed = city(*words, "--agency", "UBND-06685")
    assert (code, printed.split()[0]) == (0, "2026-10-06T02:00:00Z")
    code, printed = city(*words, "--agency", "NOBODY")
    assert code == 1
    assert "This agency does not exist." in printed


# calendar, verify, load-pack


def test_the_calendar_of_a_year_and_of_all(city) -> None:
    one, everything = city("calendar", "--year", "2026")[1], city("calendar")[1]
    assert 2 < len(one.splitlines()) < len(everything.splitlines())
    assert "2026-11-24" in one
    assert city("calendar", "--year", "1900")[1].endswith("0 days\n")


def test_verify_tells_by_its_exit_status(city, session: Session) -> None:
    with frozen(MONDAY):
        ticket = routed_ticket(session)
        session.commit()
        assert city("verify") == (0, "1 tickets, 2 events, 0 problems\n")
        ticket = session.get_one(Ticket, ticket.id)
        ticket.status = "closed"
        session.commit()
        code, printed = city("verify")
    assert code == 1
    assert ticket.reference in printed
    # The history ends elsewhere, and what is closed has nobody who must still answer.
    assert printed.endswith("2 problems\n")


def test_verify_sees_an_outbox_that_nobody_empties(city, session: Session) -> None:
    publish(session, [1], [Consumer.NOTIFICATIONS], now() - DAY)
    session.commit()
    code, printed = city("verify")
    assert code == 1
    assert "the outbox has been waiting since" in printed


def test_verify_sees_a_report_that_nobody_routes(city, session: Session) -> None:
    with frozen(MONDAY):
        submitted(session)
        session.commit()
        assert city("verify")[0] == 0
    with frozen(MONDAY + timedelta(minutes=11)):
        assert city("verify")[0] == 1
        moment = f"{MONDAY.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
        assert city("verify", "--as-of", moment)[0] == 0, "it had not waited then"
        assert city("verify", "--as-of", "yesterday")[0] == 2


def test_loading_the_pack_again_changes_nothing(city) -> None:
    assert city("load-pack", "--check") == (
        0, f"quang_ninh {read_pack(installation.settings().city_pack).city.version}: no faults\n",
    )  # fmt: skip
    assert city("load-pack", "--if-empty") == (0, "")
    assert city("load-pack") == (0, "nothing to do\n")


@pytest.fixture
def other_pack():
    before = installation.settings()
    folder = Path(__file__).parents[1] / "packs" / "tiny_city"
    installation.configure(replace(before, city_pack=folder))
    yield
    installation.configure(before)


@pytest.mark.usefixtures("other_pack")
@pytest.mark.parametrize("words", [(), ("--if-empty",)])
def test_a_database_belongs_to_one_city(city, words) -> None:
    code, printed = city("load-pack", *words)
    assert code == 1
    assert "this database belongs to the city quang_ninh" in printed


def test_a_broken_pack_is_said_line_by_line(city, tmp_path: Path) -> None:
    before = installation.settings()
    installation.configure(replace(before, city_pack=tmp_path))
    try:
        code, printed = city("load-pack", "--check")
    finally:
        installation.configure(before)
    assert code == 1
    assert "city.yaml" in printed
    assert "Traceback" not in printed
