"""What is offered instead of a new report: nothing that is not public, whatever it costs to look."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import category, forget_kept
from app.core.db import TookTooLong, at_most
from app.core.time import now
from app.reports import nearby
from app.reports.nearby import Wanted, similar_to
from app.reports.service import join
from app.tickets.models import Ticket
from app.tickets.service import tighten
from geo.point import LonLat
from tests.factories.tickets import (
    IN_WARD,
    MONDAY,
    act,
    command,
    coordinator,
    manager,
    routed_ticket,
    statements,
    submitted,
)

CLOSE = LonLat(lon=IN_WARD.lon + 0.0001, lat=IN_WARD.lat)  # some ten metres
SECRET = "Nhà bà Bảy, gọi 0912345678"


def wanted(session: Session, *, code: str = "waste", words: str = "") -> Wanted:
    return Wanted(category=category(session, code), place=CLOSE, text=words)


def found(session: Session, *, words: str = "", code: str = "waste") -> list[str]:
    offers = similar_to(session, wanted(session, code=code, words=words), now=MONDAY)
    return [offer.ticket.reference for offer in offers]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget_kept()


def test_what_is_near_and_open_is_offered(session: Session) -> None:
    ticket = routed_ticket(session)
    assert found(session) == [ticket.reference]
    assert found(session, code="road") == []


def _private(session: Session, ticket: Ticket) -> None:
    ticket.private, ticket.map_key = True, None


def _hidden(session: Session, ticket: Ticket) -> None:
    act(session, ticket, "hide", coordinator(session), code="personal_details")


def _resolved(session: Session, ticket: Ticket) -> None:
    ticket.status = "resolved"


def _about(session: Session, ticket: Ticket) -> None:
    ticket.about_agency_code = ticket.agency_code


def _once_coarse(session: Session, ticket: Ticket) -> None:
    kind = session.get_one(Category, ticket.category_code)
    kind.public_detail = "coarse"
    session.flush()
    tighten(session)
    kind.public_detail = "full"


def _restricted(session: Session, ticket: Ticket) -> None:
    session.get_one(Category, ticket.category_code).privacy = "restricted"


def _coarse(session: Session, ticket: Ticket) -> None:
    session.get_one(Category, ticket.category_code).public_detail = "coarse"


@pytest.mark.parametrize(
    "change", [_private, _hidden, _resolved, _about, _once_coarse, _restricted, _coarse]
)
def test_what_is_not_public_is_not_offered(
    session: Session, change: Callable[[Session, Ticket], None]
) -> None:
    ticket = routed_ticket(session)
    assert found(session) == [ticket.reference]
    change(session, ticket)
    session.flush()
    session.expire_all()
    forget_kept()
    assert found(session) == found(session, words="rác chất đống") == []


def test_words_count_only_once_they_are_checked(session: Session) -> None:
    ticket = routed_ticket(session, text="Nắp cống bị mất giữa đường", category="drainage")
    words = "Nắp cống bị mất giữa đường"
    assert found(session, words=words, code="road") == []
    act(session, ticket, "publish", coordinator(session))
    assert found(session, words=words, code="road") == [ticket.reference]
    # What joined since has not been looked at: it speaks for nothing.
    other = routed_ticket(session, text="Nước đọng", category="drainage")
    act(session, other, "publish", coordinator(session))
    join(session, command(category="drainage", text=words), other, now=MONDAY)
    assert found(session, words=words, code="road") == [ticket.reference]


def test_the_answer_holds_no_words_and_no_exact_distance(
    client: FlaskClient, session: Session
) -> None:
    ticket = routed_ticket(session, text=SECRET)
    session.commit()
    place = f"lat={CLOSE.lat}&lon={CLOSE.lon}"
    answer = client.get(f"/report/similar.json?category=waste&{place}")
    assert answer.status_code == 200
    (offer,) = answer.json["similar"]
    assert offer["reference"] == ticket.reference
    assert offer["metres"] == 10
    assert offer["photo"] == ""
    assert "0912" not in answer.text
    assert "Bảy" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["", "category=waste", "category=nowhere&lat=1&lon=1", "category=waste&lat=nan&lon=x",
     "category=waste&lat=95&lon=107", "category=waste&lat=20.951&lon=107.08&accuracy_m=-4"],
)  # fmt: skip
def test_an_unfinished_question_has_an_empty_answer(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/report/similar.json?{query}")
    assert answer.status_code == 200
    assert answer.json == {"similar": []}


def test_looking_costs_the_same_however_many_there_are(session: Session) -> None:
    routed_ticket(session)
    with statements() as few:
        assert len(found(session)) == 1
    for step in range(30):
        submitted(session, place=LonLat(lon=IN_WARD.lon, lat=IN_WARD.lat + step * 1e-6))
    session.expire_all()
    with statements() as many:
        assert len(found(session)) == 5
    assert len(many) <= len(few) + 1 <= 9, many


def test_the_index_of_open_places_is_used(session: Session) -> None:
    routed_ticket(session)
    # In so small a table any other index is as cheap: whether this one can serve is asked here.
    for way in ("seqscan", "bitmapscan", "sort"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    plans = []

    def explain(_c: object, _k: object, statement: str, parameters: dict, *_rest: object) -> None:
        if "CROSS JOIN LATERAL" in statement and not statement.startswith("EXPLAIN"):
            plans.append((statement, parameters))

    from sqlalchemy import Engine, event

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        found(session)
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    statement, parameters = plans[0]
    lines = session.connection().exec_driver_sql("EXPLAIN " + statement, parameters)
    plan = "\n".join(row[0] for row in lines)
    assert "ix_ticket_open_place" in plan
    assert "Sort Key" not in plan


def test_nobody_waits_for_it(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = routed_ticket(session)
    slow = text(f"SELECT pg_sleep(5), {nearby._NEAREST.text.split('SELECT', 1)[1]}")
    monkeypatch.setattr(nearby, "PATIENCE_MS", 50)
    monkeypatch.setattr(nearby, "_NEAREST", slow.bindparams(*nearby._NEAREST._bindparams.values()))
    started = now()
    assert found(session) == []
    assert (now() - started).total_seconds() < 1.5
    # The rest of the page still reads, and takes its usual time.
    assert session.get_one(Ticket, ticket.id).reference == ticket.reference
    usual = session.scalar(text("SHOW statement_timeout"))
    with pytest.raises(TookTooLong), at_most(session, 20):
        session.execute(text("SELECT pg_sleep(3)"))
    assert session.scalar(text("SHOW statement_timeout")) == usual


def test_who_manages_sees_it_open(session: Session) -> None:
    """An agency that resolves ends the offers."""
    ticket = routed_ticket(session)
    act(session, ticket, "accept", manager(session, ticket.agency_code or ""))
    assert found(session) == [ticket.reference]
