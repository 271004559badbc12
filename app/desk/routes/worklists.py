"""Lists that are worked off from the top: triage, approvals."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.agencies.service import deputise, end_deputy
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.desk.approvals import approvals_page, approve, parse_deputy
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import parse_cursor
from app.desk.worklists import triage_page
from app.notifications.digest.unread import SILENCE, unread_agencies

MOST_AT_ONCE = 100


@blueprint.get("/triage")
@staff("coordinator")
def triage() -> str:
    """Show what nobody is responsible for yet, oldest first."""
    after = parse_cursor(request.args.get("after", ""))
    page = triage_page(current_session(), after, now=now())
    return render_template("desk/triage.html", page=page, notice=notice())


@blueprint.get("/unread")
@staff("coordinator", "administrator")
def unread() -> str:
    """List the agencies that nobody reads."""
    found = unread_agencies(current_session(), now())
    return render_template("desk/unread.html", found=found, days=SILENCE.days)


@blueprint.get("/approvals")
@staff("manager")
def approvals() -> str:
    """Show what waits for this manager, and who may stand in."""
    return _approvals()


@blueprint.post("/approvals")
@staff("manager")
def approve_marked() -> Response | tuple[str, int]:
    """Approve what was marked, each for itself: one that was changed meanwhile stops no other."""
    actor, moment, refused = current_actor(), now(), []
    marks = list(dict.fromkeys(request.form.getlist("ticket")))[:MOST_AT_ONCE]
    for mark in marks:
        try:
            with transaction() as session:
                approve(session, mark, actor, moment)
        except Rejection as error:
            refused.append(error)
    if refused or not marks:
        wrong = {
            "ticket": [s for e in refused for s in sentences_by_field(e).get(e.field or "", [])]
        }
        return _approvals(wrong, chosen=bool(marks)), 409 if refused else 422
    return redirect(url_for("desk.approvals", done="approve"), 303)


@blueprint.post("/approvals/deputies")
@staff("manager")
def add_deputy() -> Response | tuple[str, int]:
    """Name somebody who approves in the manager's place between two dates."""
    actor, moment = current_actor(), now()
    try:
        with transaction() as session:
            found = parse_deputy(session, request.form, actor, moment)
            deputise(session, found, now=moment)
    except (Rejection, Rejections) as refused:
        status = 422 if isinstance(refused, NotFound) else refused.status
        return _approvals(sentences_by_field(refused)), status
    return redirect(url_for("desk.approvals", done="deputy"), 303)


@blueprint.post("/approvals/deputies/<int:membership>/end")
@staff("manager")
def drop_deputy(membership: int) -> Response:
    """End it before its date."""
    by = current_actor().account_id or 0
    with transaction() as session:
        end_deputy(session, membership, by=by, now=now())
    return redirect(url_for("desk.approvals", done="deputy"), 303)


def _approvals(wrong: dict[str, list[str]] | None = None, *, chosen: bool = True) -> str:
    page = approvals_page(current_session(), current_actor(), now())
    return render_template(
        "desk/approvals.html", page=page, notice=notice(), wrong=wrong or {}, chosen=chosen,
        typed=request.form,
    )  # fmt: skip
