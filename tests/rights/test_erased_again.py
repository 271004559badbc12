"""What was erased after a backup is erased again in the restored database, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import consents_of, open_contact
from app.accounts.models import Consent, Contact
from app.accounts.schemas import ContactInput
from app.core import installation
from app.core.db import transaction
from app.core.erased import lines
from app.core.errors import Conflict
from app.reports import service
from app.reports.models import Report
from config import Settings
from tests.factories.tickets import DAY, MONDAY, command, submitted

MAIL, WORDS = "planted@people.example", "Nước chảy vào nhà bà Tám"
CONTACT = ContactInput(email=MAIL, phone="0912 345 678", consent=("questions", "updates"))


@pytest.fixture
def listed(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "far" / "erased.log"
    installation.configure(replace(settings, erased_log=file))
    yield file
    installation.configure(settings)


@pytest.fixture
def said(session: Session) -> Report:
    report = submitted(session, text=WORDS, contact=CONTACT).report
    session.commit()
    return report


def restored(session: Session, tables: dict[type, list[dict]]) -> None:
    """Bring back what a backup holds."""
    for table, rows in tables.items():
        for row in rows:
            key = table.__table__.primary_key.columns[0].name  # type: ignore[attr-defined]
            session.execute(
                update(table).where(getattr(table, key) == row[key]).values(row),
                execution_options={"synchronize_session": False},
            )
    session.expire_all()


def saved(session: Session) -> dict[type, list[dict]]:
    """Return what a backup of this moment holds."""
    session.flush()
    return {
        table: [dict(row) for row in session.execute(select(table.__table__)).mappings()]  # type: ignore[attr-defined]
        for table in (Contact, Consent, Report)
    }


def again(app: Flask, file: Path) -> str:
    done = app.test_cli_runner().invoke(args=["city", "erase-again", str(file)])
    return done.output.strip() + f" [{done.exit_code}]"


def test_words_contact_and_consents_go_again(
    app: Flask, session: Session, said: Report, listed: Path
) -> None:
    before = saved(session)
    with transaction():
        service.erase(session, said, now=MONDAY)
    restored(session, before)
    assert (said.text, said.erased_at) == (WORDS, None)
    assert open_contact(session.get_one(Contact, said.contact_id)).email == MAIL
    for _ in range(2):
        assert again(app, listed).endswith("are not in this database; 0 lines cannot be read [0]")
        session.expire_all()
        assert (said.text, said.public_text, said.contact_id) == (None, None, None)
        assert said.erased_at is not None
        contact = session.scalars(select(Contact)).one()
        assert (contact.email_enc, contact.phone_enc, contact.email_key) == (None, None, None)
        assert consents_of(session, contact) == frozenset()


def test_what_was_only_closed_or_ended_goes_again(
    app: Flask, session: Session, said: Report, listed: Path
) -> None:
    before = saved(session)
    with transaction():
        service.keep_private(session, said, now=MONDAY)
        service.stop_news(session, said, now=MONDAY)
    restored(session, before)
    contact = session.get_one(Contact, said.contact_id)
    assert (said.do_not_publish, consents_of(session, contact)) == (False, {"questions", "updates"})
    assert again(app, listed).startswith("2 erased again; 0 are not")
    session.expire_all()
    assert (said.do_not_publish, said.public_text, said.text) == (True, None, WORDS)
    assert consents_of(session, contact) == {"questions"}
    assert open_contact(contact).email == MAIL


def test_a_number_that_means_something_else_meanwhile_is_left_alone(
    app: Flask, session: Session, said: Report, listed: Path
) -> None:
    """After a restore numbers are given out anew: another person's report may have this one."""
    before = saved(session)
    with transaction():
        service.erase(session, said, now=MONDAY)
    restored(session, before)
    said.idempotency_key = command().idempotency_key
    session.get_one(Contact, said.contact_id).created_at = MONDAY + DAY
    session.commit()
    assert again(app, listed).startswith("0 erased again; 2 are not in this database")
    session.expire_all()
    assert (said.text, said.erased_at) == (WORDS, None)


def test_the_list_tells_nothing_about_anybody(session: Session, said: Report, listed: Path) -> None:
    key, digest = str(said.idempotency_key), said.body_hash.hex()
    with transaction():
        service.erase(session, said, now=MONDAY)
    text = listed.read_text("utf-8")
    assert listed.stat().st_mode & 0o777 == 0o600
    for secret in (MAIL, "912345678", WORDS, key, key[:8], digest[:8]):
        assert secret not in text
    assert [line.kind for line in lines(listed) if line] == ["contact", "report"]


def test_what_is_not_committed_is_not_listed(session: Session, said: Report, listed: Path) -> None:
    def fail() -> None:
        with transaction():
            service.erase(session, said, now=MONDAY)
            raise Conflict("not_now", "no")

    with pytest.raises(Conflict):
        fail()
    assert not listed.exists()


def test_a_list_that_is_damaged_says_so_and_the_rest_is_done(
    app: Flask, session: Session, said: Report, listed: Path
) -> None:
    before = saved(session)
    with transaction():
        service.erase(session, said, now=MONDAY)
    restored(session, before)
    good = listed.read_bytes()
    listed.write_bytes(
        b"\xff\xfe\nx y\n2026 report 99999999999999999999999 x\n" + good + b"a b c d\n"
    )
    assert again(app, listed).endswith("; 4 lines cannot be read [1]")
    session.expire_all()
    assert said.text is None
