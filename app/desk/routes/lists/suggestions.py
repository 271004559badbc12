"""The desk's list of suggestions, and verdicts about reasons for and against them."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.desk.page import visible_ticket
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.suggesting.queue import queue
from app.suggestions.queues import parse_place
from app.suggestions.service import reasoning
from app.tickets.models import Ticket


@blueprint.get("/suggestions")
@staff("officer", "manager", "coordinator", "screener")
def suggestions() -> str:
    """Show what is to be read and what is to be answered."""
    read, answer = (parse_place(request.args.get(name, "")) for name in ("read", "answer"))
    found = queue(current_session(), current_actor(), now(), read=read, answer=answer)
    return render_template("desk/suggestions.html", queue=found, notice=notice())


@blueprint.post("/suggestions/reasons/<int:number>/<verb>")
@staff("coordinator", "screener")
def judge_reason(number: int, verb: str) -> Response:
    """Publish a reason, or do not show it."""
    with transaction() as session:
        reason = reasoning.judge(session, number, verb, actor=current_actor(), now=now())
        reference = session.get_one(Ticket, reason.ticket_id).reference
        visible_ticket(session, reference, current_actor())
    return redirect(url_for("desk.show_ticket", reference=reference, done=verb), 303)
