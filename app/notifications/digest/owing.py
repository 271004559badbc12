"""Owing each agency its digest, once on each of its working days.

1. From the pack's time on, for an hour: who comes back to work later finds it all in the inbox.
2. Who has nothing waiting gets nothing. The row keeps the numbers as they were then.
3. It goes to the agency's address; where there is none, to each of its managers.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Membership
from app.agencies.queries import active
from app.catalog.queries import profile
from app.core.work.jobs import JobName, hint
from app.notifications.channels import EMAIL
from app.notifications.digest.waiting import waiting_of_agencies
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
    waiting = waiting_of_agencies(session, now)
    wanted = [agency for agency in _at_work(session, now) if waiting.get(agency.code)]
    rows: list[dict[str, Any]] = [
        {
            "event_id": None,
            "recipient": recipient,
            "channel": EMAIL,
            "template": Template.AGENCY_DIGEST.value,
            "once": f"digest {local.date().isoformat()}",
            "params": {"agency": agency.code, **waiting[agency.code]},
            "state": "pending",
            "created_at": now,
            "next_attempt_at": now,
        }
        for agency in wanted
        for recipient in _recipients(agency, _managers(session, now))
    ]
    if not rows:
        return 0
    written = insert(Delivery).values(rows).on_conflict_do_nothing().returning(Delivery.id)
    done = len(session.scalars(written).all())
    if done:
        hint(session, JobName.SEND_PENDING)
    return done


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
