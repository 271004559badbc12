"""Who is on duty: the roster as a page, and a new shift as it was typed.

1. A manager keeps the roster of the own agency, the coordinator that of the coordinating office.
2. Times are local and whole minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.agencies.models import Membership
from app.agencies.queries import members_of, roster
from app.agencies.service import Shift
from app.catalog.queries import profile
from app.core.actor import Actor
from app.core.errors import Rejection
from app.core.words.i18n import N_
from app.desk.lists import Option
from app.tickets.words.names import Names

KEEPERS = frozenset({"manager", "coordinator"})
MAX_POSITION = 99


@dataclass(frozen=True, kw_only=True)
class ShiftShown:
    """One line of the roster. now: it holds at this moment."""

    number: int
    name: str
    agency: str
    begins_at: datetime
    ends_at: datetime
    position: int
    now: bool


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The page. people: whom the reader may put on it."""

    shifts: list[ShiftShown]
    people: list[Option]


def kept_by(actor: Actor) -> frozenset[str]:
    """Return the agencies whose roster somebody keeps."""
    return frozenset(code for role, code in actor.roles if role in KEEPERS and code is not None)


def roster_page(session: Session, actor: Actor, now: datetime) -> Roster:
    """Read the shifts that have not ended."""
    agencies, names = kept_by(actor), Names.load(session)
    found = roster(session, agencies, now)
    people = {
        account.id: account.full_name
        for account in session.scalars(
            select(Account).where(Account.id.in_({row.account_id for row in found}))
        )
    }
    return Roster(
        shifts=[
            ShiftShown(
                number=row.id,
                name=people[row.account_id],
                agency=names.agency(row.agency_code),
                begins_at=row.begins_at,
                ends_at=row.ends_at,
                position=row.position,
                now=row.begins_at <= now,
            )
            for row in found
        ],
        people=[
            Option(str(account.id), account.full_name)
            for account in members_of(session, agencies, now)
        ],
    )


def parse_shift(
    session: Session, form: Mapping[str, str], agencies: frozenset[str], now: datetime
) -> Shift:
    """Read a new shift. Raises Rejection."""
    zone = profile(session).zone
    begins, ends = (_instant(form, name, zone) for name in ("begins", "ends"))
    people = {str(account.id): account for account in members_of(session, agencies, now)}
    account = people.get(form.get("person", ""))
    if account is None:
        raise Rejection(
            "unknown_person", N_("Please choose somebody of your agency."), field="person"
        )
    typed = form.get("order", "").strip() or "1"
    good = typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= MAX_POSITION
    if not good:
        raise Rejection("bad_number", N_("Please write a number from 1 to 99."), field="order")
    return Shift(
        account=account,
        agency_code=_agency_of(session, account, agencies, now),
        begins_at=begins,
        ends_at=ends,
        position=int(typed),
    )


def _agency_of(session: Session, account: Account, agencies: frozenset[str], now: datetime) -> str:
    query = select(Membership.agency_code).where(
        Membership.account_id == account.id,
        Membership.agency_code.in_(agencies),
        Membership.since <= now,
        Membership.until.is_(None) | (Membership.until > now),
    )
    return session.scalars(query.order_by(Membership.id)).first() or min(agencies)


def _instant(form: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(form.get(name, "").strip()).replace(tzinfo=zone)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2200:
        raise Rejection("bad_date", N_("Please give a date and a time."), field=name)
    return found
