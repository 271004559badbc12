"""Following what others reported, or a known incident: the form, the question by mail, the end.

1. Whatever address is typed, the answer is the same: nobody learns whether it is known here.
2. Looking at the link of a message changes nothing: programs open links in mails before people do.
   The yes takes a button, and so does the end; a mail program's own button posts by itself.
3. A browser that has proved an address follows by one tap.
"""

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.contacts import email_of
from app.accounts.reach.push import parse_subscription
from app.accounts.schemas import EMAIL_PATTERN
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import ASK_CODE, LOOK_UP, WRITE, limiter
from app.core.words.i18n import N_, language
from app.core.words.text import clean_line
from app.following import service
from app.following.models import Follower
from app.following.queries import Followed, by_code, followed
from app.notices.queries import notice
from app.notifications.recipients.owing import ask_owner
from app.residents.forms import by_field
from app.residents.mine import MAX_ADDRESS, current
from app.residents.routes.own import closed
from app.residents.routes.root import blueprint
from app.residents.words.followed import followed_view
from app.suggestions.service import may_support, support
from app.tickets.models import Ticket
from app.tickets.queries import alive, by_reference, lock, unknown
from app.tickets.tables import SUGGESTION

OF_TICKET, OF_NOTICE = "/tickets/<reference>/follow", "/notices/<int:number>/follow"
OWN = "/following/<follower_code>"


@blueprint.get(OF_TICKET)
@blueprint.get(OF_NOTICE)
@public
@limiter.limit(LOOK_UP)
def ask_to_follow(reference: str = "", number: int = 0) -> str:
    """Show the form for the address."""
    return _form(reference, number, {})


@blueprint.post(OF_TICKET)
@blueprint.post(OF_NOTICE)
@public
@limiter.limit(ASK_CODE)
def follow_by_mail(reference: str = "", number: int = 0) -> BaseResponse | tuple[str, int]:
    """Take an address, or use the one that this browser has proved."""
    try:
        with transaction() as session:
            matter = _matter(session, reference, number)
            done = _follow(session, matter)
    except NotFound:
        raise
    except Rejection as error:
        return _form(reference, number, by_field(error)), error.status
    if not done:
        return redirect(request.path, 303)
    return _to_page(matter, done)


@blueprint.post(OF_TICKET + "/screen")
@blueprint.post(OF_NOTICE + "/screen")
@public
@limiter.limit(WRITE)
def follow_on_screen(reference: str = "", number: int = 0) -> BaseResponse | tuple[str, int]:
    """Send the news to this browser's screen."""
    given = (clean_line(request.form.get(name, "")) for name in ("endpoint", "p256dh", "auth"))
    try:
        with transaction() as session:
            matter = _matter(session, reference, number)
            wanted = parse_subscription(*given)
            service.follow_on_screen(session, matter, wanted, lang=language(), now=now())
    except NotFound:
        raise
    except Rejection as error:
        return _form(reference, number, by_field(error)), error.status
    return _to_page(matter, "follows")


def _matter(session: Session, reference: str, number: int) -> Followed:
    return by_reference(session, reference) if reference else notice(session, number)


def _follow(session: Session, matter: Followed) -> str:
    """Return what was done; nothing where only a button was pressed and no address is known."""
    typed = clean_line(request.form.get("email", ""))[: MAX_ADDRESS + 1]
    found = current(session, request)
    proved = email_of(session, found.proven) if found else ""
    if proved and typed.lower() in ("", proved.lower()):
        service.follow_by_mail(session, matter, proved, lang=language(), now=now())
        return "follows"
    if "email" not in request.form:
        return ""
    if not EMAIL_PATTERN.fullmatch(typed) or len(typed) > MAX_ADDRESS:
        raise Rejection("bad_email", N_("This is not an e-mail address."), field="email")
    follower = service.ask(session, matter, typed, lang=language(), now=now())
    if follower is not None:
        ask_owner(session, follower, now=now())
    return "asked"


def _to_page(matter: Followed, done: str) -> BaseResponse:
    page = followed_view(current_session(), matter, now=now()).page
    return redirect(f"{page}?done={done}", 303)


def _form(reference: str, number: int, errors: dict[str, list[str]]) -> str:
    session = current_session()
    view = followed_view(session, _matter(session, reference, number), now=now())
    if not view.title:
        raise unknown()
    typed = clean_line(request.form.get("email", ""))[:MAX_ADDRESS]
    return render_template(
        "residents/follow_matter.html", view=view, errors=errors, typed=typed, here=request.path
    )


@blueprint.get(OWN)
@blueprint.get(OWN + "/end")
@public
@limiter.limit(LOOK_UP)
def follower(follower_code: str) -> Response:
    """Show what is followed, with the button that says yes or ends it."""
    return _own(follower_code, by_code(current_session(), follower_code, now=now()))


@blueprint.post(OWN)
@public
@limiter.limit(WRITE)
def confirm_follower(follower_code: str) -> BaseResponse:
    """Take the yes of the address's owner."""
    with transaction() as session:
        found = by_code(session, follower_code, now=now())
        service.confirm(session, found, now=now())
        matter = followed(session, found)
        if isinstance(matter, Ticket) and matter.kind == SUGGESTION:
            _confirm_suggestion(session, found, matter)
    return redirect(url_for("residents.follower", follower_code=follower_code), 303)


def _confirm_suggestion(session: Session, found: Follower, asked: Ticket) -> None:
    """Support what goes on now, if that can be; the yes to the news holds in any case."""
    ticket = lock(session, alive(session, asked).id)
    address = email_of(session, [found.address_key])
    if ticket.id != asked.id and address:
        service.follow_by_mail(session, ticket, address, lang=language(), now=now())
    if "support" in request.form and may_support(session, ticket):
        support(session, ticket, [found.address_key], now=now(), address=address)


@blueprint.post(OWN + "/end")
@public
@limiter.limit(WRITE)
def end_follower(follower_code: str) -> Response:
    """End the news and erase the address."""
    with transaction() as session:
        found = by_code(session, follower_code, now=now())
        service.end(session, found, now=now())
    return _own(follower_code, found)


def _own(code: str, found: Follower) -> Response:
    session = current_session()
    view = followed_view(session, followed(session, found), now=now())
    page = render_template("residents/follower.html", view=view, follower=found, code=code)
    return closed(page)
