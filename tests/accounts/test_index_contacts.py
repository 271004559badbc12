"""Contacts from before there were keys get them, in batches that may be stopped at any time."""

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import index_contacts, open_contact, store_contact
from app.accounts.models import Contact
from app.accounts.reach.blind import contact_key
from app.accounts.schemas import ContactInput
from app.cli import contacts as commands
from app.core.installation import sealer
from app.core.time import now

REGION = "VN"


@pytest.fixture
def run(app: Flask, session: Session):
    """Runs `flask city index-contacts` on the rolled-back session."""

    def call() -> Result:
        command = app.cli.commands["city"]
        assert isinstance(command, click.Group)
        return CliRunner().invoke(command, ["index-contacts"])

    return call


def former(session: Session, *, email: str = "", phone: str = "") -> Contact:
    """A contact as it was kept before revision 0009: as typed, without keys."""
    given = ContactInput(email=email)
    row = store_contact(session, given, lang="vi", channel="web", now=now())
    row.phone_enc = sealer().seal(phone or None)
    row.email_key = row.phone_key = None
    session.flush()
    return row


def test_all_are_found_again(run, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    mail = former(session, email="Lan@People.Example")
    phone = former(session, phone="0912 345 678")
    both = former(session, email="hoa@people.example", phone="+84 987 654 321")
    none = former(session)
    odd = former(session, email="odd@people.example", phone="0000 00")
    lost = former(session, email="x@people.example")
    lost.email_enc = Fernet(Fernet.generate_key()).encrypt(b"x@people.example")
    session.flush()
    assert run().output == "3 contacts indexed, 2 cannot be\n"
    assert mail.email_key == contact_key("email", "lan@people.example")
    assert phone.phone_key == contact_key("phone", "+84912345678")
    assert open_contact(phone).phone == "+84912345678"
    assert (both.email_key, both.phone_key) == (
        contact_key("email", "hoa@people.example"), contact_key("phone", "+84987654321"),
    )  # fmt: skip
    assert (none.email_key, none.phone_key) == (None, None)
    # What can be read is found by it, also where the rest cannot; it stays as it was typed.
    assert odd.email_key == contact_key("email", "odd@people.example")
    assert open_contact(odd).phone == "0000 00"
    assert run().output == "0 contacts indexed, 2 cannot be\n"


def test_it_goes_on_where_it_was_stopped(session: Session) -> None:
    rows = [former(session, email=f"p{number}@people.example") for number in range(3)]
    first = index_contacts(session, after=0, limit=2, region=REGION)
    assert (first.last, first.done, first.left) == (rows[1].id, 2, 0)
    assert rows[2].email_key is None
    again = index_contacts(session, after=0, limit=2, region=REGION)
    assert (again.last, again.done) == (rows[2].id, 1)
    assert index_contacts(session, after=rows[2].id, limit=2, region=REGION).last is None
    assert all(row.email_key for row in session.scalars(select(Contact)))
