"""Both packs are whole; every fault of a broken one is named with its file and row."""

import shutil
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.packs.content import PackContent
from app.packs.reader import PackInvalid, read_pack

ROOT = Path(__file__).parents[2]
HOME = ROOT / "cities" / "quang_ninh"
TINY = Path(__file__).parent / "tiny_city"
# A question that leads back.
BACK = """    questions:
      - code: katu
        type: yes_no
        names: {fi: "Kadulla?", en: "In the street?"}
        category: {"no": lumi}"""


@pytest.fixture(scope="module")
def home() -> PackContent:
    return read_pack(HOME)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    return folder


def faults(folder: Path) -> list[str]:
    with pytest.raises(PackInvalid) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_home_pack_has_what_the_province_has(home: PackContent) -> None:
    units = [area for area in home.areas if area.kind == "unit"]
    assert len(units) == 54
    kinds = [area.unit_kind for area in units]
    assert [kinds.count(kind) for kind in ("phuong", "xa", "dac_khu")] == [30, 22, 2]
    assert {area.code: area.names["vi"] for area in units}["06652"] == "Hà Tu"
    assert (
        len({alias.name for alias in home.aliases}) == 171 + 18
    )  # communes, and what was above them
    assert len(home.agencies) == 18 + 54
    assert home.city.document["names"] == {
        "vi": "Phản ánh hiện trường Quảng Ninh",
        "en": "Quang Ninh Citizen Reports",
    }


def test_each_unit_has_its_agency(home: PackContent) -> None:
    units = {area.code: area for area in home.areas if area.kind == "unit"}
    by_area = {agency.area: agency for agency in home.agencies if agency.area}
    assert by_area.keys() == units.keys()
    assert by_area["06685"].names == {
        "vi": "UBND phường Hồng Gai",
        "en": "People's Committee of Hong Gai Ward",
    }
    assert by_area["07192"].names["vi"] == "UBND đặc khu Cô Tô"
    assert {agency.parent for agency in by_area.values()} == {"VP-UBND"}


def test_no_address_of_the_pack_can_receive_mail(home: PackContent) -> None:
    operator = home.city.document["operator"]
    mails = {agency.email for agency in home.agencies} | {
        operator["email"], operator["privacy_email"],
    }  # fmt: skip
    assert all(mail is None or mail.endswith(".invalid") for mail in mails)


def test_what_is_not_decided_is_listed(home: PackContent) -> None:
    files = {entry.split(":")[0] for entry in home.illustrative}
    assert {
        "city.yaml", "agencies.yaml", "categories.yaml", "targets.yaml", "rules.yaml",
        "codes.yaml", "pages/privacy.vi.yaml",
    } <= files  # fmt: skip
    assert all(agency.illustrative for agency in home.agencies)
    assert all(category.illustrative for category in home.categories)


def test_urgent_runs_in_real_hours_and_the_rest_in_working_hours(home: PackContent) -> None:
    clocks = {severity.code: severity.clock for severity in home.severities}
    assert clocks == {"urgent": "real", "normal": "working", "complex": "working"}
    targets = {(t.category, t.severity): t for t in home.targets}
    assert targets["waste", "normal"].outcome_s == 15 * 3600
    assert targets["power", "urgent"].outcome_s == 2 * 3600
    assert all(t.clock == clocks[t.severity] for t in home.targets)
    problems = [part for part in home.categories if part.kind == "problem"]
    ideas = len(home.categories) - len(problems)
    assert len(targets) == len(problems) * 3 + ideas == 55


def test_calendar_covers_two_years_either_side(home: PackContent) -> None:
    days = {part.day: part for part in home.calendar}
    assert {day.year for day in days} == {2024, 2025, 2026, 2027, 2028}
    assert days[date(2026, 8, 22)].kind == "makeup"
    assert days[date(2026, 8, 22)].replaces == date(2026, 8, 31)
    assert days[date(2026, 8, 31)].kind == "holiday"
    assert date(2025, 11, 24) not in days
    assert not days[date(2026, 11, 24)].confirmed
    assert not any(part.confirmed for part in home.calendar if part.day.year > 2026)


def test_calendar_says_what_the_package_says(home: PackContent) -> None:
    holidays = pytest.importorskip("holidays")
    known = holidays.country_holidays("VN", years=range(2024, 2029))
    assert {part.day for part in home.calendar if part.kind == "holiday"} == set(known)
    makeup = {day for day in known.weekend_workdays if day.year >= 2024}
    assert {part.day for part in home.calendar if part.kind == "makeup"} == makeup


def test_tiny_pack_is_another_world() -> None:
    tiny = read_pack(TINY)
    assert tiny.city.languages == ("fi", "en")
    zone = ZoneInfo(tiny.city.document["timezone"])
    assert zone.key == "Europe/Helsinki"
    assert tiny.illustrative == ()
    assert {code.code for code in tiny.codes if code.kind == "refusal"} == {"not_ours"}
    harbour = next(agency for agency in tiny.agencies if agency.code == "SATAMA")
    assert harbour.hours is not None
    assert harbour.hours.week[6] == (("00:00", "24:00"),)
    upkeep = next(agency for agency in tiny.agencies if agency.code == "HUOLTO-K01")
    assert upkeep.names == {"fi": "Huolto, Länsiranta", "en": "Upkeep of West Shore"}


def test_all_faults_come_at_once_with_file_and_row(copy: Path) -> None:
    replace(copy / "city.yaml", "Europe/Helsinki", "Europe/Nowhere")
    replace(copy / "categories.yaml", "{fi: Muu, en: Something else}", "{fi: Muu}")
    replace(copy / "targets.yaml", "  vene: {tavallinen: [8, 80]}\n", "")
    replace(copy / "rules.yaml", "agency: SATAMA", "agency: NOBODY")
    replace(copy / "units.csv", "60.13,24.26", "60.13,east")
    (copy / "codes.yaml").write_text("outcome: [", "utf-8")
    found = faults(copy)
    for expected in (
        "city.yaml:1: timezone: is not a time zone",
        "categories.yaml:38: categories.other.names.en: is missing",
        "targets.yaml: vene: has no target for tavallinen",
        "rules.yaml: lahti: agency NOBODY does not exist",
        "units.csv:4: K02.lon: must be a number",
        "codes.yaml:",
    ):
        assert any(expected in fault for fault in found), (expected, found)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("city.yaml", "sms_name: KOIVULA", "sms_name: KOIVULA\nsms_nam: X", "is not a known key"),
        ("city.yaml", "code: koivula", "code: koivula\ncode: other", "is there twice"),
        ("city.yaml", "bounds: [24.00", "bounds: [25.00", "west, south, east, north"),
        ("agencies.yaml", "duty: oversight", "duty: coordinator", "exactly one agency"),
        ("agencies.yaml", "08:00-18:00", "18:00-08:00", "ending after it begins"),
        ("agencies.yaml", "parent: PALVELU", "parent: NOBODY", "parent NOBODY does not exist"),
        ("agencies.yaml", "HUOLTO-{code}", "HUOLTO-{kode}", "unknown placeholders: kode"),
        ("categories.yaml", '"yes": nyt', '"maybe": nyt', "maybe is not an answer"),
        ("categories.yaml", "{katto: katto}", "{kaivo: katto}", "kaivo is not an answer"),
        ("categories.yaml", "{katto: katto}", "{katto: kaivo}", "kaivo, which does not exist"),
        ("categories.yaml", "{katto: katto}", "{katto: lumi}", "lumi, which is itself"),
        ("categories.yaml", "{katto: katto}", "{katto: other}", "which is always offered"),
        ("categories.yaml", "{katto: katto}", "{katto: vene}", "vene, which lacks a severity"),
        ("categories.yaml", "falls from a roof}", "falls from a roof}\n" + BACK, "one step only"),
        ("categories.yaml", "falls from a roof}", "falls from a roof}\n    contact: phone_verified",
         "katto, which wants another contact"),
        ("categories.yaml", "  lumi:\n", "  lumi:\n    privacy: restricted\n", "shows more"),
        ("categories.yaml", "  lumi:\n", "  lumi:\n    public_detail: coarse\n", "shows more"),
        ("categories.yaml", "falls from a roof}", "falls from a roof}\n    publication: after",
         "shows more"),
        ("categories.yaml", "  other:\n    group", "  muu:\n    group", "needs the category other"),
        ("targets.yaml", "[1, 6]", "[7, 6]", "hours to the first reply"),
        ("rules.yaml", "triage: [other]", "triage: []", "has no rule"),
        ("rules.yaml", "    agency: SATAMA\n", "", "either agency or covering"),
        ("calendar.csv", "2026-12-25,holiday", "2026-12-25,feast", "must be one of"),
        ("calendar.csv", "2027-01-01", "2026-12-25", "is there twice"),
        ("former_units.csv", "K02", "K09", "area K09 does not exist"),
        ("codes.yaml", "  weather:", "  sade:", "needs weather"),
        ("pages/privacy.fi.yaml", "title:", "titel:", "is not a known key"),
        ("coarse.geojson", "[24.35, 60.10], [24.05, 60.10]", "[24.05, 60.10], [24.35, 60.10]",
         "self intersection"),
        ("outline.geojson", "24.05", "24.15", "K01: has no piece"),
    ],
)  # fmt: skip
def test_a_fault_is_found(copy: Path, file: str, old: str, new: str, expected: str) -> None:
    path = copy / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert any(expected in fault for fault in faults(copy)), faults(copy)


def test_missing_files_are_named(copy: Path) -> None:
    (copy / "rules.yaml").unlink()
    (copy / "units.csv").unlink()
    found = faults(copy)
    assert "rules.yaml: is missing" in found
    assert "units.csv: is missing" in found


def test_an_address_beyond_the_border_needs_a_neighbour(copy: Path) -> None:
    replace(
        copy / "city.yaml", "emergency:",
        "neighbours:\n  K99: {names: {fi: X, en: X}, url: https://x.example}\nemergency:",
    )  # fmt: skip
    assert any("neighbours.K99" in fault for fault in faults(copy))
    replace(copy / "city.yaml", "https://x.example", "http://x.example")
    assert any("neighbours.K99.url" in fault for fault in faults(copy))
