"""Acting: what a form leads to, what is refused, and that nothing typed is lost."""

import io
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import AgencyTimetable
from app.catalog.queries import profile
from app.core.time import now
from app.desk.acts.commands import closing
from app.media.models import Photo
from app.tickets.models import Cooperation, Proposal, Ticket, TicketEvent, TicketPhoto
from tests.desk.scene import FORM, a_ticket, act, as_, communes, do, member, offered
from tests.media.pictures import SVG, picture

TYPED = "Đã thay bóng đèn và kiểm tra cả tuyến."


def english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


def kinds(session: Session, ticket: Ticket) -> list[str]:
    query = (
        select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.seq)
    )
    return list(session.scalars(query))


@pytest.fixture
def ticket(session: Session) -> Ticket:
    return a_ticket(session)


def test_accepting_is_one_click(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "accept")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}?done=accept"
    session.refresh(ticket)
    assert ticket.status == "in_progress"
    page = client.get(answer.headers["Location"]).text
    assert "Accepted. The work can start." in page
    assert 'role="status"' in page


def test_resolving_with_a_photo(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session)
    photos = [(io.BytesIO(picture()), "a.jpg"), (io.BytesIO(picture("PNG")), "b.png")]
    answer = act(client, ticket, "resolve", code="fixed", text=TYPED, photos=photos)
    assert answer.status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.outcome_code) == ("resolved", "fixed")
    attached = session.scalars(select(TicketPhoto).where(TicketPhoto.ticket_id == ticket.id)).all()
    assert {photo.role for photo in attached} == {"proof"}
    assert len(attached) == 2
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert TYPED in page


def test_missing_proof_is_said_at_the_photos_and_what_was_typed_stays(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "resolve", code="fixed", text=TYPED)
    assert 400 <= answer.status_code < 500
    assert "Please add a photo that shows the result." in answer.text
    assert '<a href="#resolve-photos">' in answer.text
    assert 'aria-describedby="resolve-photos-hint resolve-photos-error1"' in answer.text
    assert f">{TYPED}</textarea>" in answer.text
    assert '<option value="fixed" selected>' in answer.text
    assert '<details class="more" id="resolve" open>' in answer.text
    session.refresh(ticket)
    assert ticket.status == "assigned"


def test_what_is_no_picture_is_named_and_the_good_one_waits(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    good, bad = (io.BytesIO(picture()), "a.jpg"), (io.BytesIO(SVG), "b.jpg")
    answer = act(client, ticket, "resolve", code="fixed", text=TYPED, photos=[good, bad])
    assert answer.status_code == 422
    assert '<a href="#resolve-photos">b.jpg: This file is not a photo.' in answer.text
    waits = re.findall(r'name="kept" value="([^"]+)" checked', answer.text)
    assert len(waits) == 1
    assert session.scalars(select(TicketPhoto)).all() == []
    assert act(client, ticket, "resolve", code="fixed", text=TYPED, kept=waits).status_code == 303
    attached = session.scalars(select(TicketPhoto)).one()
    assert str(attached.photo_id) == waits[0]
    assert session.get_one(Photo, attached.photo_id).form_key is None


def test_photos_of_a_colleagues_form_cannot_be_had(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    refused = act(client, ticket, "resolve", text=TYPED, photos=[(io.BytesIO(picture()), "a.jpg")])
    waits = re.findall(r'name="kept" value="([^"]+)" checked', refused.text)
    assert len(waits) == 1
    as_(client, session)
    assert act(client, ticket, "resolve", code="fixed", text=TYPED, kept=waits).status_code == 409
    assert session.scalars(select(TicketPhoto)).all() == []


def test_a_stale_page_is_told_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    seen = ticket.row_version
    do(session, ticket, "note", member(session), text="Đã gọi điện")
    as_(client, session)
    english(client)
    answer = act(client, ticket, "comment", version=seen, text=TYPED)
    assert answer.status_code == 409
    assert "Somebody else changed this ticket meanwhile." in answer.text
    assert f">{TYPED}</textarea>" in answer.text
    assert "Đã gọi điện" in answer.text
    session.refresh(ticket)
    assert f'name="version" value="{ticket.row_version}"' in answer.text
    assert act(client, ticket, "comment", text=TYPED).status_code == 303


def test_words_for_an_act_that_is_gone_are_shown(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    seen = ticket.row_version
    do(session, ticket, "accept", member(session))
    as_(client, session)
    english(client)
    answer = act(client, ticket, "return", version=seen, code="wrong_place", text=TYPED)
    assert answer.status_code == 409
    assert "return" not in offered(answer.text)
    assert "What you had written" in answer.text
    assert f"<blockquote>{TYPED}</blockquote>" in answer.text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "²"])
def test_a_version_that_never_was_is_stale(
    client: FlaskClient, session: Session, ticket: Ticket, version: str
) -> None:
    as_(client, session)
    assert act(client, ticket, "accept", version=version).status_code == 409


def test_without_the_token_nothing_happens(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    path = f"/desk/tickets/{ticket.reference}/accept"
    form = {"version": ticket.row_version}
    assert client.post(path, data=form, headers=FORM).status_code == 403
    assert client.post(path, data=form | {"csrf_token": "x"}, headers=FORM).status_code == 403
    assert client.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    session.refresh(ticket)
    assert ticket.status == "assigned"


def test_signed_out_nothing_happens(client: FlaskClient, ticket: Ticket) -> None:
    answer = client.post(
        f"/desk/tickets/{ticket.reference}/accept", data={"version": 1}, headers=FORM
    )
    assert answer.status_code == 403


def test_a_foreign_agency_gets_404(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session, "manager", communes(session)[1].code)
    assert act(client, ticket, "accept").status_code == 404
    session.refresh(ticket)
    assert ticket.status == "assigned"


@pytest.mark.parametrize("verb", ["open", "overdue", "confirm", "nonsense", "redact"])
def test_verbs_without_a_form_do_not_exist(
    client: FlaskClient, session: Session, ticket: Ticket, verb: str
) -> None:
    as_(client, session, "coordinator")
    assert act(client, ticket, verb).status_code == 404


def test_a_verb_of_another_role_is_refused(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session, "officer")
    assert act(client, ticket, "decline", code="abusive").status_code == 409
    session.refresh(ticket)
    assert ticket.status == "assigned"


def test_fields_that_a_verb_does_not_ask_for_are_not_read(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    other = communes(session)[1].code
    assert (
        act(client, ticket, "accept", agency=other, text=TYPED, until="nonsense").status_code == 303
    )
    session.refresh(ticket)
    assert ticket.agency_code != other
    assert TYPED not in client.get(f"/desk/tickets/{ticket.reference}").text


def test_returning_leads_back_to_the_list(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "return", code="wrong_place", text="Thuộc xã bên")
    assert answer.headers["Location"] == "/desk?done=return"
    assert "Returned to the coordinating office." in client.get(answer.headers["Location"]).text
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 404


def test_a_missing_reason_is_said_at_the_field(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "return", code="", text=TYPED)
    assert 400 <= answer.status_code < 500
    assert '<a href="#return-code">Please give a reason.</a>' in answer.text
    assert "open" in answer.text.split('id="return"')[1].split(">")[0]
    unknown = act(client, ticket, "return", code="nonsense", text=TYPED)
    assert unknown.status_code == 422
    assert '<a href="#return-code">Please choose one of the reasons.</a>' in unknown.text


def test_several_wrong_fields_are_said_together(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    answer = act(client, ticket, "extend", until="32/13", text="x" * 4001)
    assert answer.status_code == 422
    assert '<a href="#extend-until">' in answer.text
    assert '<a href="#extend-text">' in answer.text
    assert 'value="32/13"' in answer.text


def _next_weekday(session: Session, weekday: int) -> date:
    today = now().astimezone(profile(session).zone).date()
    return today + timedelta(days=(weekday - today.weekday()) % 7 + 14)


@pytest.mark.parametrize(("weekday", "closing"), [(2, time(17)), (6, time(17))])
def test_a_date_means_the_end_of_that_day(
    client: FlaskClient, session: Session, ticket: Ticket, weekday: int, closing: time
) -> None:
    as_(client, session)
    day = _next_weekday(session, weekday)
    assert act(client, ticket, "pause", code="weather", until=day.isoformat()).status_code == 303
    session.refresh(ticket)
    expected = datetime.combine(day, closing, profile(session).zone)
    assert ticket.paused_until == expected.astimezone(UTC)


def test_a_date_in_the_past_is_refused(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "pause", code="weather", until="2020-01-01")
    assert '<a href="#pause-until">Please give a date in the future.</a>' in answer.text


def test_a_closing_hour_of_the_agency_counts(session: Session, ticket: Ticket) -> None:
    day = _next_weekday(session, 2)
    week = [[["08:00", "15:30"]] for _ in range(7)]
    hours = AgencyTimetable(
        agency_code=ticket.agency_code,
        version=99,
        created_at=now(),
        illustrative=True,
        document={"periods": [{"valid_from": None, "valid_to": None, "days": week}]},
    )
    session.add(hours)
    session.flush()
    ticket.timetable_id = hours.id
    expected = datetime.combine(day, time(15, 30), profile(session).zone)
    assert closing(session, ticket, day) == expected


def test_transfer_within_the_branch(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session)
    other = communes(session)[1].code
    answer = act(client, ticket, "transfer", agency=other, text="Thuộc địa bàn bên cạnh")
    assert answer.headers["Location"] == "/desk?done=transfer"
    session.refresh(ticket)
    assert (ticket.agency_code, ticket.transfers) == (other, 1)


def test_asking_for_help(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session)
    other = communes(session)[1]
    assert act(client, ticket, "cooperate", agency=other.code, text="Xe nâng").status_code == 303
    asked = session.scalars(select(Cooperation).where(Cooperation.ticket_id == ticket.id)).all()
    assert [row.agency_code for row in asked] == [other.code]
    assert other.names["vi"] in client.get(f"/desk/tickets/{ticket.reference}?lang=vi").text


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("21.0000, 107.3000", True),
        ("21,0000 107,3000", True),
        ("21.0,107.3", True),
        ("here", False),
        ("1 2 3", False),
        ("107.3, 921", False),
    ],
)
def test_correcting_the_place(
    client: FlaskClient, session: Session, ticket: Ticket, typed: str, good: bool
) -> None:
    as_(client, session)
    answer = act(client, ticket, "correct", place=typed)
    assert (answer.status_code == 303) == good
    if not good:
        assert '<a href="#correct-place">' in answer.text
        assert f'value="{typed}"' in answer.text
    session.refresh(ticket)
    assert (ticket.status == "received") == good


def test_merging_into_an_unknown_ticket(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    answer = act(client, ticket, "merge", target="QQ-1")
    assert answer.status_code == 422
    assert '<a href="#merge-target">There is no report with this code.</a>' in answer.text
    into = a_ticket(session)
    assert act(client, ticket, "merge", target=into.reference.lower()).status_code == 303
    assert into.reference in client.get(f"/desk/tickets/{ticket.reference}").text


def test_an_answer_goes_to_a_manager_first(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "Send for approval" in page
    answer = act(client, ticket, "answer", code="explained", text=TYPED)
    assert answer.headers["Location"].endswith("?done=propose")
    page = client.get(answer.headers["Location"]).text
    assert "Sent to a manager for approval." in page
    assert TYPED in page
    # One proposal at a time, and nobody approves their own.
    assert not {"answer", "approve", "reject"} & offered(page)
    assert "resolve" in offered(page)
    session.refresh(ticket)
    assert ticket.status == "in_progress"
    assert ticket.reference in client.get("/desk?tab=approval").text


def test_a_manager_approves_with_one_click(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    do(session, ticket, "answer", member(session), code="explained", text=TYPED)
    as_(client, session, "manager")
    english(client)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert offered(page) >= {"approve", "reject", "answer"}
    assert TYPED in page
    answer = act(client, ticket, "approve")
    assert answer.headers["Location"].endswith("?done=approve")
    session.refresh(ticket)
    assert (ticket.status, ticket.outcome_code) == ("answered", "explained")
    assert kinds(session, ticket)[-2:] == ["approve", "answer"]


def test_a_manager_sends_back(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    do(session, ticket, "answer", member(session), code="explained", text=TYPED)
    as_(client, session, "manager")
    assert act(client, ticket, "reject", text="Nêu rõ căn cứ").status_code == 303
    session.refresh(ticket)
    assert ticket.status == "in_progress"
    assert session.scalars(select(Proposal.approved)).all() == [False]
    as_(client, session)
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "Nêu rõ căn cứ" in page
    assert "answer" in offered(page)


def test_masked_words_reach_the_public_copy_only(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    act(client, ticket, "comment", text="Xin gọi 0912 345 678")
    assert "0912 345 678" in client.get(f"/desk/tickets/{ticket.reference}").text
    assert "0912 345 678" not in client.get(f"/tickets/{ticket.reference}").text


def test_the_hint_promises_no_more_than_is_masked(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    english(client)
    act(client, ticket, "comment", text="Bà Trần Thị Hoa ở số 5 Trần Phú, gọi 0912345678")
    shown = client.get(f"/tickets/{ticket.reference}").text
    assert "0912345678" not in shown
    assert "Trần Thị Hoa" in shown, "names are masked now: the hint can say so"
    assert "names are not: leave them out" in client.get(f"/desk/tickets/{ticket.reference}").text


def test_a_note_is_internal(client: FlaskClient, session: Session, ticket: Ticket) -> None:
    as_(client, session)
    act(client, ticket, "note", text="Chờ vật tư nội bộ")
    assert "Chờ vật tư nội bộ" in client.get(f"/desk/tickets/{ticket.reference}").text
    assert "Chờ vật tư nội bộ" not in client.get(f"/tickets/{ticket.reference}").text


@pytest.mark.parametrize("done", ["", "nonsense", "<script>"])
def test_a_notice_is_one_of_ours(
    client: FlaskClient, session: Session, ticket: Ticket, done: str
) -> None:
    as_(client, session)
    page = client.get(
        f"/desk/tickets/{ticket.reference}", query_string={"done": done, "lang": "en"}
    ).text
    assert ("Saved." in page) == bool(done)
    assert "<script>" not in page


def test_reloading_a_refused_form_leads_to_the_ticket(
    client: FlaskClient, session: Session, ticket: Ticket
) -> None:
    as_(client, session)
    answer = client.get(f"/desk/tickets/{ticket.reference}/pause?lang=en")
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}#pause"
    assert client.get(f"/desk/tickets/{ticket.reference}/nonsense").status_code == 404


@pytest.mark.parametrize("back", ["check", "triage", "//evil.invalid", "https://evil.invalid"])
def test_back_leads_to_our_lists_only(
    client: FlaskClient, session: Session, ticket: Ticket, back: str
) -> None:
    as_(client, session, "coordinator")
    answer = act(client, ticket, "note", text="x", back=back)
    assert answer.headers["Location"].startswith("/desk")
    assert "evil" not in answer.headers["Location"]
