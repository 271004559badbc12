"""What is like a title that somebody types: offered while typing, and once before it is sent."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.suggestions import alike as looking
from app.suggestions.alike import alike
from app.tickets.models import Suggestion
from tests.desk.scene import do, member
from tests.factories.tickets import statements
from tests.suggestions.scene import TITLE, published, send, suggested

OTHER = "Nước uống miễn phí ở bến xe buýt"


def titles(client: FlaskClient, typed: str) -> list[str]:
    answer = client.get(f"/suggestions/similar.json?title={quote(typed)}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("private")
    return [one["title"] for one in answer.get_json()["alike"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Ghế đá", True),  # unfinished
        ("ghe da bong mat", True),  # without marks
        ("Lắp ghế ngồi và trồng cây bóng mát ở đường bao biển", True),  # other words
        ("Ghế", False),  # too short to tell
        ("Nuôi ong mật trên mái nhà", False),
        ("", False),
        ("%' OR 1=1 --", False),
    ],
)
def test_what_is_like_it_is_found(
    client: FlaskClient, session: Session, typed: str, found: bool
) -> None:
    published(session)
    published(session, title=OTHER)
    assert titles(client, typed) == ([TITLE] if found else [])


def test_the_likest_comes_first_and_says_where_it_stands(
    client: FlaskClient, session: Session
) -> None:
    published(session, title=f"{TITLE} và vườn hoa phường")
    ticket = published(session)
    client.set_cookie("lang", "en")
    answer = client.get(f"/suggestions/similar.json?title={quote(TITLE)}").get_json()
    assert answer["said"] == "2 suggestions are like this"
    first = answer["alike"][0]
    assert (first["title"], first["supports"]) == (TITLE, "0 supports")
    assert first["page"] == f"/suggestions/{ticket.reference}"
    assert client.get(first["page"]).status_code == 200


@pytest.mark.parametrize("verb", ["", "refuse", "hide", "private"])
def test_nothing_is_offered_that_is_not_public(
    client: FlaskClient, session: Session, verb: str
) -> None:
    screener = member(session, "screener")
    ticket = suggested(session)
    if verb == "refuse":
        do(session, ticket, verb, screener, code="unlawful", text="Không phù hợp.")
    elif verb:
        ticket = do(session, ticket, "publish", screener)
        assert titles(client, TITLE) == [TITLE]
        if verb == "hide":
            do(session, ticket, verb, screener, code="insult")
        else:
            ticket.private = True
            session.commit()
    assert titles(client, TITLE) == []


def test_five_are_offered_by_as_many_statements_as_one(
    client: FlaskClient, session: Session
) -> None:
    published(session)
    titles(client, TITLE)  # what is kept in memory is read
    with statements() as one:
        assert len(titles(client, TITLE)) == 1
    for number in range(6):
        published(session, title=f"{TITLE} số {number}")
    with statements() as many:
        assert len(titles(client, TITLE)) == looking.OFFERED
    assert len(many) <= len(one) <= 14


def test_the_candidates_come_from_the_index(session: Session) -> None:
    published(session)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    with statements() as seen:
        assert alike(session, TITLE)
    asked = next(one for one in seen if "%>" in one or "%%>" in one)
    assert "LIMIT" in asked
    plan = session.scalars(
        text(
            "EXPLAIN SELECT ticket_id FROM suggestion WHERE publication = 'published'"
            " AND plain_words(title) %> plain_words('ghế đá') LIMIT 100"
        )
    ).all()
    assert "ix_suggestion_alike" in "\n".join(plan)


def test_nobody_waits_for_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    published(session)
    monkeypatch.setattr(looking, "PATIENCE_MS", 1)
    monkeypatch.setattr(looking, "likeness", lambda *_: session.execute(text("SELECT pg_sleep(1)")))
    assert alike(session, TITLE) == []
    assert session.get(Suggestion, 0) is None  # the transaction goes on


def test_before_it_is_sent_it_is_offered_once(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    shown = send(client, seen="")
    assert shown.status_code == 200
    assert f'href="/suggestions/{ticket.reference}" target="_blank"' in shown.text
    assert 'name="seen" value="1"' in shown.text
    assert shown.text.count(TITLE) == 2  # in the list, and in the field
    assert send(client).status_code == 303
