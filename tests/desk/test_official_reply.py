"""The official reply: filed, shown once somebody has read it, replaced, taken back, forgotten."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.time import frozen, now
from app.media.documents.service import path
from app.media.models import Document
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from app.rights.service.retention import forget
from app.tickets.models import OfficialReply, Ticket
from tests.desk.scene import a_ticket, act, as_, communes, do, enter, member, offered
from tests.factories.tickets import events, wrong
from tests.media import papers

DAY = timedelta(days=1)
SAID = {
    "number": "128/UBND-KT",
    "signed_on": "2026-11-20",
    "signer": "Trần Văn Mẫu, Phó Chủ tịch",
    "summary": "Trả lời về đoạn đường hỏng, gọi 0912 345 678",
}


def filed(client: FlaskClient, ticket: Ticket, **changes: object) -> TestResponse:
    form: dict[str, object] = {**SAID, "document": (io.BytesIO(papers.paper()), "tra-loi.pdf")}
    client.set_cookie("lang", "en")
    return act(client, ticket, "file_reply", **{**form, **changes})


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return a_ticket(session)


def versions(session: Session, ticket: Ticket) -> list[OfficialReply]:
    query = select(OfficialReply).where(OfficialReply.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(OfficialReply.version)))


def public(client: FlaskClient, ticket: Ticket, version: int) -> int:
    """What a stranger gets for a version."""
    stranger = client.application.test_client()
    return stranger.get(f"/tickets/{ticket.reference}/reply-{version}.pdf").status_code


def test_from_filing_to_the_public_page(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    assert filed(client, ticket).status_code == 303
    session.refresh(ticket)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "not public: to be confirmed" in page
    assert SAID["number"] in page
    assert "show_reply" not in offered(page)
    assert public(client, ticket, 1) == 404
    assert SAID["number"] not in client.get(f"/tickets/{ticket.reference}").text
    assert act(client, ticket, "show_reply").status_code == 409
    boss = member(session, "manager")
    enter(client, session, boss)
    assert "show_reply" in offered(client.get(f"/desk/tickets/{ticket.reference}").text)
    assert SAID["number"] in client.get("/desk/approvals").text
    assert act(client, ticket, "show_reply").status_code == 303
    assert SAID["number"] not in client.get("/desk/approvals").text
    session.refresh(ticket)
    reply = versions(session, ticket)[0]
    assert (reply.shown_by, reply.confirmed) == (boss.id, True)
    seen = client.get(f"/tickets/{ticket.reference}").text
    for words in (SAID["number"], SAID["signer"], "20 Nov 2026", "kB"):
        assert words in seen
    shown = [event for event in events(session, ticket) if event.kind.endswith("_reply")]
    assert [(event.kind, event.public) for event in shown] == [
        ("file_reply", False), ("show_reply", True),
    ]  # fmt: skip
    assert ticket.first_replied_at is not None
    assert wrong(session, now()) == []


def test_how_the_document_is_handed_out(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "manager")
    filed(client, ticket)
    session.refresh(ticket)
    act(client, ticket, "show_reply")
    answer = client.get(f"/tickets/{ticket.reference}/reply-1.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert len(papers.reader(answer.data).pages) == 1
    again = client.get(
        f"/tickets/{ticket.reference}/reply-1.pdf",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    mine = client.get(f"/desk/tickets/{ticket.reference}/reply-1.pdf")
    assert "no-store" in mine.headers["Cache-Control"]
    assert client.get(f"/desk/tickets/{ticket.reference}/reply-2.pdf").status_code == 404
    as_(client, session, "officer", communes(session)[1].code)
    assert client.get(f"/desk/tickets/{ticket.reference}/reply-1.pdf").status_code == 404


def test_a_new_version_replaces_when_it_is_confirmed(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "manager")
    filed(client, ticket)
    session.refresh(ticket)
    act(client, ticket, "show_reply")
    session.refresh(ticket)
    filed(client, ticket, number="129/UBND-KT")
    session.refresh(ticket)
    assert (public(client, ticket, 1), public(client, ticket, 2)) == (200, 404)
    act(client, ticket, "show_reply")
    session.refresh(ticket)
    assert (public(client, ticket, 1), public(client, ticket, 2)) == (404, 200)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "former version" in page
    assert "show_reply" not in offered(page)
    assert client.get(f"/desk/tickets/{ticket.reference}/reply-1.pdf").status_code == 200
    assert act(client, ticket, "show_reply").status_code == 409


def test_taken_back_nothing_earlier_comes_to_light(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    boss = as_(client, session, "manager")
    for _ in range(2):
        filed(client, ticket)
        session.refresh(ticket)
        act(client, ticket, "show_reply")
        session.refresh(ticket)
    assert act(client, ticket, "hide_reply").status_code == 303
    session.refresh(ticket)
    assert (public(client, ticket, 1), public(client, ticket, 2)) == (404, 404)
    assert [row.hidden_by for row in versions(session, ticket)] == [boss.id, boss.id]
    assert act(client, ticket, "hide_reply").status_code == 409
    assert act(client, ticket, "show_reply").status_code == 303
    assert public(client, ticket, 2) == 200


def test_of_a_private_ticket_only_its_reporter_has_it(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    ticket.private, ticket.map_key = True, None
    session.commit()
    as_(client, session, "manager")
    filed(client, ticket)
    session.refresh(ticket)
    link = f"/follow/{ticket.reference}/{follow_signature(reports_of(session, ticket.id)[0])}"
    assert client.get(f"{link}/reply-1.pdf").status_code == 404
    act(client, ticket, "show_reply")
    assert public(client, ticket, 1) == 404
    assert SAID["number"] not in client.get(f"/tickets/{ticket.reference}").text
    assert SAID["number"] in client.get(link).text
    own = client.get(f"{link}/reply-1.pdf")
    assert (own.status_code, own.mimetype) == (200, "application/pdf")
    assert "no-store" in own.headers["Cache-Control"]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    tomorrow = (now() + 2 * DAY).date().isoformat()
    answer = filed(client, ticket, number="", signed_on=tomorrow)
    assert answer.status_code == 422
    for target in ("file_reply-number", "file_reply-signed_on"):
        assert f'<a href="#{target}">' in answer.text
    assert SAID["signer"] in answer.text
    bad = filed(client, ticket, document=(io.BytesIO(papers.scripted()), "x.pdf"))
    assert bad.status_code == 422
    assert '<a href="#file_reply-document">This document holds scripts' in bad.text
    none = act(client, ticket, "file_reply", **SAID)
    assert '<a href="#file_reply-document">Please choose the document' in none.text
    assert versions(session, ticket) == []
    assert session.scalars(select(Document)).all() == []


@pytest.mark.parametrize("role", ["crew", "intake", "screener"])
def test_who_may_not_is_told_before_anything_is_read(
    client: FlaskClient, session: Session, ticket: Ticket, role: str
) -> None:
    as_(client, session, role)
    assert act(client, ticket, "file_reply").status_code == 409


def test_what_nobody_is_shown_is_forgotten_and_the_shown_one_stays(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "manager")
    for _ in range(2):
        filed(client, ticket)
        session.refresh(ticket)
        act(client, ticket, "show_reply")
        session.refresh(ticket)
    first, second = versions(session, ticket)
    gone, left = first.document_id, second.document_id
    assert forget(session, now=now() + 1824 * DAY, limit=100) >= 0
    assert len(versions(session, ticket)) == 2
    with frozen(now() + 1826 * DAY):
        forget(session, now=now(), limit=100)
        session.commit()
    assert [row.version for row in versions(session, ticket)] == [2]
    assert path(left).is_file()
    assert session.get(Document, gone) is None
    do(session, ticket, "note", member(session), text="Vẫn làm việc được")
