"""Somebody recognises themselves on a public page; somebody finds that content does not belong."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.installation import settings
from app.core.time import frozen, now
from app.media import files
from app.media.models import Photo
from app.reports.models import ReportPhoto
from app.reports.service import dispute
from app.rights.models import ContentFlag, RightsRequest
from app.rights.schemas import Sender
from app.rights.service import decide, flag, object_to
from app.rights.service.shown import HIDDEN_BY_DEVICE, HIDDEN_BY_NETWORK
from app.tickets.models import Ticket
from tests.desk.scene import FORM, as_, post
from tests.factories.tickets import (
    DAY,
    MONDAY,
    accepted_ticket,
    act,
    coordinator,
    photo,
    report_of,
    resolve,
    routed_ticket,
)
from tests.media.pictures import picture

WORDS, LATER = "Ông Tư ở số 5 đổ rác ra ngõ", "Ông Tư vẫn đổ rác"


def sender(number: int = 0) -> Sender:
    return Sender(device=f"device-{number}".encode(), network=b"network")


@pytest.fixture
def shown(session: Session) -> Ticket:
    """A published ticket with a photo, words, a photo of the work and a dispute in words."""
    ticket = accepted_ticket(session, text=WORDS)
    report = report_of(session, ticket)
    add_photo(session, ticket)
    resolve(session, ticket)
    dispute(session, report, "partly", LATER, now=MONDAY + DAY)
    act(session, ticket, "publish", coordinator(session))
    session.commit()
    return ticket


def add_photo(session: Session, ticket: Ticket) -> Photo:
    row = photo(session)
    for variant in ("large", "medium", "thumb"):
        files.write(files.copy_path(settings().media.folder, row.id, variant), picture())
    report = report_of(session, ticket)
    position = len(session.scalars(select(ReportPhoto)).all())
    session.add(
        ReportPhoto(
            report_id=report.id, client_uuid=uuid.uuid4(), photo_id=row.id, position=position
        )
    )
    session.flush()
    return row


def photo_of(session: Session) -> Photo:
    return session.scalars(select(Photo).join(ReportPhoto, ReportPhoto.photo_id == Photo.id)).one()


def hide(session: Session, ticket: Ticket, target: str, number: int = 0) -> RightsRequest:
    return object_to(session, ticket, target, "", sender(number), lang="vi", now=MONDAY)


def test_a_photo_is_gone_at_once_and_comes_back_when_refused(
    client: FlaskClient, session: Session, shown: Ticket
) -> None:
    row = photo_of(session)
    address = f"/photos/{shown.reference}/{row.id}-large.jpg"
    answer = client.get(address)
    assert answer.status_code == 200
    # Nobody may show a kept copy without asking whether it is still public.
    assert "no-cache" in answer.headers["Cache-Control"]
    asked = hide(session, shown, f"photo:{row.id}")
    session.commit()
    assert (asked.hidden, asked.done_due_at) == (True, asked.answer_due_at)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 404
    assert str(row.id) not in client.get(f"/tickets/{shown.reference}").text
    decide(session, asked.id, "refused", "Không nhận ra ai", actor=coordinator(session), now=MONDAY)
    session.commit()
    assert client.get(address).status_code == 200


def test_what_is_granted_stays_hidden(client: FlaskClient, session: Session, shown: Ticket) -> None:
    row = photo_of(session)
    asked = hide(session, shown, f"photo:{row.id}")
    decide(session, asked.id, "granted", "", actor=coordinator(session), now=MONDAY)
    session.commit()
    assert client.get(f"/photos/{shown.reference}/{row.id}-large.jpg").status_code == 404


@pytest.mark.parametrize(("target", "words"), [("text:1", WORDS), ("line", LATER)])
def test_words_are_gone_from_page_and_machine_interface(
    client: FlaskClient, session: Session, shown: Ticket, target: str, words: str
) -> None:
    api = client.get(f"/api/v1/reports/{shown.reference}").get_json()
    seq = next(entry["seq"] for entry in api["events"] if entry["text"] == LATER)
    paths = (f"/tickets/{shown.reference}", f"/api/v1/reports/{shown.reference}")
    assert words in client.get(paths[0]).text
    asked = hide(session, shown, f"line:{seq}" if target == "line" else target)
    session.commit()
    for path in paths:
        assert words not in client.get(path).get_data(as_text=True)
    decide(session, asked.id, "refused", "Không nêu ai", actor=coordinator(session), now=MONDAY)
    session.commit()
    assert words in client.get(paths[0]).text


def test_what_was_decided_once_is_not_hidden_by_asking_again(
    session: Session, shown: Ticket
) -> None:
    row = photo_of(session)
    first = hide(session, shown, f"photo:{row.id}")
    assert hide(session, shown, f"photo:{row.id}", 1) is first
    decide(session, first.id, "refused", "Không", actor=coordinator(session), now=MONDAY)
    second = hide(session, shown, f"photo:{row.id}", 2)
    assert second is not first
    assert (second.hidden, row.hidden_code, second.closed_at) == (False, None, None)


def test_a_browser_that_hides_much_still_asks(session: Session, shown: Ticket) -> None:
    photos = [add_photo(session, shown) for _ in range(HIDDEN_BY_DEVICE + 1)]
    asked = [hide(session, shown, f"photo:{row.id}", 7) for row in photos]
    assert [row.hidden for row in asked] == [True] * HIDDEN_BY_DEVICE + [False]
    # Another browser in the same network is not kept out by it.
    assert hide(session, shown, f"photo:{photo_row(session, photos).id}", 8).hidden
    assert HIDDEN_BY_NETWORK > 10 * HIDDEN_BY_DEVICE


def photo_row(session: Session, known: list[Photo]) -> Photo:
    """The first photo, which is none of the known ones."""
    query = select(Photo).join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
    return next(row for row in session.scalars(query) if row not in known)


@pytest.mark.parametrize(
    "target", ["", "photo:", "photo:x", f"photo:{uuid.UUID(int=1)}", "text:0", "text:9", "text:٢",
               "line:1", "line:999999999999", "other:1", "text:-1"],
)  # fmt: skip
def test_a_target_that_is_not_there_is_refused(
    session: Session, shown: Ticket, target: str
) -> None:
    with pytest.raises(NotFound):
        hide(session, shown, target)


def test_nothing_of_a_private_ticket(client: FlaskClient, session: Session, shown: Ticket) -> None:
    shown.private = True
    session.commit()
    page = client.get(f"/tickets/{shown.reference}/shows-me").text
    assert WORDS not in page
    with pytest.raises(NotFound):
        hide(session, shown, "text:1")


def test_by_page(client: FlaskClient, session: Session, shown: Ticket) -> None:
    page = f"/tickets/{shown.reference}/shows-me"
    seen = client.get(page).text
    assert WORDS in seen
    assert f"photo:{photo_of(session).id}" in seen
    assert client.post(page, data={"text": "Tôi đây"}, headers=FORM).status_code == 422
    sent = client.post(page, data={"what": "text:1", "text": "Tôi đây"}, headers=FORM)
    assert sent.status_code == 303
    assert client.get(sent.headers["Location"]).status_code == 200
    assert WORDS not in client.get(f"/tickets/{shown.reference}").text


def test_a_flag_brings_it_back_into_the_check_once_for_each_browser(
    client: FlaskClient, session: Session, shown: Ticket
) -> None:
    page = f"/tickets/{shown.reference}/flag"
    assert client.post(page, data={"reason": "x"}, headers=FORM).status_code == 422
    for reason in ("personal", "insult"):
        assert client.post(page, data={"reason": reason}, headers=FORM).status_code == 303
    assert [row.reason for row in session.scalars(select(ContentFlag))] == ["personal"]
    assert WORDS in client.get(f"/tickets/{shown.reference}").text
    session.refresh(shown)
    assert shown.flagged_at is not None
    as_(client, session, "screener")
    check = client.get("/desk/check").text
    assert shown.reference in check
    assert "nêu tên một người" in check
    answer = post(
        client, f"/desk/tickets/{shown.reference}/publish", version=shown.row_version, back="check"
    )
    assert answer.status_code == 303
    session.refresh(shown)
    assert shown.flagged_at is None
    assert shown.reference not in client.get("/desk/check").text


def test_a_flag_of_what_was_merged_comes_into_the_check_of_the_other(
    session: Session, shown: Ticket
) -> None:
    into = routed_ticket(session)
    act(session, shown, "merge", coordinator(session), target_reference=into.reference)
    assert flag(session, shown, "insult", Sender(device=b"x", network=b"y"), now=MONDAY)
    assert into.flagged_at == MONDAY


def send(client: FlaskClient, **signs: str) -> None:
    """Go the way of a report, page by page."""
    way = f"/report/{uuid.uuid4()}"
    said = {"category": "waste", "text": "Rác"}
    steps = {"photo": signs, "place": {"lat": "20.951", "lon": "107.08"}, "what": said, "check": {}}
    for step, fields in steps.items():
        answer = client.post(f"{way}/{step}", data=fields, headers=FORM)
        assert answer.status_code == 303, (step, answer.text)


def test_signs_make_somebody_look_and_turn_nobody_away(
    client: FlaskClient, session: Session
) -> None:
    from app.reports.models import Report
    from app.reports.signals import MANY

    with frozen(now()):  # however slow this machine is
        page = client.get("/report?category=waste").text
        opened = page.split('name="opened" value="')[1].split('"')[0]
        for number in range(MANY + 1):
            send(client, opened=opened, website="x" * (number == 0))
    rows = session.scalars(select(Report).order_by(Report.id)).all()
    assert rows[0].signals == ["honeypot", "fast"]
    assert rows[-2].signals == ["fast"]
    assert rows[-1].signals == ["fast", "many_here"]
    # Another browser in the same network is no sign.
    other = client.application.test_client()
    send(other, opened="")
    assert session.scalars(select(Report).order_by(Report.id.desc())).first().signals == []  # type: ignore[union-attr]
    as_(client, session, "screener")
    assert "Ô ẩn đã được điền" in client.get("/desk/check").text
    assert now() >= rows[0].received_at


def test_the_second_who_asks_does_not_get_the_first_ones_request(
    client: FlaskClient, session: Session, shown: Ticket
) -> None:
    page, said = f"/tickets/{shown.reference}/shows-me", {"what": "text:1", "text": "Tôi đây"}
    first = client.post(page, data=said, headers=FORM).headers["Location"]
    assert client.post(page, data=said, headers=FORM).headers["Location"] == first
    other = client.application.test_client()
    sent = other.post(page, data=said, headers=FORM)
    assert (sent.status_code, "/requests/" in sent.headers["Location"]) == (303, False)
    assert "đã được ẩn ngay" in other.get(sent.headers["Location"]).text.casefold()
    assert len(session.scalars(select(RightsRequest)).all()) == 1


@pytest.mark.parametrize("target", ["text:1", "photo", "line"])
def test_what_nobody_can_see_yet_cannot_be_taken_away(
    session: Session, shown: Ticket, target: str
) -> None:
    """Else a stranger could empty every new ticket before anybody has read it."""
    from app.tickets.words.timeline import lines

    named = {
        "photo": f"photo:{photo_of(session).id}",
        "line": next(f"line:{line.seq}" for line in lines(session, shown) if line.text == LATER),
    }
    shown.content = "pending"
    session.flush()
    with pytest.raises(NotFound):
        hide(session, shown, named.get(target, target))


def test_hidden_words_make_nothing_alike(session: Session, shown: Ticket) -> None:
    from app.reports.nearby import _texts

    assert _texts(session, [shown.id]) == {shown.id: [WORDS]}
    hide(session, shown, "text:1")
    assert _texts(session, [shown.id]) == {}
