"""Verbs on members: give and end roles; and what an agency's end means for those below it.

A deputy is a manager between two dates, named by a manager of the same agency whose own role has no
end: a deputy names and dismisses nobody. A manager without an end cannot become one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import AGENCY_ROLES, ROLES
from app.agencies.models import Agency, DutyShift, Membership, ReplyTemplate
from app.agencies.placeholders import unknown
from app.agencies.queries import agency, coordinator, lasting_manager, memberships, works_for
from app.core.errors import Forbidden, NotFound, Rejection
from app.core.words.i18n import N_

LONGEST_DEPUTY = timedelta(days=366)
LONGEST_SHIFT = timedelta(days=31)


def give_role(
    session: Session, account: Account, role: str, agency_code: str | None, *, now: datetime
) -> Membership:
    """Give an account a role, in an agency where the role needs one. Raises Rejection, NotFound."""
    if role not in ROLES:
        raise Rejection("unknown_role", N_("This role does not exist."), field="role")
    if role == "coordinator":
        agency_code = coordinator(session).code
    if role in AGENCY_ROLES and agency_code is None:
        raise Rejection("agency_missing", N_("Please choose an agency."), field="agency")
    if agency_code is not None:
        agency(session, agency_code)
    found = session.scalar(
        select(Membership).where(
            Membership.account_id == account.id,
            Membership.role == role,
            Membership.agency_code.is_(None)
            if agency_code is None
            else Membership.agency_code == agency_code,
        )
    )
    if found is None:
        found = Membership(account_id=account.id, role=role, agency_code=agency_code, since=now)
        session.add(found)
    found.until = None
    session.flush()
    return found


@dataclass(frozen=True, kw_only=True)
class Deputising:
    """Who stands in for the managers of some agencies, from when until when. by: their manager."""

    by: int
    account: Account
    agencies: Collection[str]
    since: datetime
    until: datetime


def deputise(session: Session, wanted: Deputising, *, now: datetime) -> None:
    """Let somebody approve in the manager's place for a time. Raises Rejection, Forbidden."""
    agencies = lasting_manager(session, wanted.by, now) & set(wanted.agencies)
    if not agencies:
        raise Forbidden("deputy_only", N_("Only managers whose own role has no end name deputies."))
    if wanted.until <= wanted.since or wanted.until <= now:
        raise Rejection("bad_end", N_("The last day must not be before the first."), field="until")
    if wanted.until - wanted.since > LONGEST_DEPUTY:
        raise Rejection("too_long", N_("A deputy stands in for a year at most."), field="until")
    mine = {row.agency_code for row in memberships(session, wanted.account.id, now)}
    if not agencies & mine:
        message = N_("Please choose somebody of your agency.")
        raise Rejection("unknown_person", message, field="person")
    for code in sorted(agencies & mine):
        row = session.scalar(
            select(Membership).where(
                Membership.account_id == wanted.account.id,
                Membership.role == "manager",
                Membership.agency_code == code,
            )
        )
        if row is not None and row.until is None:
            raise Rejection("is_manager", N_("This person is a manager anyway."), field="person")
        if row is None:
            row = Membership(account_id=wanted.account.id, role="manager", agency_code=code)
            session.add(row)
        row.since, row.until = wanted.since, wanted.until
    session.flush()


def end_deputy(session: Session, membership: int, *, by: int, now: datetime) -> None:
    """End it before its date. Raises NotFound."""
    row, agencies = session.get(Membership, membership), lasting_manager(session, by, now)
    known = row is not None and row.role == "manager" and row.agency_code in agencies
    if row is None or not known or row.until is None:
        raise NotFound("unknown_deputy", N_("There is no such deputy."))
    row.until = max(now, row.since)
    session.flush()


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Who is on duty for an agency, from when until when, and who is called first."""

    account: Account
    agency_code: str
    begins_at: datetime
    ends_at: datetime
    position: int


def add_shift(session: Session, wanted: Shift, *, now: datetime) -> None:
    """Put somebody on the roster. Raises Rejection."""
    if wanted.ends_at <= wanted.begins_at or wanted.ends_at <= now:
        raise Rejection("bad_end", N_("The end must be after the beginning."), field="ends")
    if wanted.ends_at - wanted.begins_at > LONGEST_SHIFT:
        raise Rejection("too_long", N_("A shift lasts 31 days at most."), field="ends")
    session.add(
        DutyShift(
            agency_code=wanted.agency_code,
            account_id=wanted.account.id,
            begins_at=wanted.begins_at,
            ends_at=wanted.ends_at,
            position=wanted.position,
        )
    )
    session.flush()


def drop_shift(session: Session, shift: int, agencies: Collection[str]) -> None:
    """Take somebody off the roster. Raises NotFound."""
    row = session.get(DutyShift, shift)
    if row is None or row.agency_code not in agencies:
        raise NotFound("unknown_shift", N_("There is no such shift."))
    session.delete(row)
    session.flush()


def end_roles(session: Session, account: Account, *, now: datetime) -> None:
    """End what somebody is to agencies: roles, those of a deputy to come."""
    lasting = select(Membership).where(
        Membership.account_id == account.id,
        (Membership.until.is_(None)) | (Membership.until > now),
    )
    for membership in session.scalars(lasting):
        membership.until = max(now, membership.since)
    session.flush()


def pass_shifts(
    session: Session,
    account: Account,
    *,
    agencies: Collection[str] | None,
    heir: Account | None,
    now: datetime,
) -> None:
    """End somebody's shifts, of some agencies or (None) of all.

    The heir has what is left of them, where the heir works for the agency.
    """
    mine = select(DutyShift).where(DutyShift.account_id == account.id, DutyShift.ends_at > now)
    for shift in session.scalars(mine.order_by(DutyShift.id)).all():
        if agencies is not None and shift.agency_code not in agencies:
            continue
        if heir is not None and works_for(session, heir.id, shift.agency_code, now):
            session.add(
                DutyShift(
                    agency_code=shift.agency_code,
                    account_id=heir.id,
                    begins_at=max(now, shift.begins_at),
                    ends_at=shift.ends_at,
                    position=shift.position,
                )
            )
        if shift.begins_at >= now:
            session.delete(shift)
        else:
            shift.ends_at = now
    session.flush()


def inherit(session: Session, *, on: date) -> int:
    """Bring agencies below one that has ended under its successor; return how many.

    A successor that was below it itself goes to where it was. Nobody above has ended then: who
    decides, and who is called to what waits, is there to hear of it.
    """
    ended = select(Agency).where(Agency.valid_to <= on, Agency.successor_code.is_not(None))
    moved = 0
    for former in session.scalars(ended.order_by(Agency.code)).all():
        below = select(Agency).where(Agency.parent_code == former.code).order_by(Agency.code)
        for child in session.scalars(below).all():
            is_heir = child.code == former.successor_code
            child.parent_code = former.parent_code if is_heir else former.successor_code
            moved += 1
    session.flush()
    return moved


def end_role(session: Session, membership: Membership, *, now: datetime) -> None:
    """End a role."""
    membership.until = now
    session.flush()


@dataclass(frozen=True, kw_only=True)
class TemplateWords:
    """A reply template as it is to be. texts: by language, those that are empty left out."""

    agency_code: str
    category_code: str | None
    name: str
    texts: dict[str, str]


def keep_template(
    session: Session, words: TemplateWords, *, number: int | None, by: int, now: datetime
) -> ReplyTemplate:
    """Add a reply template, or change the one of that number. Raises Rejection, NotFound."""
    if not words.name:
        raise Rejection("name_missing", N_("Please give it a name."), field="name")
    if not words.texts:
        raise Rejection("text_missing", N_("Please write the text."), field="text")
    if strange := sorted({gap for text in words.texts.values() for gap in unknown(text)}):
        message = N_("There is no gap of this name: %(names)s.")
        names = ", ".join(f"{{{name}}}" for name in strange)
        raise Rejection("unknown_gap", message, field="text", params={"names": names})
    same = select(ReplyTemplate.id).where(
        ReplyTemplate.agency_code == words.agency_code, ReplyTemplate.name == words.name
    )
    if session.scalar(same) not in (None, number):
        taken = N_("There is already a template of this name.")
        raise Rejection("name_taken", taken, field="name")
    found = (
        ReplyTemplate(agency_code=words.agency_code)
        if number is None
        else _template(session, number, {words.agency_code})
    )
    found.category_code, found.name, found.texts = words.category_code, words.name, words.texts
    found.kept_by, found.kept_at = by, now
    session.add(found)
    session.flush()
    return found


def drop_template(session: Session, number: int, agencies: Collection[str]) -> None:
    """Remove a reply template of one of the agencies. Raises NotFound."""
    session.delete(_template(session, number, agencies))


def _template(session: Session, number: int, agencies: Collection[str]) -> ReplyTemplate:
    found = session.get(ReplyTemplate, number)
    if found is None or found.agency_code not in agencies:
        raise NotFound("unknown_template", N_("This template does not exist."))
    return found
