"""What is to be done next with a ticket, in a few words for the list. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core.words.i18n import N_, translate, translate_plural
from app.tickets.facts import Status
from app.tickets.models import Cooperation, Ticket
from app.tickets.problem_table import OPEN
from app.tickets.tables import SUGGESTION

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

AFTER_OUTCOME = N_("Nothing to do: the reporter may confirm or disagree")
PLAIN = {
    Status.ASSIGNED: N_("Accept, or return with a reason"),
    Status.WAITING: N_("On hold"),
    Status.IN_PROGRESS: N_("Do the work and report the result"),
    Status.RESOLVED: AFTER_OUTCOME,
    Status.ANSWERED: AFTER_OUTCOME,
    Status.CLOSED: N_("Nothing to do"),
    Status.DECLINED: N_("Nothing to do: the reporter may ask for a review"),
    Status.MERGED: N_("Nothing to do here: see the other ticket"),
    Status.UNPUBLISHED: N_("Read it: publish it, or refuse with a reason"),
    Status.IN_DELIVERY: N_("Name the next step, or report it as put into practice"),
    Status.DELIVERED: N_("Nothing to do"),
    Status.DROPPED: N_("Nothing to do"),
    Status.EXPIRED: N_("No step followed the answer: name one"),
}
OF_SUGGESTION = {
    Status.ASSIGNED: N_("Write the first note, or return it with a reason"),
    Status.IN_PROGRESS: N_("Review it and give the official answer"),
    Status.ANSWERED: N_("Name the next step, if it was accepted"),
    Status.DECLINED: N_("Nothing to do"),
}
QUESTIONED = N_("The author questions the answer: say why it stands, or review it again")
TO_ROUTE = N_("The responsible agency is being looked up")
TO_APPROVE = N_("A manager approves the proposed act, or sends it back")
TO_REVIEW = N_("Review the refusal")
TO_ASSIGN = N_("Find the responsible agency")
TO_REPLY = N_("Reply to the reporter by %(date)s")
LATE_TO_REPLY = N_("Reply to the reporter: overdue since %(date)s")
GOES_ON = N_("Goes on by itself on %(date)s")
PLANNED = N_("Do the work on %(date)s, as planned")
PLAN_CAME = N_("The planned day has come: do the work, or set another day")
TO_REDO = N_("The reporter disagrees: work on it again and report the result")
ASKED_TO_REOPEN = N_("The reporter asks to open it again: do so, or uphold the result")
TO_JUDGE = N_("Said to be urgent: confirm it, or lower it with a reason")
TO_EXPLAIN = N_("The promised date has passed: apologise and set a new date by %(date)s")
LATE_TO_EXPLAIN = N_("Apologise and set a new date: demanded since %(date)s")
TO_AGREE = N_("Your help is asked by %(date)s: agree, or say why not")
TO_HELP = N_("Do your part by %(date)s and report it")
LATE_TO_HELP = N_("Do your part and report it: late since %(date)s")
DISPUTED = N_("The reporter disagrees: open again or uphold")


def next_step(
    ticket: Ticket, instant: Callable[[datetime], str], now: datetime, *, proposed: bool = False
) -> str:
    """Return what somebody should do now. proposed: an act waits for a manager's approval."""
    status = Status(ticket.status)
    pressing = _pressing(ticket, instant, now)
    if pressing and not proposed:
        return pressing
    match status:
        case _ if proposed:
            words = TO_APPROVE
        case Status.RECEIVED if ticket.at_oversight and not ticket.in_triage:
            words = TO_REVIEW
        case Status.RECEIVED:
            words = TO_ASSIGN if ticket.in_triage else TO_ROUTE
        case Status.IN_PROGRESS if ticket.disputed_outcome:
            words = TO_REDO
        case Status.IN_PROGRESS if at_work := _at_work(ticket, instant, now):
            return at_work
        case Status.WAITING if ticket.paused_until is not None:
            return translate(GOES_ON, date=instant(ticket.paused_until))
        case _ if _waits_above(ticket):
            words = DISPUTED
        case Status.CLOSED if ticket.reopen_asked_at is not None:
            words = ASKED_TO_REOPEN
        case _:
            words = _otherwise(ticket, status)
    return translate(words)


def _otherwise(ticket: Ticket, status: Status) -> str:
    if ticket.kind != SUGGESTION:
        return PLAIN[status]
    if status is Status.ANSWERED and ticket.reopen_asked_at is not None:
        return QUESTIONED
    return OF_SUGGESTION.get(status, PLAIN.get(status, PLAIN[Status.CLOSED]))


def _pressing(ticket: Ticket, instant: Callable[[datetime], str], now: datetime) -> str:
    """Return what goes before everything else: an urgent claim, then an apology that is owed."""
    if ticket.urgent_claim and ticket.status in OPEN:
        return translate(TO_JUDGE)
    if ticket.explain_by is None:
        return ""
    missed = ticket.explain_by < now
    return translate(LATE_TO_EXPLAIN if missed else TO_EXPLAIN, date=instant(ticket.explain_by))


def _at_work(ticket: Ticket, instant: Callable[[datetime], str], now: datetime) -> str:
    """Return what comes first of the work itself: the reply that is owed, the planned day."""
    due, planned = ticket.first_reply_due_at, ticket.planned_for
    if ticket.first_replied_at is None and due is not None:
        return translate(LATE_TO_REPLY if due < now else TO_REPLY, date=instant(due))
    if planned is None:
        return ""
    return translate(PLAN_CAME if planned <= now else PLANNED, date=instant(planned))


def _waits_above(ticket: Ticket) -> bool:
    """Tell whether the agency above must decide a last dispute, also of what was confirmed."""
    rests = ticket.status in (Status.RESOLVED, Status.ANSWERED)
    beaten = ticket.status == Status.CLOSED and ticket.confirmed
    return ticket.kind != SUGGESTION and ticket.disputed_outcome and (rests or beaten)


def help_step(asked: Cooperation, instant: Callable[[datetime], str], now: datetime) -> str:
    """Return what the agency that was asked to help should do now."""
    due = instant(asked.due_at) if asked.due_at else ""
    if asked.due_at is not None and asked.due_at < now:
        return translate(LATE_TO_HELP, date=due)
    return translate(TO_AGREE if asked.accepted_at is None else TO_HELP, date=due)


def age(since: datetime, now: datetime) -> str:
    """Return how long ago something was, in one unit."""
    passed = max(now - since, timedelta(0))
    if passed < HOUR:
        minutes = passed // timedelta(minutes=1)
        return translate_plural("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if passed < DAY:
        return translate_plural("%(num)s hour ago", "%(num)s hours ago", passed // HOUR)
    return translate_plural("%(num)s day ago", "%(num)s days ago", passed // DAY)
