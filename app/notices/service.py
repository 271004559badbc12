"""Verbs on known incidents: tell, extend, end.

1. A manager tells for the own agency, within its reach (`notices.reach`); the coordinating office
   tells for itself, of everywhere, and changes all.
2. The expected end lies ahead, within `LONGEST`; extending it keeps the notice, ending it is final.
   Doing either twice does no harm.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.catalog.models import Area, Category
from app.core.actor import Actor
from app.core.errors import Conflict, Forbidden, Rejection, Rejections
from app.core.words.i18n import N_
from app.notices.models import Notice
from app.notices.queries import notice
from app.notices.reach import within_reach
from app.notices.schemas import NewNotice

LONGEST = timedelta(days=90)
RADIUS = (50, 20_000)
MAX_TEXT = 500
NOT_YOURS = N_("This notice belongs to another agency.")


def agency_of(actor: Actor) -> str | None:
    """Return the agency that somebody tells for; None for who may tell nothing."""
    roles = sorted(actor.roles, key=str)
    telling = [code for role, code in roles if role in ("coordinator", "manager") and code]
    return telling[0] if telling else None


def sees_all(actor: Actor) -> bool:
    """Tell whether somebody changes the notices of every agency."""
    return any(role == "coordinator" for role, _code in actor.roles)


def tell(session: Session, new: NewNotice, *, actor: Actor, now: datetime) -> Notice:
    """Publish a notice. Raises Forbidden, Rejections."""
    agency = agency_of(actor)
    if agency is None or actor.account_id is None:
        raise Forbidden("not_your_role", N_("You may not open this page."))
    until = new.expected_end
    problems = [*_problems(session, new), *_of_end(until, now)]
    if problems or until is None:
        raise Rejections(problems)
    if not sees_all(actor):
        new = within_reach(session, new, agency, now=now)
    row = Notice(
        agency_code=agency,
        category_code=new.category,
        area_code=new.area,
        place=new.place.element() if new.place else None,
        radius_m=new.radius_m if new.place else None,
        texts=dict(new.texts),
        starts_at=now,
        expected_end=until,
        created_by=actor.account_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def extend(
    session: Session, number: int, expected_end: datetime | None, *, actor: Actor, now: datetime
) -> Notice:
    """Set another expected end. Raises NotFound, Forbidden, Conflict, Rejections."""
    row = _locked(session, number, actor)
    if row.ended_at is not None:
        raise Conflict("ended", N_("This notice has ended."))
    problems = _of_end(expected_end, now)
    if problems or expected_end is None:
        raise Rejections(problems)
    row.expected_end = expected_end
    session.flush()
    return row


def end(session: Session, number: int, *, actor: Actor, now: datetime) -> Notice:
    """Say that it is over. Raises NotFound, Forbidden."""
    row = _locked(session, number, actor)
    row.ended_at = row.ended_at or now
    session.flush()
    return row


def _locked(session: Session, number: int, actor: Actor) -> Notice:
    row = notice(session, number)
    session.refresh(row, with_for_update=True)
    if not sees_all(actor) and row.agency_code != agency_of(actor):
        raise Forbidden("not_yours", NOT_YOURS)
    return row


def _problems(session: Session, new: NewNotice) -> list[Rejection]:
    found = []
    if not any(new.texts.values()):
        found.append(Rejection("text_missing", N_("Please write a text."), field="text"))
    if any(len(words) > MAX_TEXT for words in new.texts.values()):
        longest = max(len(words) for words in new.texts.values())
        found.append(
            Rejection(
                "too_long",
                N_("This is too long: %(length)s characters, at most %(limit)s."),
                field="text",
                params={"length": longest, "limit": MAX_TEXT},
            )
        )
    if new.category is None and new.area is None and new.place is None:
        found.append(Rejection("nowhere", N_("Say what or where it is."), field="category"))
    return [*found, *_of_codes(session, new), *_of_circle(new)]


def _of_codes(session: Session, new: NewNotice) -> list[Rejection]:
    found = []
    category = session.get(Category, new.category) if new.category else None
    if new.category and (category is None or not category.active or category.privacy != "open"):
        message = N_("This category does not exist.")
        found.append(Rejection("unknown_category", message, field="category"))
    area = session.get(Area, new.area) if new.area else None
    if new.area and (area is None or area.kind != "unit" or area.valid_to is not None):
        found.append(Rejection("unknown_area", N_("This area does not exist."), field="area"))
    return found


def _of_circle(new: NewNotice) -> list[Rejection]:
    if new.place is None:
        return []
    if new.radius_m is None or not RADIUS[0] <= new.radius_m <= RADIUS[1]:
        message = N_("Give a radius from %(low)s to %(high)s metres.")
        params = {"low": RADIUS[0], "high": RADIUS[1]}
        return [Rejection("bad_radius", message, field="radius_m", params=params)]
    return []


def _of_end(expected_end: datetime | None, now: datetime) -> list[Rejection]:
    if expected_end is None or not now < expected_end <= now + LONGEST:
        message = N_("Give a time in the future, within %(days)s days.")
        return [Rejection("bad_end", message, field="until", params={"days": LONGEST.days})]
    return []
