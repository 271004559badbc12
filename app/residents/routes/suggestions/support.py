"""Supporting a suggestion, once for each verified person.

1. A browser that has proved a phone or a mailbox supports by one tap.
2. Else an e-mail address is typed: a message asks its owner, and the yes there is the support (see
   `company.following`). A phone is proved on the way of "my reports".
3. Who is counted hears the answer: by e-mail where an address is known, else by message to the
   phone where the installation sends any. The page says so before, and what comes can be ended.
"""

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts.contacts import email_of
from app.accounts.models import ResidentSession
from app.accounts.reach.blind import contact_key, mailbox
from app.accounts.reach.proofs import EMAIL, PHONE, proven_phone
from app.accounts.schemas import EMAIL_PATTERN
from app.core.db import current_session, transaction
from app.core.errors import Rejection
from app.core.time import now
from app.core.web.access import public
from app.core.web.limits import ASK_CODE, limiter
from app.core.words.i18n import N_, language
from app.core.words.text import clean_line
from app.following import service as following
from app.notifications.recipients.owing import ask_owner
from app.residents.forms import by_field
from app.residents.mine import MAX_ADDRESS, current, news_way
from app.residents.routes.root import blueprint
from app.residents.routes.suggestions.public import shown
from app.suggestions.queries import by_code
from app.suggestions.service import support, supports
from app.tickets.models import Ticket


@blueprint.post("/suggestions/<reference>/support")
@public
@limiter.limit(ASK_CODE)
def support_suggestion(reference: str) -> Response | tuple[str, int]:
    """Count a proved person, or ask the owner of an address."""
    try:
        with transaction() as session:
            ticket, _ = by_code(session, reference)
            done = _support(session, ticket, current(session, request))
    except Rejection as error:
        if error.status == 404:
            raise
        return shown(current_session(), reference, by_field(error)), error.status
    return redirect(url_for("residents.suggestion", reference=ticket.reference, done=done), 303)


def _support(session: Session, ticket: Ticket, found: ResidentSession | None) -> str:
    typed = clean_line(request.form.get("email", ""))[: MAX_ADDRESS + 1]
    if found is not None and found.proven and not typed:
        address = proven_phone(found) or email_of(session, found.proven)
        if not support(session, ticket, found.proven, now=now(), address=address):
            return "counted"
        return _follow(session, ticket, found)
    if not EMAIL_PATTERN.fullmatch(typed) or len(typed) > MAX_ADDRESS:
        raise Rejection("bad_email", N_("This is not an e-mail address."), field="email")
    if supports(session, ticket, [contact_key(EMAIL, mailbox(typed))]):
        return "asked"  # whoever typed it may be anybody: nobody learns that it is counted
    follower = following.ask(session, ticket, typed, lang=language(), now=now())
    if follower is not None:
        ask_owner(session, follower, now=now())
    return "asked"


def _follow(session: Session, ticket: Ticket, found: ResidentSession) -> str:
    """Let whoever supports hear the answer (rule 3); return what the page says then."""
    way, address = news_way(session, found)
    if way == EMAIL:
        following.follow_by_mail(session, ticket, address, lang=language(), now=now())
    elif way == PHONE:
        following.follow_by_phone(session, ticket, address, lang=language(), now=now())
    return f"supported-{way}" if way else "supported"
