"""Every job: one thin function for each `JobName`, named as its value.

1. A job takes no arguments and returns how many rows it dealt with.
2. It is idempotent: queue and schedule may run it at any time, also twice at once.
3. What reaches outside is leased in small numbers, so that a killed worker repeats at most that.
"""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.accounts.reach import proofs
from app.core.db import transaction
from app.core.installation import settings
from app.core.time import now
from app.core.work.jobs import JobName, drain, hint, lease_drain
from app.map_index import service as map_index
from app.measures import service as measures
from app.media import service as photos
from app.media import waiting
from app.media.recode import Recoded
from app.media.redaction import service as redaction
from app.notifications import digest as notifications_digest
from app.notifications import service as notifications
from app.notifications.channels import channels_of
from app.notifications.recipients.owing import tell_of_notices
from app.notifications.reminders import remind
from app.notifications.send import Round
from app.reports import service as reports
from app.rights.service import retention
from app.routing import service as routing
from app.tickets import service as tickets
from workers.runtime import job

BATCH = 500
FOLD_BATCH = 5_000
FAN_OUT_S = 0.5
# What happened so long ago is written: figures of what is still being written would be wrong.
WRITTEN_WITHIN = timedelta(seconds=30)


@job(JobName.ROUTE_PENDING)
def route_pending() -> int:
    """Route what nobody has routed yet."""
    return drain(lambda session: routing.route_pending(session, now=now(), limit=BATCH))


@job(JobName.FAN_OUT_PENDING)
def fan_out_pending() -> int:
    """Turn events into messages to be sent: a moment's work, for reports wait in the same line.

    What is left of a heap goes to the end of the line.
    """
    end = time.monotonic() + FAN_OUT_S
    done = drain(
        lambda session: notifications.fan_out_pending(session, now=now(), limit=BATCH),
        seconds=FAN_OUT_S,
    )
    if time.monotonic() >= end:
        with transaction() as session:
            hint(session, JobName.FAN_OUT_PENDING)
    return done


@job(JobName.SEND_PENDING)
def send_pending() -> int:
    """Send what is due."""
    one_round = Round(channels_of(settings()), clock=now, chance=random.random)
    return lease_drain(one_round.lease, one_round.send, one_round.record)


@job(JobName.PREPARE_PHOTOS)
def prepare_photos() -> int:
    """Decode what came in, burn what is redacted, and sweep files that belong to nothing."""

    def record(session: Session, item: photos.Lease, result: Recoded) -> None:
        photos.record(session, item, result, now=now())
        reports.photo_prepared(session, item.photo_id)
        tickets.look_at_proof(session, item.photo_id, now=now())

    done = lease_drain(
        lambda session: photos.lease_stored(session, now=now(), limit=1),
        photos.prepare,
        record,
        seconds=60.0,
    )
    done += lease_drain(
        lambda session: redaction.lease_redactions(session, now=now(), limit=1),
        redaction.burn,
        lambda session, item, result: redaction.record(session, item, result, now=now()),
        seconds=60.0,
    )
    with transaction() as session:
        waiting.sweep(session, now=now())
        photos.sweep(session, now=now())
    return done


@job(JobName.MARK_DUE)
def mark_due() -> int:
    """Note what became overdue: first reply, outcome, help, reading."""
    scans = (
        tickets.mark_reply_due, tickets.mark_due, tickets.mark_missed_again, tickets.mark_help_due,
        tickets.mark_screen_due,
    )  # fmt: skip
    return sum(drain(partial(scan, now=now(), limit=BATCH)) for scan in scans)


@job(JobName.EXPIRE)
def expire() -> int:
    """Remind of what ends soon, tell of notices; end pauses and plans, close; forget drafts."""
    reminded = drain(lambda session: remind(session, now=now(), limit=BATCH))
    reminded += drain(lambda session: tell_of_notices(session, now=now(), limit=BATCH))
    done = drain(lambda session: tickets.expire(session, now=now(), limit=BATCH))
    with transaction() as session:
        done += reminded + proofs.sweep(session, now=now())
    done += drain(lambda session: reports.sweep_drafts(session, now=now(), limit=BATCH))
    return done + drain(lambda session: tickets.hand_over(session, now=now(), limit=BATCH))


@job(JobName.ESCALATE)
def escalate() -> int:
    """Call who must look at what waits too long."""
    return drain(lambda session: tickets.escalate(session, now=now(), limit=BATCH))


@job(JobName.CALL_DUTY)
def call_duty() -> int:
    """Call who is on duty to what somebody says is urgent."""
    return drain(lambda session: tickets.call_duty(session, now=now(), limit=BATCH))


@job(JobName.OWE_DIGESTS)
def owe_digests() -> int:
    """Tell each agency in the morning what waits for it."""
    with transaction() as session:
        return notifications_digest.owe_digests(session, now=now())


@job(JobName.FORGET)
def forget() -> int:
    """Forget what was kept as long as it may be."""
    return drain(lambda session: retention.forget(session, now=now(), limit=BATCH))


@job(JobName.FOLD_MAP)
def fold_map() -> int:
    """Add to the map's counts what changed."""
    return drain(lambda session: map_index.fold(session, limit=FOLD_BATCH))


@job(JobName.MEASURE)
def measure() -> int:
    """Make the figures of the months that may still change; freeze those that may not."""
    return drain(lambda session: measures.refresh(session, now=now() - WRITTEN_WITHIN))


BY_NAME: dict[JobName, Callable[[], int]] = {
    JobName.ROUTE_PENDING: route_pending,
    JobName.FAN_OUT_PENDING: fan_out_pending,
    JobName.SEND_PENDING: send_pending,
    JobName.PREPARE_PHOTOS: prepare_photos,
    JobName.MARK_DUE: mark_due,
    JobName.EXPIRE: expire,
    JobName.ESCALATE: escalate,
    JobName.CALL_DUTY: call_duty,
    JobName.OWE_DIGESTS: owe_digests,
    JobName.FORGET: forget,
    JobName.FOLD_MAP: fold_map,
    JobName.MEASURE: measure,
}
