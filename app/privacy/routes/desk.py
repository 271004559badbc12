"""The queue of requests about personal data, for the coordinating office and administrators."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.audit import REQUEST_CONTACT, note_look
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import sentences_by_field
from app.core.words.text import clean_line
from app.privacy.routes.root import blueprint
from app.privacy.words import contact_of, shown
from app.rights.queries import by_number, queue
from app.rights.schemas import parse_reason
from app.rights.service import answer, decide, extend

PAGE = "/desk/requests/<int:asked>"
ROLES = ("coordinator", "administrator")


@blueprint.get("/desk/requests")
@staff(*ROLES)
def request_queue() -> str:
    """Show what waits, the next due first."""
    session, at = current_session(), now()
    found = queue(session)
    return render_template(
        "privacy/queue.html",
        waiting=[shown(session, row, now=at) for row in found.waiting],
        closed=[shown(session, row, now=at) for row in found.closed],
    )


@blueprint.get(PAGE)
@staff(*ROLES)
def desk_request(asked: int) -> str:
    """Show one request with what can be done."""
    return _page(asked, {})


@blueprint.route(PAGE + "/contact", methods=["GET", "POST"])
@staff(*ROLES)
def show_contact(asked: int) -> Response | str:
    """Show how to reach the requester, and write down who looked."""
    if request.method == "GET":  # the page in the other language: asking again is a look again
        return redirect(url_for("privacy.desk_request", asked=asked))
    with transaction() as session:
        contact = contact_of(by_number(session, asked))
        note_look(session, REQUEST_CONTACT, str(asked), actor=current_actor(), now=now())
    return _page(asked, {}, contact)


@blueprint.post(PAGE + "/answer")
@staff(*ROLES)
def answer_request(asked: int) -> Response | tuple[str, int]:
    """Tell the requester how it goes on."""
    return _act(asked, answer)


@blueprint.post(PAGE + "/extend")
@staff(*ROLES)
def extend_request(asked: int) -> Response | tuple[str, int]:
    """Take more time, once, with a reason."""
    return _act(asked, extend)


@blueprint.post(PAGE + "/decide")
@staff(*ROLES)
def decide_request(asked: int) -> Response | tuple[str, int]:
    """Grant or refuse."""
    outcome = clean_line(request.form.get("outcome", ""))

    def act(session: Session, number: int, text: str, **rest: Any) -> None:  # noqa: ANN401
        decide(session, number, outcome, text, **rest)

    return _act(asked, act)


def _act(number: int, act: Callable[..., Any]) -> Response | tuple[str, int]:
    by_number(current_session(), number)
    try:
        text = _text()
        with transaction() as session:
            act(session, number, text, actor=current_actor(), now=now())
    except (Rejection, Rejections) as error:
        return _page(number, sentences_by_field(error)), error.status
    return redirect(url_for("privacy.desk_request", asked=number), 303)


def _text() -> str:
    problems: list[Rejection] = []
    text = parse_reason(request.form, "text", problems)
    if problems:
        raise Rejections(problems)
    return text


def _page(number: int, errors: dict[str, list[str]], contact: str = "") -> str:
    session = current_session()
    return render_template(
        "privacy/desk_request.html",
        asked=shown(session, by_number(session, number), now=now()),
        contact=contact,
        errors=errors,
        body=request.form,
    )
