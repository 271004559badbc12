import re

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountToken
from app.accounts.queries import by_email
from app.accounts.service import recognise
from app.agencies.models import Agency
from app.agencies.queries import actor_of
from app.core import installation
from app.core.errors import Rejection
from app.core.time import now
from app.core.words.i18n import pick, use_language
from app.notifications.models import Delivery

PASSWORD = "a long enough sentence"


@pytest.fixture
def run(app: Flask, session: Session):
    """Runs `flask city …` on the rolled-back session."""

    def call(*words: str, typed: str | None = None) -> Result:
        command = app.cli.commands["city"]
        assert isinstance(command, click.Group)
        return CliRunner().invoke(command, list(words), input=typed, obj=None)

    return call


def an_agency(session: Session) -> str:
    return session.scalars(select(Agency.code).where(Agency.level == "ward").limit(1)).one()


def test_user_add_reads_the_password_from_standard_input(run, session: Session) -> None:
    code = an_agency(session)
    done = run(
        "user",
        "add",
        "Lan@Example.Invalid",
        "--role",
        "officer",
        "--agency",
        code,
        "--name",
        "Lan",
        "--password-stdin",
        typed=PASSWORD + "\n",
    )
    assert done.exit_code == 0, done.output
    account = by_email(session, "lan@example.invalid")
    assert account is not None
    assert actor_of(session, account, now()).roles == frozenset({("officer", code)})
    assert recognise(session, "lan@example.invalid", PASSWORD)
    assert PASSWORD not in done.output


def test_user_add_without_a_password_sends_an_invitation(run, session: Session) -> None:
    done = run("user", "add", "ba@example.invalid", "--role", "administrator")
    assert done.exit_code == 0, done.output
    account = by_email(session, "ba@example.invalid")
    assert account is not None
    assert account.password_hash is None
    link = session.scalars(select(AccountToken).where(AccountToken.account_id == account.id)).one()
    assert link.purpose == "invitation"
    mail = session.scalars(
        select(Delivery).where(Delivery.recipient == f"account:{account.id}")
    ).one()
    assert "invitation/" not in str(mail.params)
    folder = installation.settings().mail.folder
    assert f"the invitation lies in {folder}" in done.output, "there is no mail server here"


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("--role", "officer", "--password-stdin"), PASSWORD, "Please choose an agency."),
        (
            ("--role", "officer", "--agency", "NONE", "--password-stdin"),
            PASSWORD,
            "This agency does not exist.",
        ),
        (("--role", "administrator", "--password-stdin"), "short", "at least 12 characters"),
        (("--role", "king"), None, "is not one of"),
    ],
)
def test_a_refused_account_leaves_nothing_behind(
    run, session: Session, words: tuple[str, ...], typed: str | None, said: str
) -> None:
    done = run("user", "add", "tu@example.invalid", *words, typed=typed)
    assert done.exit_code != 0
    assert said in done.output
    assert by_email(session, "tu@example.invalid") is None


def test_user_list_and_disable(run, session: Session) -> None:
    run(
        "user", "add", "c@example.invalid", "--role", "screener", "--password-stdin", typed=PASSWORD
    )
    assert "c@example.invalid  screener" in run("user", "list").output
    assert run("user", "disable", "c@example.invalid").exit_code == 0
    assert "c@example.invalid  disabled" in run("user", "list").output
    with pytest.raises(Rejection):
        recognise(session, "c@example.invalid", PASSWORD)
    assert run("user", "disable", "nobody@example.invalid").exit_code == 1


def test_first_accounts_can_sign_in_and_are_made_once(run, session: Session) -> None:
    done = run("first-accounts")
    assert done.exit_code == 0, done.output
    lines = [re.split(r"\s{2,}", line) for line in done.output.splitlines()]
    assert [line[:2] for line in lines] == [
        ["administrator", "admin@example.invalid"],
        ["officer", "officer@example.invalid"],
    ]
    for _title, email, password, *_agency in lines:
        assert recognise(session, email, password)
    admin = session.scalars(select(Account).where(Account.email == lines[0][1])).one()
    assert {role for role, _ in actor_of(session, admin, now()).roles} == {
        "administrator",
        "coordinator",
    }
    officer = by_email(session, lines[1][1])
    assert officer is not None
    code = actor_of(session, officer, now()).agency_code
    agency = session.get_one(Agency, code)
    assert agency.level == "ward"
    with use_language("vi"):  # the city's first language
        assert [line[3:] for line in lines] == [[], [pick(agency.names)]]
    assert run("first-accounts").output == ""


def test_commands_that_the_launcher_needs_are_there(app: Flask) -> None:
    city = app.cli.commands["city"]
    assert isinstance(city, click.Group)
    assert {"migrate", "load-pack", "first-accounts", "user", "locate"} <= set(city.commands)
