"""A category may want a proved phone, or name and phone; whatever the way in."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Contact
from app.accounts.reach import proofs
from app.accounts.reach.blind import contact_key
from app.accounts.reach.contact_policy import settled_contact
from app.accounts.schemas import ContactInput
from app.catalog.models import Category
from app.catalog.queries import forget_kept
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.reports.models import Report
from tests.desk.scene import FORM

PHONE = "+84912345678"
GOOD = {"category": "waste", "text": "Rác", "lat": 20.951, "lon": 107.08}
NAMED = ContactInput(name="Lan", phone="0912 345 678")


def settled(policy: str, given: ContactInput | None, **more: Any) -> ContactInput | None:
    return settled_contact(
        policy, given, **{"proved": "", "channel": "web", "region": "VN", **more}
    )


def test_optional_asks_for_nothing() -> None:
    assert settled("optional", None) is None
    assert settled("optional", NAMED) is NAMED


def test_a_proved_phone() -> None:
    for given in (None, NAMED, ContactInput(email="a@b.example")):
        with pytest.raises(Rejection) as refused:
            settled("phone_verified", given)
        assert refused.value.field == "contact.phone"
    with pytest.raises(Rejection):
        settled("phone_verified", ContactInput(phone="0987654321"), proved=PHONE)
    found = settled("phone_verified", None, proved=PHONE)
    assert found is not None
    assert (found.phone, found.consent) == (PHONE, ())
    assert settled("phone_verified", NAMED, proved=PHONE) == ContactInput(name="Lan", phone=PHONE)


def test_staff_write_the_number_down() -> None:
    with pytest.raises(Rejections):
        settled("phone_verified", None, channel="desk")
    found = settled("phone_verified", NAMED, channel="desk")
    assert found is not None
    assert found.phone == PHONE


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (None, ["contact.name", "contact.phone"]),
        (ContactInput(name="Lan"), ["contact.phone"]),
        (ContactInput(phone="0912345678"), ["contact.name"]),
        (ContactInput(email="a@b.example"), ["contact.name", "contact.phone"]),
    ],
)
def test_name_and_phone(given: ContactInput | None, fields: list[str]) -> None:
    with pytest.raises(Rejections) as refused:
        settled("name_and_phone", given)
    assert [item.field for item in refused.value.items] == fields


def test_name_and_phone_are_normal() -> None:
    assert settled("name_and_phone", NAMED) == ContactInput(name="Lan", phone=PHONE)
    with pytest.raises(Rejection):
        settled("name_and_phone", ContactInput(name="Lan", phone="0000 00"))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Categories are kept for a few seconds: none of another test's, and none of ours after it."""
    forget_kept()
    yield
    forget_kept()


def asks(session: Session, policy: str) -> None:
    change = update(Category).where(Category.code == "waste").values(contact_policy=policy)
    session.execute(change)
    session.commit()


def proved_cookie(client: FlaskClient, session: Session) -> None:
    key = contact_key("phone", PHONE)
    token = proofs.open_session(session, [key], None, now=now(), phone=PHONE)
    session.commit()
    client.set_cookie("mine", token)


def test_every_way_in_asks(client: FlaskClient, session: Session) -> None:
    asks(session, "phone_verified")
    answer = client.post("/api/v1/reports", json=GOOD)
    assert answer.status_code == 422
    queue = {**GOOD, "key": "7d9f2a44-5a0e-4f5c-8f1c-1b6b8f3c2d10"}
    assert client.post("/send/report", json=queue, headers=FORM).status_code == 422
    assert session.scalars(select(Report)).all() == []
    proved_cookie(client, session)
    # A program is no browser: a cookie proves nothing there.
    assert client.post("/api/v1/reports", json=GOOD).status_code == 422
    taken = client.post("/send/report", json=queue, headers=FORM)
    assert taken.status_code == 201, taken.text
    report = session.scalars(select(Report)).one()
    contact = session.get_one(Contact, report.contact_id)
    assert open_contact(contact).phone == PHONE
    assert contact.phone_verified_at is not None
    assert consents_of(session, contact) == frozenset()
    client.delete_cookie("mine")
    # The answer to a repeat does not depend on a session that is over by then.
    assert client.post("/send/report", json=queue, headers=FORM).status_code == 200


def test_name_and_phone_by_a_program(client: FlaskClient, session: Session) -> None:
    asks(session, "name_and_phone")
    refused = client.post("/api/v1/reports", json=GOOD)
    assert refused.status_code == 422
    assert "contact.name" in refused.text
    given = {**GOOD, "contact": {"name": "Lan", "phone": "0912 345 678"}}
    assert client.post("/api/v1/reports", json=given).status_code == 201
    contact = session.scalars(select(Contact)).one()
    assert contact.phone_verified_at is None
