"""A proof that does not fit says so to whoever looks at it; the outcome goes through."""

import io
from datetime import timedelta

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.installation import settings
from app.core.time import now
from app.media import files
from app.media.models import Photo
from app.tickets.models import Ticket, TicketPhoto
from tests.desk.scene import a_ticket, act, as_, communes, do, member
from tests.factories.tickets import IN_WARD
from workers import jobs

FAR = ((21.0, 5.0, 0.0), (107.0, 30.0, 0.0))
NEAR = ((20.0, 57.0, 3.6), (107.0, 4.0, 48.0))
TOO_FAR = "taken far from the place of the report"
TOO_OLD = "taken before the work on it began"
AGAIN = "the same picture was used before"


def shot(
    place: tuple[tuple[float, ...], tuple[float, ...]], at: str, colour: str = "teal"
) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = at
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", place[0], "E", place[1]
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def local(hours: int) -> str:
    return f"{now() + timedelta(hours=7 + hours):%Y:%m:%d %H:%M:%S}"


def ticket_here(session: Session) -> Ticket:
    return a_ticket(session, category="waste", place=IN_WARD, area=None)


def resolved(client: FlaskClient, session: Session, ticket: Ticket, content: bytes) -> None:
    session.get_one(Agency, ticket.agency_code).approval = "none"
    officer = member(session, "officer", ticket.agency_code)
    if ticket.status == "assigned":
        do(session, ticket, "accept", officer)
    as_(client, session, "officer", ticket.agency_code)
    answer = act(client, ticket, "resolve", code="fixed", text="Xong",
                 photos=(io.BytesIO(content), "a.jpg"))  # fmt: skip
    assert answer.status_code == 303, "nothing is stopped by it"
    jobs.prepare_photos.__wrapped__()  # type: ignore[attr-defined]
    session.expire_all()


def seen(client: FlaskClient, session: Session, ticket: Ticket) -> str:
    as_(client, session, "coordinator")
    return client.get(f"/desk/tickets/{ticket.reference}?lang=en").text


def test_time_and_place_are_compared(client: FlaskClient, session: Session) -> None:
    ticket = ticket_here(session)
    resolved(client, session, ticket, shot(FAR, local(-9)))
    assert ticket.status == "resolved"
    page = seen(client, session, ticket)
    assert TOO_FAR in page
    assert TOO_OLD in page
    assert AGAIN not in page
    public = client.get(f"/tickets/{ticket.reference}?lang=en").text
    assert TOO_FAR not in public


def test_what_fits_raises_no_doubt(client: FlaskClient, session: Session) -> None:
    ticket = ticket_here(session)
    resolved(client, session, ticket, shot(NEAR, local(0)))
    assert "Please look twice" not in seen(client, session, ticket)
    kept = session.scalars(select(Photo)).one()
    assert kept.evidence
    assert (round(kept.taken_lat or 0, 3), round(kept.taken_lon or 0, 2)) == (20.951, 107.08)
    copy = files.copy_path(settings().media.folder, kept.id, "large").read_bytes()
    assert not Image.open(io.BytesIO(copy)).getexif()


def test_the_same_picture_again(client: FlaskClient, session: Session) -> None:
    content = shot(NEAR, local(0), "navy")
    first, second = ticket_here(session), ticket_here(session)
    resolved(client, session, first, content)
    resolved(client, session, second, content)
    assert AGAIN not in seen(client, session, first)
    assert AGAIN in seen(client, session, second)


def test_who_approves_is_told_before(client: FlaskClient, session: Session) -> None:
    ticket = ticket_here(session)
    session.get_one(Agency, ticket.agency_code).approval = "all"
    as_(client, session, "officer", ticket.agency_code)
    act(client, ticket, "resolve", code="fixed", text="Xong",
        photos=(io.BytesIO(shot(FAR, local(0))), "a.jpg"))  # fmt: skip
    jobs.prepare_photos.__wrapped__()  # type: ignore[attr-defined]
    session.expire_all()
    assert ticket.status == "in_progress"
    as_(client, session, "manager", ticket.agency_code)
    assert TOO_FAR in client.get("/desk/approvals?lang=en").text
    assert not session.scalars(select(TicketPhoto)).all()


def test_of_a_residents_photo_nothing_is_kept(session: Session) -> None:
    from app.media.service import store

    assert communes(session)
    photo = store(session, shot(FAR, local(-9)), now=now())
    session.commit()
    jobs.prepare_photos.__wrapped__()  # type: ignore[attr-defined]
    session.refresh(photo)
    assert photo.state == "ready"
    assert (photo.evidence, photo.taken_at, photo.taken_lat) == (False, None, None)
