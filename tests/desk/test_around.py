"""What stands beside the work on a ticket's page: other tickets at the place, and its history."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.tickets.models import Ticket
from geo.point import LonLat
from tests.desk.scene import a_ticket, act, as_, communes, do, enter, member
from tests.factories.tickets import IN_WARD, WARD, photo, statements

STATIC = Path(__file__).parents[2] / "app" / "static"
BESIDE = LonLat(lon=IN_WARD.lon + 0.0003, lat=IN_WARD.lat)
FAR = LonLat(lon=IN_WARD.lon + 0.003, lat=IN_WARD.lat)
MOST_STATEMENTS = 20


def here(session: Session, place: LonLat = IN_WARD, **more: object) -> Ticket:
    return a_ticket(session, place=place, area=None, category="waste", **more)


def page(client: FlaskClient, ticket: Ticket, query: str = "") -> str:
    answer = client.get(f"/desk/tickets/{ticket.reference}?lang=en{query}")
    assert answer.status_code == 200
    return answer.text


def beside(text: str) -> list[str]:
    """The codes of what else is at the place, in order."""
    found = re.search(r'id="around-heading".*?</section>', text, re.DOTALL)
    return re.findall(r'<span class="reference">([^<]+)</span>', found[0]) if found else []


def test_others_at_the_place_the_open_ones_first(client: FlaskClient, session: Session) -> None:
    ended = here(session, BESIDE, at=now() - timedelta(days=40))
    proof = [photo(session).id]
    boss = member(session, "manager", WARD)
    do(session, ended, "resolve", boss, code="fixed", text="Đã dọn", photo_ids=proof)
    still = here(session, BESIDE, at=now() - timedelta(days=2))
    here(session, FAR)
    ticket = here(session)
    enter(client, session, boss)
    text = page(client, ticket)
    assert beside(text) == [still.reference, ended.reference]
    assert "30 m away" in text


def test_one_tap_merges(client: FlaskClient, session: Session) -> None:
    other, ticket = here(session, BESIDE), here(session)
    as_(client, session, "officer", WARD)
    text = page(client, ticket)
    target = re.search(r'name="target" value="([^"]+)"', text)
    assert target is not None
    assert target[1] == other.reference
    assert act(client, ticket, "merge", target=target[1]).status_code == 303
    session.refresh(ticket)
    assert ticket.merged_into_id == other.id
    assert beside(page(client, ticket)) == []


def test_nothing_that_the_reader_may_not_open(client: FlaskClient, session: Session) -> None:
    private, about, ticket = here(session, BESIDE), here(session, BESIDE), here(session)
    private.private, private.map_key = True, None
    about.about_agency_code, about.agency_code = WARD, communes(session)[2].code
    foreign = here(session, BESIDE)
    foreign.agency_code = communes(session)[2].code
    session.commit()
    as_(client, session, "officer", WARD)
    assert beside(page(client, ticket)) == []
    as_(client, session, "coordinator")
    assert set(beside(page(client, ticket))) == {foreign.reference, about.reference}


def test_who_may_not_merge_has_no_button(client: FlaskClient, session: Session) -> None:
    other, ticket = here(session, BESIDE), here(session)
    as_(client, session, "crew", WARD)
    text = page(client, ticket)
    assert beside(text) == [other.reference]
    assert f'name="target" value="{other.reference}"' not in text


def test_public_and_internal_are_told_apart_in_words(client: FlaskClient, session: Session) -> None:
    ticket, officer = here(session), member(session, "officer", WARD)
    do(session, ticket, "note", officer, text="Chỉ nội bộ")
    do(session, ticket, "comment", officer, text="Gọi 0912 345 678")
    enter(client, session, officer)
    text = page(client, ticket)
    lines = re.findall(r'<li class="history-(\w+)">\s*<p class="history-kind">.*?</svg> (\w+)</p>',
                       text, re.DOTALL)  # fmt: skip
    assert {kind for kind, _word in lines} == {"public", "internal"}
    assert all(kind == word for kind, word in lines)
    assert "Chỉ nội bộ" in text
    public = page(client, ticket, "&history=public")
    assert "Chỉ nội bộ" not in public
    assert 'class="history-internal"' not in public
    assert "0912 345 678" not in public[public.index('id="history"') :]
    assert page(client, ticket, "&history=nonsense").count('class="history-internal"') == 1


def test_the_page_needs_few_statements(client: FlaskClient, session: Session) -> None:
    here(session, BESIDE)
    ticket, officer = here(session), member(session, "officer", WARD)
    do(session, ticket, "accept", officer)
    enter(client, session, officer)
    page(client, ticket)
    reference = ticket.reference
    with statements() as seen:
        client.get(f"/desk/tickets/{reference}?lang=en")
    assert len(seen) <= MOST_STATEMENTS, "\n".join(" ".join(one.split())[:90] for one in seen)


def test_the_pages_styles_are_small(client: FlaskClient, session: Session) -> None:
    ticket = here(session)
    as_(client, session, "officer", WARD)
    names = re.findall(r'href="/static/([\w.]+\.css)', page(client, ticket))
    assert {"app.css", "desk.css", "history.css"} <= set(names)
    size = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)
    assert size <= 8_000, size
