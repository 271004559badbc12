"""The place step without JavaScript, and what it asks while somebody types."""

import re
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Area, Category
from app.reports.models import Report
from tests.factories.tickets import IN_WARD, WARD_AREA, statements

HERE = {"lat": IN_WARD.lat, "lon": IN_WARD.lon}
JSON = {"Accept": "application/json"}
FORM = {"Sec-Fetch-Site": "same-origin"}


def live(client: FlaskClient, path: str, status: int = 200, lang: str = "en", **query):
    answer = client.get(path, query_string=query, headers={**JSON, "Accept-Language": lang})
    assert answer.status_code == status, answer.text
    return answer.json


def outlook(client: FlaskClient, status: int = 200, lang: str = "en", **query):
    return live(client, "/report/outlook", status, lang, **query)


def send(client: FlaskClient, **fields):
    """Go through the steps with these fields of the place; return the last answer."""
    key, headers = uuid.uuid4(), {**FORM, "Accept-Language": "en"}
    left = client.post(f"/report/{key}/place", data=fields, headers=headers)
    if left.status_code != 303:
        return left
    words = {"category": "waste", "text": "Rác"}
    client.post(f"/report/{key}/what", data=words, headers=headers)
    return client.post(f"/report/{key}/check", headers=headers)


def last(session: Session) -> Report:
    return session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one()


def test_who_and_when_are_told_while_the_form_is_filled_in(client: FlaskClient) -> None:
    found = outlook(client, category="waste", **HERE)
    assert found["area"] == {"code": WARD_AREA, "name": "Hong Gai Ward"}
    assert found["agency"] == "People's Committee of Hong Gai Ward"
    assert "Hong Gai Ward" in found["reason"]
    for name in ("first_reply_due", "outcome_due"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*\+00:00", found[name]["at"])
        assert found[name]["text"]
    assert (found["outside"], found["by_hand"], found["incidents"]) == (None, False, [])


def test_in_the_language_of_the_reader(client: FlaskClient) -> None:
    found = outlook(client, lang="vi", category="waste", **HERE)
    assert found["agency"] == "UBND phường Hồng Gai"
    assert "Địa điểm thuộc Phường Hồng Gai" in found["reason"]


def test_without_a_subject_it_says_what_it_depends_on(client: FlaskClient) -> None:
    found = outlook(client, **HERE)
    assert (found["area"]["code"], found["agency"]) == (WARD_AREA, None)
    assert "depends" in found["reason"]


def test_answers_that_make_it_urgent_count(client: FlaskClient) -> None:
    calm = outlook(client, category="road", **HERE)
    urgent = outlook(client, category="road", **{"answers.what": "sinkhole"}, **HERE)
    assert urgent["outcome_due"]["at"] < calm["outcome_due"]["at"]


def test_where_a_person_decides_it_says_so(client: FlaskClient) -> None:
    found = outlook(client, category="other", **HERE)
    assert found["by_hand"]
    assert "a person" in found["reason"]


@pytest.mark.parametrize(
    ("place", "words"),
    [({"lat": 21.60, "lon": 107.98}, "Dongxing"), ({"lat": 10, "lon": 107}, "outside")],
)
def test_outside_it_names_who_is_responsible(client: FlaskClient, place, words: str) -> None:
    found = outlook(client, category="waste", **place)
    assert words in found["outside"]
    assert (found["area"], found["agency"], found["outcome_due"]) == (None, None, None)


def test_beyond_the_border_there_is_an_address(client: FlaskClient) -> None:
    link = outlook(client, lat=20.80, lon=106.65)["link"]
    assert link == {"text": "Portal of Hai Phong City", "url": "https://haiphong.gov.vn"}
    assert outlook(client, lat=10, lon=107)["link"] is None


def test_what_becomes_public_is_told(client: FlaskClient, session: Session) -> None:
    told = {}
    for row in session.scalars(select(Category).where(Category.active)):
        kind = row.privacy if row.privacy == "restricted" else row.public_detail
        told.setdefault(kind, set()).add(outlook(client, category=row.code, **HERE)["public"])
    assert told == {
        "full": {None},
        "coarse": {"In public only the ward or commune is shown, never the exact place."},
        "restricted": {"Of this report only its number, status, agency and dates become public."},
    }


@pytest.mark.parametrize(
    "typed",
    ["20.951, 107.08", "20,951 107,08", "107.08 20.951", "https://maps.example/@20.951,107.08,17z"],
)
def test_coordinates_in_one_field(client: FlaskClient, typed: str) -> None:
    found = outlook(client, category="waste", coordinates=typed)
    assert found["pin"] == {"lat": "20.951000", "lon": "107.080000"}
    assert found["area"]["code"] == WARD_AREA


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"coordinates": "https://maps.app.example/x"}, "coordinates"),
        ({"lat": "107.08", "lon": "20.951"}, "lat"),
        ({"lat": "x", "lon": "1"}, "lat"),
        ({"lat": "1"}, "lon"),
    ],
)
def test_what_cannot_be_read_is_said(client: FlaskClient, query, field: str) -> None:
    problems = outlook(client, 422, **query)["errors"]
    assert {problem["field"] for problem in problems} == {field}
    assert all(problem["detail"] for problem in problems)


def test_swapped_numbers_get_a_hint(client: FlaskClient) -> None:
    assert "swapped" in str(outlook(client, 422, lat="107.08", lon="20.951"))


def test_strange_codes_are_nobodys(client: FlaskClient) -> None:
    found = outlook(client, category="nothing", stated_area="nowhere", about_agency="nobody")
    assert found["by_hand"]


def test_the_outlook_is_cheap_and_kept_by_its_reader_only(client: FlaskClient) -> None:
    outlook(client, category="waste", **HERE)
    with statements() as seen:
        answer = client.get("/report/outlook", query_string={"category": "waste", **HERE})
    assert len(seen) == 6, "\n\n".join(seen)
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert "Set-Cookie" not in answer.headers


def test_names_are_suggested(client: FlaskClient) -> None:
    found = live(client, "/report/places", lang="vi", q="hong hai")
    assert found["sure"] == "06688"
    first = found["suggestions"][0]
    assert first["text"] == "Phường Hồng Hải"
    assert first["note"] == "tên cũ, nay là Phường Hạ Long"
    assert first["areas"] == [{"code": "06688", "name": "Phường Hạ Long"}]


def test_a_name_that_means_several_gives_all(client: FlaskClient) -> None:
    found = live(client, "/report/places", q="P. Hà Khẩu")
    assert found["sure"] is None
    assert [area["code"] for area in found["meanings"][0]["areas"]] == ["06661", "06706"]


def test_suggestions_cost_nothing_while_names_are_kept(client: FlaskClient) -> None:
    live(client, "/report/places", q="h")
    with statements() as seen:
        live(client, "/report/places", q="ho")
    assert seen == []


def test_a_former_name_alone_finds_the_unit(client: FlaskClient, session: Session) -> None:
    assert send(client, area_name="phuong Hong Hai", address="ngõ 3").status_code == 303
    report = last(session)
    assert report.stated_area_code == "06688"
    assert report.address == "ngõ 3, phuong Hong Hai"


def test_a_present_name_is_not_said_twice(client: FlaskClient, session: Session) -> None:
    assert send(client, area_name="P. Hồng Gai", address="ngõ 3").status_code == 303
    report = last(session)
    assert (report.stated_area_code, report.address) == (WARD_AREA, "ngõ 3")


def test_a_name_with_several_meanings_is_sent_as_words(
    client: FlaskClient, session: Session
) -> None:
    """It is asked once, and whoever does not answer goes on."""
    assert send(client, area_name="TP Hạ Long").status_code == 422
    assert send(client, area_name="TP Hạ Long", asked_name="TP Hạ Long").status_code == 303
    report = last(session)
    assert (report.stated_area_code, report.address) == (None, "TP Hạ Long")


def test_a_refused_form_asks_what_the_name_means(client: FlaskClient, session: Session) -> None:
    page = send(client, area_name="P. Hà Khẩu")
    assert page.status_code == 422
    values = re.findall(r'name="chosen_area" value="(\w+)"', page.text)
    assert values == ["06661", "06706", "unknown"]
    assert 'name="asked_name" value="P. Hà Khẩu"' in page.text
    answer = {"area_name": "P. Hà Khẩu", "asked_name": "P. Hà Khẩu"}
    assert send(client, chosen_area="06706", **answer).status_code == 303
    assert last(session).stated_area_code == "06706"
    assert send(client, chosen_area="unknown", **answer).status_code == 303
    assert (last(session).stated_area_code, last(session).address) == (None, "P. Hà Khẩu")


def test_an_answer_to_another_name_is_none(client: FlaskClient, session: Session) -> None:
    given = {"asked_name": "P. Hà Khẩu", "chosen_area": "06706", "area_name": "Bãi Cháy"}
    assert send(client, **given).status_code == 303
    assert last(session).stated_area_code == "06673"


def test_unreadable_coordinates_stay_in_the_form(client: FlaskClient) -> None:
    page = send(client, coordinates="20.9 <b>")
    assert page.status_code == 422
    assert 'value="20.9 &lt;b&gt;"' in page.text
    assert "cannot be read" in page.text


def test_every_unit_is_in_the_list(client: FlaskClient, session: Session) -> None:
    page = client.get("/report?category=waste").text
    units = session.scalars(select(Area.code).where(Area.kind == "unit")).all()
    assert all(f'<option value="{code}"' in page for code in units)


def test_the_queue_of_a_phone_is_understood_alike(client: FlaskClient, session: Session) -> None:
    """What was typed without a network is resolved when it arrives."""
    body = {"key": str(uuid.uuid4()), "category": "waste", "text": "Rác", "area_name": "hong hai"}
    assert client.post("/send/report", json=body, headers=FORM).status_code == 201
    assert last(session).stated_area_code == "06688"
    body |= {"key": str(uuid.uuid4()), "coordinates": "20,951 107,08", "area_name": ""}
    assert client.post("/send/report", json=body, headers=FORM).status_code == 201
    assert last(session).place is not None
    body |= {"key": str(uuid.uuid4()), "coordinates": "", "lat": 20.951, "lon": 107.08}
    assert client.post("/send/report", json=body, headers=FORM).status_code == 201
    assert last(session).place is not None


@pytest.mark.parametrize("wrong", [{"stated_area": 5}, {"address": ["x"]}, {"lat": {}, "lon": 1}])
def test_what_is_no_text_is_refused(client: FlaskClient, wrong) -> None:
    body = {"key": str(uuid.uuid4()), "category": "waste", "text": "Rác", **wrong}
    assert client.post("/send/report", json=body, headers=FORM).status_code == 422
