"""What residents do with what is not theirs: say "me too" or "it is fixed"; follow it."""

from app.following.service.company import (
    claim_fixed,
    claim_own_fixed,
    end_support,
    mark_of,
    support,
    supports,
)
from app.following.service.followers import (
    ask,
    confirm,
    end,
    follow_by_mail,
    follow_by_phone,
    follow_on_screen,
    may_be_followed,
)

__all__ = [
    "ask",
    "claim_fixed",
    "claim_own_fixed",
    "confirm",
    "end",
    "end_support",
    "follow_by_mail",
    "follow_by_phone",
    "follow_on_screen",
    "mark_of",
    "may_be_followed",
    "support",
    "supports",
]
