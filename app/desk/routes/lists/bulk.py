"""One act on several tickets of a list: look first, do it, and one way back.

1. The preview does nothing. What it lists is what the second form sends.
2. Each ticket is a transaction; what was refused is listed, and stops no other.
"""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.core.words.i18n import translate
from app.desk.acts.asks import ASKS
from app.desk.acts.choices import people_of
from app.desk.inbox import bulk
from app.desk.inbox.saved import KEEPERS
from app.desk.queries import scope_of
from app.desk.routes.root import blueprint
from app.tickets.facts import Verb

Refusals = list[tuple[str, str]]


@blueprint.get("/bulk")
@staff(*KEEPERS)
def leave_bulk() -> Response:
    """Lead from the address of a form (reloaded, or another language) to the list."""
    return redirect(url_for("desk.inbox"), 302)


@blueprint.post("/bulk")
@staff(*KEEPERS)
def look_at_bulk() -> str | tuple[str, int]:
    """Show what would be done with each marked ticket."""
    try:
        asked = bulk.parse_bulk(request.form, request.form.getlist("ticket"))
    except Rejection as refused:
        return _page(None, refused), refused.status
    return _page(bulk.preview(current_session(), asked, current_actor(), now()))


@blueprint.post("/bulk/do")
@staff(*KEEPERS)
def do_bulk() -> Response | tuple[str, int]:
    """Do it, each ticket for itself."""
    try:
        asked = bulk.parse_bulk(request.form, request.form.getlist("ticket"))
    except Rejection as refused:
        return _page(None, refused), refused.status
    refusals: Refusals = []
    for mark in asked.marks:
        try:
            with transaction() as session:
                bulk.act_on(session, asked, mark, actor=current_actor(), now=now())
        except Rejection as refused:
            refusals.append((mark.reference, translate(refused.message, **refused.params)))
    if refusals:
        return _done(asked.key, refusals), 409
    return redirect(url_for("desk.show_bulk", key=asked.key), 303)


@blueprint.get("/bulk/<uuid:key>")
@staff(*KEEPERS)
def show_bulk(key: UUID) -> str:
    """Show what was done, with the way back."""
    with transaction() as session:
        bulk.done(session, key, current_actor(), now())
    return _done(key, [])


@blueprint.post("/bulk/<uuid:key>/undo")
@staff(*KEEPERS)
def undo_bulk(key: UUID) -> Response | tuple[str, int]:
    """Put back what nobody has changed since."""
    refusals: Refusals = []
    with transaction() as session:
        parts = bulk.to_undo(session, key, current_actor(), now())
    for part in parts:
        try:
            with transaction() as session:
                bulk.undo(session, part, actor=current_actor(), now=now())
        except Rejection as refused:
            reference = bulk.reference_of(current_session(), part)
            refusals.append((reference, translate(refused.message, **refused.params)))
    if refusals:
        return _done(key, refusals), 409
    return redirect(url_for("desk.inbox", tab="mine", done="undone"), 303)


def _page(found: bulk.Preview | None, refused: Rejection | None = None) -> str:
    session = current_session()
    own = min(scope_of(session, current_actor()).own, default=None)
    people = people_of(session, own, now())
    return render_template(
        "desk/bulk.html",
        found=found,
        label=translate(ASKS[found.bulk.verb].label) if found else "",
        person=next((row.text for row in people if found and row.value == _chosen(found)), ""),
        people=people,
        wrong=sentences_by_field(refused) if refused else {},
        typed=request.form,
        marks=request.form.getlist("ticket")[: bulk.MOST],
    )


def _chosen(found: bulk.Preview) -> str:
    return str(found.bulk.person or "0") if found.bulk.verb is Verb.ENTRUST else ""


def _done(key: UUID, refusals: Refusals) -> str:
    with transaction() as session:
        try:
            found = bulk.done(session, key, current_actor(), now())
        except Rejection:
            found = None
    label = translate(ASKS[Verb(found.verb)].label) if found else ""
    return render_template("desk/bulk_done.html", found=found, label=label, refusals=refusals)
