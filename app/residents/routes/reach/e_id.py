"""Proving a phone by an e-ID, where the installation has one."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.accounts.reach import e_id, proofs
from app.accounts.reach.blind import phone_key
from app.accounts.reach.phones import e164
from app.catalog.queries import profile
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection
from app.core.installation import settings
from app.core.time import now
from app.core.web.access import public
from app.core.web.forms import report_path
from app.core.web.limits import ASK_CODE, limiter
from app.core.words.i18n import N_
from app.residents.mine import current, remember
from app.residents.routes.root import blueprint

COOKIE, PATH = "e-id", "/my-reports/e-id"


@blueprint.get(PATH)
@public
@limiter.limit(ASK_CODE)
def to_e_id() -> Response:
    """Lead to the provider."""
    _check_on()
    onward = report_path(request.args.get("next", ""))
    address, begun = e_id.begin(_back(), onward, now=now())
    response = redirect(address)
    response.set_cookie(
        COOKIE, begun.sealed(), max_age=e_id.PATIENCE, path=PATH, httponly=True, samesite="Lax",
        secure=settings().web.secure_cookies,
    )  # fmt: skip
    return response


@blueprint.get(PATH + "/back")
@public
@limiter.limit(ASK_CODE)
def from_e_id() -> Response:
    """Take who comes back from the provider."""
    _check_on()
    begun = e_id.opened(request.cookies.get(COOKIE, ""), now())
    found = e_id.finish(_back(), request.args, begun)
    phone = _phone(found)
    keys = [key for key in (phone_key(phone),) if key]
    with transaction() as session:
        former = current(session, request)
        token = proofs.open_session(
            session, keys, former, now=now(), phone=phone, identity=found.key
        )
    onward = begun.next if begun else ""
    response = remember(redirect(onward or url_for("residents.mine"), 303), token)
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _phone(found: e_id.Identity) -> str:
    """Return the phone in normal form; a provider's number that is none counts for nothing."""
    try:
        return e164(found.phone, profile(current_session()).phone_region) if found.phone else ""
    except Rejection:
        return ""


def _check_on() -> None:
    if not e_id.is_on():
        raise NotFound("no_e_id", N_("There is nothing at this address."))


def _back() -> str:
    return settings().web.base_url + url_for("residents.from_e_id")
