"""A consent is one purpose, with the words that were agreed to; anything less is none."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent
from app.accounts.schemas import CONSENT_TEXT
from app.reports.models import Report
from tests.desk.scene import FORM

MAIL = "lan@people.example"
GOOD = {"email": MAIL, "consent": ["updates"], "consent_text": CONSENT_TEXT}
BODY = {"category": "waste", "text": "Rác", "lat": 20.951, "lon": 107.08}
NOT_PROVED = [
    {"consent_text": ""}, {"consent_text": None}, {"consent_text": "1999-01"}, {"consent": []},
    {"consent": True},
]  # fmt: skip


def api(client: FlaskClient, contact: dict) -> int:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    return client.post("/api/v1/reports", json=BODY | {"contact": contact}, headers=key).status_code


def queue(client: FlaskClient, contact: dict) -> int:
    body = BODY | {"contact": contact, "key": str(uuid.uuid4()), "lang": "vi", "photos": 0}
    return client.post("/send/report", json=body, headers=FORM).status_code


def page(client: FlaskClient, contact: dict) -> int:
    made = client.post("/send/report", json=BODY | {"key": str(uuid.uuid4())}, headers=FORM).json
    agreed = contact["consent"] if isinstance(contact["consent"], list) else []
    form = {"email": contact["email"], "consent_text": contact["consent_text"] or ""}
    form |= {f"consent_{purpose}": "1" for purpose in agreed}
    path = f"/follow/{made['reference']}/{made['signature']}/contact"
    assert client.post(path, data=form, headers=FORM).status_code == 303
    return 201


WAYS = [pytest.param(api, "api", id="api"), pytest.param(queue, "web", id="queue"),
        pytest.param(page, "web", id="page")]  # fmt: skip


@pytest.mark.parametrize(("way", "channel"), WAYS)
def test_a_proof_says_which_words_by_which_way_in_which_language(
    client: FlaskClient, session: Session, way, channel: str
) -> None:
    assert way(client, GOOD) == 201
    kept = session.scalars(select(Consent)).one()
    assert kept.purpose == "updates"
    assert kept.text_version.split() == [CONSENT_TEXT, "email"]
    assert (kept.channel, kept.lang) == (channel, "vi")
    assert kept.given_at is not None


@pytest.mark.parametrize("lacking", NOT_PROVED, ids=str)
@pytest.mark.parametrize(("way", "channel"), WAYS)
def test_what_is_not_proved_is_not_agreed_to(
    client: FlaskClient, session: Session, way, channel: str, lacking: dict
) -> None:
    """The report counts all the same: words must not be lost for a box."""
    assert way(client, GOOD | lacking) == 201
    assert session.scalars(select(Consent)).all() == []
    assert len(session.scalars(select(Report)).all()) == 1


def test_the_page_hands_the_version_on_and_ticks_nothing(client: FlaskClient) -> None:
    made = client.post("/send/report", json=BODY | {"key": str(uuid.uuid4())}, headers=FORM).json
    for address in (made["sent"], f"/follow/{made['reference']}/{made['signature']}"):
        shown = client.get(address).text
        assert f'name="consent_text" value="{CONSENT_TEXT}"' in shown
        for purpose in ("updates", "questions"):
            box = shown.split(f'id="consent_{purpose}"')[1].partition(">")[0]
            assert "checked" not in box


def test_another_purpose_than_we_have_is_refused(client: FlaskClient) -> None:
    assert api(client, GOOD | {"consent": ["advertising"]}) == 422
