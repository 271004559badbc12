"""Somebody leaves, or ends a role: what rests on the person passes to others.

1. Tickets belong to agencies, so what a person holds is little: the right to come in, roles (those
   of a deputy too), shifts on the duty roster, urgent claims that called this person, and open
   tickets in the person's hands.
2. Where a colleague is named as heir, tickets and shifts of the agencies that the colleague works
   for become the colleague's. All others are in nobody's hands then, and their agency sees them;
   urgent claims go to the next on the roster.
3. What somebody proposed waits for a manager as before, and what they wrote stays in the history.
4. A role that ends takes along what was held by it, unless the person still works for the agency.
5. `strays` finds what is held by somebody who does not work for the agency: nothing ever is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.service import disable
from app.agencies.models import DutyShift, Membership
from app.agencies.queries import works_for
from app.agencies.service import end_role, end_roles, pass_shifts
from app.core.actor import SYSTEM
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Proposal, Ticket, UrgentCall
from app.tickets.queries import OPEN_STATUSES
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of
from app.tickets.service.watch.duty import pass_on

Agencies = Collection[str] | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """How much rests on somebody. proposals: they wait for a manager and stay where they are."""

    tickets: int
    calls: int
    shifts: int
    deputies: int
    proposals: int


def held_by(session: Session, account: Account, *, agencies: Agencies, now: datetime) -> Held:
    """Count what would pass to others. agencies: of some only; None: all."""

    def count(*conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*conditions)) or 0

    calls = (UrgentCall.account_id == account.id, UrgentCall.decided_at.is_(None))
    acting = (Membership.role == "manager", Membership.until > now)
    shifts = (DutyShift.account_id == account.id, DutyShift.ends_at > now)
    mine = (Proposal.proposed_by == account.id, Proposal.decided_at.is_(None))
    return Held(
        tickets=count(*_in_hands(account.id, agencies)),
        calls=count(*calls),
        shifts=count(*shifts, *_of(DutyShift.agency_code, agencies)),
        deputies=count(
            Membership.account_id == account.id, *acting, *_of(Membership.agency_code, agencies)
        ),
        proposals=count(*mine, Ticket.id == Proposal.ticket_id, *_of(Ticket.agency_code, agencies)),
    )


def leave(
    session: Session, account: Account, *, now: datetime, heir: Account | None = None
) -> None:
    """Let somebody sign in no more, and hand over."""
    disable(session, account, now=now)
    end_roles(session, account, now=now)
    _pass(session, account, None, heir, now)


def end_one_role(
    session: Session, account: Account, role: Membership, *, now: datetime, heir: Account | None
) -> None:
    """End a role; hand over what was held by it (rule 4)."""
    end_role(session, role, now=now)
    code = role.agency_code
    if code is not None and not works_for(session, account.id, code, now):
        _pass(session, account, [code], heir, now)


def _pass(
    session: Session, account: Account, agencies: Agencies, heir: Account | None, now: datetime
) -> None:
    pass_shifts(session, account, agencies=agencies, heir=heir, now=now)
    pass_on(session, account.id, now=now)
    locked = (
        select(Ticket)
        .where(*_in_hands(account.id, agencies))
        .order_by(Ticket.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for ticket in session.scalars(locked).all():
        _entrust(session, ticket, account.id, heir, now)
    ended = (Ticket.officer_id == account.id, *_of(Ticket.agency_code, agencies))
    session.execute(update(Ticket).where(*ended).values(officer_id=None))


def _entrust(
    session: Session, ticket: Ticket, before: int, heir: Account | None, now: datetime
) -> None:
    takes = heir is not None and works_for(session, heir.id, ticket.agency_code or "", now)
    ticket.officer_id = heir.id if heir is not None and takes else None
    act = Act(verb=Verb.ENTRUST, role=Role.SYSTEM, now=now)
    said = Said(params={"account": ticket.officer_id, "before": before}, public=False)
    apply(session, ticket, facts_of(session, ticket, now), act, said, actor=SYSTEM, now=now)


def _in_hands(account_id: int, agencies: Agencies) -> tuple[ColumnElement[bool], ...]:
    open_ = Ticket.status.in_(OPEN_STATUSES)
    return (Ticket.officer_id == account_id, open_, *_of(Ticket.agency_code, agencies))


def _of(column: object, agencies: Agencies) -> tuple[ColumnElement[bool], ...]:
    return () if agencies is None else (column.in_(agencies),)  # type: ignore[attr-defined]


def strays(session: Session, now: datetime) -> list[str]:
    """Return the codes of open tickets in the hands of somebody who is not of their agency."""
    works = (
        exists()
        .where(
            Membership.account_id == Ticket.officer_id,
            Membership.agency_code == Ticket.agency_code,
            Membership.since <= now,
            or_(Membership.until.is_(None), Membership.until > now),
            Account.id == Membership.account_id,
            Account.disabled_at.is_(None),
        )
        .correlate(Ticket)
    )
    query = select(Ticket.reference).where(
        Ticket.officer_id.is_not(None), Ticket.status.in_(OPEN_STATUSES), ~works
    )
    return list(session.scalars(query.order_by(Ticket.id).limit(1_000)))
