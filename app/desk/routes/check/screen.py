"""The check: the next ticket opens by itself, one can be opened by its address.

To open a ticket takes the turn at it, so that nobody else is given the same one.
"""

from flask import render_template, request
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import current_session, transaction
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.words.i18n import N_
from app.desk.acts.forms import Refused
from app.desk.check.page import check_page
from app.desk.check.queue import AFTERWARDS, FIRST, next_item, waiting
from app.desk.check.undo import undo_of
from app.desk.lists import bounded
from app.desk.page import visible_ticket
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice
from app.desk.schemas import parse_cursor
from app.tickets.models import Ticket
from app.tickets.service import take_turn

TAKEN = N_("Somebody else is looking at this one right now.")


@blueprint.get("/check")
@staff("coordinator", "screener")
def check() -> str:
    """Show the oldest that waits, after those that were left for later."""
    queue = AFTERWARDS if request.args.get("queue") == AFTERWARDS else FIRST
    after = parse_cursor(request.args.get("after", ""))
    with transaction() as session:
        ticket = next_item(session, queue, after, actor=current_actor(), now=now())
    return check_screen(ticket, queue=queue, after=str(after or ""))


@blueprint.get("/check/<reference>")
@staff("coordinator", "screener")
def check_one(reference: str) -> str:
    """Show one ticket, whoever's turn it is; say so where it is somebody else's."""
    actor = current_actor()
    with transaction() as session:
        ticket = visible_ticket(session, reference, actor)
        mine = take_turn(session, ticket, actor=actor, now=now())
    return check_screen(ticket, taken=not mine)


def check_screen(
    ticket: Ticket | None,
    *,
    queue: str = FIRST,
    after: str = "",
    taken: bool = False,
    refused: Refused | None = None,
) -> str:
    """Return the page of a ticket, or of an empty queue."""
    session, actor = current_session(), current_actor()
    page = check_page(session, ticket, actor, now=now(), refused=refused) if ticket else None
    return render_template(
        "desk/check.html",
        page=page,
        queue=queue,
        after=after,
        taken=TAKEN if taken else "",
        notice="" if refused else notice(),
        undo=undo_of(session, request.args.get("undo", "")[:64], actor, now()),
        counts=_counts(session, actor),
    )


def _counts(session: Session, actor: Actor) -> dict[str, str]:
    return {name: bounded(waiting(session, name, actor)) for name in (FIRST, AFTERWARDS)}
