"""What jobs do besides their verbs."""

import pytest
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.time import now
from app.core.work import jobs as queue
from app.core.work import outbox
from app.core.work.jobs import JobName
from app.routing.service import route_pending
from tests.factories.tickets import report
from workers import jobs, schedule


class Sent:
    """Stands where hints go to Redis, and remembers them."""

    def __init__(self) -> None:
        self.names: list[JobName] = []

    def send(self, job: JobName) -> None:
        self.names.append(job)


@pytest.mark.parametrize(("seconds", "asked_again"), [(60.0, False), (0.0, True)])
def test_a_heap_of_events_lets_reports_pass(
    session: Session, monkeypatch: pytest.MonkeyPatch, seconds: float, asked_again: bool
) -> None:
    for _ in range(3):
        report(session)
    sent = Sent()
    monkeypatch.setattr(queue, "_hints", sent)
    with transaction():
        route_pending(session, now=now())
    sent.names.clear()
    monkeypatch.setattr(jobs, "FAN_OUT_S", seconds)
    monkeypatch.setattr(jobs, "BATCH", 2)
    done = jobs.fan_out_pending.__wrapped__()  # type: ignore[attr-defined]
    assert done == (2 if asked_again else 3)
    assert (JobName.FAN_OUT_PENDING in sent.names) == asked_again
    assert (outbox.oldest(session) is not None) == asked_again


def test_a_rare_job_waits_until_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: dict[JobName, int] = {}
    monkeypatch.setattr(
        schedule, "enqueue", lambda _client, job, _queue, ttl_s: waits.update({job: ttl_s})
    )
    for entry in schedule.PERIODIC:
        schedule.start(entry)
    assert waits == {entry.job: max(30, entry.every_s) for entry in schedule.PERIODIC}
