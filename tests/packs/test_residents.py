"""How many live in an area: facts of the pack, shown with their source, left out where unknown."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.queries import forget_kept
from app.measures.service import refresh
from app.packs.reader import PackInvalid, read_pack
from app.packs.service import profile_document
from tests.factories.tickets import DAY, MONDAY, WARD_AREA, routed_ticket

TINY = Path(__file__).parent / "tiny_city"
HEAD = "code,residents,on,source\n"
COUNT = "Điều tra dân số thử nghiệm"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    return folder


def code_in(pack: Path) -> str:
    return (pack / "units.csv").read_text("utf-8").splitlines()[-1].partition(",")[0]


def test_a_pack_may_say_how_many_live_where(pack: Path) -> None:
    assert read_pack(pack).residents == {}
    code = code_in(pack)
    (pack / "residents.csv").write_text(f"{HEAD}{code},12345,2025-07-01,{COUNT}\n", "utf-8")
    told = {code: {"residents": 12_345, "on": "2025-07-01", "source": COUNT}}
    content = read_pack(pack)
    assert content.residents == told
    assert profile_document(content)["residents"] == told


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nowhere,1,2025-07-01,x", "is no area of units.csv"),
        ("CODE,0,2025-07-01,x", "residents"),
        ("CODE,many,2025-07-01,x", "residents"),
        ("CODE,5,,x", "is missing"),
        ("CODE,5,2025-07-01,", "source"),
        ("CODE,5,2025-07-01,x\nCODE,5,2025-07-01,x", "is there twice"),
    ],
)
def test_what_is_no_fact_is_a_fault(pack: Path, line: str, fault: str) -> None:
    text = HEAD + line.replace("CODE", code_in(pack)) + "\n"
    (pack / "residents.csv").write_text(text, "utf-8")
    with pytest.raises(PackInvalid) as caught:
        read_pack(pack)
    assert any(fault in str(problem) for problem in caught.value.problems)


def test_areas_are_compared_by_residents_where_they_are_known(
    session: Session, client: FlaskClient
) -> None:
    for _ in range(3):
        routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    page = client.get("/figures/areas?lang=en").text
    assert "Reports per km²" in page
    assert "is not in this service" in page
    city = session.get_one(City, 1)
    told = {"residents": 12_000, "on": "2025-07-01", "source": COUNT}
    city.profile = {**city.profile, "residents": {WARD_AREA: told}}
    session.flush()
    forget_kept()
    page = client.get("/figures/areas?lang=en").text
    assert "Reports per 10,000 residents" in page
    assert "km²" not in page
    assert "<td>2.50</td>" in page
    assert f"{COUNT}, 1 Jul 2025" in page
    areas = client.get("/open-data/reference.json").get_json()["areas"]
    assert areas[WARD_AREA]["residents"] == 12_000
    assert sum("residents" in area for area in areas.values()) == 1
