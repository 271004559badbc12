"""A reporter's contact, for who has the right to see it: with a reason, once, and written down.

1. Asking shows nothing. The answer to the form shows the contact and is kept nowhere: reloading it
   asks again, and is another look.
2. The ordinary way to a reporter is a message through the desk; the page says so first.
3. Who looked is read by administrators, and by the oversight agency here.
"""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.audit import KINDS, looks
from app.accounts.contacts import OpenContact
from app.agencies.queries import watches
from app.core.db import current_session, transaction
from app.core.errors import Forbidden, Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences, sentences_by_field
from app.core.words.i18n import N_
from app.core.words.text import clean_line
from app.desk.page import visible_ticket
from app.desk.routes.root import blueprint
from app.reports.service import contacts_for_questions, see_contacts
from app.tickets.facts import Verb
from app.tickets.service import roles_now

PAGE = "/contacts/<reference>"
LEAST_REASON, MAX_REASON = 10, 300
PAGE_ROWS = 100
RIGHT = Verb.SEE_CONTACT


@blueprint.get(PAGE)
@staff()
def ask_contact(reference: str) -> str:
    """Say who may see the contact, and ask for a reason."""
    return _page(reference, [], {})


@blueprint.post(PAGE)
@staff()
def see_contact(reference: str) -> Response | str | tuple[str, int]:
    """Show it once."""
    actor = current_actor()
    visible_ticket(current_session(), reference, actor)
    try:
        reason = _reason(request.form.get("reason", ""))
        with transaction() as session:
            found = see_contacts(session, reference, reason, actor=actor, now=now())
    except (Rejection, Rejections) as refused:
        return _page(reference, [], sentences_by_field(refused)), refused.status
    return _page(reference, found, {})


@blueprint.get("/looks")
@staff("officer", "manager", "administrator")
def contact_looks() -> Response | str:
    """List who saw what, and when, for the oversight agency."""
    session, actor = current_session(), current_actor()
    if any(role == "administrator" for role, _agency in actor.roles):
        return redirect(url_for("admin.show_looks"))
    if not watches(session, actor):
        raise Forbidden("not_your_role", N_("You may not open this page."))
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
    found = looks(session, before=before, limit=PAGE_ROWS + 1)
    older = found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None
    return render_template("desk/looks.html", looks=found[:PAGE_ROWS], older=older, kinds=KINDS)


def _reason(typed: str) -> str:
    reason = clean_line(typed)
    if not LEAST_REASON <= len(reason) <= MAX_REASON:
        raise Rejection(
            "no_reason",
            N_("Say in a sentence why you must see it: %(least)s to %(most)s characters."),
            field="reason",
            params={"least": LEAST_REASON, "most": MAX_REASON},
        )
    return reason


def _page(reference: str, found: list[OpenContact], errors: Sentences) -> str:
    session, actor = current_session(), current_actor()
    ticket = visible_ticket(session, reference, actor)
    may = RIGHT in roles_now(session, ticket, actor, now())
    return render_template(
        "desk/contacts.html",
        reference=ticket.reference,
        contacts=found,
        may=may,
        there=may and bool(contacts_for_questions(session, ticket)),
        reachable=ticket.reporter_reachable,
        most=MAX_REASON,
        typed=request.form.get("reason", "")[: 2 * MAX_REASON],
        errors=errors,
    )
