"""Who joins a ticket shows what its category wants to know, and sees what that is first."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Contact
from app.accounts.reach import proofs
from app.accounts.reach.blind import contact_key
from app.accounts.schemas import ContactInput
from app.catalog.models import Category
from app.catalog.queries import forget_kept
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.reports.models import Report
from app.reports.service import join
from app.tickets.models import Ticket
from tests.desk.scene import FORM
from tests.factories.tickets import MONDAY, command, count, routed_ticket

PHONE = "+84912345678"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_kept()
    yield
    forget_kept()


def wants(session: Session, ticket: Ticket, policy: str) -> None:
    change = update(Category).where(Category.code == ticket.category_code)
    session.execute(change.values(contact_policy=policy))
    session.expire_all()


def proved_cookie(client: FlaskClient, session: Session) -> None:
    token = proofs.open_session(
        session, [contact_key("phone", PHONE)], None, now=now(), phone=PHONE
    )
    session.commit()
    client.set_cookie("mine", token)


def test_a_proved_phone(session: Session) -> None:
    ticket = routed_ticket(session)
    wants(session, ticket, "phone_verified")
    for given in (None, ContactInput(phone="0912 345 678")):
        with pytest.raises(Rejection) as refused, session.begin_nested():
            join(session, command(text="Tôi cũng thấy", contact=given), ticket, now=MONDAY)
        assert refused.value.code == "phone_not_proved"
    assert (count(session, Report), ticket.reports_count) == (1, 1)
    said = command(text="Tôi cũng thấy")
    done = join(session, said, ticket, now=MONDAY, proved=PHONE)
    contact = session.get_one(Contact, done.report.contact_id)
    assert open_contact(contact).phone == PHONE
    assert (contact.phone_verified_at, consents_of(session, contact)) == (MONDAY, frozenset())
    # A repeat does not depend on what is proved by then.
    assert join(session, said, ticket, now=MONDAY).repeated


def test_name_and_phone(session: Session) -> None:
    ticket = routed_ticket(session)
    wants(session, ticket, "name_and_phone")
    with pytest.raises(Rejections), session.begin_nested():
        join(session, command(contact=None), ticket, now=MONDAY)
    named = ContactInput(name="Lan", phone="0912 345 678")
    done = join(session, command(contact=named), ticket, now=MONDAY)
    assert open_contact(session.get_one(Contact, done.report.contact_id)).name == "Lan"


def test_another_category_in_the_form_helps_nobody(session: Session) -> None:
    ticket = routed_ticket(session)
    wants(session, ticket, "phone_verified")
    with pytest.raises(Rejection) as refused, session.begin_nested():
        join(session, command(category="other", answers={}), ticket, now=MONDAY)
    assert refused.value.code == "phone_not_proved"


def test_the_page_asks_before_anything_is_typed(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    wants(session, ticket, "phone_verified")
    session.commit()
    path = f"/tickets/{ticket.reference}/join"
    page = client.get(path)
    assert f"/my-reports?next={path}" in page.text
    assert "<textarea" not in page.text
    said = {"key": str(uuid.uuid4()), "text": "Tôi cũng thấy"}
    refused = client.post(path, data=said, headers=FORM)
    assert refused.status_code == 422
    assert "Tôi cũng thấy" in refused.text
    asking = client.get(f"/my-reports?next={path}").text
    assert re.search(f'name="next" value="{path}"', asking)
    proved_cookie(client, session)
    assert "+84 912 345 678" in client.get(path).text
    assert client.post(path, data=said, headers=FORM).status_code == 303
    assert ticket.reports_count == 2


def test_the_page_takes_name_and_phone(client: FlaskClient, session: Session) -> None:
    ticket = routed_ticket(session)
    wants(session, ticket, "name_and_phone")
    session.commit()
    path = f"/tickets/{ticket.reference}/join"
    said = {"key": str(uuid.uuid4()), "text": "Tôi cũng thấy", "name": "Lan"}
    refused = client.post(path, data=said, headers=FORM)
    assert refused.status_code == 422
    assert 'value="Lan"' in refused.text
    assert client.post(path, data={**said, "phone": "0912345678"}, headers=FORM).status_code == 303
