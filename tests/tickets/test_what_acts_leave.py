"""What acts leave behind on the rows: routing again, two tickets at once, promises, the check."""

import io
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.catalog.models import Area
from app.core.errors import Conflict
from app.core.time import now
from app.reports import service as reports
from app.reports.models import Report
from app.routing.decide import AreaFact, Bodies, Body, Facts, Place, PlaceKind, Rule, decide
from app.routing.service import route_pending
from app.tickets.models import Cooperation, Proposal, Ticket
from app.tickets.queries import lock, oldest_unrouted
from app.tickets.verify import Checked, problems
from app.tickets.words.names import Names
from app.tickets.words.timeline import lines
from app.tickets.words.view import reason_words, ticket_view
from geo.morton import map_key
from geo.point import LonLat
from tests.desk.scene import a_ticket, communes, do, member
from tests.media.pictures import picture

HONG_GAI = LonLat(lon=107.08, lat=20.951)


@pytest.fixture
def office(session: Session) -> Account:
    return member(session, "coordinator")


@pytest.fixture
def officer(session: Session) -> Account:
    return member(session)


@pytest.fixture
def boss(session: Session) -> Account:
    return member(session, "manager")


def report_of(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def true_record(session: Session) -> bool:
    return [problem.what for problem in problems(session, now(), Checked())] == []


# Routing again


def test_being_routed_again_asks_nobody_twice(session: Session, office: Account) -> None:
    ticket = a_ticket(session, category="water")
    asked = select(Cooperation.agency_code).where(Cooperation.ticket_id == ticket.id)
    before = session.scalars(asked).all()
    assert len(before) == 1
    do(session, ticket, "correct", office, category_code="power")
    assert route_pending(session, now=now()) == 1
    assert session.scalars(asked).all() == before
    assert true_record(session)


def test_correcting_what_is_in_triage_is_no_move(session: Session, office: Account) -> None:
    ticket = a_ticket(session, area=None)
    assert ticket.in_triage
    do(session, ticket, "correct", office, place=HONG_GAI)
    route_pending(session, now=now())
    assert (ticket.status, ticket.transfers) == ("assigned", 0)


def test_a_correction_that_ends_in_triage_still_counts_the_change_of_agency(
    session: Session, office: Account
) -> None:
    ticket, (first, second, _) = a_ticket(session), communes(session)
    do(session, ticket, "correct", office, category_code="other")
    route_pending(session, now=now())
    assert (ticket.in_triage, ticket.transfers) == (True, 0)
    do(session, ticket, "assign", office, agency_code=second.code)
    assert ticket.transfers == 1
    assert first.code != ticket.agency_code


def test_two_corrections_before_the_router_looks_are_one_change(
    session: Session, office: Account
) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "correct", office, category_code="waste")
    do(session, ticket, "correct", office, category_code="power")
    route_pending(session, now=now())
    assert (ticket.agency_code, ticket.transfers) == ("PCQN", 1)


def test_a_coarse_position_follows_the_place(session: Session, office: Account) -> None:
    ticket = a_ticket(session, category="noise")
    do(session, ticket, "correct", office, place=HONG_GAI)
    route_pending(session, now=now())
    point = session.execute(
        select(Area.point.ST_X(), Area.point.ST_Y()).where(Area.code == ticket.area_code)
    ).one()
    assert ticket.map_key == map_key(LonLat(lon=point[0], lat=point[1]))


def test_an_old_reason_names_the_category_of_then(session: Session, office: Account) -> None:
    ticket = a_ticket(session)
    before = reason_words(session, ticket, Names.load(session))
    do(session, ticket, "correct", office, category_code="waste")
    assert reason_words(session, ticket, Names.load(session)) == before


def test_nobody_is_left_when_the_oversight_agency_is_what_it_is_about() -> None:
    body = Body(code="V", parent=None, area=None, valid_from=None, valid_to=None, successor=None)
    rule = Rule(
        id=1, category=None, group=None, area=None, area_kind=None, severity=None, agency="V",
        covering=None, cooperating=(), priority=0, valid_from=None, valid_to=None,
    )  # fmt: skip
    facts = Facts(
        category="c", group="g", severity="s", about_agency="V", on=now().date(),
        place=Place(kind=PlaceKind.UNIT, area=AreaFact(code="A", kind="unit", area_m2=1.0)),
    )  # fmt: skip
    decision = decide(facts, [rule], Bodies(by_code={"V": body}, coordinator="C", oversight="V"))
    assert decision.agency is None


def test_a_corrected_ticket_waits_since_its_correction(session: Session, office: Account) -> None:
    ticket = a_ticket(session, at=now() - timedelta(days=30))
    do(session, ticket, "correct", office, category_code="waste")
    since = oldest_unrouted(session)
    assert since is not None
    assert since == ticket.updated_at
    assert since > ticket.received_at


def test_merging_locks_the_lower_number_first(
    session: Session, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_ticket(session), a_ticket(session)
    locked: list[int] = []

    def noted(session: Session, number: int) -> Ticket:
        locked.append(number)
        return lock(session, number)

    monkeypatch.setattr("app.tickets.service.desk.lock", noted)
    do(session, second, "merge", officer, target_reference=first.reference)
    assert locked == [first.id, second.id]
    locked.clear()
    do(session, second, "unmerge", member(session, "manager"))
    assert locked == [first.id, second.id]


def test_nobody_is_asked_to_help_with_a_complaint_about_themselves(
    session: Session, office: Account
) -> None:
    about = communes(session)[1].code
    ticket = a_ticket(session, about_agency=about)
    with pytest.raises(Conflict) as refused:
        do(session, ticket, "cooperate", office, agency_code=about)
    assert refused.value.code == "agency_complained_about"


# Promises


def test_the_first_reply_while_waiting_ends_its_promise(session: Session, officer: Account) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "pause", officer, code="weather", until=now() + timedelta(days=3))
    assert ticket.first_reply_due_at is None
    do(session, ticket, "comment", officer, text="Chúng tôi chờ hết mưa.")
    assert ticket.first_reply_due_at is not None
    assert true_record(session)


def test_a_merged_ticket_has_no_clock_of_its_own(session: Session, officer: Account) -> None:
    into, ticket = a_ticket(session), a_ticket(session)
    do(session, ticket, "merge", officer, target_reference=into.reference)
    view = ticket_view(session, ticket, now=now() + timedelta(days=90))
    assert (view.clock_state, view.late) == (None, False)


# Proposals


def proposed(session: Session, ticket: Ticket, officer: Account) -> Proposal:
    do(session, ticket, "answer", officer, code="explained", text="Không thuộc phạm vi.")
    query = select(Proposal).where(Proposal.ticket_id == ticket.id)
    found = session.scalars(query).one()
    assert found.decided_at is None
    return found


def test_a_proposal_ends_with_the_agency_that_made_it(
    session: Session, officer: Account, office: Account
) -> None:
    ticket = a_ticket(session)
    waiting = proposed(session, ticket, officer)
    do(session, ticket, "transfer", office, agency_code=communes(session)[1].code)
    assert (waiting.approved, waiting.decided_by) == (False, None)
    with pytest.raises(Conflict):
        do(session, ticket, "approve", member(session, "manager", ticket.agency_code))


def test_a_proposal_ends_with_an_outcome(session: Session, officer: Account, boss: Account) -> None:
    ticket = a_ticket(session)
    waiting = proposed(session, ticket, officer)
    do(session, ticket, "answer", boss, code="nothing_found", text="Không thấy gì.")
    assert (waiting.approved, waiting.decided_by) == (False, None)


def test_an_approved_proposal_says_so(session: Session, officer: Account, boss: Account) -> None:
    ticket = a_ticket(session)
    waiting = proposed(session, ticket, officer)
    do(session, ticket, "approve", boss)
    assert (waiting.approved, waiting.decided_by) == (True, boss.id)
    assert ticket.status == "answered"


# Two tickets, two reporters


def test_who_took_a_report_back_has_no_say_any_more(session: Session, officer: Account) -> None:
    into, other = a_ticket(session), a_ticket(session)
    do(session, other, "merge", officer, target_reference=into.reference)
    report = report_of(session, into)
    reports.withdraw(session, report, now=now())
    assert (into.status, into.reports_count) == ("assigned", 1)
    for act in (reports.withdraw, reports.confirm):
        with pytest.raises(Conflict):
            act(session, report, now=now())
    assert (into.status, into.reports_count) == ("assigned", 1)


# The check


def published(session: Session, office: Account) -> Ticket:
    ticket = a_ticket(session)
    do(session, ticket, "publish", office)
    return ticket


def test_a_photo_that_comes_after_the_check_is_checked_too(
    session: Session, office: Account
) -> None:
    ticket = published(session, office)
    seen = ticket.row_version
    report = report_of(session, ticket)
    number = uuid.uuid4()
    reports.put_photo(session, report, number, io.BytesIO(picture()), now=now())
    assert ticket.content == "pending"
    assert ticket.row_version > seen
    do(session, ticket, "publish", office)
    reports.put_photo(session, report, number, io.BytesIO(picture()), now=now())
    assert ticket.content == "published"


def test_what_is_written_after_the_check_is_checked_too(
    session: Session, officer: Account, office: Account
) -> None:
    ticket = published(session, office)
    do(session, ticket, "accept", officer)
    ticket_in_resolved(session, ticket)
    reports.dispute(session, report_of(session, ticket), None, "Tên tôi là Nam.", now=now())
    assert ticket.content == "pending"
    assert "Nam" not in " ".join(line.text for line in lines(session, ticket))


def ticket_in_resolved(session: Session, ticket: Ticket) -> None:
    boss = member(session, "manager")
    do(session, ticket, "answer", boss, code="explained", text="Đã trả lời.")


def test_a_correction_to_a_category_that_is_checked_first_takes_the_words_back(
    session: Session, office: Account
) -> None:
    ticket = a_ticket(session)
    ticket.content = "published"  # as a category that is checked afterwards begins
    do(session, ticket, "correct", office, category_code="waste")
    assert ticket.content == "pending"
