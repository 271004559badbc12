"""Who may see a ticket, and in which roles somebody acts on it.

1. Officers and managers act for their agency; a manager of the parent agency is `parent_manager`.
   Where there is no parent, or the report is about it, managers of the oversight agency are that
   while a last dispute waits: somebody must always be able to decide it.
2. A coordinator sees every ticket; officers and managers of the oversight agency act on what was
   appealed to it.
3. Who checks words and photos sees every ticket that may become public.
4. An agency sees its own tickets, those of the agencies below it, and those it was asked to help
   with, unless it has refused. Who helps may answer the request and write notes, nothing else.
5. Nobody sees a ticket about their own agency while it is with somebody else: not the coordinator,
   and not who helps another agency.
6. Who is on duty and was called to an urgent claim sees that ticket until the claim is decided.
7. A ticket is merged only into one that the person sees too, and a private one never into a public
   one or the other way round: the public page names both.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import above, descendants, oversight
from app.core.actor import Actor
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.tickets.facts import Role
from app.tickets.models import Ticket, UrgentCall
from app.tickets.problem_table import JUDGED
from app.tickets.queries import cooperations_of, unknown

CITY_WIDE = frozenset({"coordinator"})
DECIDING = frozenset({"officer", "manager"})
AGENCY_ROLES = {"officer": Role.OFFICER, "manager": Role.MANAGER, "crew": Role.CREW}


def roles_on(session: Session, ticket: Ticket, actor: Actor) -> tuple[Role, ...]:
    """Return the roles in which somebody may act on a ticket, the nearest first."""
    return tuple(dict.fromkeys(_roles(session, ticket, actor)))


def _roles(session: Session, ticket: Ticket, actor: Actor) -> Iterator[Role]:
    if not actor.roles and actor.account_id is None:
        yield Role.SYSTEM if actor.role == "system" else Role.REPORTER
        return
    agency = session.get(Agency, ticket.agency_code) if ticket.agency_code else None
    parent = _decides_over(session, ticket, agency) if agency else None
    for role, code in sorted(actor.roles, key=str):
        if role in AGENCY_ROLES and code is not None and code == ticket.agency_code:
            yield AGENCY_ROLES[role]
        if role == "manager" and code is not None and code == parent:
            yield Role.PARENT_MANAGER
    if any(role == "coordinator" for role, _code in actor.roles):
        yield Role.COORDINATOR
    if any(role == "screener" for role, _code in actor.roles):
        yield Role.SCREENER
    yield from _helping_roles(session, ticket, actor)
    if _was_called(session, ticket, actor):
        yield Role.ON_DUTY
    if ticket.at_oversight:
        watch = oversight(session).code
        if any(code == watch and role in DECIDING for role, code in actor.roles):
            yield Role.OVERSIGHT


def _was_called(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Tell whether somebody was called to the ticket's urgent claim."""
    if not ticket.urgent_claim or actor.account_id is None:
        return False
    call = session.get(UrgentCall, ticket.id)
    return call is not None and call.account_id == actor.account_id


def _helping_roles(session: Session, ticket: Ticket, actor: Actor) -> Iterator[Role]:
    others = helping_agencies(ticket, actor)
    if not others:
        return
    for asked in cooperations_of(session, ticket.id):
        if asked.agency_code in others and asked.done_at is None and asked.returned_at is None:
            yield Role.ASKED if asked.accepted_at is None else Role.HELPING


def helping_agencies(ticket: Ticket, actor: Actor) -> frozenset[str]:
    """Return the agencies for which somebody could help with a ticket: not the one that has it."""
    own = {code for role, code in actor.roles if code is not None and role in AGENCY_ROLES}
    return frozenset(own - {ticket.agency_code})


def _decides_over(session: Session, ticket: Ticket, agency: Agency) -> str | None:
    waits = ticket.disputed_outcome and ticket.status in JUDGED
    return (
        above(session, agency.code, ticket.about_agency_code).code if waits else agency.parent_code
    )


def decided_by(agencies: Collection[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the SQL for: managers of these agencies decide a last dispute (rule 1).

    Two conditions, of agencies below them and as the oversight; each can be read by agency.
    """
    below = select(Agency.code).where(Agency.parent_code.in_(agencies))
    alone = select(Agency.code).where(
        Agency.parent_code.is_(None) | (Agency.parent_code == Ticket.about_agency_code)
    )
    watches = exists().where(Agency.duty == "oversight", Agency.code.in_(agencies))
    waits = Ticket.disputed_outcome & Ticket.status.in_(sorted(JUDGED))
    about_them = Ticket.about_agency_code.in_(agencies)
    ours = waits & ~func.coalesce(about_them, false())
    return (
        ours & Ticket.agency_code.in_(below),
        ours & Ticket.agency_code.in_(alone.correlate(Ticket)) & watches,
    )


def reach(session: Session, actor: Actor) -> frozenset[str] | None:
    """Return the agencies whose tickets somebody sees; None for all of them."""
    if any(role in CITY_WIDE for role, _code in actor.roles):
        return None
    own = {code for role, code in actor.roles if code is not None and role != "administrator"}
    found: set[str] = set()
    for code in own:
        found.add(code)
        found |= set(descendants(session, code))
    return frozenset(found)


def may_see(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Tell whether somebody of the staff may open a ticket."""
    own = {code for _role, code in actor.roles if code is not None}
    if ticket.about_agency_code in own and ticket.agency_code not in own:
        return False
    seen = reach(session, actor)
    if seen is None or ticket.agency_code in seen:
        return True
    if {Role.PARENT_MANAGER, Role.ON_DUTY} & set(roles_on(session, ticket, actor)):
        return True
    if not ticket.private and any(role == "screener" for role, _code in actor.roles):
        return True
    return any(
        asked.agency_code in seen and asked.returned_at is None
        for asked in cooperations_of(session, ticket.id)
    )


def check_target(session: Session, ticket: Ticket, into: Ticket, actor: Actor) -> None:
    """Raises NotFound or Rejection for a ticket that this one may not be merged into (rule 7)."""
    if not may_see(session, into, actor):
        raise unknown()
    if into.private != ticket.private:
        raise Rejection(
            "other_privacy",
            N_("A private ticket and a public one cannot be merged."),
            field="target",
        )
