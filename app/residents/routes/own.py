"""What the pages behind a private link share: its address, an act that leads back, a closed answer.

The link is the key: nothing here needs a sign-in.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from app.core.db import transaction
from app.reports.models import Report
from app.reports.queries import by_signature

PAGE = "/follow/<reference>/<signature>"
Act = Callable[[Session, Report], Any]


def act_and_return(
    view: str, reference: str, signature: str, act: Act, *, done: str
) -> BaseResponse:
    """Do it with the link's report, and lead to a page that says so: reloading does nothing."""
    with transaction() as session:
        act(session, by_signature(session, reference, signature))
    return back_to(view, reference, signature, done=done)


def back_to(view: str, reference: str, signature: str, *, done: str) -> BaseResponse:
    """Lead to one of the link's pages."""
    return redirect(url_for(view, reference=reference, signature=signature, done=done), 303)


def closed(body: str, status: int = 200) -> Response:
    """Answer with what nobody may keep, index or pass on as a referrer."""
    response = make_response(body, status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
