"""One box: codes, words, house numbers, places; and nothing that somebody may not see."""

import unicodedata

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.catalog.models import AreaAlias
from app.catalog.queries import units
from app.core.db import TookTooLong
from app.desk.inbox import search
from app.reports.models import Report
from app.tickets.models import Ticket
from tests.desk.scene import a_ticket, as_, communes, do, member
from tests.desk.test_inbox import listed
from tests.factories.tickets import statements

WORDS = "Ổ gà sâu trước nhà số 12A/3 đường Trần Hưng Đạo"


def find(client: FlaskClient, typed: str, **more: str) -> list[str]:
    answer = client.get("/desk", query_string={"q": typed, **more})
    assert answer.status_code == 200, (typed, answer.status_code)
    return listed(answer.text)


@pytest.mark.parametrize(
    "typed",
    [
        "ổ gà",
        "o ga",
        "Ổ GÀ",
        "tran hung dao",
        "Trần Hưng Đạo",
        "trần  hưng   đạo",
        "TRAN HUNG ĐAO",
        "đạo hưng",
        unicodedata.normalize("NFD", "Trần Hưng Đạo"),
        "12a/3",
        "12A 3 tran hung dao",
        "so 12a",
        "o & ga | !sau:*",
    ],
)
def test_words_are_found_however_they_are_typed(
    client: FlaskClient, session: Session, typed: str
) -> None:
    ticket = a_ticket(session, text=WORDS)
    a_ticket(session, text="Đèn đường không sáng")
    as_(client, session)
    assert find(client, typed) == [ticket.reference]


@pytest.mark.parametrize("typed", ["ổ gà nông", "12", "12B", "hưn", "zzz", "%", "_", "\\"])
def test_every_word_has_to_be_there(client: FlaskClient, session: Session, typed: str) -> None:
    ticket = a_ticket(session, text=WORDS)
    as_(client, session)
    assert find(client, typed) == []
    assert find(client, "o ga sau 12a") == [ticket.reference]


def test_text_that_arrived_decomposed_is_found(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text="x")
    session.execute(
        update(Report)
        .where(Report.ticket_id == ticket.id)
        .values(text=unicodedata.normalize("NFD", WORDS))
    )
    session.commit()
    as_(client, session)
    assert find(client, "Hưng Đạo") == [ticket.reference]


def test_the_address_is_searched_too(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, address="27 ngõ 5 Đặng Văn Ngữ")
    as_(client, session)
    assert find(client, "27 dang van ngu") == [ticket.reference]


def test_a_part_of_a_code_is_enough(client: FlaskClient, session: Session) -> None:
    ticket, other = a_ticket(session), a_ticket(session)
    session.execute(update(Ticket).where(Ticket.id == other.id).values(reference="QN-26-222222"))
    session.commit()
    as_(client, session)
    prefix, year, code = ticket.reference.split("-")
    for typed in (code[:4], code[2:].lower(), f"{prefix}{year}{code[:2]}", f"{year}-{code[:3]}"):
        assert find(client, typed) == [ticket.reference], typed


def test_a_whole_code_opens_its_ticket(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    answer = client.get("/desk", query_string={"q": ticket.reference.replace("-", "").lower()})
    assert answer.headers["Location"].endswith(f"/desk/tickets/{ticket.reference}")


def test_places_are_found_by_their_names_and_former_names(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session, text="Rác chất đống")
    area = next(row for row in units(session) if row.code == ticket.area_code)
    former = session.scalars(select(AreaAlias).where(AreaAlias.area_code == area.code)).first()
    as_(client, session)
    names = [area.full_names["vi"], area.names["vi"]]
    for name in [*names, *([former.name] if former else [])]:
        assert find(client, name) == [ticket.reference], name
        assert find(client, f"rac {name}") == [ticket.reference], name
        assert find(client, f"{name} rác") == [ticket.reference], name
        assert find(client, f"{name} đèn") == [], name


def test_a_place_beside_words_adds_where_few_have_all_of_them(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = a_ticket(session, text="Rác chất đống")
    name = next(row.names["vi"] for row in units(session) if row.code == there.area_code)
    told = a_ticket(session, text=f"Rác chất đống ở {name}")
    as_(client, session)
    assert find(client, f"rac {name}") == [told.reference, there.reference]
    monkeypatch.setattr(search, "ENOUGH", 1)
    assert find(client, f"rac {name}") == [told.reference]


def test_nothing_of_others_is_found(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text=WORDS)
    area = next(row for row in units(session) if row.code == ticket.area_code)
    as_(client, session, "officer", communes(session)[1].code)
    for typed in ("o ga", ticket.reference[:8], ticket.reference[-5:], area.full_names["vi"]):
        assert find(client, typed) == [], typed
    assert client.get("/desk", query_string={"q": ticket.reference}).status_code == 200


def test_what_is_about_ones_own_agency_is_not_found(client: FlaskClient, session: Session) -> None:
    first = communes(session)[0].code
    a_ticket(session, about_agency=first, text=WORDS)
    as_(client, session, "manager", first)
    assert find(client, "o ga") == []


def test_who_was_asked_to_help_finds_it(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text=WORDS)
    other = communes(session)[1].code
    do(session, ticket, "cooperate", member(session), agency_code=other, text="Xe nâng")
    as_(client, session, "officer", other)
    assert find(client, "o ga") == [ticket.reference]


def test_the_coordinator_finds_everything(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text=WORDS)
    as_(client, session, "coordinator")
    assert find(client, "o ga") == [ticket.reference]


def test_filters_narrow_a_search(client: FlaskClient, session: Session) -> None:
    road, waste = a_ticket(session, text=WORDS), a_ticket(session, text=WORDS, category="waste")
    as_(client, session)
    assert find(client, "o ga") == [waste.reference, road.reference]
    assert find(client, "o ga", category="road") == [road.reference]
    assert find(client, "o ga", state="closed") == []


def test_what_was_withdrawn_or_erased_is_not_found(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, text=WORDS)
    session.execute(update(Report).where(Report.ticket_id == ticket.id).values(text=None))
    session.commit()
    as_(client, session)
    assert find(client, "o ga") == []


def test_common_words_are_walked_in_the_same_order_and_to_the_same_end(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [a_ticket(session, text=f"{WORDS} {number}").reference for number in range(5)]
    area = communes(session)[0].names["vi"]
    as_(client, session)
    typed = ("o ga", "hung dao 3", f"o ga {area}")
    looked_up = [find(client, words) for words in typed]
    monkeypatch.setattr(search, "FEW", 1)
    assert [find(client, words) for words in typed] == looked_up
    assert looked_up[0] == made[::-1]


def test_a_search_that_takes_too_long_is_broken_off(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(client, session)

    def slow(session: Session, *_arguments: object) -> None:
        session.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr("app.desk.lists.found_by", slow)
    monkeypatch.setattr("app.desk.lists.SEARCH_MS", 20)
    page = client.get("/desk?q=rac&lang=en")
    assert page.status_code == 200
    assert "Too many reports have these words" in page.text
    assert issubclass(TookTooLong, Exception)


def test_a_search_costs_three_statements_more(client: FlaskClient, session: Session) -> None:
    a_ticket(session, text=WORDS)
    as_(client, session)
    client.get("/desk?q=o+ga")
    with statements() as plain:
        client.get("/desk?tab=all")
    with statements() as seen:
        client.get("/desk?q=o+ga")
    assert len(seen) <= len(plain) + 6


def test_the_words_are_compared_as_they_are_indexed(session: Session) -> None:
    """The condition is the index's own expression: else it would be there for nothing."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    query = (
        select(Report.id)
        .where(search._says("o ga"))
        .compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    )
    plan = session.scalars(text(f"EXPLAIN {query}".replace(":", "\\:"))).all()
    assert "ix_report_words" in "\n".join(plan)
