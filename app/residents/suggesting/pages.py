"""What the pages of suggestions show: to everybody, and to the author behind the private link.

1. Words stand on the public page after the check only; of what was refused as unlawful, of what is
   hidden or withdrawn, none.
2. The state stands there on both axes: whether it is public, and how its answer stands.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts.models import ResidentSession
from app.accounts.schemas import CONSENT_TEXT
from app.catalog.maps import PageMap, ticket_map
from app.catalog.queries import profile
from app.core.words.i18n import pick, translate, translate_plural
from app.media.models import Photo
from app.reports.models import Report
from app.reports.queries import photos_of_report, public_photos
from app.residents.mine import news_way
from app.residents.words.ways import news_by
from app.suggestions import queries, service
from app.suggestions.queries import Both, Cursor, Wanted
from app.suggestions.service import merging, reasoning
from app.suggestions.service.reasoning import Reasons
from app.tickets.facts import Role, Verb
from app.tickets.models import Suggestion, SuggestionText, Ticket
from app.tickets.service import facts_of
from app.tickets.tables import able
from app.tickets.tables.publication import HIDDEN, PUBLISHED, REFUSED, WAITING
from app.tickets.words import suggestion as words
from app.tickets.words.timeline import Line, lines
from app.tickets.words.view import TicketView, ticket_view, ticket_views

SAYS_ANSWER = ("answer",)
EMPTY: Mapping[str, int] = MappingProxyType({})
STEPS = frozenset({"milestone", "deliver", "drop", "expire"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a list."""

    view: TicketView
    title: str


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One page of the list."""

    rows: list[Row]
    more: Cursor | None


def rows_of(session: Session, found: list[Both], now: datetime) -> list[Row]:
    """Return suggestions as lines of a list."""
    views = ticket_views(session, [ticket for ticket, _ in found], now=now)
    return [
        Row(view=view, title=suggestion.title)
        for view, (_, suggestion) in zip(views, found, strict=True)
    ]


def offers(session: Session, found: list[Both], now: datetime) -> dict[str, object]:
    """Return what is like a title, for the script of the form; `said`: how many, in words."""
    everywhere = translate("All of %(city)s", city=pick(profile(session).place_names))
    alike = [
        {
            "title": row.title,
            "where": row.view.area_name or everywhere,
            "status": row.view.status_words,
            "supports": translate_plural(
                "%(num)s support", "%(num)s supports", row.view.supporters_count
            ),
            "page": url_for("residents.suggestion", reference=row.view.reference),
        }
        for row in rows_of(session, found, now)
    ]
    said = translate_plural(
        "%(num)s suggestion is like this", "%(num)s suggestions are like this", len(alike)
    )
    return {"alike": alike, "said": said if alike else ""}


def list_page(session: Session, wanted: Wanted, after: Cursor | None, *, now: datetime) -> ListPage:
    """Return one page of what is published, the most supported first."""
    found, more = queries.page(session, wanted, after)
    return ListPage(rows=rows_of(session, found, now), more=more)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The official answer. basis: what it costs or rests on. decider: which office decided."""

    decision: str
    text: str
    basis: str
    decider: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SuggestionPage:
    """A suggestion's public page. said: whether it is public, in words.

    text: None where the words are not shown. steps: what followed the answer. proved: this browser
    has proved an address; news: by which kind of it the answer would come.
    """

    view: TicketView
    title: str
    text: str | None
    addenda: list[SuggestionText]
    publication: str
    said: str
    refusal: str
    screen_due_at: datetime
    screen_late: bool
    waits: bool
    shown: bool
    answer: Answer | None
    steps: list[Line]
    lines: list[Line]
    may_support: bool
    supports: bool
    proved: bool
    news: str
    photos: list[uuid.UUID]
    reasons: Mapping[str, Reasons]
    threshold: int
    crossed_at: datetime | None
    map: PageMap | None


def suggestion_page(
    session: Session,
    found: Both,
    proved: ResidentSession | None,
    before: Mapping[str, int] = EMPTY,
    *,
    now: datetime,
) -> SuggestionPage:
    """Return what is public of a suggestion. before: {side: where the reasons go on}."""
    ticket, its = found
    view = ticket_view(session, ticket, now=now)
    shown = its.publication in (PUBLISHED, REFUSED) and ticket.content == "published"
    version, addenda = queries.shown_texts(session, ticket.id) if shown else (None, [])
    history = lines(session, ticket)
    keys = proved.proven if proved else []
    return SuggestionPage(
        view=view,
        title=version.public_title if version else "",
        text=version.public_body if version else None,
        addenda=addenda,
        publication=its.publication,
        said=translate(words.PUBLICATION[its.publication]),
        refusal=_refusal(its),
        screen_due_at=its.screen_due_at,
        screen_late=its.screen_overdue_at is not None,
        waits=its.publication in WAITING,
        shown=shown,
        answer=answer_of(session, ticket, its, view) if its.publication != HIDDEN else None,
        steps=[line for line in history if line.kind in STEPS],
        lines=history,
        may_support=service.may_support(session, ticket),
        supports=service.supports(session, ticket, keys),
        proved=bool(keys),
        news=news_way(session, proved)[0] if proved else "",
        photos=[photo.id for photo in public_photos(session, ticket)] if shown else [],
        reasons=reasoning.shown(session, ticket, before) if shown else {},
        threshold=its.threshold or 0,
        crossed_at=its.crossed_at,
        map=ticket_map(session, view.place, view.map_word or "") if view.place and shown else None,
    )


def _refusal(its: Suggestion) -> str:
    return translate(words.REFUSED[its.refusal_code]) if its.refusal_code else ""


def answer_of(session: Session, ticket: Ticket, its: Suggestion, view: TicketView) -> Answer | None:
    """Return the answer that stands, if there is one."""
    said = queries.said_last(session, ticket.id, SAYS_ANSWER)
    if said is None or not view.outcome_words or ticket.outcome_code not in words.DECISIONS:
        return None
    event, text = said
    return Answer(
        decision=view.outcome_words,
        text=text,
        basis=its.basis or "",
        decider=its.decider or view.agency_name,
        at=event.occurred_at,
    )


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """The author's own page. rewrites: new words take the place of the former.

    full: so many texts are there that no more can be added.
    """

    page: SuggestionPage
    report: Report
    signature: str
    news_by: str
    consent_text: str
    texts: list[SuggestionText]
    may: frozenset[str]
    rewrites: bool
    full: bool
    wished: str
    wishes: list[Row]
    photos: list[Photo]
    lines: list[Line]


def own_page(session: Session, report: Report, signature: str, *, now: datetime) -> OwnPage:
    """Return what its author sees."""
    ticket = session.get_one(Ticket, report.ticket_id)
    page = suggestion_page(session, (ticket, session.get_one(Suggestion, ticket.id)), None, now=now)
    facts = facts_of(session, ticket, now)
    may = able(facts, Role.REPORTER, now) if report.withdrawn_at is None else ()
    texts = queries.texts_of(session, ticket.id)
    full = len(texts) >= service.MOST_TEXTS
    asked = {Verb.AMEND, Verb.WITHDRAW, Verb.ASK_REOPEN, Verb.MERGE}
    asked -= {Verb.AMEND} if full else set()
    return OwnPage(
        page=page,
        report=report,
        signature=signature,
        news_by=news_by(),
        consent_text=CONSENT_TEXT,
        texts=[row for row in texts if row.erased_at is None],
        may=frozenset(verb.value for verb in may if verb in asked),
        rewrites=service.may_rewrite(ticket),
        full=full and service.may_amend(facts, now),
        wished=merging.wished(session, ticket),
        photos=photos_of_report(session, report.id),
        wishes=rows_of(session, list(merging.wishes(session, ticket)), now),
        lines=lines(session, ticket, audience=report.audience, report=report.id),
    )
