"""Nothing of a resident becomes public that the person who published it could not see."""

import io
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import add_account
from app.core.errors import Rejection
from app.core.time import now
from app.media import service as photos
from app.media.recode import Recoded
from app.reports.models import Report
from app.reports.service import dispute, photo_prepared, put_photo
from app.tickets.models import Ticket
from tests.desk.scene import a_ticket, act, as_, do, member
from tests.journeys.way import photo


def _with_photo(session: Session) -> Ticket:
    ticket = a_ticket(session)
    report = session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()
    put_photo(session, report, uuid.uuid4(), io.BytesIO(photo("red")), now=now())
    session.commit()
    return ticket


def _prepare(session: Session) -> None:
    """What the worker does, without a decoder."""
    for lease in photos.lease_stored(session, now=now(), limit=10):
        photos.record(session, lease, Recoded(refused=None, width=4, height=3), now=now())
        photo_prepared(session, lease.photo_id)
    session.commit()


def test_a_photo_that_nobody_could_see_is_not_published(
    client: FlaskClient, session: Session
) -> None:
    ticket = _with_photo(session)
    as_(client, session, "screener")
    seen = ticket.row_version
    refused = act(client, ticket, "publish")
    assert refused.status_code == 409
    _prepare(session)
    assert act(client, ticket, "publish", version=seen).status_code == 409
    session.refresh(ticket)
    assert ticket.content == "pending"
    assert act(client, ticket, "publish").status_code == 303


def test_the_check_shows_what_was_written_later(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    officer, screener = member(session), as_(client, session, "screener")
    do(session, ticket, "publish", screener)
    do(session, ticket, "accept", officer)
    stored = photos.store(session, photo("red"), now=now())
    do(session, ticket, "resolve", officer, code="fixed", text="Xong", photo_ids=[stored.id])
    report = session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()
    dispute(session, report, None, "Chưa xong, gọi 0912 345 678", now=now())
    session.commit()
    assert "Chưa xong" not in client.get(f"/tickets/{ticket.reference}").text
    page = client.get("/desk/check").text
    assert "Chưa xong, gọi 0912 345 678" in page
    assert "Chưa xong, gọi […]" in page


@pytest.mark.parametrize(
    "typed", ["a@example.invalid,b@example.invalid", "Lan <a@example.invalid>"]
)
def test_an_account_has_one_address(session: Session, typed: str) -> None:
    with pytest.raises(Rejection):
        add_account(session, typed, full_name="Lan", lang="vi", now=now())
