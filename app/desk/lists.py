"""The inbox as a page: tabs with counts, filters, rows in words.

The number of statements is the same for an empty list and for a full one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from urllib.parse import urlencode

from sqlalchemy import and_
from sqlalchemy.orm import Session

from app.agencies.filters import filters_of
from app.agencies.queries import active
from app.catalog.models import Words
from app.catalog.queries import categories, profile, today, units
from app.core.actor import Actor
from app.core.db import TookTooLong, at_most
from app.core.kept import kept
from app.core.words.dates import due
from app.core.words.i18n import N_, pick, translate
from app.desk import queries
from app.desk.acts.choices import Choice, people_of
from app.desk.acts.next_step import age, help_step, next_step
from app.desk.helping import requests_to
from app.desk.inbox.queues import Queue, narrowed, queues
from app.desk.inbox.saved import KEEPERS, Saved, query_of, shown
from app.desk.inbox.search import found_by
from app.desk.schemas import MANY, Cursor, ListView
from app.tickets.models import Cooperation, Ticket
from app.tickets.tables import KINDS
from app.tickets.words.view import TicketView, ticket_views

EXCERPT = 90
SEARCH_MS = 1_000
NOT_FOUND = N_("Nothing that you may see has these words.")
LABELS = {
    "new": N_("New"),
    "mine": N_("Mine"),
    "due": N_("Due"),
    "overdue": N_("Overdue"),
    "waiting": N_("On hold"),
    "approval": N_("For approval"),
    "disputed": N_("Disputed"),
    "doubted": N_("Doubted proof"),
    "cooperation": N_("Cooperation"),
    "duty": N_("Urgent?"),
    "all": N_("All"),
}
STATE_LABELS = {
    "received": N_("To be sorted"),
    "assigned": N_("To be accepted"),
    "in_progress": N_("In progress"),
    "waiting": N_("On hold"),
    "resolved": N_("Resolved"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
    "declined": N_("Not accepted"),
    "merged": N_("Merged"),
}
EMPTY = {
    "new": N_("Nothing new. Well done."),
    "mine": N_("Nothing lies in your hands."),
    "due": N_("Nothing is due today or soon."),
    "overdue": N_("Nothing is overdue."),
    "waiting": N_("Nothing is on hold."),
    "approval": N_("Nothing waits for approval."),
    "disputed": N_("Nobody disagrees with a result."),
    "doubted": N_("Every proof fits."),
    "cooperation": N_("Nobody asks for your help at the moment."),
    "duty": N_("Nothing is said to be urgent."),
    "all": N_("There are no tickets here."),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket in the list. version: as it is shown. text: of the first reporter.

    officer: in whose hands it is. disputed: the reporter disagrees or asks to open it again.
    """

    view: TicketView
    version: int
    age: str
    text: str
    next: str
    disputed: bool
    proposed: bool
    officer: str

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        return excerpt(self.text, EXCERPT)


@dataclass(frozen=True)
class Tab:
    """A list with how many it has; empty where it is not counted."""

    name: str
    label: str
    count: str


@dataclass(frozen=True)
class Option:
    """A value to filter by or to choose."""

    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """All that the page shows. broken_off: the search took too long.

    keeps: whether the reader works on tickets. query: what makes this view. news: what to ask for
    what is new; empty where nothing is asked.
    """

    shown: ListView
    tabs: list[Tab]
    rows: list[Row]
    broken_off: bool
    empty: str
    after: Cursor | None
    longer: int | None
    wider: bool
    categories: list[Option]
    areas: list[Option]
    states: list[Option]
    agencies: list[Option]
    saved: list[Saved]
    people: tuple[Choice, ...]
    keeps: bool
    query: Mapping[str, str]
    news: str


def inbox_page(session: Session, actor: Actor, view: ListView, now: datetime) -> Inbox:
    """Read one page of a list."""
    scope = queries.scope_of(session, actor)
    lists = queues(session, scope, view, now)
    found = queries.counts(session, {name: lists[name] for name in lists if name != "all"})
    page, broken_off = _page(session, scope, view, lists[view.tab], now)
    asked = _asked(session, scope, view, page.tickets)
    offered = _offered(session, today(session, now))
    return Inbox(
        shown=view,
        tabs=[
            Tab(name, translate(LABELS[name]), bounded(found[name]) if name in found else "")
            for name in lists
        ],
        rows=rows_of(session, page.tickets, now, asked),
        broken_off=broken_off,
        empty=translate(NOT_FOUND if view.sought else EMPTY[view.tab]),
        after=page.after,
        longer=MANY if page.after and view.rows < MANY else None,
        wider=scope.wider,
        categories=_options(offered.categories),
        areas=_options(offered.areas),
        saved=[shown(row, view) for row in filters_of(session, scope.own)],
        people=people_of(session, min(scope.own, default=None), now) if page.tickets else (),
        keeps=bool(scope.own) and any(role in KEEPERS for role, _agency in actor.roles),
        query=query_of(view),
        news="" if view.sought or view.after else urlencode({**query_of(view), "rows": view.rows}),
        states=[Option(code, translate(words)) for code, words in STATE_LABELS.items()],
        agencies=_options(
            {
                code: names
                for code, names in offered.agencies.items()
                if scope.seen is None or code in scope.seen
            }
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Offered:
    """What lists are narrowed down by: {code: names}, in the order in which it is offered."""

    categories: Mapping[str, Words]
    areas: Mapping[str, Words]
    agencies: Mapping[str, Words]


@kept
def _offered(session: Session, on: date) -> _Offered:
    return _Offered(
        categories={row.code: row.names for kind in KINDS for row in categories(session, kind)},
        areas={row.code: row.full_names for row in units(session)},
        agencies={row.code: row.names for row in active(session, on)},
    )


def _options(offered: Mapping[str, Words]) -> list[Option]:
    return [Option(code, pick(names)) for code, names in offered.items()]


def news_of(session: Session, actor: Actor, view: ListView, now: datetime) -> dict[str, int]:
    """Return {code: version} of what the first page of a list has now."""
    scope = queries.scope_of(session, actor)
    shown = queues(session, scope, view, now)[view.tab]
    return queries.versions(session, replace(view, after=None), *shown)


def _page(
    session: Session,
    scope: queries.Scope,
    view: ListView,
    shown: Queue,
    now: datetime,
) -> tuple[queries.Page, bool]:
    """Return the page, and whether its search was broken off."""
    if not view.sought:
        return queries.page(session, view, *shown), False
    try:
        with at_most(session, SEARCH_MS):
            found = and_(found_by(session, scope, view.sought), *narrowed(session, view, now))
            return queries.page(session, view, found), False
    except TookTooLong:
        return queries.Page([], None), True


def _asked(
    session: Session, scope: queries.Scope, view: ListView, tickets: list[Ticket]
) -> Mapping[int, Cooperation]:
    if view.tab != "cooperation":
        return {}
    return requests_to(session, scope, [ticket.id for ticket in tickets])


def bounded(count: int) -> str:
    """Return a count in words that never promise more than was counted."""
    return f"{queries.MOST - 1}+" if count >= queries.MOST else str(count)


def rows_of(
    session: Session,
    tickets: list[Ticket],
    now: datetime,
    asked: Mapping[int, Cooperation] = MappingProxyType({}),
) -> list[Row]:
    """Return tickets in words. asked: the request for the reader's help, where it is that list."""
    date = partial(due, zone=profile(session).zone, now=now)
    views = ticket_views(session, tickets, now=now, audience="staff")
    besides = queries.beside(session, [ticket.id for ticket in tickets])
    return [
        Row(
            view=view,
            version=ticket.row_version,
            age=age(ticket.received_at, now),
            text=beside.text,
            next=help_step(asked[ticket.id], date, now)
            if ticket.id in asked
            else next_step(ticket, date, now, proposed=beside.proposed),
            disputed=ticket.disputed_outcome or ticket.reopen_asked_at is not None,
            proposed=beside.proposed,
            officer=beside.officer,
        )
        for ticket, view in zip(tickets, views, strict=True)
        for beside in (besides[ticket.id],)
    ]


def excerpt(text: str, length: int) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rstrip()} …"
