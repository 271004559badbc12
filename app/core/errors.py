"""What a person or a client did wrong, in words that can be translated.

1. A `Rejection` carries a stable code, an English msgid with parameters, and the field it is
   about. It never carries text from the database, a library or the server.
2. Several of them are raised together as `Rejections`, so that a form shows all at once.
3. The HTTP status belongs to the class; views contain no try/except for these.
"""

from collections.abc import Mapping, Sequence


class Rejection(Exception):  # noqa: N818 - an answer, not an error of the program
    """One refusal. `params` fill the placeholders of `message` (an English msgid)."""

    status = 422

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.params = dict(params or {})


class NotFound(Rejection):
    """Unknown, or not visible for this person: both look the same."""

    status = 404


class Forbidden(Rejection):
    """Signed in, known, and not allowed."""

    status = 403


class Conflict(Rejection):
    """Somebody else was faster, or the same key came with a different content."""

    status = 409


class Gone(Rejection):
    """The time for this is over."""

    status = 410


class TooLarge(Rejection):
    """The body or a file exceeds its limit."""

    status = 413


class Later(Rejection):
    """Not now: the same may succeed in `retry_after` whole seconds."""

    status = 503

    def __init__(self, code: str, message: str, *, retry_after: int) -> None:
        super().__init__(code, message, params={"seconds": retry_after})
        self.retry_after = retry_after


class TooMany(Later):
    """Rate limit."""

    status = 429


class Rejections(Exception):  # noqa: N818 - a plural of Rejection, not an error of the program
    """All that is wrong with one input."""

    status = 422

    def __init__(self, items: Sequence[Rejection]) -> None:
        super().__init__(", ".join(item.code for item in items))
        self.items = tuple(items)
