"""A verdict about what one person added to a ticket that others had reported."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.words.text import clean_line
from app.desk.acts.commands import version_of
from app.desk.page import visible_ticket
from app.desk.routes.root import blueprint
from app.reports.service import judge_part as judge
from app.tickets.facts import Verb
from app.tickets.schemas import Command


@blueprint.post("/tickets/<reference>/parts/<int:number>/<verb>")
@staff("coordinator", "screener")
def judge_part(reference: str, number: int, verb: str) -> Response:
    """Show what somebody added, or leave it closed; then the same ticket again."""
    actor = current_actor()
    with transaction() as session:
        ticket = visible_ticket(session, reference, actor)
        code = request.form.get("code", "") if verb == Verb.HIDE else ""
        command = Command(
            reference=ticket.reference,
            verb=clean_line(verb),
            expected_version=version_of(request.form),
            code=clean_line(code)[:64] or None,
            part=number,
        )
        judge(session, command, actor=actor, now=now())
    return redirect(url_for("desk.check_one", reference=ticket.reference, done=command.verb), 303)
