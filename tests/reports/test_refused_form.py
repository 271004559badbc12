"""A report form that was refused loses nothing: words, photos, and the way to send it again."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.schemas import ContactInput
from app.core.installation import settings
from app.core.time import now
from app.media import files, waiting
from app.media.models import Photo
from app.reports.links import follow_signature
from app.reports.models import Report, ReportPhoto
from app.reports.queries import reports_of
from tests.desk.scene import FORM, a_ticket, do, member
from tests.media.pictures import SVG, picture

TYPED = "Rác chất đống trước cổng trường"
CONTACT = ContactInput(email="nam@example.invalid", consent=("updates",))
WRONG_PLACE = {"lat": "999", "lon": "107.08"}


@pytest.fixture(autouse=True)
def english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


def send(client: FlaskClient, *photos: bytes, **form: object) -> TestResponse:
    body = {"category": "waste", "text": TYPED} | form
    body["photos"] = [(io.BytesIO(photo), f"IMG_{n}.jpg") for n, photo in enumerate(photos)]
    return client.post("/report", data=body, headers=FORM, content_type="multipart/form-data")


def kept(page: str) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)" checked', page)


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def photos_in(session: Session) -> list[Photo]:
    return list(session.scalars(select(Photo).order_by(Photo.created_at)))


def test_good_photos_wait_for_the_next_sending(client: FlaskClient, session: Session) -> None:
    key = str(uuid.uuid4())
    refused = send(client, picture(), key=key, **WRONG_PLACE)
    assert refused.status_code == 422
    assert "need not be chosen again" in refused.text
    assert key_in(refused.text) == key
    assert TYPED in refused.text
    waits = kept(refused.text)
    assert len(waits) == 1
    assert session.scalars(select(Report)).all() == []
    sent = send(client, picture(size=(9, 9)), key=key, kept=waits)
    assert sent.status_code == 303
    attached = session.scalars(select(ReportPhoto).order_by(ReportPhoto.position)).all()
    assert str(attached[0].photo_id) == waits[0]
    assert [row.position for row in attached] == [0, 1]
    assert [photo.form_key for photo in photos_in(session)] == [None, None]
    assert send(client, key=key, kept=waits).headers["Location"] == sent.headers["Location"]
    assert len(session.scalars(select(ReportPhoto)).all()) == 2


def test_a_photo_that_waits_is_enough(client: FlaskClient) -> None:
    key = str(uuid.uuid4())
    waits = kept(send(client, picture(), key=key, text="", **WRONG_PLACE).text)
    assert send(client, key=key, text="", kept=waits).status_code == 303


def test_the_bad_photo_is_named_and_the_good_one_waits(
    client: FlaskClient, session: Session
) -> None:
    key = str(uuid.uuid4())
    refused = send(client, picture(), SVG, key=key)
    assert refused.status_code == 422
    assert "IMG_1.jpg: This file is not a photo." in refused.text
    assert "IMG_0.jpg" not in refused.text
    assert len(kept(refused.text)) == 1
    again = send(client, SVG, key=key, kept=kept(refused.text))
    assert kept(again.text) == kept(refused.text)
    assert len(photos_in(session)) == 1


def test_what_its_sender_takes_out_is_deleted(client: FlaskClient, session: Session) -> None:
    key = str(uuid.uuid4())
    refused = send(client, picture(), picture(size=(9, 9)), key=key, **WRONG_PLACE)
    stays, goes = kept(refused.text)
    lost = files.original_path(settings().media.folder, uuid.UUID(goes))
    assert lost.is_file()
    assert send(client, key=key, kept=[stays]).status_code == 303
    assert [str(photo.id) for photo in photos_in(session)] == [stays]
    assert not lost.exists()


def test_photos_of_another_form_cannot_be_had(client: FlaskClient, session: Session) -> None:
    theirs = kept(send(client, picture(), key=str(uuid.uuid4()), **WRONG_PLACE).text)
    assert send(client, key=str(uuid.uuid4()), kept=theirs).status_code == 303
    assert session.scalars(select(ReportPhoto)).all() == []
    assert kept(send(client, key=str(uuid.uuid4()), kept=theirs, **WRONG_PLACE).text) == []


def test_the_same_photo_waits_once_and_not_too_many(client: FlaskClient) -> None:
    key, limit = str(uuid.uuid4()), settings().media.max_files
    shots = [picture(size=(9, 9 + number)) for number in range(limit + 1)]
    refused = send(client, shots[0], shots[0], key=key, **WRONG_PLACE)
    assert len(kept(refused.text)) == 1
    refused = send(client, *shots, key=key, kept=kept(refused.text), **WRONG_PLACE)
    assert len(kept(refused.text)) == limit
    assert f"IMG_{limit}.jpg: At most {limit} photos can be added." in refused.text


def test_what_nobody_sends_again_is_swept(session: Session) -> None:
    key, moment = uuid.uuid4(), now()
    photo = waiting.keep(session, key, io.BytesIO(picture()), now=moment)
    session.commit()
    path = files.original_path(settings().media.folder, photo.id)
    later = moment + waiting.WAIT
    assert waiting.sweep(session, now=later - timedelta(seconds=1)) == 0
    assert waiting.waiting(session, key, now=later) == []
    assert waiting.sweep(session, now=later) == 1
    session.commit()
    assert photos_in(session) == []
    assert path.is_file()  # only a real commit deletes it: `transaction` runs what follows


@pytest.mark.parametrize("key", ["", "nonsense", "\0"])
def test_a_form_without_its_key_gets_one(client: FlaskClient, key: str) -> None:
    refused = send(client, key=key)
    assert refused.status_code == 422
    assert "This form was not complete." in refused.text
    assert send(client, key=key_in(refused.text)).status_code == 303


def test_other_words_under_a_spent_key_can_be_sent_anew(
    client: FlaskClient, session: Session
) -> None:
    key = str(uuid.uuid4())
    assert send(client, key=key).status_code == 303
    refused = send(client, picture(), key=key, text="Anderes")
    assert refused.status_code == 409
    assert "sent before with other words" in refused.text
    assert "Anderes" in refused.text
    fresh = key_in(refused.text)
    assert send(client, key=fresh, text="Anderes", kept=kept(refused.text)).status_code == 303
    assert len(session.scalars(select(Report)).all()) == 2
    assert len(session.scalars(select(ReportPhoto)).all()) == 1


@pytest.mark.parametrize("category", ["", "gone", "a\0b", "x" * 500])
def test_a_category_that_is_gone_loses_no_words(client: FlaskClient, category: str) -> None:
    more = {"answers.since": "từ thứ Hai"}
    refused = send(client, key=str(uuid.uuid4()), category=category, **more)
    assert refused.status_code == 422
    assert TYPED in refused.text
    assert "You had also answered: “từ thứ Hai”" in " ".join(refused.text.split())
    assert '<input type="hidden" name="category" value="other">' in refused.text


def _page(session: Session, verb: str) -> str:
    ticket = a_ticket(session, contact=CONTACT)
    if verb == "reply":
        until = now() + timedelta(days=1)
        do(session, ticket, "pause", member(session), code="reporter", until=until, text="Ở đâu?")
    signature = follow_signature(reports_of(session, ticket.id)[0])
    return f"/follow/{ticket.reference}/{signature}/{verb}"


def test_of_photos_added_later_the_good_ones_stay(client: FlaskClient, session: Session) -> None:
    page = _page(session, "photos")
    photos = [(io.BytesIO(content), "<i>.jpg") for content in (picture(), SVG, picture("PNG"))]
    answer = client.post(page, data={"photos": photos}, headers=FORM)
    assert answer.status_code == 422
    assert "&lt;i&gt;.jpg: This file is not a photo." in answer.text
    assert [row.position for row in session.scalars(select(ReportPhoto))] == [0, 1]


def test_a_long_answer_is_refused_and_not_cut(client: FlaskClient, session: Session) -> None:
    words = "ờ" * 4_001
    answer = client.post(_page(session, "reply"), data={"text": words}, headers=FORM)
    assert answer.status_code == 422
    assert words in answer.text
    assert "4001 characters, at most 4000" in answer.text
