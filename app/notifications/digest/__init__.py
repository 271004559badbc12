"""The one message that an agency gets each working day: what waits for it."""

from app.notifications.digest.owing import owe_digests

__all__ = ["owe_digests"]
