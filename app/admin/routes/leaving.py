"""Somebody leaves, or ends a role: what rests on the person is counted, then handed over at once.

1. Looking changes nothing. The form names a colleague of the same agencies, or nobody: then tickets
   go back to their agency's queue.
2. Nobody takes the administration away from themselves.
"""

from datetime import datetime

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.models import Account
from app.admin.routes.root import blueprint, proved_administrator
from app.admin.routes.users import ROLES, account_of, back, begin_anew, refuse_own
from app.agencies.models import Agency, Membership
from app.agencies.queries import members_of, memberships
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection
from app.core.time import now
from app.core.web.forms import sentences_by_field
from app.core.words.i18n import N_, pick, translate
from app.tickets.service import end_one_role, held_by, leave

NOBODY = "0"


@blueprint.get("/users/<int:number>/leaving")
@proved_administrator
def leaving(number: int) -> str:
    """Show what rests on the person, or on one role of theirs (`role`)."""
    session, typed = current_session(), request.args.get("role", "")
    account = account_of(session, number)
    chosen = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
    return _page(account, None if chosen is None else _role(session, account, chosen))


@blueprint.post("/users/<int:number>/disable")
@proved_administrator
def disable(number: int) -> Response | tuple[str, int]:
    """Let an account sign in no more, and hand over what rests on the person."""
    account = account_of(current_session(), number)
    refuse_own(account)
    try:
        with transaction() as session:
            account, moment = account_of(session, number), now()
            leave(session, account, now=moment, heir=_heir(session, account, None, moment))
    except NotFound:
        raise
    except Rejection as refused:
        return _page(account, None, refused), refused.status
    return back(number, "disabled")


@blueprint.post("/users/<int:number>/roles/<int:membership>/end")
@proved_administrator
def remove_role(number: int, membership: int) -> Response | tuple[str, int]:
    """End a role, and hand over what was held by it."""
    account = account_of(current_session(), number)
    role = _role(current_session(), account, membership)
    if role.role == "administrator":
        refuse_own(account)
    try:
        with transaction() as session:
            account, moment = account_of(session, number), now()
            role = _role(session, account, membership)
            heir = _heir(session, account, role, moment)
            end_one_role(session, account, role, now=moment, heir=heir)
            begin_anew(session, account)
    except NotFound:
        raise
    except Rejection as refused:
        return _page(account, role, refused), refused.status
    return back(number, "saved")


def _role(session: Session, account: Account, membership: int) -> Membership:
    held = memberships(session, account.id, now())
    found = next((row for row in held if row.id == membership), None)
    if found is None:
        raise NotFound("unknown_membership", N_("This account does not have this role."))
    return found


def _agencies(session: Session, account: Account, role: Membership | None) -> list[str]:
    rows = [role] if role is not None else memberships(session, account.id, now())
    return sorted({row.agency_code for row in rows if row.agency_code is not None})


def _colleagues(
    session: Session, account: Account, role: Membership | None, moment: datetime
) -> dict[str, Account]:
    people = members_of(session, _agencies(session, account, role), moment)
    return {str(one.id): one for one in people if one.id != account.id}


def _heir(
    session: Session, account: Account, role: Membership | None, moment: datetime
) -> Account | None:
    """Return who takes over. Raises Rejection for somebody of another agency."""
    typed = request.form.get("to", NOBODY)
    if typed == NOBODY:
        return None
    found = _colleagues(session, account, role, moment).get(typed)
    if found is None:
        raise Rejection("unknown_person", N_("Please choose somebody of the agency."), field="to")
    return found


def _page(account: Account, role: Membership | None, refused: Rejection | None = None) -> str:
    session, moment = current_session(), now()
    codes = _agencies(session, account, role)
    agencies = [pick(session.get_one(Agency, code).names) for code in codes]
    colleagues = _colleagues(session, account, role, moment)
    return render_template(
        "admin/leaving.html",
        account=account,
        role=role,
        role_name=translate(ROLES[role.role]) if role is not None else "",
        agencies=agencies,
        held=held_by(session, account, agencies=codes if role is not None else None, now=moment),
        people=[(number, one.full_name) for number, one in colleagues.items()],
        nobody=NOBODY,
        typed=request.form.get("to", NOBODY),
        errors=sentences_by_field(refused) if refused is not None else {},
    )
