"""How long what is kept, in one list; a job goes through it and forgets the rest.

1. Each rule forgets what is older than `keeps` and says how many rows that were. What was forgotten
   is not found again, so running it twice, late or after a crash does no harm.
2. The end of a report is the end of the ticket in which its work went on, however often that was
   merged. Reopening it starts the time anew; while a question about it waits, it has not ended.
3. What is public of a ticket and its history stay: they are the record. Backups keep what they hold
   until they are deleted; the operator's guide says how long that may be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    delete,
    exists,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts.contacts import erase_contact
from app.accounts.models import AccountToken, Consent, Contact, ResidentSession, StaffSession
from app.accounts.models import ContactProof as Proof
from app.accounts.models import SignInThrottle as Throttle
from app.catalog.models import Category
from app.core.db import Base
from app.core.installation import settings
from app.following import service as following
from app.following.models import Follower
from app.media.redaction.service import forget_originals
from app.notifications.models import Delivery
from app.reports.models import Report
from app.reports.service.privacy import erase_originals, forget_place
from app.rights.models import ContentFlag, RightsRequest
from app.suggestions.service import forget_supports
from app.tickets.models import Ticket
from app.tickets.queries import lock
from app.tickets.service import forget_replies, note_contact
from app.tickets.tables.guards import FEASIBLE

Forget = Callable[[Session, datetime, datetime, int], int]
ended_at = func.coalesce(Ticket.closed_at, Ticket.updated_at)
SUGGESTED = Ticket.kind == "suggestion"
ENDED = ("closed", "declined", "delivered", "dropped", "expired")


@dataclass(frozen=True)
class Rule:
    """Forget `what` that is older than `days`; `of` says since when. forget(session, before, …)."""

    what: str
    of: str
    days: int
    forget: Forget


def rules() -> tuple[Rule, ...]:
    """Return all rules; two periods are settings, because law and archives set them."""
    kept = settings().retention
    return (
        Rule("contacts of reporters", "end of the ticket", kept.contact_days, _contacts),
        Rule("contacts of followers", "end of the ticket", 31, _followers),
        Rule("contacts of followers of notices", "last message", 2, _notice_followers),
        Rule("who asked to follow and did not say yes, or ended it", "that", 2, _unfollowed),
        Rule("marks of who supports a suggestion", "end of the ticket", 31, _supports),
        Rule("original words and places of reports", "end of the ticket", kept.words_days, _words),
        Rule("never public places of erased reports", "end of the ticket", 0, _places),
        Rule("originals of redacted photos", "redaction", 30, _originals),
        Rule("official replies that nobody is shown", "filing", 1825, _replies),
        Rule("proofs of consent", "erasure of the contact", 1825, _consents),
        Rule("words of requests about data", "decision", 730, _requests),
        Rule(
            "requests about data", "decision", 1825, _rows(RightsRequest, RightsRequest.closed_at)
        ),
        Rule("digests of browsers and networks", "sending", 7, _digests),
        Rule("flags of visitors", "flag", 180, _rows(ContentFlag, ContentFlag.created_at)),
        Rule("messages, without their address", "sending", 365, _deliveries),
        Rule("sessions of staff", "end", 30, _rows(StaffSession, StaffSession.expires_at)),
        Rule("links for passwords", "end", 30, _rows(AccountToken, AccountToken.expires_at)),
        Rule("codes and links for addresses", "end", 1, _rows(Proof, Proof.expires_at)),
        Rule("browsers of residents", "end", 1, _rows(ResidentSession, ResidentSession.expires_at)),
        Rule("failed sign-ins", "last one", 30, _rows(Throttle, Throttle.last_failed_at)),
    )


def forget(session: Session, *, now: datetime, limit: int) -> int:
    """Apply every rule to at most `limit` rows each; return how many were forgotten."""
    return sum(
        rule.forget(session, now - timedelta(days=rule.days), now, limit) for rule in rules()
    )


def _ended(
    of: type[Report] | type[Follower], such: ColumnElement[bool], before: datetime
) -> Select[tuple[int]]:
    """Return the SQL for the ids of such rows whose work ended before an instant (rule 2)."""
    chain = (
        select(of.id.label("row_id"), of.ticket_id.label("at"))
        .where(such)
        .cte("chain", recursive=True)
    )
    further = aliased(Ticket)
    chain = chain.union_all(
        select(chain.c.row_id, further.merged_into_id)
        .join(further, further.id == chain.c.at)
        .where(further.merged_into_id.is_not(None))
    )
    return (
        select(chain.c.row_id)
        .join(Ticket, Ticket.id == chain.c.at)
        .where(_has_ended(), Ticket.merged_into_id.is_(None), ended_at <= before)
    )


def _has_ended() -> ColumnElement[bool]:
    answered = and_(SUGGESTED, Ticket.status == "answered", Ticket.outcome_code.not_in(FEASIBLE))
    return and_(or_(Ticket.status.in_(ENDED), answered), Ticket.reopen_asked_at.is_(None))


def _locked(session: Session, query: Select[tuple[int]], limit: int) -> list[Report]:
    """Lock some of the reports, leaving out those that somebody else holds."""
    chosen = (
        select(Report)
        .where(Report.id.in_(query))
        .order_by(Report.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(chosen))


def _contacts(session: Session, before: datetime, now: datetime, limit: int) -> int:
    found = _locked(session, _ended(Report, Report.contact_id.is_not(None), before), limit)
    for report in found:
        erase_contact(session, session.get_one(Contact, report.contact_id), now=now)
        report.contact_id = None
        note_contact(session, report.ticket_id, reachable=False)
    return len(found)


def _followers(session: Session, before: datetime, now: datetime, limit: int) -> int:
    follows = Follower.ticket_id.is_not(None) & Follower.ended_at.is_(None)
    return _end_all(session, Follower.id.in_(_ended(Follower, follows, before)), now, limit)


def _notice_followers(session: Session, before: datetime, now: datetime, limit: int) -> int:
    told = (Follower.told_over_at <= before) & Follower.ended_at.is_(None)
    return _end_all(session, told, now, limit)


def _end_all(session: Session, such: ColumnElement[bool], now: datetime, limit: int) -> int:
    found = session.scalars(select(Follower).where(such).order_by(Follower.id).limit(limit)).all()
    for follower in found:
        following.end(session, follower, now=now)
    return len(found)


def _unfollowed(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    """Delete who never agreed with the address, and who has ended it, without."""
    asked = Follower.confirmed_at.is_(None) & (Follower.created_at <= before)
    old = select(Follower.id).where(or_(asked, Follower.ended_at <= before)).limit(limit)
    gone = delete(Follower).where(Follower.id.in_(old)).returning(Follower.contact_id)
    contacts = session.scalars(gone).all()
    session.execute(delete(Contact).where(Contact.id.in_([one for one in contacts if one])))
    return len(contacts)


def _words(session: Session, before: datetime, now: datetime, limit: int) -> int:
    said = or_(Report.text.is_not(None), Report.address.is_not(None), Report.place.is_not(None))
    found = _locked(session, _ended(Report, said, before), limit)
    for report in found:
        erase_originals(session, report, now=now)
        report.place = report.accuracy_m = None
    session.flush()
    return len(found)


def _places(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    """Forget what `erase` had to leave while the work went on."""
    other = aliased(Report)
    has_place = (
        select(Ticket.id)
        .join(Category, Category.code == Ticket.category_code)
        .where(Ticket.place.is_not(None))
        .where(or_(Ticket.private, Ticket.coarse, Category.public_detail != "full"))
        .where(~exists().where(other.ticket_id == Ticket.id, other.erased_at.is_(None)))
    )
    erased = Report.erased_at.is_not(None) & Report.ticket_id.in_(has_place)
    found = _locked(session, _ended(Report, erased, before), limit)
    done = 0
    for report in found:
        ticket = lock(session, report.ticket_id)
        forget_place(session, ticket)
        done += ticket.place is None
    session.flush()
    return done


def _consents(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    gone = select(Contact.id).where(Contact.erased_at <= before).limit(limit)
    ids = session.scalars(gone).all()
    session.execute(delete(Consent).where(Consent.contact_id.in_(ids)))
    session.execute(delete(Contact).where(Contact.id.in_(ids)))
    return len(ids)


def _requests(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    said = or_(
        RightsRequest.body_enc.is_not(None),
        RightsRequest.contact_enc.is_not(None),
        RightsRequest.answer.is_not(None),
        RightsRequest.report_id.is_not(None),
    )
    old = select(RightsRequest.id).where(RightsRequest.closed_at <= before, said).limit(limit)
    columns = ("body_enc", "contact_enc", "contact_key", "contact_confirmed_at", "answer")
    emptied = dict.fromkeys((*columns, "report_id"))
    return _changed(session, update(RightsRequest).where(RightsRequest.id.in_(old)).values(emptied))


def _digests(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    reports = (
        select(Report.id)
        .where(Report.device_hash.is_not(None), Report.received_at <= before)
        .limit(limit)
    )
    requests = (
        select(RightsRequest.id)
        .where(RightsRequest.device_hash.is_not(None), RightsRequest.received_at <= before)
        .limit(limit)
    )
    flags = (
        select(ContentFlag.id)
        .where(ContentFlag.network_hash.is_not(None), ContentFlag.created_at <= before)
        .limit(limit)
    )
    return (
        _changed(session, update(Report).where(Report.id.in_(reports)).values(device_hash=None))
        + _changed(
            session,
            update(RightsRequest)
            .where(RightsRequest.id.in_(requests))
            .values(device_hash=None, network_hash=None),
        )
        + _changed(
            session,
            update(ContentFlag).where(ContentFlag.id.in_(flags)).values(network_hash=None),
        )
    )


def _deliveries(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    """Forget messages that are done; one that still waits is a message that somebody is owed.

    One that another took the place of stays until that one is forgotten.
    """
    done, later = Delivery.state.in_(("sent", "given_up", "dropped")), aliased(Delivery)
    replaced = exists().where(later.instead_of == Delivery.id)
    old = select(Delivery.id).where(done, Delivery.created_at <= before, ~replaced).limit(limit)
    return _changed(session, delete(Delivery).where(Delivery.id.in_(old)))


def _rows(table: type[Base], since: InstrumentedAttribute[Any]) -> Forget:
    """Return the rule that deletes whole rows of a table."""
    key = inspect(table).primary_key[0]

    def delete_rows(session: Session, before: datetime, _now: datetime, limit: int) -> int:
        old = select(key).where(since <= before).limit(limit)
        return _changed(session, delete(table).where(key.in_(old)))

    return delete_rows


def _changed(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(getattr(result, "rowcount", 0))


def _supports(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    ended = select(Ticket.id).where(SUGGESTED, _has_ended(), ended_at <= before)
    return forget_supports(session, ended, limit)


def _originals(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    return forget_originals(session, before=before, limit=limit)


def _replies(session: Session, before: datetime, _now: datetime, limit: int) -> int:
    return forget_replies(session, before=before, limit=limit)
