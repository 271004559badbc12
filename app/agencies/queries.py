"""Reads of agencies: kinship, duties, members.

1. The tree of agencies is small: kinship is read in one recursive statement.
2. `actor_of` turns an account into the actor of this request: roles that hold now, and the agency
   that stands beside what the person does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, StaffSession
from app.agencies.models import Agency, AgencyTimetable, DutyShift, Membership, ReplyTemplate
from app.catalog.models import Words
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.kept import kept
from app.core.words.i18n import N_

# Whose role names a person's acts, where one account has several.
RANK = ("coordinator", "manager", "officer", "crew", "screener", "intake", "administrator")


def agency(session: Session, code: str) -> Agency:
    """Return an agency. Raises NotFound."""
    found = session.get(Agency, code)
    if found is None:
        raise NotFound("unknown_agency", N_("This agency does not exist."), field="agency")
    return found


def coordinator(session: Session) -> Agency:
    """Return the one coordinator."""
    return session.scalars(select(Agency).where(Agency.duty == "coordinator")).one()


def oversight(session: Session) -> Agency:
    """Return the one oversight agency."""
    return session.scalars(select(Agency).where(Agency.duty == "oversight")).one()


def watches(session: Session, actor: Actor) -> bool:
    """Tell whether somebody decides for the oversight agency: its officers and managers do."""
    deciding = {code for role, code in actor.roles if role in {"officer", "manager"}}
    return bool(deciding) and oversight(session).code in deciding


def above(session: Session, code: str, about: str | None = None) -> Agency:
    """Return who decides over an agency: its parent, else the oversight agency.

    Over an oversight agency without a parent the coordinator decides. about: the agency complained
    about decides nothing. In its place the oversight agency does, even over itself; in the place of
    the oversight agency the coordinator.
    """
    parent = agency(session, code).parent_code
    if parent is not None and parent != about:
        return agency(session, parent)
    watch = oversight(session)
    if parent is None:
        found = watch if watch.code != code else coordinator(session)
        if found.code != about:
            return found
    return watch if watch.code != about else coordinator(session)


def active(session: Session, on: date) -> list[Agency]:
    """Return the agencies in force on a day, by level and code."""
    query = select(Agency).order_by(Agency.level, Agency.code)
    return [row for row in session.scalars(query) if in_force(row, on)]


def in_force(agency: Agency, on: date) -> bool:
    """Tell whether an agency exists on a day: an end that is only announced ends nothing yet."""
    begun = agency.valid_from is None or agency.valid_from <= on
    return begun and (agency.valid_to is None or on < agency.valid_to)


def ancestors(session: Session, code: str) -> list[str]:
    """Return the agencies above one, the nearest first."""
    start = select(Agency.parent_code.label("code")).where(Agency.code == code)
    chain = start.cte("above", recursive=True)
    upper = aliased(Agency)
    chain = chain.union(select(upper.parent_code).where(upper.code == chain.c.code))
    return [row for row in session.scalars(select(chain.c.code)) if row is not None]


def descendants(session: Session, code: str) -> list[str]:
    """Return the agencies below one."""
    start = select(Agency.code.label("code")).where(Agency.parent_code == code)
    tree = start.cte("below", recursive=True)
    lower = aliased(Agency)
    tree = tree.union(select(lower.code).where(lower.parent_code == tree.c.code))
    return list(session.scalars(select(tree.c.code)))


def memberships(session: Session, account_id: int, now: datetime) -> Sequence[Membership]:
    """Return the roles that an account has now."""
    query = (
        select(Membership)
        .where(
            Membership.account_id == account_id,
            Membership.since <= now,
            (Membership.until.is_(None)) | (Membership.until > now),
        )
        .order_by(Membership.id)
    )
    return session.scalars(query).all()


def members_of(session: Session, agencies: Collection[str], now: datetime) -> list[Account]:
    """Return the people who work for some agencies now, by name."""
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.agency_code.in_(agencies),
            Membership.since <= now,
            (Membership.until.is_(None)) | (Membership.until > now),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.full_name, Account.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def works_for(session: Session, account_id: int, agency_code: str, now: datetime) -> bool:
    """Tell whether somebody works for an agency now."""
    query = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.account_id == account_id,
            Membership.agency_code == agency_code,
            Membership.since <= now,
            (Membership.until.is_(None)) | (Membership.until > now),
            Account.disabled_at.is_(None),
        )
    )
    return session.scalars(query.limit(1)).first() is not None


def deputies(session: Session, agencies: Collection[str], now: datetime) -> list[Membership]:
    """Return who is or will be a manager for a time only, the next first."""
    query = select(Membership).where(
        Membership.role == "manager",
        Membership.agency_code.in_(agencies),
        Membership.until > now,
    )
    return list(session.scalars(query.order_by(Membership.since, Membership.id)))


def lasting_manager(session: Session, account_id: int, now: datetime) -> frozenset[str]:
    """Return the agencies whose manager somebody is without an end, not as a deputy."""
    return frozenset(
        row.agency_code
        for row in memberships(session, account_id, now)
        if row.role == "manager" and row.agency_code is not None and row.until is None
    )


def on_duty(session: Session, agency_code: str, now: datetime) -> list[int]:
    """Return the accounts that answer for an agency's urgent claims now, in order of calling."""
    query = (
        select(DutyShift.account_id)
        .join(Account, Account.id == DutyShift.account_id)
        .where(
            DutyShift.agency_code == agency_code,
            DutyShift.begins_at <= now,
            DutyShift.ends_at > now,
            Account.disabled_at.is_(None),
        )
        .order_by(DutyShift.position, DutyShift.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def roster(session: Session, agencies: Collection[str], now: datetime) -> list[DutyShift]:
    """Return the shifts of some agencies that have not ended, the next first."""
    query = select(DutyShift).where(DutyShift.agency_code.in_(agencies), DutyShift.ends_at > now)
    return list(
        session.scalars(query.order_by(DutyShift.begins_at, DutyShift.position, DutyShift.id))
    )


def members_by_account(session: Session, now: datetime) -> dict[int, list[Membership]]:
    """Return {account: roles that it has now}."""
    query = (
        select(Membership)
        .where(Membership.since <= now, (Membership.until.is_(None)) | (Membership.until > now))
        .order_by(Membership.id)
    )
    found: dict[int, list[Membership]] = {}
    for row in session.scalars(query):
        found.setdefault(row.account_id, []).append(row)
    return found


def last_seen(session: Session, now: datetime) -> dict[str, datetime]:
    """Return {agency: when one of its members was there last}, for agencies that have members.

    Who has a role since yesterday and has not come yet counts as there yesterday.
    """
    there = func.max(func.coalesce(StaffSession.last_seen_at, Membership.since))
    query = (
        select(Membership.agency_code, there)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(StaffSession, StaffSession.account_id == Account.id)
        .where(
            Membership.agency_code.is_not(None),
            Membership.since <= now,
            (Membership.until.is_(None)) | (Membership.until > now),
            Account.disabled_at.is_(None),
        )
        .group_by(Membership.agency_code)
    )
    return {code: at for code, at in session.execute(query) if code is not None}


def timetables(session: Session) -> dict[str | None, AgencyTimetable]:
    """Return {agency: its latest hours}; None stands for the city's, which hold for the rest."""
    query = select(AgencyTimetable).order_by(AgencyTimetable.version)
    return {row.agency_code: row for row in session.scalars(query)}


def actor_of(session: Session, account: Account, now: datetime) -> Actor:
    """Return who this account is in this request."""
    rows = memberships(session, account.id, now)
    known = sorted(rows, key=lambda row: RANK.index(row.role))
    first = known[0] if known else None
    return Actor(
        role=first.role if first else "none",
        account_id=account.id,
        agency_code=first.agency_code if first else None,
        roles=frozenset((row.role, row.agency_code) for row in rows),
        full_name=account.full_name,
        lang=account.lang,
    )


@dataclass(frozen=True, kw_only=True)
class OfferedTemplate:
    """A reply template as it is offered. texts: by language."""

    number: int
    category_code: str | None
    name: str
    texts: Words


@kept
def offered_templates(session: Session, agency_code: str) -> tuple[OfferedTemplate, ...]:
    """Return the templates of an agency, then those of the coordinating office, by name."""
    foreign = ReplyTemplate.agency_code != agency_code
    query = (
        select(ReplyTemplate)
        .join(Agency, Agency.code == ReplyTemplate.agency_code)
        .where(or_(~foreign, Agency.duty == "coordinator"))
        .order_by(foreign, ReplyTemplate.name)
    )
    return tuple(
        OfferedTemplate(
            number=row.id, category_code=row.category_code, name=row.name, texts=row.texts
        )
        for row in session.scalars(query)
    )


def reply_templates(session: Session, agencies: Collection[str]) -> list[ReplyTemplate]:
    """Return the templates that agencies keep, by name."""
    query = select(ReplyTemplate).where(ReplyTemplate.agency_code.in_(agencies))
    return list(session.scalars(query.order_by(ReplyTemplate.agency_code, ReplyTemplate.name)))
