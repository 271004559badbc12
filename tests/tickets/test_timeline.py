"""One history, three audiences; and the same number of statements for one ticket and for many."""

import pytest
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.words.i18n import use_language
from app.reports.service import dispute, withdraw
from app.tickets.models import Ticket
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import ticket_view, ticket_views
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    WARD_AREA,
    accepted_ticket,
    act,
    coordinator,
    manager,
    officer,
    report_of,
    resolve,
    routed_ticket,
    statements,
    submitted,
)

NOTE, REPLY, ANGRY = "Hàng xóm là người báo", "Gọi 0912345678 nhé", "Vẫn bẩn, 0987654321"


@pytest.fixture
def told(session: Session) -> Ticket:
    """A ticket with a note, a reply with a number, a proposal, and a dispute in words."""
    ticket, by = accepted_ticket(session), officer(session)
    act(session, ticket, "note", by, text=NOTE)
    act(session, ticket, "comment", by, text=REPLY)
    act(session, ticket, "answer", by, code="explained", text="Đề xuất trả lời")
    act(session, ticket, "reject", manager(session), text="Không được")
    resolve(session, ticket)
    dispute(session, report_of(session, ticket), "partly", ANGRY, now=MONDAY + DAY)
    return ticket


def words(found: list[Line]) -> str:
    return "\n".join(f"{line.title}|{line.detail}|{line.text}|{line.actor}" for line in found)


def test_the_public_reads_no_note_no_number_and_nothing_unchecked(
    session: Session, told: Ticket
) -> None:
    found = lines(session, told)
    text = words(found)
    assert NOTE not in text
    assert "0912345678" not in text
    assert "Gọi" in text
    assert "Vẫn bẩn" not in text
    assert "Đề xuất" not in text
    assert {line.kind for line in found} == {
        "open", "assign", "accept", "comment", "resolve", "dispute",
    }  # fmt: skip
    assert not any(line.internal for line in found)


def test_after_the_check_the_public_reads_the_masked_copy(session: Session, told: Ticket) -> None:
    act(session, told, "publish", coordinator(session))
    text = words(lines(session, told))
    assert "Vẫn bẩn" in text
    assert "0987654321" not in text


def test_the_reporter_reads_what_was_written_but_nothing_internal(
    session: Session, told: Ticket
) -> None:
    text = words(lines(session, told, "reporter", report_of(session, told).id))
    assert REPLY in text
    assert ANGRY in text
    assert NOTE not in text
    assert "Đề xuất" not in text


def test_another_reporter_reads_their_words_as_everybody_does(
    session: Session, told: Ticket
) -> None:
    other = report_of(session, told).id + 1
    assert "Vẫn bẩn" not in words(lines(session, told, "reporter", other))
    act(session, told, "publish", coordinator(session))
    text = words(lines(session, told, "reporter", other))
    assert "Vẫn bẩn" in text
    assert "0987654321" not in text
    assert REPLY in text


def test_staff_read_everything_in_order(session: Session, told: Ticket) -> None:
    found = lines(session, told, "staff")
    text = words(found)
    assert all(part in text for part in (NOTE, REPLY, ANGRY, "Đề xuất", "Không được"))
    assert [line.seq for line in found] == list(range(1, told.events_count + 1))


def test_nobody_is_named(session: Session, told: Ticket) -> None:
    for audience in ("public", "reporter", "staff"):
        assert "Trần Thị Lan" not in words(lines(session, told, audience))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_line_has_its_words(session: Session, told: Ticket, lang: str) -> None:
    with use_language(lang):
        found = lines(session, told, "staff")
    assert all(line.title and "%(" not in line.title + line.detail for line in found)
    by_kind = {line.kind: line for line in found}
    reason = {"vi": "phường Hồng Gai", "en": "Hong Gai"}[lang]
    assert reason.casefold() in by_kind["assign"].detail.casefold()


def test_of_a_private_ticket_the_public_reads_that_things_happen(session: Session) -> None:
    ticket = routed_ticket(session, category="safety", text="Đánh bạc ở nhà số 5")
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "comment", by, text="Chúng tôi đã đến nhà số 5")
    act(session, ticket, "publish", coordinator(session))
    found = lines(session, ticket)
    assert [line.kind for line in found][:2] == ["open", "assign"]
    assert all(line.title and not line.detail and not line.text for line in found)
    view = ticket_view(session, ticket, now=MONDAY + HOUR)
    assert (view.category_code, view.category_name, view.area_code, view.reason) == (
        "", "", None, "",
    )  # fmt: skip
    assert view.place is None
    assert view.agency_code == ticket.agency_code
    assert view.outcome_due_at is not None
    inside = ticket_view(session, ticket, now=MONDAY, audience="staff")
    assert (inside.category_code, inside.area_code) == ("safety", WARD_AREA)
    assert inside.reason


def test_why_a_private_ticket_was_refused_is_not_public(session: Session) -> None:
    ticket = routed_ticket(session, category="safety", place=None)
    assert ticket.in_triage
    by = coordinator(session)
    session.get_one(Agency, ticket.agency_code).approval = "none"
    act(session, ticket, "decline", by, code="denunciation", text="Gửi đơn tố cáo")
    shown = {
        audience: ticket_view(session, ticket, now=MONDAY + HOUR, audience=audience).outcome_words
        for audience in ("public", "reporter", "staff")
    }
    assert not shown["public"]
    assert shown["reporter"] == shown["staff"] != ""


def test_a_withdrawn_ticket_is_neither_on_time_nor_late(session: Session) -> None:
    ticket = routed_ticket(session)
    withdraw(session, report_of(session, ticket), now=MONDAY + HOUR)
    view = ticket_view(session, ticket, now=MONDAY + 2 * HOUR)
    assert (view.status, view.clock_state, view.clock_words) == ("closed", None, "")


def test_many_views_cost_as_many_statements_as_one(session: Session) -> None:
    categories = ("waste", "road", "power", "safety", "construction")
    tickets = [routed_ticket(session, category=categories[n % 5]) for n in range(30)]
    tickets += [submitted(session).ticket for _ in range(5)]
    with statements() as for_one:
        ticket_views(session, tickets[:1], now=MONDAY)
    session.expire_all()
    tickets = [session.get_one(Ticket, ticket.id) for ticket in tickets]
    with statements() as for_all:
        views = ticket_views(session, tickets, now=MONDAY)
    assert len(views) == 35
    assert len(for_all) <= len(for_one) + 1  # the promises, which were known for the first one


def test_merged_tickets_do_not_cost_a_statement_each(session: Session) -> None:
    into, by = routed_ticket(session), officer(session)
    merged = [routed_ticket(session) for _ in range(6)]
    others = [routed_ticket(session) for _ in range(6)]
    for ticket, other in zip(merged, others, strict=True):
        act(session, ticket, "merge", by, target_reference=other.reference)
    session.expunge_all()
    few = [session.get_one(Ticket, ticket.id) for ticket in merged[:1]]
    ticket_views(session, few, now=MONDAY)  # what is kept for a while is read now
    session.expunge_all()
    few = [session.get_one(Ticket, ticket.id) for ticket in merged[:1]]
    with statements() as for_one:
        ticket_views(session, few, now=MONDAY)
    session.expunge_all()
    many = [session.get_one(Ticket, ticket.id) for ticket in merged]
    with statements() as for_many:
        views = ticket_views(session, many, now=MONDAY)
    assert {view.merged_into for view in views} == {other.reference for other in others}
    assert into.reference not in {view.merged_into for view in views}
    assert len(for_many) == len(for_one)


def test_a_view_knows_its_words_in_both_languages(session: Session) -> None:
    ticket = routed_ticket(session)
    with use_language("vi"):
        vi = ticket_view(session, ticket, now=MONDAY)
    with use_language("en"):
        en = ticket_view(session, ticket, now=MONDAY)
    assert (vi.category_name, en.category_name) != (en.category_name, vi.category_name)
    assert "Hồng Gai" in vi.reason
    assert en.status_words.startswith("Sent to")
    assert (en.clock_state, en.map_word) == ("on_track", "waiting")
