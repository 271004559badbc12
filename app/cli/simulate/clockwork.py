"""What the installation does by itself, as its workers do it: every sweep, until nothing is left.

1. The sweeps are those of `workers.schedule`; only sending messages and decoding photos are left
   out, because nobody is there to receive them. A test compares.
2. They run every second hour by day, twice at night, and when the digests are due; those that
   cannot wait, a minute after each report. The real ones come every few seconds: being late changes
   nothing, and a year would take a day.
3. A round is one transaction here: what a sweep has found is there for the next one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.reach import proofs
from app.cli.simulate.year import HOUR, Year
from app.core.db import transaction
from app.core.work.jobs import JobName
from app.map_index.service import fold
from app.notifications.digest import owe_digests
from app.notifications.recipients.owing import tell_of_notices
from app.notifications.reminders import remind
from app.notifications.service import fan_out_pending
from app.reports.service import sweep_drafts
from app.rights.service.retention import forget
from app.routing.service import route_pending
from app.tickets import service as tickets

BATCH = 500
DIGESTS = timedelta(hours=7, minutes=40)
WAKES, SLEEPS, NIGHT = 6, 21, (0, 3)  # local hours
# The first two reach outside. Figures of a month are the same whenever they are made, so once at
# the end is enough: `flask city rebuild`.
LEFT_OUT = frozenset({JobName.SEND_PENDING, JobName.PREPARE_PHOTOS, JobName.MEASURE})
Scan = Callable[[Session, datetime], int]


def _in_batches(verb: Callable[..., int]) -> Scan:
    return lambda session, now: verb(session, now=now, limit=BATCH)


def _at_once(verb: Callable[..., int]) -> Scan:
    return lambda session, now: verb(session, now=now)


SCANS: dict[JobName, tuple[Scan, ...]] = {
    JobName.ROUTE_PENDING: (_in_batches(route_pending),),
    JobName.CALL_DUTY: (_in_batches(tickets.call_duty),),
    JobName.MARK_DUE: (
        _in_batches(tickets.mark_reply_due),
        _in_batches(tickets.mark_due),
        _in_batches(tickets.mark_missed_again),
        _in_batches(tickets.mark_help_due),
    ),
    JobName.EXPIRE: (
        _in_batches(remind),
        _in_batches(tell_of_notices),
        _in_batches(tickets.expire),
        _at_once(proofs.sweep),
        _in_batches(sweep_drafts),
        _in_batches(tickets.hand_over),
    ),
    JobName.ESCALATE: (_in_batches(tickets.escalate),),
    JobName.OWE_DIGESTS: (_at_once(owe_digests),),
    JobName.FAN_OUT_PENDING: (_in_batches(fan_out_pending),),
    JobName.FORGET: (_in_batches(forget),),
    JobName.FOLD_MAP: (lambda session, _now: fold(session, limit=BATCH),),
}
HINTED = (JobName.ROUTE_PENDING,)
URGENT = (JobName.ROUTE_PENDING, JobName.CALL_DUTY)
DAILY = JobName.FORGET


def sweep(now: datetime, jobs: Sequence[JobName] = tuple(SCANS)) -> None:
    """Run jobs until nothing is left for them (rule 3): less than a batch is the last one."""
    with transaction() as session:
        for job in jobs:
            for scan in SCANS[job]:
                while scan(session, now) >= BATCH:
                    pass


def wind(year: Year) -> None:
    """Plan every sweep of the year (rule 2)."""
    often = tuple(job for job in SCANS if job is not DAILY)
    for midnight in year.days():
        year.plan(midnight + 2 * HOUR, lambda: sweep(year.at, (DAILY,)))
        for hour in range(24):
            if hour in NIGHT or (WAKES <= hour < SLEEPS and hour % 2 == 0):
                year.plan(midnight + hour * HOUR, lambda: sweep(year.at, often))
        year.plan(midnight + DIGESTS, lambda: sweep(year.at, often))
