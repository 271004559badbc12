"""`flask city user …` and `first-accounts`: who may sign in, by hand.

1. A password comes by standard input only: an argument would stand in the shell's history.
2. `first-accounts` prints its passwords once; only their hashes are stored.
"""

import secrets
import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.queries import accounts, by_email, count_accounts
from app.accounts.rules import ROLES
from app.accounts.second_step.service import remove
from app.accounts.service import add_account, end_sessions, set_password
from app.agencies.models import Agency
from app.agencies.queries import active, memberships
from app.agencies.service import give_role
from app.catalog.models import Area
from app.catalog.queries import profile
from app.cli.root import city, refusals
from app.core.db import current_session, transaction
from app.core.installation import settings
from app.core.time import now
from app.core.words.i18n import pick, translate, use_language
from app.notifications.service import send_invitation
from app.tickets.service import leave

# .invalid can never be anybody's address; the operator adds real accounts and disables these.
FIRST = {"administrator": "admin@example.invalid", "officer": "officer@example.invalid"}

user = AppGroup("user", help="Accounts of staff.")
city.add_command(user)


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)))
@click.option("--agency", help="The agency's code; officers, managers, intake and crew need one.")
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_command(
    email: str,
    role: str,
    agency: str | None,
    name: str,
    password_stdin: bool,  # noqa: FBT001
) -> None:
    """Add an account with a role; without a password, an invitation is sent by e-mail."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with refusals(), transaction() as session:
        account = _add(session, email, name or email, role, agency)
        if password is None:
            send_invitation(session, account, now=now())
        else:
            set_password(session, account, password, now=now())
    click.echo(f"added {account.email}" + ("" if password_stdin else f"; {_invited()}"))


@user.command("list")
def list_command() -> None:
    """List the accounts with their roles."""
    session, at = current_session(), now()
    for account in accounts(session):
        held = [
            row.role + (f"@{row.agency_code}" if row.agency_code else "")
            for row in memberships(session, account.id, at)
        ]
        state = "disabled" if account.disabled_at else ", ".join(held) or "no role"
        click.echo(f"{account.email}  {state}")


@user.command("disable")
@click.argument("email")
@click.option("--to", "heir", help="The address of the colleague who takes over.")
def disable_command(email: str, heir: str | None) -> None:
    """Let an account sign in no more, end its sessions, and hand over what rests on the person.

    Without a colleague tickets go back to their agency's queue.
    """
    with transaction() as session:
        account, follows = _known(session, email), _known(session, heir) if heir else None
        leave(session, account, now=now(), heir=follows)
    click.echo(f"disabled {account.email}")


@user.command("remove-second-step")
@click.argument("email")
def remove_second_step_command(email: str) -> None:
    """Let somebody who lost phone and codes sign in by the password, and set it up anew."""
    with transaction() as session:
        account = by_email(session, email)
        if account is None:
            raise click.ClickException(f"there is no account {email}")
        remove(session, account)
        end_sessions(session, account, now=now())
    click.echo(f"removed the second step of {account.email}")


def _known(session: Session, email: str) -> Account:
    account = by_email(session, email)
    if account is None:
        raise click.ClickException(f"there is no account {email}")
    return account


@city.command("first-accounts")
def first_accounts_command() -> None:
    """Where nobody can sign in yet: add an administrator and an officer, and show the passwords."""
    if count_accounts(current_session()):
        return
    with refusals(), transaction() as session:
        commune = _a_commune(session)
        lines = [_first(session, "administrator", None)]
        # The same person may sort tickets, so that the whole way can be tried at once.
        administrator = accounts(session)[0]
        give_role(session, administrator, "coordinator", None, now=now())
        if commune is not None:
            lines.append(_first(session, "officer", commune))
    click.echo("\n".join(lines))


def _first(session: Session, role: str, agency: Agency | None) -> str:
    """Add the first account of a role; return the line that tells its password and agency."""
    with use_language(profile(session).languages[0]):
        name = translate(role.capitalize())
        whose = f"  {pick(agency.names)}" if agency else ""
    account = _add(session, FIRST[role], name, role, agency.code if agency else None)
    password = secrets.token_urlsafe(12)
    set_password(session, account, password, now=now())
    return f"{role:<13}  {account.email}  {password}{whose}"


def _invited() -> str:
    """Say where the invitation goes: without a mail server it is a file."""
    mail = settings().mail
    if mail.host:
        return "an invitation is sent"
    return f"no mail server is set (SMTP_HOST): the invitation lies in {mail.folder}"


def _add(session: Session, email: str, name: str, role: str, agency: str | None) -> Account:
    language = profile(session).languages[0]
    account = add_account(session, email, full_name=name, lang=language, now=now())
    give_role(session, account, role, agency, now=now())
    return account


def _a_commune(session: Session) -> Agency | None:
    units = set(session.scalars(select(Area.code).where(Area.kind == "unit")))
    today = now().astimezone(profile(session).zone).date()
    return next((row for row in active(session, today) if row.area_code in units), None)
