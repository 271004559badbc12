"""By when a request about personal data must be answered and done. Pure.

1. The first answer is due within working days of the coordinating office, the doing within days of
   the calendar; both start at the receipt. The law on personal data protection sets them.
2. One extension by the same number of days again, with a reason.
3. What a third party sees of themselves (`shown`) is decided by the time of the first answer.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    CORRECT = "correct"
    DELETE = "delete"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    SHOWN = "shown"


@dataclass(frozen=True)
class Period:
    """answer: working days until the first answer. done: days until it is done, None: as long."""

    answer: int
    done: int | None


PERIODS = {
    Kind.ACCESS: Period(2, 10),
    Kind.CORRECT: Period(2, 10),
    Kind.DELETE: Period(2, 20),
    Kind.WITHDRAW: Period(2, 15),
    Kind.RESTRICT: Period(2, 15),
    Kind.OBJECT: Period(2, 15),
    Kind.SHOWN: Period(2, None),
}
# What the public form offers; `shown` begins at the photo or the words.
OFFERED = tuple(kind for kind in Kind if kind is not Kind.SHOWN)
