"""Offers a ticket's reply templates, and fills the chosen one.

1. Offered are those of the ticket's agency and of the coordinating office, for its category or for
   all, in each language that they are kept in, if the ticket has all that they name.
2. A choice is a number and a language, such as "12:vi".
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.agencies.placeholders import fill, fits
from app.agencies.queries import offered_templates
from app.catalog.queries import profile
from app.core.errors import Rejection
from app.core.words.i18n import N_, day, use_language
from app.desk.acts.choices import Choice
from app.tickets.models import Ticket
from app.tickets.words.names import Names

UNKNOWN = N_("Please choose a template.")


def offered(session: Session, ticket: Ticket) -> tuple[Choice, ...]:
    """Return the templates to choose from; none for what no agency has."""
    if ticket.agency_code is None:
        return ()
    several = len(profile(session).languages) > 1
    return tuple(
        Choice(f"{number}:{lang}", f"{name} ({lang})" if several else name)
        for number, lang, name, _text in _filled(session, ticket)
    )


def filled(session: Session, ticket: Ticket, chosen: str) -> str:
    """Return the words of a choice. Raises Rejection for one that is not offered."""
    if ticket.agency_code is not None:
        for number, lang, _name, text in _filled(session, ticket):
            if chosen == f"{number}:{lang}":
                return text
    raise Rejection("unknown_template", UNKNOWN, field="text")


def _filled(session: Session, ticket: Ticket) -> Iterator[tuple[int, str, str, str]]:
    found = [
        one
        for one in offered_templates(session, ticket.agency_code or "")
        if one.category_code in (None, ticket.category_code)
    ]
    for lang in profile(session).languages if found else ():
        with use_language(lang):
            values = _values(session, ticket)
        for one in found:
            text = one.texts.get(lang, "")
            if text and fits(text, values):
                yield one.number, lang, one.name, fill(text, values)


def _values(session: Session, ticket: Ticket) -> dict[str, str]:
    names, due, zone = Names.load(session), ticket.outcome_due_at, profile(session).zone
    return {
        "reference": ticket.reference,
        "category": names.category(ticket.category_code),
        "area": names.area(ticket.area_code),
        "agency": names.agency(ticket.agency_code),
        "due": day(due.astimezone(zone).date(), zone) if due else "",
    }
