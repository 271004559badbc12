"""Requests about personal data: the clocks of the law, the desk, what granting does."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.admin.attention import points
from app.core.errors import Conflict, Rejection
from app.core.installation import settings
from app.core.time import now
from app.reports.links import follow_signature
from app.rights import queries
from app.rights.models import RightsRequest
from app.rights.periods import PERIODS, Kind
from app.rights.queries import overdue, seal_of
from app.rights.schemas import Asked, Sender
from app.rights.service import answer, ask, decide, extend
from tests.desk.scene import FORM, as_, post
from tests.factories.tickets import DAY, MONDAY, coordinator, report_of, routed_ticket

SENDER = Sender(device=b"d" * 22, network=b"n" * 22)
MAIL = "lan.rieng@example.invalid"


def asked(kind: Kind = Kind.ACCESS) -> Asked:
    return Asked(kind=kind, text="Xin bản sao", contact=MAIL, lang="vi")


def request(
    session: Session, kind: Kind = Kind.ACCESS, at: datetime = MONDAY, *, own: bool = False
) -> RightsRequest:
    report = None
    if own:
        contact = ContactInput(email=MAIL, consent=("updates",))
        report = report_of(session, routed_ticket(session, contact=contact))
    return ask(session, asked(kind), SENDER, report, now=at)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (Kind.ACCESS, 10), (Kind.CORRECT, 10), (Kind.DELETE, 20),
        (Kind.WITHDRAW, 15), (Kind.RESTRICT, 15), (Kind.OBJECT, 15),
    ],
)  # fmt: skip
def test_each_kind_has_the_days_of_the_law(session: Session, kind: Kind, days: int) -> None:
    row = request(session, kind)
    assert row.done_due_at == MONDAY + timedelta(days=days)
    # Monday morning: two working days after that day end on Wednesday at closing time, 16:30 there.
    assert row.answer_due_at.date() == (MONDAY + 2 * DAY).date()
    assert PERIODS[kind].answer == 2


def test_a_weekend_and_a_holiday_are_no_working_days(session: Session) -> None:
    friday = datetime(2026, 10, 9, 9, 0, tzinfo=UTC)
    assert request(session, at=friday).answer_due_at.date() == date(2026, 10, 13)
    before_independence = datetime(2026, 8, 31, 1, 0, tzinfo=UTC)
    due = request(session, at=before_independence).answer_due_at
    assert due.date() > date(2026, 9, 2)


def test_one_extension_with_a_reason(session: Session) -> None:
    row, by = request(session), coordinator(session)
    with pytest.raises(Rejection):
        extend(session, row.id, "", actor=by, now=MONDAY)
    extend(session, row.id, "Cần đối chiếu hồ sơ", actor=by, now=MONDAY + DAY)
    assert row.done_due_at == MONDAY + timedelta(days=20)
    assert row.answered_at == MONDAY + DAY
    with pytest.raises(Conflict):
        extend(session, row.id, "Lần nữa", actor=by, now=MONDAY + DAY)


def test_an_answer_ends_the_first_clock_only(session: Session) -> None:
    row, by = request(session), coordinator(session)
    late = row.answer_due_at + timedelta(seconds=1)
    assert (overdue(session, row.answer_due_at), overdue(session, late)) == (0, 1)
    answer(session, row.id, "Đã nhận", actor=by, now=late)
    assert overdue(session, late) == 0
    assert overdue(session, row.done_due_at + timedelta(seconds=1)) == 1
    decide(session, row.id, "granted", "", actor=by, now=late)
    assert overdue(session, late + 60 * DAY) == 0
    with pytest.raises(Conflict):
        decide(session, row.id, "refused", "x", actor=by, now=late)


def test_a_refusal_needs_words(session: Session) -> None:
    row, by = request(session), coordinator(session)
    for outcome, text in (("refused", ""), ("other", "x")):
        with pytest.raises(Rejection):
            decide(session, row.id, outcome, text, actor=by, now=MONDAY)
    assert row.closed_at is None


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        (Kind.DELETE, {"text": None, "contact_id": None}),
        (Kind.WITHDRAW, {"contact_id": None}),
        (Kind.RESTRICT, {"do_not_publish": True, "public_text": None}),
        (Kind.OBJECT, {"do_not_publish": True, "public_text": None}),
    ],
)
def test_granting_does_it(session: Session, kind: Kind, gone: dict[str, object]) -> None:
    row = request(session, kind, own=True)
    decide(session, row.id, "granted", "", actor=coordinator(session), now=MONDAY)
    from app.reports.models import Report

    report = session.get_one(Report, row.report_id)
    assert {name: getattr(report, name) for name in gone} == gone


def test_what_somebody_wrote_is_sealed(session: Session) -> None:
    row = request(session)
    assert MAIL.encode() not in (row.contact_enc or b"")
    assert "Xin" not in repr(asked())
    assert MAIL not in repr(asked())


def test_the_whole_way_by_pages(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    report = report_of(session, ticket)
    session.commit()
    own = f"/follow/{ticket.reference}/{follow_signature(report)}/requests"
    assert ticket.reference in client.get(own).text
    fields = {"kind": "delete", "text": "Xóa giúp tôi", "contact": MAIL}
    wrong = client.post(own, data={**fields, "kind": ""}, headers=FORM)
    assert wrong.status_code == 422
    assert "Xóa giúp tôi" in wrong.text
    sent = client.post(own, data=fields, headers=FORM)
    assert sent.status_code == 303
    page = sent.headers["Location"]
    seen = client.get(page).text
    assert MAIL not in seen
    row = session.scalars(select(RightsRequest)).one()
    assert (row.identity, row.report_id) == ("follow_link", report.id)
    assert client.get(f"/requests/{row.id}/{seal_of(row)[:-1]}x").status_code == 404

    as_(client, session, "coordinator")
    queue = client.get("/desk/requests").text
    assert f'href="/desk/requests/{row.id}"' in queue
    assert MAIL not in client.get(f"/desk/requests/{row.id}").text
    assert MAIL in post(client, f"/desk/requests/{row.id}/contact").text
    refused = post(client, f"/desk/requests/{row.id}/decide", outcome="refused")
    assert refused.status_code == 422
    done = post(client, f"/desk/requests/{row.id}/decide", outcome="granted", text="Đã xóa")
    assert done.status_code == 303
    session.refresh(report)
    assert report.erased_at is not None
    assert "Đã xóa" in client.get(page).text


def test_without_a_link_it_is_not_verified(client: FlaskClient, session: Session) -> None:
    sent = client.post(
        "/requests", data={"kind": "access", "text": "Tôi có những gì?"}, headers=FORM
    )
    assert sent.status_code == 303
    row = session.scalars(select(RightsRequest)).one()
    assert (row.identity, row.report_id, row.contact_enc) == ("unverified", None, None)
    assert re.search(r"device=[\w-]{22};.*HttpOnly", sent.headers["Set-Cookie"])


def test_what_is_overdue_needs_attention(session: Session) -> None:
    request(session, at=now() - 30 * DAY)
    found = points(session, settings(), now(), now().date())
    assert any(point.endpoint == "privacy.request_queue" for point in found)


def test_a_flood_of_strangers_covers_no_request_of_a_reporter(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 1)
    strangers = [request(session, at=MONDAY + number * DAY) for number in reversed(range(12))]
    own = request(session, at=MONDAY + 20 * DAY, own=True)
    waiting = queries.queue(session).waiting
    assert (len(waiting), waiting[0], waiting[-1]) == (10, strangers[-1], own)
    assert not set(strangers[:2]) & set(waiting)
