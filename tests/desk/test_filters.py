"""Filters that an agency keeps."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies import filters
from app.agencies.models import SavedFilter
from app.core.time import now
from app.desk.inbox.saved import query_of
from app.desk.schemas import parse_view
from tests.desk.scene import a_ticket, as_, communes, enter, member, post
from tests.desk.test_inbox import get, listed


def keep(client: FlaskClient, name: str = "Ổ gà", **view: str) -> int:
    return post(client, "/desk/filters", name=name, **view).status_code


def kept(page: str) -> dict[str, str]:
    nav = re.search(r'<nav class="inbox-saved".*?</nav>', page, re.DOTALL)
    links = re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', nav[0]) if nav else []
    return {name: address for address, name in links}


def test_colleagues_find_it_and_it_leads_to_the_same_list(
    client: FlaskClient, session: Session
) -> None:
    road, _waste = a_ticket(session), a_ticket(session, category="waste")
    as_(client, session)
    assert keep(client, tab="all", category="road", late="", next="//evil.example") == 303
    enter(client, session, member(session))
    address = kept(get(client))["Ổ gà"].replace("&amp;", "&")
    assert address == "/desk?tab=all&category=road"
    page = client.get(address).text
    assert listed(page) == [road.reference]
    assert 'aria-current="page">Ổ gà</a>' in page


def test_another_agency_does_not_see_it_and_cannot_drop_it(
    client: FlaskClient, session: Session
) -> None:
    as_(client, session)
    assert keep(client, tab="overdue", category="road") == 303
    number = session.scalars(select(SavedFilter.id)).one()
    as_(client, session, "officer", communes(session)[1].code)
    assert kept(get(client)) == {}
    assert post(client, f"/desk/filters/{number}/drop").status_code == 404
    enter(client, session, member(session))
    assert post(client, f"/desk/filters/{number}/drop").status_code == 303
    assert kept(get(client)) == {}


def test_the_same_name_replaces(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    keep(client, category="road")
    keep(client, category="waste")
    assert list(kept(get(client)).values()) == ["/desk?category=waste"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_bad_name_is_refused_and_nothing_is_lost(
    client: FlaskClient, session: Session, name: str
) -> None:
    as_(client, session)
    answer = post(client, "/desk/filters", name=name, category="road", tab="all")
    assert answer.status_code == 422
    assert 'id="name-error1"' in answer.text
    assert f'value="{name}"' in answer.text
    assert '<input type="hidden" name="category" value="road">' in answer.text


def test_there_is_an_end_to_it(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST", 1)
    as_(client, session)
    assert keep(client, "a", category="road") == 303
    assert keep(client, "a", category="waste") == 303
    assert keep(client, "b", category="road") == 422


def test_what_is_kept_is_read_like_what_is_typed(client: FlaskClient, session: Session) -> None:
    me = as_(client, session)
    session.add(
        SavedFilter(
            agency_code=communes(session)[0].code, name="alt", saved_by=me.id, saved_at=now(),
            query={"tab": "gone", "state": 7, "category": "<b>", "next": "//evil.example"},
        )
    )  # fmt: skip
    session.commit()
    assert kept(get(client)) == {"alt": "/desk?category=%3Cb%3E"}


def test_every_part_of_a_view_is_kept() -> None:
    typed = {
        "tab": "overdue", "q": "", "agency": "A", "category": "road", "area": "1", "state": "waiting",
        "since": "2026-01-02", "until": "2026-02-03", "late": "1", "everyone": "1",
    }  # fmt: skip
    view = parse_view(typed)
    assert query_of(view) == {name: value for name, value in typed.items() if value}
    assert parse_view(query_of(view)) == view
