"""The lists: what stands in which, how pages follow, what they cost."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.kept import forget_all
from app.core.time import frozen, now
from app.desk import queries
from app.desk.lists import bounded
from app.desk.schemas import FEW, MANY, Cursor, ListView, parse_cursor, parse_view
from app.tickets.models import Ticket
from tests.desk.scene import a_ticket, as_, communes, do, member
from tests.factories.tickets import statements

DAY = timedelta(days=1)


def listed(page: str) -> list[str]:
    """The codes of the rows, in their order."""
    return re.findall(r'<h2><a href="/desk/tickets/([^"]+)"', page)


def counts(page: str) -> dict[str, str]:
    return dict(re.findall(r'\?[^"]*tab=(\w+)[^>]*>[^<]*<span class="count[^>]*>([^<]*)<', page))


def get(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/desk?{query}")
    assert answer.status_code == 200
    return answer.text


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/desk?tab=due")
    assert answer.status_code == 302
    assert "/desk/sign-in" in answer.headers["Location"]


def test_a_new_ticket_stands_under_new_and_under_all(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    assert ticket.reference in listed(get(client, "tab=new"))
    assert ticket.reference in listed(get(client, "tab=all"))
    assert ticket.reference not in listed(get(client, "tab=overdue"))
    assert counts(get(client))["new"] == "1"


def test_an_accepted_ticket_leaves_new(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "accept", as_(client, session))
    assert listed(get(client, "tab=new")) == []
    assert counts(get(client))["new"] == "0"


def test_what_is_late_is_overdue_and_says_so_in_words(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session, at=now() - 60 * DAY)
    as_(client, session)
    page = get(client, "tab=overdue&lang=en")
    assert listed(page) == [ticket.reference]
    assert "Overdue</span>" in page
    assert "days ago" in page


def test_due_means_soon_by_the_words_of_the_row(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    assert ticket.outcome_due_at is not None
    with frozen(ticket.outcome_due_at - timedelta(minutes=30)):
        as_(client, session)
        page = get(client, "tab=due&lang=en")
    assert listed(page) == [ticket.reference]
    assert "Due soon</span>" in page
    with frozen(ticket.received_at + timedelta(minutes=1)):
        as_(client, session)
        page = get(client, "tab=due&lang=en")
    assert listed(page) == []


def test_on_hold_stands_under_waiting_with_its_date(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "pause", as_(client, session), code="weather", until=now() + 3 * DAY)
    page = get(client, "tab=waiting&lang=en")
    assert listed(page) == [ticket.reference]
    assert "Goes on by itself on" in page


def test_who_was_asked_to_help_finds_it_under_cooperation(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    other = communes(session)[1].code
    do(session, ticket, "cooperate", member(session), agency_code=other, text="Xe nâng")
    as_(client, session, "officer", other)
    assert listed(get(client, "tab=cooperation")) == [ticket.reference]
    assert listed(get(client, "tab=all")) == []


def test_tickets_of_others_are_not_listed(client: FlaskClient, session: Session) -> None:
    a_ticket(session)
    as_(client, session, "officer", communes(session)[1].code)
    assert listed(get(client, "tab=all&everyone=1")) == []


def test_the_coordinator_can_list_all_agencies(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session, "coordinator")
    assert listed(get(client, "tab=new")) == []
    assert listed(get(client, "tab=new&everyone=1")) == [ticket.reference]
    assert listed(get(client, f"tab=new&everyone=1&agency={ticket.agency_code}")) == [
        ticket.reference
    ]
    assert listed(get(client, "tab=new&everyone=1&agency=TTRA")) == []


def test_what_is_about_ones_own_agency_is_hidden_while_others_have_it(
    client: FlaskClient, session: Session
) -> None:
    first = communes(session)[0].code
    ticket = a_ticket(session, about_agency=first)
    assert ticket.agency_code != first
    as_(client, session, "manager", ticket.agency_code)
    assert ticket.reference in listed(get(client, "tab=all"))
    as_(client, session, "manager", first)
    assert ticket.reference not in listed(get(client, "tab=all&everyone=1"))
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404


def test_filters(client: FlaskClient, session: Session) -> None:
    road, waste = a_ticket(session), a_ticket(session, category="waste")
    as_(client, session)
    assert listed(get(client, "tab=all&category=road")) == [road.reference]
    assert listed(get(client, f"tab=all&area={road.area_code}&category=waste")) == [waste.reference]
    assert listed(get(client, "tab=all&category=nonsense")) == []


def test_pages_follow_each_other_without_gap_or_repeat(
    client: FlaskClient, session: Session
) -> None:
    made = [
        a_ticket(session, at=now() - index * timedelta(hours=5)).reference
        for index in range(FEW + 3)
    ]
    session.execute(update(Ticket).where(Ticket.reference == made[0]).values(outcome_due_at=None))
    session.commit()
    as_(client, session)
    for tab in ("new", "all"):
        first = get(client, f"tab={tab}")
        after = re.search(r'rel="next" href="([^"]+)"', first)
        assert after is not None
        second = client.get(after[1].replace("&amp;", "&")).text
        assert len(listed(first)) == FEW
        assert sorted(listed(first) + listed(second)) == sorted(made)
        assert 'rel="next"' not in second
    assert listed(second)[-1] == made[-1]  # in "all" the newest stands first


def test_what_is_due_and_what_was_planned_share_their_pages(
    client: FlaskClient, session: Session
) -> None:
    made = [a_ticket(session) for _ in range(FEW + 3)]
    soon, planned = made[::2], made[1::2]
    for number, ticket in enumerate(soon):
        ticket.outcome_due_at = now() + timedelta(minutes=number + 1)
    for number, ticket in enumerate(planned):
        ticket.planned_for, ticket.outcome_due_at = now() - DAY, now() + (number + 20) * DAY
    planned[-1].outcome_due_at = None
    session.commit()
    as_(client, session)
    first = get(client, "tab=due")
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    second = client.get(after[1].replace("&amp;", "&")).text
    assert listed(first) + listed(second) == [ticket.reference for ticket in (*soon, *planned)]


def test_a_missing_due_date_comes_last(client: FlaskClient, session: Session) -> None:
    tickets = [a_ticket(session, at=now() - index * 5 * DAY) for index in range(3)]
    tickets[2].outcome_due_at = None
    session.commit()
    as_(client, session)
    assert listed(get(client, "tab=new")) == [
        tickets[1].reference,
        tickets[0].reference,
        tickets[2].reference,
    ]


def test_a_page_costs_the_same_for_one_row_and_for_many(
    client: FlaskClient, session: Session
) -> None:
    account = as_(client, session)
    into = a_ticket(session)
    gone = a_ticket(session)
    do(session, gone, "merge", account, target_reference=into.reference)
    costs = {}
    for rows in (2, 20):
        for _ in range(rows - 2):
            do(session, a_ticket(session), "accept", account)
        for tab in ("new", "due", "overdue", "waiting", "approval", "cooperation", "all"):
            get(client, f"tab={tab}")
            with statements() as seen:
                page = get(client, f"tab={tab}")
            costs.setdefault(tab, set()).add(len(seen))
        assert len(listed(page)) == rows
    assert {tab: len(found) for tab, found in costs.items()} == dict.fromkeys(costs, 1)
    assert max(max(found) for found in costs.values()) <= 10


def test_a_hundred_rows_cost_at_most_ten_statements_when_nothing_is_kept(
    client: FlaskClient, session: Session
) -> None:
    account = as_(client, session)
    tickets = [a_ticket(session) for _ in range(4)]
    do(session, tickets[0], "accept", account)
    _many_like(session, tickets, MANY)
    get(client, f"tab=all&rows={MANY}")
    with statements() as warm:
        page = get(client, f"tab=all&rows={MANY}")
    assert len(listed(page)) == MANY
    assert len(warm) <= 10
    forget_all()
    with statements() as cold:
        get(client, f"tab=all&rows={MANY}")
    assert len(cold) - len(warm) <= 8  # the small tables, once every few seconds in a process


def _many_like(session: Session, tickets: list[Ticket], count: int) -> None:
    """Copy tickets, events and reports not counted: the page must not care."""
    columns = [
        column.name for column in Ticket.__table__.columns if column.name not in {"id", "reference"}
    ]
    listed_columns = ", ".join(columns)
    session.execute(
        text(
            f"INSERT INTO ticket (reference, {listed_columns}) SELECT"
            f" 'COPY-' || n || '-' || t.id, {listed_columns}"
            " FROM ticket t, generate_series(1, :n) n WHERE t.id = ANY(:ids)"
        ),
        {"n": count // len(tickets) + 1, "ids": [ticket.id for ticket in tickets]},
    )
    session.commit()


def test_counting_stops(session: Session) -> None:
    assert bounded(queries.MOST - 1) == "99"
    assert bounded(queries.MOST) == "99+"
    lists = {"all": [Ticket.id.is_not(None)]}
    with statements() as seen:
        queries.counts(session, lists)
    assert len(seen) == 1
    assert "LIMIT" in seen[0]


def test_a_code_leads_to_its_ticket_in_any_spelling(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    spelled = ticket.reference.replace("-", " ").lower()
    answer = client.get("/desk", query_string={"q": spelled})
    assert answer.headers["Location"].endswith(f"/desk/tickets/{ticket.reference}")
    missing = client.get("/desk?q=nothing&lang=en")
    assert missing.status_code == 200
    assert "Found for “nothing”" in missing.text
    assert "Nothing that you may see has these words." in missing.text


def test_a_foreign_code_looks_like_an_unknown_one(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session, "officer", communes(session)[1].code)
    answer = client.get(f"/desk?q={ticket.reference}&lang=en")
    assert answer.status_code == 200
    assert "Nothing that you may see has these words." in answer.text


def test_a_screener_is_led_to_the_check(client: FlaskClient, session: Session) -> None:
    as_(client, session, "screener")
    assert client.get("/desk").headers["Location"] == "/desk/check"


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "tab", ["new", "due", "overdue", "waiting", "approval", "cooperation", "all"]
)
def test_every_list_opens_in_both_languages(
    client: FlaskClient, session: Session, tab: str, lang: str
) -> None:
    as_(client, session)
    page = get(client, f"tab={tab}&lang={lang}")
    assert f'<html lang="{lang}">' in page
    assert ("Phiếu cần xử lý" in page) == (lang == "vi")


@pytest.mark.parametrize(
    "typed", ["", "~", "x~1", "2026-01-01T00:00:00~1", "~0", "~-1", f"~{2**63}", "1~1~1"]
)
def test_a_broken_cursor_is_the_first_page(typed: str) -> None:
    assert parse_cursor(typed) is None


def test_a_cursor_survives_its_address() -> None:
    for cursor in (Cursor(now(), 7), Cursor(None, 7)):
        assert parse_cursor(str(cursor)) == cursor


def test_unknown_values_are_the_plain_list() -> None:
    typed = {"tab": "nonsense", "everyone": "yes", "after": "x", "rows": "100000"}
    assert parse_view(typed) == ListView()


def test_a_large_screen_may_have_longer_pages(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    for index in range(FEW + 3):
        a_ticket(session, at=now() - index * timedelta(hours=1))
    short = get(client, "tab=all")
    assert len(listed(short)) == FEW
    assert "100 phiếu mỗi trang" in short
    long = get(client, f"tab=all&rows={MANY}")
    assert len(listed(long)) == FEW + 3
    assert "100 phiếu mỗi trang" not in long
