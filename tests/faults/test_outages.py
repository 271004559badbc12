"""What the service rests on is full, silent, hung or absent: nothing is lost, and it says so.

The figures that matter are whether something is there in the end, never how fast.
"""

import os
import shutil
import signal
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from launcher.services import instances
from tests.faults.clients import Load
from tests.faults.killer import program, redis_server, slay
from tests.faults.post_office import CLOSED, DROPS, FORGETS, HANGS, REFUSES, WELL
from tests.faults.reckoning import calm, reckon
from tests.faults.supervised import Supervised

Show = Callable[[str, list[str]], None]
LONG_S = 120.0
# What the sender notes of each way in which a mail server can fail.
CODES = {
    HANGS: "timeout",
    REFUSES: "smtp_450",
    CLOSED: "unreachable",
    DROPS: "disconnected",
    FORGETS: "disconnected",
}


def settle(place: Supervised, load: Load, show: Show, title: str) -> None:
    """Wait for calm, compare, show the table; nothing may be missing."""
    waited = calm(place, hurry=True)
    found = reckon(place, load)
    show(title, [f"  {'seconds until calm':.<58} {waited:.0f}", *found.lines()])
    assert {name: count for name, count in found.zeros.items() if count} == {}
    assert load.acknowledged


def test_a_full_disk_refuses_for_now_and_loses_nothing(place: Supervised, show: Show) -> None:
    load = Load(place.url, seed=21, clients=3, pause_s=0.05, photos=0.6)
    with load.running():
        place.eventually(lambda: len(load.acknowledged) > 5, LONG_S, "acknowledged")
        with place.full_disk():
            place.eventually(lambda: later(load) > 2, LONG_S, "refused for now")
            # A new segment of the log finds no room: PostgreSQL panics and cannot start again.
            with pytest.raises(psycopg.Error):
                fill_the_log(place)
            refusals = later(load)
            place.eventually(lambda: later(load) > refusals + 9, LONG_S, "refused for now")
            # Its restarts keep nobody else from being started again.
            kill_and_wait(place, "-m workers", "schedule")
        place.wait_ready()
    settle(place, load, show, "Disk full: photos, queue and database")


def kill_and_wait(place: Supervised, *words: str) -> None:
    """Kill the supervisor's child of that name; return when it was started again."""
    name = " ".join(words)
    place.eventually(lambda: program(place, *words) != [], LONG_S, f"started {name}")
    killed = program(place, *words)
    slay(*killed)
    place.eventually(
        lambda: program(place, *words) not in ([], killed), LONG_S, f"started {name} again"
    )


def later(load: Load) -> int:
    """Return how often clients were asked to come back."""
    return load.answers["POST 503"] + load.answers["PUT 503"]


def fill_the_log(place: Supervised) -> None:
    """Make PostgreSQL begin one segment of its log after the other."""
    server = instances.existing(place.clone).postgres
    assert server is not None
    url = server.url("postgres", "hoi_am").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as database:
        for _ in range(500):
            database.execute("SELECT pg_logical_emit_message(true, 'a', 'b')")
            database.execute("SELECT pg_switch_wal()")


def has_failed(
    database: "psycopg.Connection[tuple[object, ...]]", last: tuple[object, ...] | None, code: str
) -> bool:
    """Tell whether a message after the last one could not be sent, for this reason."""
    failed = "SELECT count(*) FROM delivery WHERE id > %s AND last_error = %s"
    return database.execute(failed, (*(last or ()), code)).fetchone() != (0,)


def test_a_bad_mail_server_gets_every_message_in_the_end(place: Supervised, show: Show) -> None:
    load = Load(place.url, seed=22, photos=0)
    newest = "SELECT coalesce(max(id), 0) FROM delivery"
    try:
        with place.connect() as database:
            for mood, code in CODES.items():
                place.office.change(mood)
                last = database.execute(newest).fetchone()
                load.send(3)
                noted = partial(has_failed, database, last, code)
                place.eventually(noted, LONG_S, f"noted that the mail server {mood}")
    finally:
        place.office.change(WELL)
    settle(place, load, show, "The mail server " + ", ".join(CODES))


def test_a_hung_redis_keeps_nobody_waiting(
    place: Supervised, show: Show, request: pytest.FixtureRequest
) -> None:
    load = Load(place.url, seed=31, clients=8, pause_s=0.02, photos=0.3)
    (hung,) = redis_server(place)
    os.kill(hung, signal.SIGSTOP)
    try:
        with load.running():  # several at once: each of them meets the silence by itself
            place.eventually(lambda: len(load.acknowledged) > 20, LONG_S, "acknowledged")
        assert set(load.answers) <= {"POST 201", "PUT 201"}, "failed because Redis hung"
        # The supervisor goes on looking after the others.
        kill_and_wait(place, "granian")
        if request.config.getoption("--faults") == "long":
            place.eventually(
                lambda: redis_server(place) not in ([], [hung]), LONG_S, "replaced the hung Redis"
            )
    finally:
        if hung in redis_server(place):
            os.kill(hung, signal.SIGCONT)
    settle(place, load, show, "Redis hangs")


def test_without_redis_from_the_start_the_schedule_does_everything(
    place: Supervised, show: Show
) -> None:
    assert place.supervisor is not None
    spoilt = place.spoil_queue()
    try:
        slay(*redis_server(place), place.supervisor.pid)
        place.supervisor.wait()
        place.start()
        assert redis_server(place) == []
        load = Load(place.url, seed=41)
        load.send(20)
        settle(place, load, show, "Without Redis from the start")
    finally:
        shutil.rmtree(spoilt)
    place.eventually(lambda: redis_server(place) != [], LONG_S, "started Redis after all")
