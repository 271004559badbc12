"""Acts by everybody through the real verbs, against the lifecycle as it is specified.

Known ways reach every verb and status, and each limit to the second; chance goes everywhere else.
"""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests import oracles
from tests.tickets.life_chance import Chance
from tests.tickets.life_ways import WAYS
from tests.tickets.lives import Lives, missing, prepare


def test_known_ways_lead_where_they_should_and_reach_everything(session: Session) -> None:
    counts = oracles.tally("lifecycle, known ways")
    prepare(session, counts)
    for way in WAYS:
        lives = Lives()
        way(lives)
        lives.teardown()
    assert missing(counts) == set()


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
