"""Joining an open ticket: a report of it like any other, counted once, checked apart."""

import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.catalog.models import Category
from app.core.errors import Conflict, NotFound
from app.core.time import now
from app.notifications.queries import reachable_reports
from app.reports import service
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.queries import public_words, publishable_photos, speaks_as
from app.tickets.facts import Role
from app.tickets.models import Ticket
from tests.desk.scene import FORM, a_ticket, do, member
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    act,
    command,
    coordinator,
    count,
    events,
    manager,
    report_of,
    resolve,
    routed_ticket,
    wrong,
)
from tests.media.pictures import picture

MAIL = ContactInput(email="lan@example.invalid", consent=("updates",))


def joined(session: Session, ticket: Ticket, **changes: object) -> Report:
    done = service.join(session, command(**changes), ticket, now=MONDAY + timedelta(hours=1))
    return done.report


def test_a_joined_report_is_one_of_the_tickets(session: Session) -> None:
    ticket = routed_ticket(session)
    version, promise = ticket.row_version, ticket.outcome_due_at
    report = joined(session, ticket, text="Vẫn chất đống", contact=MAIL)
    assert (report.ticket_id, report.joined) == (ticket.id, True)
    assert (ticket.reports_count, ticket.status, ticket.outcome_due_at) == (2, "assigned", promise)
    assert ticket.row_version > version
    last = events(session, ticket)[-1]
    assert (last.kind, last.actor_role) == ("join", "joined_reporter")
    assert reachable_reports(session, [ticket.id]) == {ticket.id: [(report.id, "email")]}
    assert ticket.reporter_reachable
    assert wrong(session) == []


def test_the_same_key_is_one_report(session: Session) -> None:
    ticket = routed_ticket(session)
    sent = command()
    first = service.join(session, sent, ticket, now=MONDAY)
    resolve(session, act(session, ticket, "accept", manager(session, ticket.agency_code or "")))
    again = service.join(session, sent, ticket, now=MONDAY + DAY)
    assert (again.repeated, again.report.id) == (True, first.report.id)
    assert (ticket.reports_count, count(session, Report)) == (2, 2)
    other = command(idempotency_key=sent.idempotency_key, text="Việc khác")
    with pytest.raises(Conflict, match="key_reused"):
        service.join(session, other, ticket, now=MONDAY)


def test_what_has_ended_is_not_joined(session: Session) -> None:
    ticket = routed_ticket(session)
    resolve(session, act(session, ticket, "accept", manager(session, ticket.agency_code or "")))
    with pytest.raises(Conflict, match="ended"):
        joined(session, ticket)
    assert count(session, Report) == 1


def test_what_is_not_public_cannot_be_joined(session: Session) -> None:
    ticket = routed_ticket(session)
    ticket.private = True
    with pytest.raises(NotFound):
        joined(session, ticket)
    ticket.private = False
    session.get_one(Category, ticket.category_code).privacy = "restricted"
    with pytest.raises(NotFound):
        joined(session, ticket)
    hidden = routed_ticket(session, category="road")
    act(session, hidden, "hide", coordinator(session), code="personal_details")
    with pytest.raises(NotFound):
        joined(session, hidden)


def test_who_joins_what_was_merged_joins_where_it_goes_on(session: Session) -> None:
    first, second = a_ticket(session), a_ticket(session)
    do(session, first, "merge", member(session), target_reference=second.reference)
    report = joined(session, first, category="road")
    assert report.ticket_id == second.id
    assert second.reports_count == 3


def test_what_was_public_stays_so_and_what_joins_waits(session: Session) -> None:
    ticket = routed_ticket(session, text="Rác chất đống")
    act(session, ticket, "publish", coordinator(session))
    joined(session, ticket, text="Gọi tôi 0912345678")
    assert ticket.content == "published"
    assert ticket.checked_at is None
    assert list(public_words(session, ticket).values()) == ["Rác chất đống"]
    act(session, ticket, "publish", coordinator(session), at=MONDAY + DAY)
    texts = list(public_words(session, ticket).values())
    assert len(texts) == 2
    assert "0912345678" not in texts[1]


def test_photos_of_who_joins_wait_for_the_check(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    act(session, ticket, "publish", coordinator(session))
    report = joined(session, ticket)
    act(session, ticket, "publish", coordinator(session))
    service.put_photo(session, report, uuid.uuid4(), BytesIO(picture()), now=MONDAY + HOUR)
    assert ticket.content == "published"
    assert publishable_photos(session, ticket.id) == []
    act(session, ticket, "publish", coordinator(session))
    assert len(publishable_photos(session, ticket.id)) == 1


def test_the_first_who_is_there_is_the_reporter(session: Session) -> None:
    ticket = routed_ticket(session)
    mine, theirs = report_of(session, ticket), joined(session, ticket)
    assert speaks_as(session, mine) is Role.REPORTER
    assert speaks_as(session, theirs) is Role.JOINED_REPORTER
    service.withdraw(session, mine, now=MONDAY + DAY)
    assert (ticket.status, ticket.reports_count) == ("assigned", 1)
    assert speaks_as(session, theirs) is Role.REPORTER
    service.withdraw(session, theirs, now=MONDAY + DAY)
    assert ticket.status == "closed"
    assert wrong(session, MONDAY + DAY) == []


def test_who_joined_disputes_and_does_not_confirm(session: Session) -> None:
    ticket = act(session, routed_ticket(session), "accept", manager(session))
    theirs = joined(session, ticket)
    resolve(session, ticket)
    with pytest.raises(Conflict):
        service.confirm(session, theirs, now=MONDAY + DAY)
    service.confirm(session, report_of(session, ticket), now=MONDAY + DAY)
    assert ticket.status == "closed"
    service.dispute(session, theirs, "not_done", "", now=MONDAY + DAY)
    assert ticket.status == "in_progress"
    assert wrong(session, MONDAY + DAY) == []


def test_the_news_of_one_do_not_end_those_of_the_other(session: Session) -> None:
    ticket = routed_ticket(session, contact=MAIL)
    theirs = joined(session, ticket, contact=MAIL)
    service.end_contact(session, theirs, now=MONDAY + DAY)
    assert ticket.reporter_reachable
    service.end_contact(session, report_of(session, ticket), now=MONDAY + DAY)
    assert not ticket.reporter_reachable


def test_an_urgent_claim_reaches_the_ticket(session: Session) -> None:
    ticket = routed_ticket(session)
    joined(session, ticket, urgent=True)
    assert ticket.urgent_claim
    assert events(session, ticket)[-1].params["urgent"] is True


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_joining_by_the_page(client: FlaskClient, session: Session, lang: str) -> None:
    ticket = a_ticket(session)
    client.set_cookie("lang", lang)
    shown = client.get(f"/tickets/{ticket.reference}").text
    path = f"/tickets/{ticket.reference}/join"
    assert path in shown
    page = client.get(path)
    assert page.status_code == 200
    assert {"vi": "Bổ sung nội dung và ảnh", "en": "Add my words and photos"}[lang] in page.text
    key = str(uuid.uuid4())
    form = {"key": key, "text": "Tôi cũng thấy", "photos": (BytesIO(picture()), "a.jpg")}
    sent = client.post(path, data=form, headers=FORM)
    assert sent.status_code == 303
    location = sent.headers["Location"]
    assert location.startswith(f"/sent/{ticket.reference}/")
    again = client.post(path, data={"key": key, "text": "Tôi cũng thấy"}, headers=FORM)
    assert again.headers["Location"] == location
    session.refresh(ticket)
    assert ticket.reports_count == 2
    assert client.get(location).status_code == 200
    report = (
        session.query(Report).filter(Report.ticket_id == ticket.id, Report.since_version > 0).one()
    )
    follow = client.get(f"/follow/{ticket.reference}/{follow_signature(report)}")
    assert "Tôi cũng thấy" in follow.text


def test_what_is_wrong_keeps_what_was_typed(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    path = f"/tickets/{ticket.reference}/join"
    empty = client.post(path, data={"key": str(uuid.uuid4()), "text": " "}, headers=FORM)
    assert empty.status_code == 422
    do(session, ticket, "accept", member(session))
    resolve(session, ticket, at=now())
    session.commit()
    late = client.post(path, data={"key": str(uuid.uuid4()), "text": "Muộn mất"}, headers=FORM)
    assert late.status_code == 409
    assert "Muộn mất" in late.text
    assert session.get_one(Ticket, ticket.id).reports_count == 1
