"""Two suggestions become one: asked by one author, agreed or declined by the other."""

from collections.abc import Callable
from functools import partial

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session
from app.core.errors import NotFound, Rejection
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import WRITE, limiter
from app.core.words.text import clean_line
from app.notifications.plan import Template
from app.notifications.recipients.authors import tell_author
from app.reports.models import Report
from app.reports.queries import by_signature
from app.residents.forms import by_field
from app.residents.routes.own import PAGE, act_and_return
from app.residents.routes.root import blueprint
from app.residents.routes.suggestions.own import author_page
from app.suggestions.service import merging
from app.tickets.models import Ticket
from app.tickets.queries import unknown
from app.tickets.tables import SUGGESTION

MAX_CODE = 64


@blueprint.post(PAGE + "/merge")
@public
@limiter.limit(WRITE)
def ask_to_merge(reference: str, signature: str) -> BaseResponse:
    """Ask the author of another suggestion whether this one may go on as that."""
    return _do(reference, signature, _ask, "merge")


@blueprint.post(PAGE + "/merge/agree")
@public
@limiter.limit(WRITE)
def agree_to_merge(reference: str, signature: str) -> BaseResponse:
    """Let another go on as this one."""
    return _do(reference, signature, partial(merging.agree, now=now()), "agree")


@blueprint.post(PAGE + "/merge/decline")
@public
@limiter.limit(WRITE)
def decline_to_merge(reference: str, signature: str) -> BaseResponse:
    """Leave them apart."""
    return _do(reference, signature, _decline, "decline")


def _ask(session: Session, report: Report, typed: str) -> None:
    into = merging.ask_to_merge(session, report, typed, now=now())
    own = session.get_one(Ticket, report.ticket_id)
    tell_author(session, into, Template.MERGE_WISHED, own, now=now())


def _decline(session: Session, report: Report, typed: str) -> None:
    asking = merging.decline(session, report, typed)
    own = session.get_one(Ticket, report.ticket_id)
    tell_author(session, asking, Template.MERGE_DECLINED, own, now=now())


def _do(
    reference: str, signature: str, verb: Callable[[Session, Report, str], None], done: str
) -> BaseResponse:
    typed = clean_line(request.form.get("into", ""))[:MAX_CODE]

    def act(session: Session, report: Report) -> None:
        if session.get_one(Ticket, report.ticket_id).kind != SUGGESTION:
            raise unknown()
        verb(session, report, typed)

    try:
        return act_and_return("residents.follow", reference, signature, act, done=done)
    except NotFound:
        raise
    except Rejection as error:
        report = by_signature(current_session(), reference, signature)
        return author_page(report, signature, by_field(error), error.status)
