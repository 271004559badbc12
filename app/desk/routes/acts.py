"""Acting on a ticket: a form in, one transaction, and back to where the officer was.

1. A refusal shows the same page again with each sentence at its field and what was typed. Photos
   wait for the next sending only where the act is this person's to do.
2. After the act the ticket may be somebody else's: then the way leads to the list.
3. `back` names the work list that the form stood on; nothing else is followed. After a verdict of
   the check the next ticket opens; what was taken back opens once more.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import IO
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences, each_photo, sentences_by_field
from app.desk.acts.commands import asked_verb, form_key, parse_command, photo_files
from app.desk.acts.forms import Refused
from app.desk.acts.replies import parse_reply
from app.desk.check.queue import AFTERWARDS, FIRST
from app.desk.check.undo import BACK
from app.desk.page import ticket_page, visible_ticket
from app.desk.phrasing.filling import filled
from app.desk.routes.check.screen import check_screen
from app.desk.routes.root import blueprint
from app.media import waiting
from app.media.models import Photo
from app.reports.service import split
from app.suggestions.service import convert
from app.tickets.facts import Verb
from app.tickets.models import Ticket
from app.tickets.policy import may_see
from app.tickets.problem_table import needs_approval
from app.tickets.service import perform, role_for, roles_now
from app.tickets.service.step.judging import waiting_proposal

MAX_KEPT = 10_000
# What concerns more than the ticket.
PERFORMED: Mapping[Verb, Callable[..., Ticket]] = {Verb.SPLIT: split, Verb.CONVERT: convert}


@blueprint.post("/tickets/<reference>/<verb>")
@staff()
def act(reference: str, verb: str) -> Response | tuple[str, int]:
    """Carry out a verb: 303 on success, the page again with what is wrong otherwise."""
    asked = asked_verb(verb)
    if "fill" in request.form:
        return _filled(reference, asked)
    try:
        seen, done = _performed(reference, asked)
    except (Rejection, Rejections) as refused:
        return _again(reference, asked, refused)
    return redirect(_next_address(seen, done), 303)


@blueprint.get("/tickets/<reference>/<verb>")
@staff()
def leave_act(reference: str, verb: str) -> Response:
    """Lead from the address of a refused form (reloaded, or another language) to the ticket."""
    return redirect(f"{url_for('desk.show_ticket', reference=reference)}#{asked_verb(verb)}", 302)


def _performed(reference: str, verb: Verb) -> tuple[str | None, str]:
    """Return the ticket's code (None: not the actor's to see any more) and what was done."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        ticket = visible_ticket(session, reference, actor)
        key = form_key(ticket.reference, verb, actor.account_id)
        command = parse_command(
            session, ticket, verb, request.form, request.files, key=key, now=moment
        )
        if verb is Verb.FILE_REPLY:
            role_for(session, ticket, verb, actor, moment)  # who may not is told that first
            reply = parse_reply(session, request.form, request.files, now=moment)
            command = replace(command, reply=reply)
        ticket = PERFORMED.get(verb, perform)(session, command, actor=actor, now=moment)
        kept = needs_approval("all", verb) and waiting_proposal(session, ticket) is not None
        seen = ticket.reference if may_see(session, ticket, actor) else None
        return seen, Verb.PROPOSE.value if kept else verb.value


def _next_address(seen: str | None, done: str) -> str:
    match request.form.get("back"):
        case "check" | "afterwards" as queue:
            return _next_check(queue, seen, done)
        case "approvals":
            return url_for("desk.approvals", done=done)
        case "triage":
            return url_for("desk.triage", done=done)
        case _ if seen is None:
            return url_for("desk.inbox", done=done)
        case _:
            return url_for("desk.show_ticket", reference=seen, done=done)


def _next_check(queue: str, seen: str | None, done: str) -> str:
    if seen is not None and done in BACK.values():
        return url_for("desk.check_one", reference=seen, done=done)
    return url_for(
        "desk.check",
        queue=None if queue == FIRST else queue,
        after=request.form.get("after") or None,
        done=done,
        undo=seen if done in BACK else None,
    )


def _kept(key: UUID, moment: datetime) -> tuple[list[Photo], list[str]]:
    """Return the photos that wait for the form's next sending, and what is wrong with others."""
    kept = set(request.form.getlist("kept"))

    def keep(_number: int, stream: IO[bytes]) -> None:
        with transaction() as session:
            kept.add(str(waiting.keep(session, key, stream, now=moment).id))

    wrong = each_photo(photo_files(request.files), keep)
    found = waiting.waiting(current_session(), key, now=moment)
    return [photo for photo in found if str(photo.id) in kept], wrong


def _filled(reference: str, verb: Verb) -> tuple[str, int]:
    """Show the form again with the words of the chosen template; nothing is done."""
    session = current_session()
    ticket = visible_ticket(session, reference, current_actor())
    try:
        words = filled(session, ticket, request.form.get("template", ""))
    except Rejection as unknown:
        return _again(reference, verb, unknown)
    return _shown(reference, verb, {"text": words}, {}, 200)


def _again(reference: str, verb: Verb, error: Rejection | Rejections) -> tuple[str, int]:
    # The other ticket that was named may be unknown; this page is not.
    status = 422 if isinstance(error, NotFound) else error.status
    return _shown(reference, verb, {}, sentences_by_field(error), status)


def _shown(
    reference: str, verb: Verb, instead: Mapping[str, str], sentences: Sentences, status: int
) -> tuple[str, int]:
    """Show the page with what was typed. instead: fields that are to hold something else."""
    session, actor, moment = current_session(), current_actor(), now()
    ticket = visible_ticket(session, reference, actor)
    typed = {name: value[:MAX_KEPT] for name, value in request.form.items()} | dict(instead)
    key = form_key(ticket.reference, verb, actor.account_id)
    could = verb in roles_now(session, ticket, actor, moment)
    photos, wrong = _kept(key, moment) if could else ([], [])
    sentences = {**sentences, **({"photos": wrong} if wrong else {})}
    refused = Refused(verb=verb, typed=typed, sentences=sentences, photos=photos)
    back = request.form.get("back")
    if back in (FIRST, AFTERWARDS):
        after = typed.get("after", "")
        return check_screen(ticket, queue=back, after=after, refused=refused), status
    page = ticket_page(session, reference, actor, now=moment, refused=refused)
    return render_template("desk/ticket.html", page=page, notice=""), status
