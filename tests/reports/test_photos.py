"""Photos of a report: in a window, up to a limit, one for each uuid."""

import io
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Gone, Rejection
from app.core.installation import settings
from app.media.models import Photo
from app.reports.models import Report, ReportPhoto
from app.reports.queries import photos_of, photos_of_report
from app.reports.service import put_photo, withdraw
from tests.factories.tickets import HOUR, MONDAY, count, report
from tests.media.pictures import SVG, picture


def put(session: Session, of: Report, number: uuid.UUID | None = None, *, after=HOUR):
    stream = io.BytesIO(picture())
    return put_photo(session, of, number or uuid.uuid4(), stream, now=MONDAY + after)


def test_photos_keep_the_senders_order(session: Session) -> None:
    sent = report(session)
    attached = [put(session, sent)[0] for _ in range(3)]
    assert [row.position for row in attached] == [0, 1, 2]
    shown = [photo.id for photo in photos_of_report(session, sent.id)]
    assert shown == [row.photo_id for row in attached]
    assert [photo.id for photo in photos_of(session, sent.ticket_id)] == shown
    assert {photo.state for photo in photos_of(session, sent.ticket_id)} == {"stored"}


def test_the_same_uuid_is_the_same_photo_even_after_the_window(session: Session) -> None:
    sent, number = report(session), uuid.uuid4()
    first, was_there = put(session, sent, number)
    again, is_there = put(session, sent, number, after=timedelta(days=9))
    assert (was_there, is_there) == (False, True)
    assert again is first
    assert count(session, Photo) == 1


def test_the_same_uuid_at_another_report_is_another_photo(session: Session) -> None:
    number = uuid.uuid4()
    put(session, report(session), number)
    _, repeated = put(session, report(session), number)
    assert not repeated
    assert count(session, ReportPhoto) == 2


def test_the_window_closes(session: Session) -> None:
    sent = report(session)
    window = timedelta(hours=settings().media.upload_window_h)
    put(session, sent, after=window)
    with pytest.raises(Gone):
        put(session, sent, after=window + timedelta(seconds=1))
    assert count(session, ReportPhoto) == 1


def test_there_is_a_limit(session: Session) -> None:
    sent = report(session)
    limit = settings().media.max_files
    for _ in range(limit):
        put(session, sent)
    with pytest.raises(Rejection) as refused:
        put(session, sent)
    assert (refused.value.code, refused.value.params) == ("too_many_photos", {"limit": limit})


@pytest.mark.parametrize("content", [b"", SVG, b"\xff\xd8\xff" + b"x" * 50])
def test_what_is_no_photo_is_refused_and_not_attached(session: Session, content: bytes) -> None:
    sent = report(session)
    with pytest.raises(Rejection) as refused:
        put_photo(session, sent, uuid.uuid4(), io.BytesIO(content), now=MONDAY)
    assert refused.value.field == "photos"
    assert count(session, ReportPhoto) == count(session, Photo) == 0


def test_photos_of_a_report_that_was_taken_back_are_gone(session: Session) -> None:
    sent = report(session)
    put(session, sent)
    withdraw(session, sent, now=MONDAY + HOUR)
    session.flush()
    assert photos_of(session, sent.ticket_id) == []
    assert session.scalars(select(ReportPhoto)).all() != []
