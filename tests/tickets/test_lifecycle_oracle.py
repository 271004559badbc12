"""Acts by everybody through the real verbs, against the lifecycle as it is specified."""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests import oracles
from tests.tickets.life_chance import Chance
from tests.tickets.lives import prepare


def test_everything_that_anybody_does_is_as_specified(session: Session) -> None:
    counts = oracles.tally("lifecycle, by chance")
    prepare(session, counts)
    run_state_machine_as_test(
        Chance,
        settings=settings(
            max_examples=oracles.times(8), stateful_step_count=12, phases=oracles.phases()
        ),
    )
    assert all(counts[name] for name in ("allowed", "refused", "refused, version", "by the clock"))
