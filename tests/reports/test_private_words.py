"""What a reporter keeps from the public: words, photos, the exact place; and taking it all back."""

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Contact
from app.accounts.schemas import ContactInput
from app.core.db import transaction
from app.core.errors import Rejection
from app.core.installation import settings
from app.core.time import now
from app.media import files
from app.media.models import Photo
from app.reports.legal import LegalKind
from app.reports.models import Report, ReportPhoto
from app.reports.service import end_consent, erase, keep_private, reply, submit
from app.tickets.models import EventText, Ticket
from app.tickets.service.opening import area_point
from geo.morton import map_key
from tests.factories.tickets import (
    DAY,
    IN_WARD,
    MONDAY,
    WARD_AREA,
    accepted_ticket,
    act,
    command,
    coordinator,
    officer,
    photo,
    report_of,
    routed_ticket,
    wrong,
)
from tests.media.pictures import picture

SECRET = "Nhà tôi số 12, cửa sổ xanh"
DENUNCIATION = "Tôi tố cáo ông Nguyễn Văn A, cán bộ địa chính, nhận tiền"
FORM = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "vi"}


def published(session: Session, ticket: Ticket) -> Ticket:
    return act(session, ticket, "publish", coordinator(session))


def with_photo(session: Session, report: Report) -> Photo:
    row = photo(session)
    for variant in ("large", "medium", "thumb"):
        files.write(files.copy_path(settings().media.folder, row.id, variant), picture())
    session.add(
        ReportPhoto(report_id=report.id, client_uuid=uuid.uuid4(), photo_id=row.id, position=0)
    )
    session.flush()
    return row


def asked_and_answered(session: Session) -> tuple[Ticket, Report]:
    """A ticket whose reporter was asked something and has answered with a second secret."""
    contact = ContactInput(email="lan@example.invalid", consent=("updates", "questions"))
    ticket = accepted_ticket(session, text=SECRET, contact=contact)
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "pause", by, code="reporter", until=MONDAY + DAY, text="Ở đâu?")
    report = report_of(session, ticket)
    reply(session, report, SECRET, now=MONDAY)
    published(session, ticket)
    session.commit()
    return ticket, report


def public_pages(client: FlaskClient, ticket: Ticket) -> str:
    paths = (f"/tickets/{ticket.reference}", f"/api/v1/reports/{ticket.reference}", "/tickets")
    return "".join(client.get(path).text for path in paths)


def test_who_asks_before_sending_is_never_published(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session, text=SECRET, do_not_publish=True)
    row = with_photo(session, report_of(session, ticket))
    published(session, ticket)
    session.commit()
    seen = client.get(f"/tickets/{ticket.reference}").text
    assert "đề nghị không công khai" in seen
    assert SECRET not in public_pages(client, ticket)
    assert str(row.id) not in seen
    assert client.get(f"/photos/{ticket.reference}/{row.id}-large.jpg").status_code == 404
    assert report_of(session, ticket).public_text is None


def test_the_pin_is_the_wards_then(session: Session) -> None:
    ticket = routed_ticket(session, text=SECRET, do_not_publish=True)
    ward = area_point(session, WARD_AREA)
    assert ward is not None
    assert ticket.map_key == map_key(ward)
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "correct", by, place=IN_WARD)
    assert ticket.map_key == map_key(ward)


def test_closing_it_later_takes_everything_back(client: FlaskClient, session: Session) -> None:
    ticket, report = asked_and_answered(session)
    row = with_photo(session, report)
    session.commit()
    assert public_pages(client, ticket).count(SECRET) >= 2
    assert client.get(f"/photos/{ticket.reference}/{row.id}-large.jpg").status_code == 200
    keep_private(session, report, now=MONDAY)
    keep_private(session, report, now=MONDAY)
    session.commit()
    assert SECRET not in public_pages(client, ticket)
    assert client.get(f"/photos/{ticket.reference}/{row.id}-large.jpg").status_code == 404
    ward = area_point(session, WARD_AREA)
    assert ward is not None
    assert ticket.map_key == map_key(ward)
    # The agency works with it all the same.
    assert report.text == SECRET
    assert session.scalar(select(EventText.body).where(EventText.report_id == report.id)) == SECRET


def test_what_is_written_after_that_has_no_public_copy(session: Session) -> None:
    ticket = accepted_ticket(
        session,
        do_not_publish=True,
        contact=ContactInput(email="lan@example.invalid", consent=("updates",)),
    )
    by = officer(session, ticket.agency_code or "")
    act(session, ticket, "pause", by, code="reporter", until=MONDAY + DAY, text="Ở đâu?")
    report = report_of(session, ticket)
    reply(session, report, SECRET, now=MONDAY)
    row = session.scalars(select(EventText).where(EventText.report_id == report.id)).one()
    assert (row.body, row.public_body) == (SECRET, None)


def test_erasing_leaves_the_work_without_the_person(client: FlaskClient, session: Session) -> None:
    ticket, report = asked_and_answered(session)
    row = with_photo(session, report)
    paths = [
        files.copy_path(settings().media.folder, row.id, name)
        for name in ("large", "medium", "thumb")
    ]
    contact = session.get_one(Contact, report.contact_id)
    status = ticket.status
    for at in (MONDAY, MONDAY + DAY):
        with transaction():
            erase(session, report, now=at)
    assert (report.text, report.public_text, report.place, report.answers) == (None, None, None, {})
    assert report.contact_id is None
    assert contact.email_enc is None
    assert session.scalars(select(Consent.withdrawn_at)).all() == [MONDAY, MONDAY]
    assert not any(path.exists() for path in paths)
    assert session.get(Photo, row.id) is None
    own = session.scalars(select(EventText).where(EventText.report_id == report.id)).one()
    assert (own.body, own.public_body, own.erased_at) == (None, None, MONDAY)
    assert SECRET not in public_pages(client, ticket)
    assert ticket.status == status
    assert client.get(f"/tickets/{ticket.reference}").status_code == 200
    assert wrong(session) == []


def test_erasing_before_anybody_works_withdraws(session: Session) -> None:
    ticket = routed_ticket(session, text=SECRET)
    erase(session, report_of(session, ticket), now=MONDAY)
    assert (ticket.status, ticket.outcome_code) == ("closed", "withdrawn")
    assert wrong(session) == []


def test_erasing_touches_nobody_elses_words(session: Session) -> None:
    one, other = accepted_ticket(session, text=SECRET), routed_ticket(session, text="Rác của tôi")
    act(session, other, "merge", coordinator(session), target_reference=one.reference)
    erase(session, report_of(session, other), now=MONDAY)
    assert report_of(session, one).text == SECRET
    assert report_of(session, other).text is None
    assert one.status == "in_progress"


def test_the_exact_place_goes_when_it_was_never_public(session: Session) -> None:
    ticket = routed_ticket(session, text=SECRET, do_not_publish=True)
    erase(session, report_of(session, ticket), now=MONDAY)
    session.refresh(ticket)
    assert ticket.place is None
    assert ticket.area_code == WARD_AREA


def test_one_consent_ends_and_the_last_one_takes_the_contact(session: Session) -> None:
    _ticket, report = asked_and_answered(session)
    contact = session.get_one(Contact, report.contact_id)
    end_consent(session, report, "questions", now=MONDAY)
    assert contact.email_enc is not None
    end_consent(session, report, "updates", now=MONDAY)
    assert (contact.email_enc, report.contact_id) == (None, None)
    given = session.scalars(select(Consent).where(Consent.contact_id == contact.id)).all()
    assert {(row.channel, row.lang, row.text_version) for row in given} == {
        ("web", "vi", "2026-11b email")
    }


def test_words_that_may_be_a_denunciation_are_asked_about(session: Session) -> None:
    with pytest.raises(Rejection) as refused:
        submit(session, command(text=DENUNCIATION), now=MONDAY)
    assert (refused.value.code, refused.value.status) == ("needs_choice", 422)
    assert session.scalars(select(Report)).all() == []


@pytest.mark.parametrize("kind", ["decision", "person", "unanswered"])
def test_what_is_none_is_private_from_the_first_second(
    client: FlaskClient, session: Session, kind: str
) -> None:
    done = submit(session, command(text=DENUNCIATION, legal_kind=LegalKind(kind)), now=MONDAY)
    assert (done.ticket.private, done.ticket.map_key) == (True, None)
    session.commit()
    assert DENUNCIATION not in public_pages(client, done.ticket)
    from app.routing.service import route_pending

    route_pending(session, now=MONDAY)
    assert (done.ticket.status, done.ticket.in_triage) == ("received", True)
    assert wrong(session) == []


def test_an_ordinary_report_goes_its_way(session: Session) -> None:
    ticket = routed_ticket(session, text=DENUNCIATION, legal_kind=LegalKind.ORDINARY)
    assert (ticket.status, ticket.private, ticket.legal_kind) == ("assigned", False, None)


def test_where_nobody_can_be_asked_it_is_private(session: Session) -> None:
    done = submit(session, command(text=DENUNCIATION, channel="import"), now=MONDAY)
    assert (done.ticket.legal_kind, done.ticket.private) == ("unanswered", True)


def test_the_form_asks_and_loses_nothing(client: FlaskClient, session: Session) -> None:
    page = f"/report/{uuid.uuid4()}"
    photo = {"photos": (io.BytesIO(picture()), "a.jpg")}
    client.post(f"{page}/photo", data=photo, headers=FORM)
    client.post(f"{page}/what", data={"text": DENUNCIATION, "category": "waste"}, headers=FORM)
    asked = client.post(f"{page}/check", data={"do_not_publish": "1"}, headers=FORM)
    assert asked.status_code == 422
    assert DENUNCIATION in asked.text
    assert "checked" not in asked.text
    assert 'name="do_not_publish" value="1"' in asked.text
    assert session.scalars(select(Report)).all() == []
    again = {"do_not_publish": "1", "legal_asked": "1"}
    done = client.post(f"{page}/check", data=again, headers=FORM)
    assert done.status_code == 303
    report = session.scalars(select(Report)).one()
    assert report.do_not_publish
    ticket = session.get_one(Ticket, report.ticket_id)
    assert (ticket.legal_kind, ticket.private) == ("unanswered", True)
    assert session.scalars(select(ReportPhoto)).one()


def test_the_machine_interface_asks_too(client: FlaskClient, session: Session) -> None:
    body = {"category": "waste", "text": DENUNCIATION, "lat": 20.951, "lon": 107.08}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    refused = client.post("/api/v1/reports", json=body, headers=key)
    assert refused.status_code == 422
    assert refused.get_json(force=True)["errors"][0]["code"] == "needs_choice"
    taken = client.post("/api/v1/reports", json={**body, "legal_kind": "person"}, headers=key)
    assert taken.status_code == 201
    odd = client.post("/api/v1/reports", json={**body, "legal_kind": "x"}, headers=key)
    assert odd.status_code == 422


def test_the_page_of_ones_data_shows_and_does_it_all(client: FlaskClient, session: Session) -> None:
    from app.reports.links import follow_signature

    ticket, report = asked_and_answered(session)
    page = f"/follow/{ticket.reference}/{follow_signature(report)}"
    seen = client.get(f"{page}/kept")
    assert SECRET in seen.text
    assert "lan@example.invalid" not in seen.text
    assert seen.headers["Cache-Control"] == "private, no-store"
    file = client.get(f"{page}/kept.json")
    document = file.get_json()
    assert document["text"] == SECRET
    assert document["words_later"][0]["text"] == SECRET
    assert {row["purpose"] for row in document["consents"]} == {"updates", "questions"}
    assert "lan@example.invalid" not in file.text
    assert "attachment" in file.headers["Content-Disposition"]
    assert client.get(f"{page}/erase").status_code == 200
    for path, fields in (
        ("consent/end", {"purpose": "questions"}), ("keep-private", {}), ("erase", {}),
    ):  # fmt: skip
        assert client.post(f"{page}/{path}", data=fields, headers=FORM).status_code == 303
    session.refresh(report)
    assert report.erased_at is not None
    assert report.erased_at <= now()
    for path in ("", "/kept", "/kept.json", "/erase"):
        answer = client.get(page + path)
        assert answer.status_code == 200
        assert SECRET not in answer.text
