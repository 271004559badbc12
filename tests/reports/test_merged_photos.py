"""Photos of somebody whose report was merged: seen and checked where the work goes on."""

import io
import uuid

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.desk.content import reports_shown
from app.reports import service
from app.reports.queries import photos_of, public_photos
from app.tickets.models import Ticket
from app.tickets.queries import gathered
from tests.desk.scene import FORM, do, member
from tests.factories.tickets import report_of, resolve
from tests.media.pictures import picture
from tests.reports.test_joined import merged
from tests.reports.test_talk import page


def send_photo(session: Session, ticket: Ticket) -> None:
    picked = io.BytesIO(picture())
    service.put_photo(session, report_of(session, ticket), uuid.uuid4(), picked, now=now())
    photo = photos_of(session, ticket.id)[-1]
    photo.state = "ready"
    session.flush()
    service.photo_prepared(session, photo.id)


def test_it_is_seen_and_published_where_the_work_goes_on(session: Session) -> None:
    mine, other = merged(session, steps=2)
    do(session, other, "publish", member(session, "screener"))
    assert mine.content == "published"
    send_photo(session, mine)
    assert other.checked_at is None  # in the list of what is to be checked
    assert public_photos(session, mine) == []
    assert len(photos_of(session, *gathered(session, other))) == 1
    assert len(reports_shown(session, other)) == 3
    do(session, other, "publish", member(session, "screener"))
    assert other.checked_at is not None
    assert len(public_photos(session, mine)) == 1


def test_with_a_dispute_as_well(client: FlaskClient, session: Session) -> None:
    mine, other = merged(session)
    do(session, other, "publish", member(session, "screener"))
    resolve(session, other, at=now())
    session.commit()
    form = {"code": "not_done", "text": "Còn", "evidence": (io.BytesIO(picture()), "a.jpg")}
    report = report_of(session, mine)
    sent = client.post(page(mine, report, "/dispute"), data=form, headers=FORM)
    assert sent.status_code == 303
    session.expire_all()
    assert other.status == "in_progress"
    assert other.content == "pending"
    assert len(photos_of(session, mine.id)) == 1


def test_what_is_about_an_agency_is_not_shown_to_it(session: Session) -> None:
    mine, other = merged(session)
    mine.about_agency_code = other.agency_code
    session.flush()
    assert len(reports_shown(session, other)) == 1
