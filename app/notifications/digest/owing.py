"""Owing each agency and each officer their digest, once on each of the agency's working days.

1. From the pack's time on, for an hour: who comes back to work later finds it all in the inbox.
2. Who has nothing waiting gets nothing. The row keeps the numbers as they were then.
3. It goes to the agency's address; where there is none, to each of its managers: of two agencies,
   one for each.
4. An officer gets one about what lies in the own hands, of all agencies together; not who gets an
   agency's that morning.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Membership
from app.agencies.queries import active
from app.catalog.queries import profile
from app.core.work.jobs import JobName, hint
from app.notifications.channels import EMAIL
from app.notifications.digest.waiting import waiting_of_agencies, waiting_of_officers
from app.notifications.models import Delivery
from app.notifications.plan import Template
from app.tickets.due import clock_for, timetable_ids

WINDOW = timedelta(hours=1)


def owe_digests(session: Session, *, now: datetime) -> int:
    """Write the digests that are due; return how many."""
    city = profile(session)
    local = now.astimezone(city.zone)
    opens = datetime.combine(local.date(), time.fromisoformat(city.desk.digest_at), city.zone)
    if not opens <= local < opens + WINDOW:
        return 0
    rows = list(_owed(session, local.date(), now))
    if not rows:
        return 0
    written = insert(Delivery).on_conflict_do_nothing().returning(Delivery.id)
    done = len(session.scalars(written, rows).all())
    if done:
        hint(session, JobName.SEND_PENDING)
    return done


def _owed(session: Session, day: date, now: datetime) -> Iterator[dict[str, Any]]:
    at_work = {agency.code: agency for agency in _at_work(session, now)}
    managers, told = _managers(session, now), set()
    for code, waiting in waiting_of_agencies(session, now).items():
        agency = at_work.get(code)
        for recipient in _recipients(agency, managers) if agency else ():
            told.add(recipient)
            word = f"digest {day}" if agency and agency.email else f"digest {day} {_mark(code)}"
            params = {"agency": code, **waiting}
            yield _row(recipient, Template.AGENCY_DIGEST, word, params, now)
    for officer, waiting in waiting_of_officers(session, at_work, now).items():
        if (recipient := f"account:{officer}") not in told:
            yield _row(recipient, Template.OFFICER_DIGEST, f"own {day}", waiting, now)


def _mark(code: str) -> str:
    """Return what tells the agencies of one manager apart: the word has no room for their codes."""
    return f"{crc32(code.encode()):08x}"


def _row(
    recipient: str, template: Template, once: str, params: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "event_id": None,
        "recipient": recipient,
        "channel": EMAIL,
        "template": template.value,
        "once": once,
        "params": dict(params),
        "state": "pending",
        "created_at": now,
        "next_attempt_at": now,
    }


def _at_work(session: Session, now: datetime) -> Iterator[Agency]:
    """Yield the agencies that work today, by their own hours."""
    city = profile(session)
    today = now.astimezone(city.zone).date()
    timetables = timetable_ids(session)
    for agency in active(session, today):
        timetable = timetables.get(agency.code, timetables.get(None))
        if timetable is None:
            continue
        if clock_for(session, timetable, city.calendar_version).hours(today):
            yield agency


def _managers(session: Session, now: datetime) -> Mapping[str, list[int]]:
    query = select(Membership.agency_code, Membership.account_id).where(
        Membership.role == "manager",
        Membership.since <= now,
        Membership.until.is_(None) | (Membership.until > now),
    )
    found: dict[str, list[int]] = {}
    for code, account in session.execute(query.order_by(Membership.id)):
        found.setdefault(code or "", []).append(account)
    return found


def _recipients(agency: Agency, managers: Mapping[str, list[int]]) -> list[str]:
    if agency.email:
        return [f"agency:{agency.code}"]
    return [f"account:{number}" for number in managers.get(agency.code, ())]
