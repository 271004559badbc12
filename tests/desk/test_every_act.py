"""Every verb that the lifecycle gives to staff can be done from a page of the desk."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.schemas import ContactInput
from app.core.time import frozen, now
from app.desk.acts.asks import ASKS
from app.desk.acts.asks.suggestion import SUGGESTION_ASKS
from app.desk.acts.order import ORDER
from app.media import service as media
from app.media.models import Photo
from app.reports.links import follow_signature
from app.reports.models import Report, ReportPhoto
from app.reports.queries import reports_of
from app.reports.service import erase, keep_private, withdraw
from app.routing.service import route_pending
from app.tickets.facts import Role, Status, Verb
from app.tickets.models import Escalation, Ticket
from app.tickets.problem_table import PROBLEM_TABLE
from app.tickets.service import escalate
from tests.desk.scene import a_ticket, act, as_, communes, do, enter, member, offered
from tests.factories.tickets import events, kinds, submitted, wrong
from tests.media.pictures import picture

DAY = timedelta(days=1)
STAFF = frozenset(Role) - {Role.SYSTEM, Role.REPORTER, Role.JOINED_REPORTER, Role.CONTRACTOR}
# Why there is no form of its own.
ELSEWHERE = {
    Verb.PROPOSE: "what a form leads to where a manager must approve it",
    Verb.REDACT: "the page where rectangles are drawn (tests/desk/test_redaction.py)",
    Verb.JOIN: "what a merge writes into the other ticket",
    Verb.SEE_CONTACT: "a form of its own, with its reason, on the page of the ticket",
    Verb.SUCCEED: "what the end of an agency does to all that it had",
    Verb.RECOMPUTE: "what separating tickets and changing promises lead to",
}
EVENING = "Cả hai việc đều ở ngã tư"


def english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


def part_of(session: Session, ticket: Ticket) -> tuple[Ticket, Report]:
    """The ticket that carries on with a part, and the report that stands there."""
    first = reports_of(session, ticket.id)[0]
    again = session.scalars(select(Report).where(Report.split_from_id == first.id)).one()
    return session.get_one(Ticket, again.ticket_id), again


def split(client: FlaskClient, ticket: Ticket, **form: object) -> None:
    answer = act(client, ticket, "split", category="waste", text=EVENING, **form)
    assert answer.status_code == 303, answer.text


def test_no_verb_is_without_a_form() -> None:
    staffs = {row.verb for row in PROBLEM_TABLE.rows if row.roles & STAFF}
    assert staffs - set(ASKS) == set(ELSEWHERE)
    assert set(ASKS) <= staffs


def test_every_form_has_its_place_on_the_page() -> None:
    assert len(ORDER) == len(set(ORDER))
    assert set(ORDER) == set(ASKS) | set(SUGGESTION_ASKS)


@pytest.mark.parametrize("role", ["officer", "manager", "coordinator"])
def test_a_page_has_the_forms_of_all_that_is_allowed(
    client: FlaskClient, session: Session, role: str
) -> None:
    ticket = a_ticket(session)
    as_(client, session, role)
    do(session, ticket, "accept", member(session))
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    mine = {"officer": Role.OFFICER, "manager": Role.MANAGER, "coordinator": Role.COORDINATOR}
    may = {
        row.verb
        for row in PROBLEM_TABLE.rows
        if mine[role] in row.roles
        and Status.IN_PROGRESS in row.sources
        and all(guard.of_act for guard in row.guards)
    } - {Verb.SHOW_REPLY, Verb.HIDE_REPLY, Verb.JUDGE}  # once there is one
    assert {verb.value for verb in may - set(ELSEWHERE)} <= offered(page)
    assert ("escalate" in offered(page)) == (role != "officer")


def test_a_day_for_the_work(client: FlaskClient, session: Session) -> None:
    ticket, _ = a_ticket(session), as_(client, session)
    english(client)
    missing = act(client, ticket, "plan", text="Thay nắp cống")
    assert missing.status_code == 409
    assert "Please give a date in the future." in missing.text
    day = (now() + 9 * DAY).date().isoformat()
    promised = ticket.outcome_due_at
    assert act(client, ticket, "plan", until=day, text="Thay nắp cống").status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.outcome_due_at) == ("in_progress", promised)
    assert ticket.planned_for is not None
    assert ticket.first_replied_at is not None
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "as planned" in page
    assert "Planned for" in page
    assert "Thay nắp cống" in client.get(f"/tickets/{ticket.reference}").text
    assert wrong(session, now()) == []


def test_it_comes_back_on_its_day(client: FlaskClient, session: Session) -> None:
    ticket, account = a_ticket(session), as_(client, session)
    english(client)
    do(session, ticket, "plan", account, until=now() + 2 * DAY, text="Thay nắp cống")
    assert ticket.planned_for is not None
    with frozen(ticket.planned_for + timedelta(minutes=1)):
        enter(client, session, account)
        while escalate(session, now=now()):
            pass
        session.commit()
        reminded = [event for event in events(session, ticket) if event.kind == "remind"]
        assert [event.params["reason"] for event in reminded].count("planned") == 1
        assert not reminded[0].public
        assert "The planned day has come" in client.get(f"/desk/tickets/{ticket.reference}").text
        assert ticket.reference in client.get("/desk?tab=due").text
        assert wrong(session, now()) == []


def test_who_gets_it_next_makes_an_own_plan(session: Session) -> None:
    ticket, account = a_ticket(session), member(session)
    do(session, ticket, "plan", account, until=now() + 2 * DAY, text="Thay nắp cống")
    do(session, ticket, "transfer", member(session, "coordinator"),
       agency_code=communes(session)[1].code)  # fmt: skip
    assert ticket.planned_for is None


def test_a_manager_calls_the_agency_above(client: FlaskClient, session: Session) -> None:
    ticket, _ = a_ticket(session), as_(client, session, "manager")
    english(client)
    silent = act(client, ticket, "escalate")
    assert silent.status_code == 409
    assert "Please write a text." in silent.text
    answer = act(client, ticket, "escalate", text="Cần xe cẩu của thành phố")
    assert answer.status_code == 303
    session.refresh(ticket)
    call = session.scalars(select(Escalation).where(Escalation.ticket_id == ticket.id)).one()
    assert (call.reason, call.level, call.again_at) == ("by_hand", 1, None)
    assert call.agency_code != ticket.agency_code
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "A person asks the agency above to look at it." in page
    assert "Cần xe cẩu" in page
    assert "Cần xe cẩu" not in client.get(f"/tickets/{ticket.reference}").text
    assert wrong(session, now()) == []


def test_who_has_no_manager_may_not(client: FlaskClient, session: Session) -> None:
    ticket, _ = a_ticket(session), as_(client, session)
    assert act(client, ticket, "escalate", text="x").status_code == 409


def test_two_matters_get_a_ticket_each(client: FlaskClient, session: Session) -> None:
    contact = ContactInput(email="mau@example.invalid", consent=("updates",))
    at = now() - 2 * DAY
    ticket = a_ticket(session, text="Đèn hỏng và rác đầy", at=at, contact=contact)
    as_(client, session)
    english(client)
    split(client, ticket)
    session.refresh(ticket)
    part, again = part_of(session, ticket)
    first = reports_of(session, ticket.id)[0]
    assert (part.received_at, part.content, part.category_code) == (at, "pending", "waste")
    assert part.reporter_reachable
    assert (again.text, again.ticket_id) == (first.text, part.id)
    assert again.contact_id not in (None, first.contact_id)
    while route_pending(session, now=now()):
        pass
    session.commit()
    assert part.agency_code == ticket.agency_code
    assert part.promised_from == at
    assert wrong(session, now()) == []
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert f"A part of it goes on as {part.reference}" in page
    other = client.get(f"/desk/tickets/{part.reference}").text
    assert f"Split off from {ticket.reference}" in other
    assert EVENING in other


def test_the_reporter_has_all_rights_in_both(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session)
    split(client, ticket)
    part, again = part_of(session, ticket)
    first = reports_of(session, ticket.id)[0]
    english(client)
    mine = client.get(f"/follow/{ticket.reference}/{follow_signature(first)}").text
    link = f"/follow/{part.reference}/{follow_signature(again)}"
    assert link in mine
    theirs = client.get(link)
    assert theirs.status_code == 200
    assert f"/follow/{ticket.reference}/{follow_signature(first)}" in theirs.text
    withdraw(session, again, now=now())
    session.refresh(ticket)
    assert (part.status, ticket.status) == ("closed", "assigned")


def test_what_is_erased_or_closed_is_so_in_both(client: FlaskClient, session: Session) -> None:
    contact = ContactInput(email="mau@example.invalid", consent=("updates",))
    ticket = a_ticket(session, contact=contact)
    as_(client, session)
    split(client, ticket)
    part, again = part_of(session, ticket)
    first = reports_of(session, ticket.id)[0]
    keep_private(session, first, now=now())
    session.refresh(again)
    assert (again.do_not_publish, again.public_text, part.coarse) == (True, None, True)
    contacts = [first.contact_id, again.contact_id]
    erase(session, again, now=now())
    session.refresh(first)
    assert (first.text, again.text) == (None, None)
    left = session.scalars(select(Contact).where(Contact.id.in_(contacts))).all()
    assert [row.email_enc for row in left] == [None, None]


def test_photos_go_along_and_are_photos_of_their_own(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    first = reports_of(session, ticket.id)[0]
    photo = media.store(session, picture(), now=now())
    session.add(
        ReportPhoto(report_id=first.id, client_uuid=photo.id, photo_id=photo.id, position=0)
    )
    session.commit()
    as_(client, session)
    english(client)
    waits = act(client, ticket, "split", category="waste", text=EVENING)
    assert waits.status_code == 409
    assert "being prepared" in waits.text
    lease = media.lease_stored(session, now=now(), limit=1)[0]
    media.record(session, lease, media.prepare(lease), now=now())
    session.commit()
    split(client, ticket)
    _part, again = part_of(session, ticket)
    copied = session.scalars(
        select(Photo).join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
        .where(ReportPhoto.report_id == again.id)
    ).one()  # fmt: skip
    assert copied.id != photo.id
    assert copied.sha256 == photo.sha256
    erase(session, again, now=now())
    assert session.get(Photo, copied.id) is None


def test_a_part_of_what_is_private_is_private(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    ticket.private, ticket.map_key = True, None
    session.commit()
    as_(client, session)
    english(client)
    split(client, ticket)
    part, _again = part_of(session, ticket)
    assert (part.private, part.map_key) == (True, None)
    public = client.get(f"/tickets/{ticket.reference}").text
    assert part.reference not in public
    assert EVENING not in public
    assert ticket.reference not in client.get(f"/tickets/{part.reference}").text


def test_what_is_missing_is_said_at_its_field(client: FlaskClient, session: Session) -> None:
    ticket, _ = a_ticket(session), as_(client, session)
    english(client)
    answer = act(client, ticket, "split", text="")
    assert answer.status_code == 422
    assert '<a href="#split-category">Please choose a category.</a>' in answer.text
    assert '<a href="#split-text">Please write a text.</a>' in answer.text
    assert kinds(session, ticket).count("split") == 0
    unknown = act(client, ticket, "split", category="nothing", text=EVENING)
    assert unknown.status_code == 422
    assert session.scalars(select(Report).where(Report.split_from_id.is_not(None))).all() == []


def test_of_several_reports_one_is_chosen(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    second = a_ticket(session, text="Có cả hố ga mất nắp")
    officer = member(session)
    do(session, second, "merge", officer, target_reference=ticket.reference)
    session.refresh(ticket)
    enter(client, session, officer)
    english(client)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert re.search(r'<option value="\d+">2\. Có cả hố ga', page)
    silent = act(client, ticket, "split", category="waste", text=EVENING)
    assert "Please choose which report is to be split." in silent.text
    chosen = reports_of(session, second.id)[0]
    split(client, ticket, report=chosen.id)
    again = session.scalars(select(Report).where(Report.split_from_id == chosen.id)).one()
    assert again.text == chosen.text
    foreign = submitted(session).report
    session.commit()
    session.refresh(ticket)
    other = act(client, ticket, "split", category="waste", text=EVENING, report=foreign.id)
    assert other.status_code == 422
