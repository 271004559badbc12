"""The words of a suggestion: versions until somebody supports it, addenda after that.

1. Whoever supports a text supports that text: from the first support on it is locked, and its
   author adds below.
2. New words wait for the check; what was checked stays public meanwhile.
3. Words are never changed in place: a version is a row (`suggestion_text`). There are at most
   `MOST_TEXTS`: somebody reads each of them.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.actor import REPORTER
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.reports.models import Report
from app.suggestions.queries import texts_of
from app.suggestions.schemas import Written
from app.tickets.facts import Act, Facts, Role, Verb
from app.tickets.models import SuggestionText, Ticket
from app.tickets.queries import lock
from app.tickets.service import facts_of
from app.tickets.service.opening import look_again
from app.tickets.service.step.apply import Said, apply
from app.tickets.tables import able
from app.tickets.words import REFUSALS

MOST_TEXTS = 20
FULL = Conflict(
    "too_many_texts",
    N_("You have written %(most)s times; more cannot be added."),
    field="text", params={"most": MOST_TEXTS},
)  # fmt: skip


def may_amend(facts: Facts, now: datetime) -> bool:
    """Tell whether its author can write to it."""
    return Verb.AMEND in able(facts, Role.REPORTER, now)


def may_rewrite(ticket: Ticket) -> bool:
    """Tell whether new words take the place of the former (rule 1)."""
    return ticket.supporters_count == 0


def amend(session: Session, report: Report, words: Written, *, now: datetime) -> None:
    """Take a new version or an addendum. Raises Conflict where nothing can be added any more."""
    ticket = lock(session, report.ticket_id)
    if report.withdrawn_at is not None:
        raise Conflict("not_now", REFUSALS["not_now"])
    if len(texts_of(session, ticket.id)) >= MOST_TEXTS:
        raise FULL
    addendum = not may_rewrite(ticket)
    act = Act(verb=Verb.AMEND, role=Role.REPORTER, now=now, has_text=bool(words.text))
    said = Said(params={"addendum": addendum})
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=REPORTER, now=now)
    write(session, ticket, words, now=now, addendum=addendum)
    look_again(ticket)


def write(
    session: Session, ticket: Ticket, words: Written, *, now: datetime, addendum: bool = False
) -> SuggestionText:
    """Keep words, with the copy that may become public. The ticket is locked, or new."""
    newest = select(func.coalesce(func.max(SuggestionText.number), 0))
    number = session.scalar(newest.where(SuggestionText.ticket_id == ticket.id)) or 0
    region = profile(session).phone_region
    row = SuggestionText(
        ticket_id=ticket.id,
        number=number + 1,
        addendum=addendum,
        title=words.title,
        body=words.text,
        public_title=mask(words.title, region=region),
        public_body=mask(words.text, region=region),
        written_at=now,
    )
    session.add(row)
    session.flush()
    return row
