"""Short links of messages: to the report's page, and to the end of the news.

1. Looking changes nothing: programs open links in mails before people do. The end takes a button.
2. A mail program's own button posts here by itself (RFC 8058); so no page of ours need be open.
"""

from flask import make_response, render_template, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.core.db import current_session, transaction
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import LOOK_UP, WRITE, limiter
from app.reports import service
from app.reports.links import FOLLOW, STOP, follow_signature
from app.reports.models import Report
from app.reports.queries import by_short_code
from app.residents.routes.root import blueprint
from app.tickets.models import Ticket


@blueprint.get("/s/<follow_code>")
@public
@limiter.limit(LOOK_UP)
def short_link(follow_code: str) -> Response:
    """Lead to the reporter's page."""
    session = current_session()
    report = by_short_code(session, follow_code, FOLLOW)
    reference = session.get_one(Ticket, report.ticket_id).reference
    response = redirect(
        url_for("residents.follow", reference=reference, signature=follow_signature(report))
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/stop/<stop_code>")
@public
@limiter.limit(LOOK_UP)
def stop(stop_code: str) -> Response:
    """Show the one button that ends the news."""
    report = by_short_code(current_session(), stop_code, STOP)
    return _page(stop_code, report, done=False)


@blueprint.post("/stop/<stop_code>")
@public
@limiter.limit(WRITE)
def stop_news(stop_code: str) -> Response:
    """End the news about one report."""
    with transaction() as session:
        report = by_short_code(session, stop_code, STOP)
        service.stop_news(session, report, now=now())
    return _page(stop_code, report, done=True)


def _page(code: str, report: Report, *, done: bool) -> Response:
    reference = current_session().get_one(Ticket, report.ticket_id).reference
    page = render_template("residents/stop.html", code=code, reference=reference, done=done)
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
