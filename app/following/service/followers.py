"""Following a ticket or a notice: asked for, said yes to, ended.

1. By e-mail an address counts for nothing until its owner has said yes (double opt-in): whoever
   types it may be anybody. One message asks for that, once for each address and matter; after
   `UNANSWERED` such messages within a day nothing more goes to an address, and nobody is told so.
2. A browser that has proved the address, or that asks for messages on its own screen, has said yes
   by the tap.
3. Only what everybody can see is followed, and only what may still bring news.
4. Ending it erases the address at once. Doing any of it twice does no harm.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.contacts import erase_contact, give_consent, keep_push, store_contact
from app.accounts.models import Contact
from app.accounts.reach.blind import contact_key
from app.accounts.reach.push import Subscription
from app.accounts.reach.ways import EMAIL, PUSH, ways
from app.accounts.schemas import ContactInput
from app.catalog.models import Category
from app.core.errors import Conflict
from app.core.words.i18n import N_
from app.following.models import Follower
from app.following.queries import Followed, followed, unanswered
from app.notices.models import Notice
from app.notices.queries import is_in_force
from app.tickets.facts import Status
from app.tickets.models import Suggestion, Ticket
from app.tickets.queries import alive, unknown
from app.tickets.tables.publication import PUBLISHED

UNANSWERED = 3
UPDATES, CHANNEL = "updates", "web"
# What was closed can only be opened again: that is no news that somebody waits for.
ENDED = (Status.CLOSED, Status.DECLINED, Status.DELIVERED, Status.DROPPED)
OVER = Conflict("ended", N_("This has ended; there is no more news of it."))


def may_be_followed(session: Session, matter: Followed, *, now: datetime) -> bool:
    """Tell whether everybody can see it and there may be news of it."""
    if isinstance(matter, Notice):
        return is_in_force(matter, now)
    return _is_public(session, matter) and alive(session, matter).status not in ENDED


def _is_public(session: Session, ticket: Ticket) -> bool:
    current = alive(session, ticket)
    category = session.get_one(Category, current.category_code)
    hidden = current.private or current.status == Status.UNPUBLISHED
    suggestion = session.get(Suggestion, current.id)
    hidden = hidden or (suggestion is not None and suggestion.publication != PUBLISHED)
    return not hidden and category.privacy == "open"


def _check(session: Session, matter: Followed, now: datetime) -> Followed:
    """Return what carries on. Raises NotFound for what cannot be seen, Conflict for what ended."""
    if isinstance(matter, Ticket) and not _is_public(session, matter):
        raise unknown()
    if not may_be_followed(session, matter, now=now):
        raise OVER
    return alive(session, matter) if isinstance(matter, Ticket) else matter


def ask(
    session: Session, matter: Followed, email: str, *, lang: str, now: datetime
) -> Follower | None:
    """Note that somebody gave an address; None where no message is to go to it (rule 1)."""
    matter, key = _check(session, matter, now), contact_key("email", email)
    # One after the other for each address: else many at once would all be the first.
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key[:8], signed=True))))
    if unanswered(session, key, now) >= UNANSWERED:
        return None
    return _added(session, matter, key, ContactInput(email=email), lang=lang, now=now)


def follow_by_mail(
    session: Session, matter: Followed, email: str, *, lang: str, now: datetime
) -> Follower:
    """Follow by an address that this browser has proved (rule 2)."""
    matter, key = _check(session, matter, now), contact_key("email", email)
    added = _added(session, matter, key, ContactInput(email=email), lang=lang, now=now)
    return confirm(session, added or _present(session, matter, key), now=now)


def follow_by_phone(
    session: Session, matter: Followed, phone: str, *, lang: str, now: datetime
) -> Follower | None:
    """Follow by a phone that this browser has proved (rule 2); None where no phone gets news.

    phone: in E.164.
    """
    there = ways(email=False, phone=True, push=False)
    if not there:
        return None
    matter, key = _check(session, matter, now), contact_key("phone", phone)
    added = _added(session, matter, key, ContactInput(phone=phone), lang=lang, now=now)
    return confirm(session, added or _present(session, matter, key), now=now, by=there[0])


def follow_on_screen(
    session: Session, matter: Followed, wanted: Subscription, *, lang: str, now: datetime
) -> Follower:
    """Follow by messages on this browser's screen (rule 2)."""
    matter, key = _check(session, matter, now), contact_key("push", wanted.endpoint)
    added = _added(session, matter, key, ContactInput(), lang=lang, now=now)
    if added is not None:
        keep_push(session.get_one(Contact, added.contact_id), wanted)
    return confirm(session, added or _present(session, matter, key), now=now, by=PUSH)


def _added(
    session: Session,
    matter: Followed,
    key: bytes,
    contact: ContactInput,
    *,
    lang: str,
    now: datetime,
) -> Follower | None:
    """Return the new follower, or None where this address follows it already."""
    values = {_column(matter): matter.id, "address_key": key, "created_at": now}
    written = insert(Follower).values(values).on_conflict_do_nothing().returning(Follower.id)
    number = session.scalar(written)
    if number is None:
        return None
    follower = session.get_one(Follower, number)
    follower.contact_id = store_contact(session, contact, lang=lang, channel=CHANNEL, now=now).id
    session.flush()
    return follower


def _present(session: Session, matter: Followed, key: bytes) -> Follower:
    query = select(Follower).where(
        getattr(Follower, _column(matter)) == matter.id,
        Follower.address_key == key,
        Follower.ended_at.is_(None),
    )
    return session.scalars(query).one()


def _column(matter: Followed) -> str:
    return "notice_id" if isinstance(matter, Notice) else "ticket_id"


def confirm(session: Session, follower: Follower, *, now: datetime, by: str = EMAIL) -> Follower:
    """Take the yes of the address's owner. Raises NotFound, Conflict where no news are left.

    by: the way on which the news go.
    """
    session.refresh(follower, with_for_update=True)
    if follower.ended_at is not None:
        raise OVER
    if follower.confirmed_at is not None:
        return follower
    matter = _check(session, followed(session, follower), now)
    contact = session.get_one(Contact, follower.contact_id)
    give_consent(session, contact, UPDATES, channel=CHANNEL, by=(by,), now=now)
    follower.confirmed_at = now
    follower.known_end = matter.expected_end if isinstance(matter, Notice) else None
    session.flush()
    return follower


def end(session: Session, follower: Follower, *, now: datetime) -> None:
    """Follow no more: the address is erased at once; that it was used at all stays for two days."""
    session.refresh(follower, with_for_update=True)
    if follower.contact_id is not None:
        erase_contact(session, session.get_one(Contact, follower.contact_id), now=now)
    follower.contact_id = None
    follower.ended_at = follower.ended_at or now
    session.flush()
