"""When a message that could not be sent is tried again. Pure.

1. Delays double from one minute to three hours, each shifted by up to a quarter either way so
   that messages which failed together do not come back together.
2. The last attempt is the fifteenth: about a day after the first.
"""

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=3)
ATTEMPTS = 15


def is_last(attempts: int) -> bool:
    """Tell whether `attempts` (counted from 1) were enough."""
    return attempts >= ATTEMPTS


def delay(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many attempts. chance: from 0 to 1, evenly spread."""
    doubled = FIRST * (1 << min(max(attempts, 1) - 1, ATTEMPTS))
    return min(doubled, LONGEST) * (0.75 + chance / 2)
