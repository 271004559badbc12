"""Known incidents: who tells, what holds where, how long, and what residents see."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, Forbidden, NotFound, Rejections
from app.core.time import now
from app.notices import queries, service
from app.notices.models import Notice
from app.notices.schemas import NewNotice
from app.notices.words import notice_views
from geo.point import LonLat
from tests.desk.scene import as_, communes, post
from tests.factories.tickets import (
    DAY,
    HOUR,
    IN_NEXT_WARD,
    IN_WARD,
    MONDAY,
    WARD,
    WARD_AREA,
    coordinator,
    count,
    manager,
    officer,
    statements,
)

TEXTS = {"vi": "Mất điện do bão, đang sửa", "en": "Power cut after the storm"}
END = MONDAY + 5 * HOUR


def new(**changes: object) -> NewNotice:
    values = {
        "texts": TEXTS,
        "expected_end": END,
        "category": "power",
        "area": WARD_AREA,
        **changes,
    }
    return NewNotice(**values)  # type: ignore[arg-type]


def told(session: Session, by: Actor | None = None, **changes: object) -> Notice:
    return service.tell(session, new(**changes), actor=by or manager(session), now=MONDAY)


def at(
    session: Session,
    *,
    category: str = "power",
    area: str | None = WARD_AREA,
    place: LonLat | None = IN_WARD,
    moment: datetime = MONDAY,
) -> list[int]:
    rows = queries.current_at(session, moment, category=category, area=area, place=place)
    return [row.id for row in rows]


def test_a_manager_tells_for_the_own_agency(session: Session) -> None:
    row = told(session)
    assert (row.agency_code, row.texts) == (WARD, TEXTS)
    with pytest.raises(Forbidden):
        service.tell(session, new(), actor=officer(session), now=MONDAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"texts": {}}, "text_missing"),
        ({"texts": {"vi": "x" * 501}}, "too_long"),
        ({"category": None, "area": None}, "nowhere"),
        ({"category": "nothing"}, "unknown_category"),
        ({"category": "safety"}, "unknown_category"),
        ({"area": "nowhere"}, "unknown_area"),
        ({"place": IN_WARD}, "bad_radius"),
        ({"place": IN_WARD, "radius_m": 3}, "bad_radius"),
        ({"expected_end": None}, "bad_end"),
        ({"expected_end": MONDAY}, "bad_end"),
        ({"expected_end": MONDAY + 91 * DAY}, "bad_end"),
    ],
)
def test_what_cannot_be_told(session: Session, changes: dict, code: str) -> None:
    with pytest.raises(Rejections) as refused:
        told(session, **changes)
    assert code in {item.code for item in refused.value.items}
    assert count(session, Notice) == 0


def test_where_and_about_what_it_holds(session: Session) -> None:
    everywhere = told(session, coordinator(session), area=None)
    ward = told(session, area=WARD_AREA)
    anything = told(session, category=None, area=WARD_AREA)
    circle = told(session, category=None, place=IN_WARD, radius_m=500)
    assert set(at(session)) == {everywhere.id, ward.id, anything.id, circle.id}
    assert set(at(session, category="waste")) == {anything.id, circle.id}
    assert set(at(session, area="06781", place=IN_NEXT_WARD)) == {everywhere.id}
    assert set(at(session, place=None)) == {everywhere.id, ward.id, anything.id}
    assert set(at(session, area=None, place=None)) == {everywhere.id}
    near = LonLat(lon=IN_WARD.lon, lat=IN_WARD.lat + 0.0044)  # some 490 m
    assert circle.id in at(session, place=near)
    assert circle.id not in at(session, place=LonLat(lon=IN_WARD.lon, lat=IN_WARD.lat + 0.0047))


def test_it_is_late_then_gone_by_itself(session: Session) -> None:
    row = told(session)
    (view,) = notice_views(session, [row], END - HOUR)
    assert (view.late, view.over) == (False, False)
    (view,) = notice_views(session, [row], END)
    assert (view.late, view.over) == (True, False)
    last = END + queries.LATE_FOR
    assert at(session, moment=last - timedelta(seconds=1)) == [row.id]
    assert at(session, moment=last) == []
    (view,) = notice_views(session, [row], last)
    assert view.over
    assert at(session, moment=MONDAY - HOUR) == []


def test_it_is_extended_and_ended(session: Session) -> None:
    row = told(session)
    boss = manager(session)
    later = END + 2 * DAY
    service.extend(session, row.id, later, actor=boss, now=END)
    assert row.expected_end == later
    for moment in (END, END + HOUR):
        service.end(session, row.id, actor=boss, now=moment)
    assert row.ended_at == END
    assert at(session) == []
    with pytest.raises(Conflict):
        service.extend(session, row.id, later, actor=boss, now=END)
    with pytest.raises(NotFound):
        service.end(session, 10**12, actor=boss, now=END)


def test_another_agencys_notice_is_the_coordinators_only(session: Session) -> None:
    row = told(session)
    with pytest.raises(Forbidden):
        service.end(session, row.id, actor=manager(session, "UBND-06781"), now=MONDAY)
    service.end(session, row.id, actor=coordinator(session), now=MONDAY)
    assert row.ended_at == MONDAY


def test_words_cost_the_same_for_many(session: Session) -> None:
    rows = [told(session, area=WARD_AREA) for _ in range(6)]
    with statements() as few:
        notice_views(session, rows[:1], MONDAY)
    with statements() as many:
        notice_views(session, rows, MONDAY)
    assert len(few) == len(many) <= 3


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_from_the_desk_to_the_street(client: FlaskClient, session: Session, lang: str) -> None:
    client.set_cookie("lang", lang)
    as_(client, session, "manager", communes(session)[0].code)
    until = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {
        "text.vi": TEXTS["vi"],
        "text.en": TEXTS["en"],
        "category": "power",
        "area": communes(session)[0].area_code,
        "until": until,
    }
    wrong = post(client, "/desk/notices", **{**form, "until": "gestern"})
    assert wrong.status_code == 422
    assert TEXTS[lang] in wrong.text
    assert post(client, "/desk/notices", **form).status_code == 303
    assert TEXTS[lang] in client.get("/desk/notices").text
    row = session.query(Notice).one()
    for path in ("/tickets", "/map", f"/notices/{row.id}"):
        assert TEXTS[lang] in client.get(path).text, path
    assert TEXTS[lang] not in client.get("/tickets?category=waste").text
    assert post(client, f"/desk/notices/{row.id}/extend", until="2000-01-01").status_code == 422
    assert post(client, f"/desk/notices/{row.id}/extend", until=until).status_code == 303
    assert post(client, f"/desk/notices/{row.id}/end").status_code == 303
    assert TEXTS[lang] not in client.get("/tickets").text
    over = client.get(f"/notices/{row.id}")
    assert {"vi": "Đã kết thúc lúc", "en": "Over since"}[lang] in over.text
    assert client.get("/notices/99999999999999").status_code == 404


def test_the_outlook_of_a_report_names_it(client: FlaskClient, session: Session) -> None:
    row = service.tell(
        session, new(area=WARD_AREA, expected_end=now() + DAY), actor=manager(session), now=now()
    )
    session.commit()
    client.set_cookie("lang", "vi")
    place = f"lat={IN_WARD.lat}&lon={IN_WARD.lon}"
    found = client.get(f"/report/outlook?category=power&{place}").json
    assert found["incidents"] == [{"text": TEXTS["vi"], "url": f"/notices/{row.id}"}]
    for other in ("waste", "safety"):
        found = client.get(f"/report/outlook?category={other}&{place}").json
        assert found["incidents"] == []
