"""What is new in a list: cheap to ask, and the same as the list itself."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.desk.scene import a_ticket, as_, do, member
from tests.desk.test_inbox import get, listed
from tests.factories.tickets import statements


def address(page: str) -> str:
    found = re.search(r'data-address="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("tab", ["new", "mine", "due", "overdue", "waiting", "all", "disputed"])
def test_news_are_what_the_page_shows(client: FlaskClient, session: Session, tab: str) -> None:
    a_ticket(session)
    do(session, a_ticket(session), "accept", as_(client, session))
    page = get(client, f"tab={tab}")
    found = client.get(address(page)).get_json()
    assert sorted(found) == sorted(listed(page))
    versions = dict(re.findall(r'data-ticket="([^"]+)" data-version="(\d+)"', page))
    assert {code: str(version) for code, version in found.items()} == versions


def test_who_has_it_already_is_told_only_that(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    asked = address(get(client, "tab=new"))
    first = client.get(asked)
    assert first.headers["Cache-Control"] == "private, no-cache"
    with statements() as seen:
        again = client.get(asked, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    # Session, roles, kinship, and one for the list.
    assert len(seen) == 4
    do(session, ticket, "note", member(session), text="Đã gọi")
    later = client.get(asked, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    a_ticket(session)
    assert len(client.get(asked).get_json()) == 2


def test_news_show_nothing_that_the_list_would_not(client: FlaskClient, session: Session) -> None:
    a_ticket(session)
    as_(client, session, "screener")
    assert client.get("/desk/news?tab=all&everyone=1").get_json() == {}


def test_later_pages_and_searches_ask_for_nothing(client: FlaskClient, session: Session) -> None:
    a_ticket(session)
    as_(client, session)
    assert "data-address" not in get(client, "q=zzz")
