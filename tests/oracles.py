"""How far the oracles go in this run, and what they counted.

1. `short` is derandomized: the same cases in every run. `long` draws new ones, many more.
2. Counts are printed at the end of the run, oracle by oracle: an oracle that looked at nothing
   shows.
"""

from collections import Counter

from hypothesis import HealthCheck, Phase, settings

LONG_TIMES = 25
REAL_DATABASE = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)

# A walk through the database shrinks for minutes: that is for the long run.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)

settings.register_profile(
    "short", derandomize=True, deadline=None, suppress_health_check=REAL_DATABASE
)
settings.register_profile(
    "long", deadline=None, print_blob=True, suppress_health_check=REAL_DATABASE
)

_counts: dict[str, Counter[str]] = {}
_factor = 1


def choose(profile: str) -> None:
    """Set the length of this run: short or long."""
    global _factor  # noqa: PLW0603 - one run has one length
    settings.load_profile(profile)
    _factor = LONG_TIMES if profile == "long" else 1


def times(short: int) -> int:
    """Return how many of something this run looks at."""
    return short * _factor


def phases() -> tuple[Phase, ...]:
    """Return what hypothesis does with cases that cost a database."""
    return QUICK if _factor == 1 else tuple(Phase)


def tally(oracle: str) -> Counter[str]:
    """Return the counts of an oracle, to add to."""
    return _counts.setdefault(oracle, Counter())


def lines() -> list[str]:
    """Return what was counted, one line for each oracle."""
    return [
        f"{oracle}: " + ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items()))
        for oracle, counts in sorted(_counts.items())
    ]
