"""The page behind a mailed link: one report, and what its agency can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.actor import Actor
from app.desk.acts.asks.suggestion import ask_for
from app.desk.acts.choices import read_choices
from app.desk.acts.forms import FormShown, Refused, form_for, summary
from app.desk.content import ReportShown, reports_shown
from app.suggestions.queries import title_of
from app.tickets.facts import Verb
from app.tickets.mail_links import BY_MAIL, form_seal
from app.tickets.models import Ticket
from app.tickets.service import roles_now
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import TicketView, ticket_view


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """All that the page shows. Contacts and photos are not among it."""

    view: TicketView
    title: str
    version: int
    reports: list[ReportShown]
    lines: list[Line]
    forms: tuple[FormShown, ...]
    seals: Mapping[str, str]
    wrong: list[tuple[str, str]]


def mail_page(
    session: Session, ticket: Ticket, actor: Actor, *, now: datetime, refused: Refused | None = None
) -> MailPage:
    """Read everything about it."""
    roles = roles_now(session, ticket, actor, now)
    verbs = [verb for verb in BY_MAIL[ticket.kind] if verb in roles]
    asks = {verb: ask_for(verb, ticket.kind) for verb in verbs}
    choices = read_choices(session, ticket, asks, roles=roles, suggested=(), now=now)
    proof = session.get_one(Category, ticket.category_code).proof_required
    forms = tuple(
        form_for(verb, choices, approval="none", proof_required=proof, refused=refused)
        for verb in verbs
    )
    return MailPage(
        view=ticket_view(session, ticket, now=now),
        title=title_of(session, ticket),
        version=ticket.row_version,
        reports=reports_shown(session, ticket),
        lines=lines(session, ticket)[::-1],
        forms=forms,
        seals={verb.value: form_seal(ticket, verb) for verb in verbs},
        wrong=summary(forms, refused),
    )


def by_mail_verb(name: str) -> Verb | None:
    """Return the verb of an address, if it can be done by mail with tickets of some kind.

    The seal of its form tells whether it can with this one.
    """
    verbs = (verb for kind in BY_MAIL.values() for verb in kind)
    return next((verb for verb in verbs if verb.value == name), None)
