"""Processes are killed at random moments under load; afterwards everything acknowledged is there.

`./run test --faults=long` kills at least a hundred times and waits for every lease in real time.
"""

from collections.abc import Callable

import pytest

from tests.faults.clients import Load
from tests.faults.killer import KINDS, Killer, Plan
from tests.faults.reckoning import calm, reckon
from tests.faults.supervised import Supervised

SHORT = Plan(kills=10, pause_s=(0.5, 2.0), supervisor_every=1, full_every=1)
LONG = Plan(kills=100, pause_s=(1.0, 4.0), supervisor_every=3, full_every=2)


def test_killed_processes_lose_nothing_and_do_nothing_twice(
    place: Supervised, request: pytest.FixtureRequest, show: Callable[[str, list[str]], None]
) -> None:
    long = request.config.getoption("--faults") == "long"
    seed = int(request.config.getoption("--faults-seed"))
    load = Load(place.url, seed, clients=6 if long else 4)
    killer, plan = Killer(place, seed), LONG if long else SHORT
    with load.running():
        killer.run(plan)
    waited = calm(place, hurry=not long)
    found = reckon(place, load)
    kills = [f"  {name:.<58} {killer.kills[name]}" for name in KINDS]
    kills += [f"  {'all kills':.<58} {killer.kills.total()}"]
    kills += [f"  {name:.<58} {count}" for name, count in sorted(killer.others.items())]
    kills += [f"  {'seconds until calm':.<58} {waited:.0f}"]
    kills += [f"  answered 500: {error} ({times})" for error, times in place.surprises().items()]
    show(f"Killed under load (seed {seed})", kills + found.lines())
    assert {name: count for name, count in found.zeros.items() if count} == {}
    assert load.acknowledged
    assert killer.kills.total() >= plan.kills
