"""Joining an open ticket instead of making another one.

1. What is said is a report like any other: same parser, same key, same private link. It belongs to
   the ticket that carries on, also if that is not the one that was named.
2. Joined is what everybody can see and what is still open; anything else looks like nothing.
3. The same key again returns the first answer, also when the ticket has ended meanwhile.
4. What was public stays public; the new words and photos wait for the check, whatever the category
   says: nobody asked for them to stand beside somebody else's.
5. What the ticket's category wants to know of who reports, it wants of whoever joins.
6. Words that the law has another way for join nothing: they make a ticket of their own, which is
   private. The same holds for what is chosen to be about a restricted subject, a suggestion or an
   agency's conduct, in whatever form it comes: it would else be read beside somebody else's words.
7. Who has just reported may find the others afterwards: the own ticket is merged into theirs, while
   nobody has accepted it, and only into one that is offered.
8. What was closed and is there again makes a new ticket that names the earlier one, at the place
   that is public of it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.reach.contact_policy import settled_contact
from app.catalog.models import Category
from app.catalog.queries import profile
from app.core.actor import REPORTER
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.reports.answers import check_answers, subject_of
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.nearby import similar_to, wanted_after
from app.reports.schemas import SubmitReport
from app.reports.service.additions import add_contact
from app.reports.service.intake import (
    Submitted,
    check_codes,
    keep_report,
    known_category,
    legal_kind_of,
    repeated,
    submit,
)
from app.routing.service import preview
from app.tickets import service as tickets
from app.tickets.facts import Status
from app.tickets.models import Ticket
from app.tickets.problem_table import OPEN
from app.tickets.problem_table.guards import UNJUDGED
from app.tickets.queries import alive, lock_chain, point_of, unknown
from app.tickets.words import REFUSALS
from geo.morton import map_key


def may_be_joined(session: Session, ticket: Ticket) -> bool:
    """Tell whether everybody can see the ticket and what it is about (rule 2)."""
    category = session.get_one(Category, ticket.category_code)
    return (
        not ticket.private
        and category.privacy == "open"
        and ticket.kind == "problem"
        and ticket.content != "hidden"
        and ticket.about_agency_code is None
    )


def wanted_contact(session: Session, ticket: Ticket) -> str:
    """Return the contact policy that holds for whoever joins (rule 5)."""
    return session.get_one(Category, ticket.category_code).contact_policy


def check_joinable(session: Session, ticket: Ticket) -> None:
    """Raises NotFound for what cannot be seen, Conflict for what has ended."""
    if not may_be_joined(session, ticket):
        raise unknown()
    if ticket.status not in OPEN:
        raise Conflict(
            "ended", N_("This has ended meanwhile. Please send your words as a new report.")
        )


def join(
    session: Session, command: SubmitReport, ticket: Ticket, *, now: datetime, proved: str = ""
) -> Submitted:
    """Add a report to an open ticket. proved: as for `submit`.

    Raises Rejection, NotFound, Conflict.

    The order is that of `submit`: a repeat does not depend on what its sender has proved by then.
    """
    category = known_category(session, command.category)
    check_codes(session, command)
    answers = check_answers(category, command.answers)
    if command.place is not None:
        preview(session, command.place)
    subject = subject_of(session, category, answers).category
    if legal_kind_of(command) is not None or _stands_alone(subject, command, ticket):
        return submit(session, command, now=now, proved=proved)
    *_merged, current = lock_chain(session, ticket.id)
    there = session.scalar(
        select(Report.id).where(Report.idempotency_key == command.idempotency_key)
    )
    if there is not None:
        return repeated(session, command)
    check_joinable(session, current)
    report = keep_report(session, command, answers, now, joins=current)
    if report is None:
        return repeated(session, command)
    contact = settled_contact(
        wanted_contact(session, current), command.contact, proved=proved, channel=command.channel,
        region=profile(session).phone_region,
    )  # fmt: skip
    tickets.join(session, current.id, urgent=command.urgent, actor=REPORTER, now=now)
    if contact is not None:
        add_contact(session, report, contact, now=now, proved=proved)
    return Submitted(
        report=report, ticket=current, signature=follow_signature(report), repeated=False
    )


def _stands_alone(subject: Category, command: SubmitReport, ticket: Ticket) -> bool:
    """Tell whether a report makes a ticket of its own, wherever it was sent to (rule 6)."""
    elsewhere = subject.code != ticket.category_code and subject.asks_about_agency
    about_staff = elsewhere or command.about_agency is not None
    return subject.privacy == "restricted" or subject.kind != "problem" or about_staff


def join_own(session: Session, report: Report, into: Ticket, *, now: datetime) -> Ticket:
    """Merge the reporter's own ticket into one that was there. A second click changes nothing."""
    session.refresh(report, with_for_update=True)
    own, into = session.get_one(Ticket, report.ticket_id), alive(session, into)
    if own.status == Status.MERGED and alive(session, own) is into:
        return into
    if report.withdrawn_at is not None or report.joined or not may_be_joined(session, own):
        raise Conflict("not_now", REFUSALS["not_now"])
    check_joinable(session, into)
    wanted = wanted_after(session, report)
    offered = similar_to(session, wanted, now=now) if wanted else []
    if into.id not in {entry.ticket.id for entry in offered}:
        raise Conflict("not_similar", N_("These two are not about the same. Please look again."))
    return tickets.merge_own(session, own, into, actor=REPORTER, now=now)


def may_come_back(session: Session, ticket: Ticket) -> bool:
    """Tell whether everybody may say that what was closed is there again."""
    worked_on = ticket.status == Status.CLOSED and ticket.outcome_code not in UNJUDGED
    category = session.get_one(Category, ticket.category_code)
    return worked_on and category.active and may_be_joined(session, ticket)


def check_came_back(session: Session, ticket: Ticket) -> None:
    """Raises NotFound for what cannot be seen, Conflict for what is not closed."""
    if not may_be_joined(session, ticket):
        raise unknown()
    if not may_come_back(session, ticket):
        raise Conflict("not_now", REFUSALS["not_now"])


def come_back(
    session: Session, command: SubmitReport, earlier: Ticket, *, now: datetime, proved: str = ""
) -> Submitted:
    """Report that what was closed is there again (rule 8). Raises NotFound, Conflict, Rejection."""
    check_came_back(session, earlier)
    place = point_of(session, earlier)
    public = place is not None and earlier.map_key == map_key(place)
    filled = replace(
        command,
        category=earlier.category_code,
        place=place if public else None,
        accuracy_m=earlier.accuracy_m if public else None,
        stated_area=None if public else earlier.area_code,
    )
    return submit(session, filled, now=now, proved=proved, came_back=earlier)
