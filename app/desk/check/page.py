"""One ticket at the check: what was sent, what is proposed and why, and what can be decided.

1. Who may decide what is the lifecycle's answer; a verdict is asked for only where one is missing.
2. What happened since the reader's page was made is told where their act came too late.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.likely import likely_categories
from app.catalog.maps import PageMap, ticket_map
from app.core.actor import Actor
from app.core.words.i18n import pick, translate
from app.desk.acts.asks import ASKS
from app.desk.acts.choices import Choice, Choices, read_choices
from app.desk.acts.forms import FormShown, Refused, form_for, summary
from app.desk.acts.next_step import age
from app.desk.check.queue import waits_for_check
from app.desk.check.similar import Near, nearby
from app.desk.content import PhotoShown, ReportShown, later_words, report_photos, reports_shown
from app.desk.likely import Likely, likely_agencies
from app.desk.page import acts_now, approval_of, changes_since
from app.desk.schemas import Cursor
from app.rights.queries import reasons_of
from app.rights.service.flags import REASONS
from app.tickets.facts import Role, Verb
from app.tickets.models import Ticket
from app.tickets.queries import point_of
from app.tickets.service.step.judging import waiting_proposal
from app.tickets.words.timeline import Line
from app.tickets.words.view import TicketView, ticket_view
from geo.point import LonLat

VERDICTS = (Verb.PUBLISH, Verb.HIDE)
PLACING = (Verb.ASSIGN, Verb.NAME_OWNER, Verb.TRANSFER)
OFFERED = (*VERDICTS, *PLACING, Verb.CORRECT, Verb.MERGE, Verb.ANSWER, Verb.DECLINE)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One ticket to look at.

    later: (text, public copy) of what came after the reports. skip: the cursor behind it.
    flags: (reason, how many) of people who find that it does not belong there. forms: by verb.
    categories: what the words rather are. changed: what others did meanwhile.
    """

    view: TicketView
    version: int
    seen: int
    age: str
    open: bool
    legal: bool
    reports: list[ReportShown]
    later: list[tuple[str, str]]
    photos: list[PhotoShown]
    place: LonLat | None
    map: PageMap | None
    likely: list[Likely]
    categories: list[Choice]
    near: list[Near]
    forms: dict[str, FormShown]
    skip: Cursor
    wrong: list[tuple[str, str]]
    flags: list[tuple[str, int]]
    changed: list[Line]


def check_page(
    session: Session, ticket: Ticket, actor: Actor, *, now: datetime, refused: Refused | None = None
) -> Check:
    """Read one ticket for the check."""
    view = ticket_view(session, ticket, now=now, audience="staff")
    place = point_of(session, ticket)
    reports = reports_shown(session, ticket)
    roles = _roles(session, ticket, actor, now)
    likely = likely_agencies(session, [ticket], now)[ticket.id] if Verb.ASSIGN in roles else []
    choices = read_choices(
        session,
        ticket,
        {verb: ASKS[verb] for verb in roles},
        roles=roles,
        suggested=tuple(entry.agency_code for entry in likely),
        now=now,
    )
    forms = _forms(session, choices, refused)
    words = reports[0].text if reports else ""
    return Check(
        view=view,
        version=ticket.row_version,
        seen=ticket.events_count,
        age=age(ticket.received_at, now),
        open=waits_for_check(ticket),
        legal=ticket.legal_kind is not None,
        reports=reports,
        later=later_words(session, ticket),
        photos=report_photos(session, ticket, actor, now),
        place=place,
        map=ticket_map(session, place, view.map_word or "") if place else None,
        likely=likely,
        categories=_categories(session, ticket, words) if Verb.CORRECT in roles else [],
        near=nearby(session, ticket, words, actor, now) if Verb.MERGE in roles else [],
        forms=forms,
        skip=Cursor(ticket.received_at, ticket.id),
        wrong=summary(list(forms.values()), refused),
        flags=[
            (translate(REASONS[code]), number)
            for code, number in reasons_of(session, ticket.id, ticket.flagged_at).items()
        ],
        changed=changes_since(session, ticket, refused),
    )


def _roles(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> dict[Verb, Role]:
    """Return what can be decided here; a verdict once more where somebody asks for another look."""
    proposal = waiting_proposal(session, ticket)
    roles = acts_now(session, ticket, actor, proposal, now)
    found = {verb: roles[verb] for verb in OFFERED if verb in roles}
    if not ticket.private and waits_for_check(ticket):
        return dict.fromkeys(VERDICTS, Role.SCREENER) | found
    return {verb: role for verb, role in found.items() if verb not in VERDICTS}


def _forms(session: Session, choices: Choices, refused: Refused | None) -> dict[str, FormShown]:
    approval = approval_of(session, choices.ticket)
    return {
        verb.value: form_for(
            verb, choices, approval=approval, proof_required=False, refused=refused
        )
        for verb in choices.roles
    }


def _categories(session: Session, ticket: Ticket, words: str) -> list[Choice]:
    """Return the categories that the words are likely about, where they are others."""
    likely = likely_categories(session, words)
    if any(row.code == ticket.category_code for row in likely):
        return []
    return [Choice(row.code, pick(row.names)) for row in likely]
