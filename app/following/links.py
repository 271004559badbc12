"""The one link of somebody who follows: to say yes, to look, and to end it.

It came to the address by a message, so whoever has it reads that mailbox. It dies with the row.
"""

from app.core.crypto import sign
from app.core.installation import settings
from app.following.models import Follower

PURPOSE = "follower"


def follower_code(follower: Follower) -> str:
    """Return the number of the follower and its signature."""
    return f"{follower.id}.{sign(settings().secrets.follow_key, PURPOSE, follower.id)}"


def follower_path(follower: Follower) -> str:
    """Return the path of the follower's own page."""
    return f"/following/{follower_code(follower)}"


def end_path(follower: Follower) -> str:
    """Return where one click ends the news."""
    return f"{follower_path(follower)}/end"
