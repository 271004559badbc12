"""The last step where a category wants to know who reports: a proved phone, or name and phone."""

import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Contact
from app.accounts.reach import proofs
from app.accounts.reach.blind import contact_key
from app.catalog.models import Category
from app.catalog.queries import forget_kept
from app.core.time import now
from app.reports.models import Report, ReportDraft
from tests.desk.scene import FORM

PHONE = "+84912345678"
TYPED = "Rác chất đống trước cổng trường"
NAMED = {"name": "Lan Nguyễn", "phone": "0912 345 678"}


@pytest.fixture(autouse=True)
def fresh(client: FlaskClient) -> Iterator[None]:
    client.set_cookie("lang", "en")
    forget_kept()
    yield
    forget_kept()


@pytest.fixture
def key() -> uuid.UUID:
    return uuid.uuid4()


def begun(
    client: FlaskClient, session: Session, key: uuid.UUID, policy: str, text: str = TYPED
) -> str:
    """Change what a category wants, and write a report in it; return the last step's path."""
    change = update(Category).where(Category.code == "waste").values(contact_policy=policy)
    session.execute(change)
    session.commit()
    client.post(f"/report/{key}/what", data={"text": text, "category": "waste"}, headers=FORM)
    return f"/report/{key}/check"


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data=form, headers=FORM)


def test_a_proved_phone(client: FlaskClient, session: Session, key: uuid.UUID) -> None:
    path = begun(client, session, key, "phone_verified")
    page = client.get(path).text
    assert f'href="/my-reports?next={path}"' in page
    assert "No account, no name." not in page
    refused = send(client, path, do_not_publish="1")
    assert refused.status_code == 422
    assert "proved by a code" in refused.text
    assert 'href="#phone"' in refused.text
    assert 'id="phone"' in refused.text
    assert 'name="do_not_publish" value="1" checked' in refused.text
    assert f'name="next" value="{path}"' in client.get(f"/my-reports?next={path}").text
    number = contact_key("phone", PHONE)
    client.set_cookie("mine", proofs.open_session(session, [number], None, now=now(), phone=PHONE))
    session.commit()
    page = client.get(path).text
    assert "+84 912 345 678" in page
    assert TYPED in page
    sent = send(client, path)
    assert "/sent/" in sent.headers["Location"]
    report = session.scalars(select(Report)).one()
    contact = session.get_one(Contact, report.contact_id)
    assert open_contact(contact).phone == PHONE
    assert contact.phone_verified_at is not None
    assert consents_of(session, contact) == frozenset()


def test_name_and_phone(client: FlaskClient, session: Session, key: uuid.UUID) -> None:
    path = begun(client, session, key, "name_and_phone")
    refused = send(client, path, name=NAMED["name"], phone="12")
    assert refused.status_code == 422
    assert 'id="phone-error"' in refused.text
    assert f'value="{NAMED["name"]}"' in refused.text
    assert 'value="12"' in refused.text
    refused = send(client, path)
    assert 'id="name-error"' in refused.text
    assert 'id="phone-error"' in refused.text
    (draft,) = session.scalars(select(ReportDraft)).all()
    assert set(draft.body) & {"name", "phone", "contact"} == set(), "a contact waits nowhere"
    assert "/sent/" in send(client, path, **NAMED).headers["Location"]
    contact = session.scalars(select(Contact)).one()
    assert (open_contact(contact).name, open_contact(contact).phone) == (NAMED["name"], PHONE)
    assert contact.phone_verified_at is None


def test_the_question_before_sending_keeps_the_contact(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    words = "Tôi tố cáo ông chủ tịch xã nhận hối lộ"
    path = begun(client, session, key, "name_and_phone", words)
    asked = send(client, path, **NAMED)
    assert asked.status_code == 422
    for name, typed in NAMED.items():
        assert f'type="hidden" name="{name}" value="{typed}"' in asked.text
    sent = send(client, path, legal_kind="ordinary", legal_asked="1", **NAMED)
    assert "/sent/" in sent.headers["Location"]
    assert session.scalars(select(Contact)).one() is not None


def test_where_nobody_wants_it_no_contact_is_taken(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    path = begun(client, session, key, "optional")
    page = client.get(path).text
    assert 'name="phone"' not in page
    assert "No account, no name." in page
    assert "/sent/" in send(client, path, **NAMED).headers["Location"]
    assert session.scalars(select(Contact)).all() == []


def test_the_page_with_scripts_knows_who_goes_on_without(
    client: FlaskClient, session: Session, key: uuid.UUID
) -> None:
    begun(client, session, key, "phone_verified")
    page = client.get("/report").text
    assert 'data-about="waste" data-contact="1"' in page
    assert page.count("data-contact") == 1
