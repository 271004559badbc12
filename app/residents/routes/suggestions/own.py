"""What an author does behind the private link besides what every reporter can: add words."""

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import current_session
from app.core.errors import NotFound, Rejection, Rejections
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import WRITE, limiter
from app.reports.models import Report
from app.reports.queries import by_signature
from app.residents.forms import by_field
from app.residents.routes.own import PAGE, act_and_return, closed
from app.residents.routes.root import blueprint
from app.residents.suggesting.pages import own_page
from app.suggestions.schemas import parse_words
from app.suggestions.service import amend, may_rewrite
from app.tickets.models import Ticket
from app.tickets.queries import unknown
from app.tickets.tables import SUGGESTION


@blueprint.post(PAGE + "/amend")
@public
@limiter.limit(WRITE)
def amend_suggestion(reference: str, signature: str) -> BaseResponse:
    """Take new words: a version, or an addendum once somebody supports it."""

    def act(session: Session, report: Report) -> None:
        ticket = session.get_one(Ticket, report.ticket_id)
        if ticket.kind != SUGGESTION:
            raise unknown()
        words = parse_words(request.form, titled=may_rewrite(ticket))
        amend(session, report, words, now=now())

    try:
        return act_and_return("residents.follow", reference, signature, act, done="amended")
    except NotFound:
        raise
    except (Rejection, Rejections) as error:
        report = by_signature(current_session(), reference, signature)
        return author_page(report, signature, by_field(error), error.status)


def author_page(
    report: Report, signature: str, errors: dict[str, list[str]], status: int
) -> Response:
    """Return the author's page."""
    session = current_session()
    own = own_page(session, report, signature, now=now())
    body = render_template(
        "suggestions/own.html", own=own, page=own.page, errors=errors, body=request.form,
        done=request.args.get("done", ""),
    )  # fmt: skip
    return closed(body, status)
