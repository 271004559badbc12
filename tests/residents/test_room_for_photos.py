"""No room for photos: words go on, whoever sends is told, and a phone tries again later."""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.admin.attention import points
from app.core import installation
from app.core.errors import TooMany
from app.core.time import now
from app.media import waiting
from app.media.models import Photo
from app.reports.models import Report
from config import Settings
from tests.desk.scene import FORM
from tests.media.pictures import picture

SAID = {"category": "waste", "text": "Rác", "lat": "20.951", "lon": "107.08"}
HOME, AWAY = b"home", b"away"
Set = Callable[..., None]


@pytest.fixture
def media(settings: Settings) -> Iterator[Set]:
    """Change limits of photos."""

    def change(**limits: int) -> None:
        chosen = replace(settings.media, **limits)  # type: ignore[arg-type]
        installation.configure(replace(settings, media=chosen))

    yield change
    installation.configure(settings)


FULL = ({"free_mb": 10_000_000}, {"free_mb": 0, "free_percent": 100})


def photos(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Photo)) or 0


@pytest.mark.parametrize("full", FULL)
def test_a_phone_keeps_its_photo_and_tries_later(
    client: FlaskClient, session: Session, media: Set, full: dict[str, int]
) -> None:
    media(**full)
    body = SAID | {"key": str(uuid.uuid4()), "lang": "vi", "photos": 1}
    sent = client.post("/send/report", json=body, headers=FORM)
    assert sent.status_code == 201
    address = f"/send/{sent.json['reference']}/photos/{uuid.uuid4()}"
    with_token = {**FORM, "X-Follow-Token": sent.json["signature"]}

    def send() -> TestResponse:
        return client.put(address, data=picture(), headers=with_token)

    refused = send()
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) == waiting.TRY_AGAIN_S
    assert refused.json["errors"][0]["code"] == "no_room"
    assert photos(session) == 0
    media(free_mb=0, free_percent=0)
    assert send().status_code == 201
    media(**full)
    assert send().status_code == 200  # it is there


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_form_without_script_goes_on_in_words(
    client: FlaskClient, session: Session, media: Set, lang: str
) -> None:
    media(**FULL[0])
    way = f"/report/{uuid.uuid4()}"

    def leave(step: str, **fields: object) -> TestResponse:
        data = {**fields, "lang": lang}
        return client.post(f"{way}/{step}?lang={lang}", data=data, headers=FORM)

    refused = leave("photo", photos=(io.BytesIO(picture()), "a.jpg"))
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert {"vi": "chưa nhận được ảnh", "en": "No photos can be taken in"}[lang] in refused.text
    assert leave("photo").status_code == 303
    assert leave("place", lat="20.951", lon="107.08").status_code == 303
    assert leave("what", category="waste", text="Rác").status_code == 303
    assert leave("check").status_code == 303
    assert session.scalars(select(Report.text)).one() == "Rác"
    assert photos(session) == 0


def test_staff_go_on_while_there_is_any_room(session: Session, media: Set) -> None:
    media(**FULL[0])
    assert waiting.keep(session, uuid.uuid4(), io.BytesIO(picture()), now=now()).id


def test_the_administrator_reads_it(session: Session, settings: Settings, media: Set) -> None:
    def told() -> bool:
        found = points(session, settings, now(), now().date())
        return any("disk is nearly full" in point.title for point in found)

    media(free_mb=0, free_percent=0)
    assert not told()
    media(**FULL[0])
    assert told()


def test_what_waits_is_limited_for_each_network(
    session: Session, media: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MB", 1)
    shots = [picture(size=(20, 20 + number)) for number in range(3)]
    media(waiting_mb=len(shots[0]) + len(shots[1]), free_mb=0, free_percent=0)
    moment, forms = now(), [uuid.uuid4() for _ in range(5)]

    def keep(form: uuid.UUID, shot: bytes, network: bytes = HOME, *, hours: int = 0) -> Photo:
        at = moment + timedelta(hours=hours)
        return waiting.keep(session, form, io.BytesIO(shot), network=network, now=at)

    first = keep(forms[0], shots[0])
    keep(forms[1], shots[1])
    with pytest.raises(TooMany):
        keep(forms[2], shots[2])
    assert keep(forms[0], shots[0]) is first  # what is there already costs nothing
    assert keep(forms[2], shots[2], AWAY)
    # What was sent waits no more; neither does what is too old.
    (taken,) = waiting.take(session, forms[0], [str(first.id)], now=moment)
    assert taken.network_hash is None
    assert keep(forms[3], shots[0])
    with pytest.raises(TooMany):
        keep(forms[4], shots[2])
    assert keep(forms[4], shots[2], hours=73)


def test_a_neighbours_address_is_the_same_network(
    client: FlaskClient, session: Session, media: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MB", 1)
    shot = picture()
    media(waiting_mb=len(shot), free_mb=0, free_percent=0)

    def leave(address: str) -> TestResponse:
        return client.post(
            f"/report/{uuid.uuid4()}/photo", data={"photos": (io.BytesIO(shot), "a.jpg")},
            headers=FORM, environ_overrides={"REMOTE_ADDR": address},
        )  # fmt: skip

    assert leave("198.51.100.1").status_code == 303
    refused = leave("198.51.100.250")
    assert refused.status_code == 422
    assert "mạng mà ông/bà đang dùng" in refused.text
    assert leave("198.51.101.1").status_code == 303
