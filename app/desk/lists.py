"""The inbox as a page: tabs with counts, filters, rows in words.

The number of statements is the same for an empty list and for a full one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.models import Words
from app.catalog.queries import categories, profile, today, units
from app.core.actor import Actor
from app.core.kept import kept
from app.core.words.dates import due
from app.core.words.i18n import N_, pick, translate
from app.desk import queries
from app.desk.acts.next_step import age, help_step, next_step
from app.desk.helping import requests_to
from app.desk.schemas import MANY, Cursor, ListView
from app.tickets.models import Cooperation, Ticket
from app.tickets.words.view import TicketView, ticket_views

EXCERPT = 90
LABELS = {
    "new": N_("New"),
    "due": N_("Due"),
    "overdue": N_("Overdue"),
    "waiting": N_("On hold"),
    "approval": N_("For approval"),
    "disputed": N_("Disputed"),
    "cooperation": N_("Cooperation"),
    "duty": N_("Urgent?"),
    "all": N_("All"),
}
EMPTY = {
    "new": N_("Nothing new. Well done."),
    "due": N_("Nothing is due today or soon."),
    "overdue": N_("Nothing is overdue."),
    "waiting": N_("Nothing is on hold."),
    "approval": N_("Nothing waits for approval."),
    "disputed": N_("Nobody disagrees with a result."),
    "cooperation": N_("Nobody asks for your help at the moment."),
    "duty": N_("Nothing is said to be urgent."),
    "all": N_("There are no tickets here."),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket in the list. text: of the first reporter.

    disputed: the reporter disagrees or asks to open it again.
    """

    view: TicketView
    age: str
    text: str
    next: str
    disputed: bool
    proposed: bool

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        return excerpt(self.text, EXCERPT)


@dataclass(frozen=True)
class Tab:
    """A list with how many it has."""

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
    """All that the page shows."""

    shown: ListView
    tabs: list[Tab]
    rows: list[Row]
    empty: str
    after: Cursor | None
    longer: int | None
    wider: bool
    categories: list[Option]
    areas: list[Option]
    agencies: list[Option]


def inbox_page(session: Session, actor: Actor, view: ListView, now: datetime) -> Inbox:
    """Read one page of a list."""
    scope = queries.scope_of(session, actor)
    conditions = queries.tabs(session, scope, view, now)
    found = queries.counts(session, conditions)
    page = queries.page(session, view, conditions[view.tab])
    asked = _asked(session, scope, view, page.tickets)
    offered = _offered(session, today(session, now))
    return Inbox(
        shown=view,
        tabs=[Tab(name, translate(LABELS[name]), bounded(found[name])) for name in conditions],
        rows=rows_of(session, page.tickets, now, asked),
        empty=translate(EMPTY[view.tab]),
        after=page.after,
        longer=MANY if page.after and view.rows < MANY else None,
        wider=scope.wider,
        categories=_options(offered.categories),
        areas=_options(offered.areas),
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
        categories={row.code: row.names for row in categories(session)},
        areas={row.code: row.full_names for row in units(session)},
        agencies={row.code: row.names for row in active(session, on)},
    )


def _options(offered: Mapping[str, Words]) -> list[Option]:
    return [Option(code, pick(names)) for code, names in offered.items()]


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
            age=age(ticket.received_at, now),
            text=beside.text,
            next=help_step(asked[ticket.id], date, now)
            if ticket.id in asked
            else next_step(ticket, date, now, proposed=beside.proposed),
            disputed=ticket.disputed_outcome or ticket.reopen_asked_at is not None,
            proposed=beside.proposed,
        )
        for ticket, view in zip(tickets, views, strict=True)
        for beside in (besides[ticket.id],)
    ]


def excerpt(text: str, length: int) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length].rstrip()} …"
