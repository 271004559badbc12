"""What a reporter adds later and is refused loses nothing: words, and the photos that are good."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.schemas import ContactInput
from app.core.time import now
from app.reports.links import follow_signature
from app.reports.models import ReportPhoto
from app.reports.queries import reports_of
from tests.desk.scene import FORM, a_ticket, do, member
from tests.media.pictures import SVG, picture

CONTACT = ContactInput(email="nam@example.invalid", consent=("updates",))


@pytest.fixture(autouse=True)
def english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


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
