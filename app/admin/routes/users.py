"""Accounts: list, add, invite, give roles, enable; who leaves is in `leaving`.

Nobody takes the administration away from themselves: somebody else has to do it. Whoever comes to a
browser that was left open gets no further than the question for password and code.
"""

from collections.abc import Callable, Mapping

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.models import Account
from app.accounts.queries import accounts
from app.accounts.rules import AGENCY_ROLES
from app.accounts.second_step import service as second
from app.admin.routes.root import blueprint, proved_administrator, today
from app.agencies.queries import active, members_by_account
from app.agencies.service import give_role
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import Conflict, NotFound, Rejection
from app.core.time import now
from app.core.web.access import current_actor
from app.core.web.forms import sentences_by_field
from app.core.words.i18n import N_, pick, translate
from app.core.words.text import clean_line, plain
from app.notifications.service import send_invitation

ROLES: Mapping[str, str] = {
    "officer": N_("Officer"),
    "manager": N_("Manager"),
    "intake": N_("Intake clerk"),
    "crew": N_("Field crew"),
    "coordinator": N_("Coordinator"),
    "screener": N_("Content checker"),
    "administrator": N_("Administrator"),
}


@blueprint.get("/users")
@proved_administrator
def users() -> str:
    """List the accounts."""
    return _list()


@blueprint.post("/users")
@proved_administrator
def add_user() -> Response | tuple[str, int]:
    """Add an account and send its invitation."""
    typed = {name: _typed(name) for name in ("email", "name", "role", "agency")}
    try:
        with transaction() as session:
            account = _added(session, typed)
    except Rejection as refused:
        # An agency that was chosen may be unknown; this page is not.
        status = 422 if isinstance(refused, NotFound) else refused.status
        return _list(errors=sentences_by_field(refused), typed=typed), status
    return redirect(url_for("admin.user", number=account.id, done="invited"), code=303)


@blueprint.get("/users/<int:number>")
@proved_administrator
def user(number: int) -> str:
    """Show one account."""
    return _one(account_of(current_session(), number))


@blueprint.post("/users/<int:number>/roles")
@proved_administrator
def add_role(number: int) -> Response | tuple[str, int]:
    """Give another role."""
    account, role, agency = account_of(current_session(), number), _typed("role"), _typed("agency")
    try:
        with transaction() as session:
            _give(session, account, role, agency)
            begin_anew(session, account)
    except Rejection as refused:
        return _one(account, errors=sentences_by_field(refused), role=role), 422
    return back(number, "saved")


@blueprint.post("/users/<int:number>/invite")
@proved_administrator
def invite(number: int) -> Response:
    """Send a new invitation to somebody who has not chosen a password."""
    return _change(number, "invited", _invite)


@blueprint.post("/users/<int:number>/enable")
@proved_administrator
def enable(number: int) -> Response:
    """Let a disabled account in again, with a new password; roles are given anew."""

    def act(session: Session, account: Account) -> None:
        service.enable(session, account)
        _invite(session, account)

    return _change(number, "invited", act)


@blueprint.post("/users/<int:number>/second-step/remove")
@proved_administrator
def remove_second_step(number: int) -> Response:
    """Let somebody without phone and codes come in by the password, and set it up anew."""

    def act(session: Session, account: Account) -> None:
        refuse_own(account)
        second.remove(session, account)
        service.end_sessions(session, account, now=now())

    return _change(number, "saved", act)


def _typed(name: str) -> str:
    return clean_line(request.form.get(name, ""))


def _change(number: int, done: str, act: Callable[[Session, Account], None]) -> Response:
    with transaction() as session:
        act(session, account_of(session, number))
    return back(number, done)


def _invite(session: Session, account: Account) -> None:
    if account.disabled_at is not None or account.password_hash is not None:
        raise Conflict("has_password", N_("This account needs no invitation."))
    send_invitation(session, account, now=now())


def _added(session: Session, typed: Mapping[str, str]) -> Account:
    language = profile(session).languages[0]
    account = service.add_account(
        session,
        typed["email"],
        full_name=typed["name"] or typed["email"],
        lang=language,
        now=now(),
    )
    _give(session, account, typed["role"], typed["agency"])
    send_invitation(session, account, now=now())
    return account


def _give(session: Session, account: Account, role: str, agency: str) -> None:
    """The agency that was chosen is ignored for roles that hold for the whole city."""
    code = agency if role in AGENCY_ROLES and agency else None
    give_role(session, account, role, code, now=now())


def begin_anew(session: Session, account: Account) -> None:
    """End the sessions of somebody whose rights change: under other rights another one begins."""
    if account.id == current_actor().account_id:
        service.end_other_sessions(session, g.staff_session, now=now())
    else:
        service.end_sessions(session, account, now=now())


def refuse_own(account: Account) -> None:
    """Raises Conflict for the account of who asks."""
    if account.id == current_actor().account_id:
        raise Conflict("own_account", N_("You cannot take the administration from yourself."))


def account_of(session: Session, number: int) -> Account:
    """Return an account. Raises NotFound."""
    found = session.get(Account, number)
    if found is None:
        raise NotFound("unknown_account", N_("This account does not exist."))
    return found


def _list(**values: object) -> str:
    session = current_session()
    wanted = plain(request.args.get("q", "").strip())
    found = [row for row in accounts(session) if wanted in plain(f"{row.full_name} {row.email}")]
    roles = members_by_account(session, now())
    return render_template(
        "admin/users.html", accounts=found, held=roles, agencies=_agencies(), **_words(), **values
    )


def _one(account: Account, **values: object) -> str:
    held = members_by_account(current_session(), now()).get(account.id, [])
    done = request.args.get("done", "")
    return render_template(
        "admin/user.html",
        account=account, held=held, done=done, agencies=_agencies(), **_words(), **values,
    )  # fmt: skip


def _agencies() -> dict[str, str]:
    return {row.code: pick(row.names) for row in active(current_session(), today())}


def _words() -> dict[str, dict[str, str]]:
    return {"roles": {code: translate(words) for code, words in ROLES.items()}}


def back(number: int, done: str) -> Response:
    """Lead to the account's page."""
    return redirect(url_for("admin.user", number=number, done=done), code=303)
