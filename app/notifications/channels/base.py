"""What a channel is.

1. A channel sends one message and returns, or raises `TemporaryFailure` / `PermanentFailure`
   with a short code. No code and no log line ever holds an address or a server's sentence.
2. It keeps no state and touches no database; every wait has an end.
3. A message's `key` is stable: sending it again gives the same Message-ID (or the same file, or
   the same Idempotency-Key), so that a repeat after a crash can be recognised.
"""

from dataclasses import dataclass, field
from typing import Protocol


class TemporaryFailure(Exception):  # noqa: N818 - says what it is
    """Not now; try again later. `code`: short, without personal details."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(TemporaryFailure):
    """The whole channel is away, not only this recipient."""


class PermanentFailure(Exception):  # noqa: N818 - says what it is
    """Never. `code`: short, without personal details."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gone(PermanentFailure):
    """The address itself has ended: nothing may be sent there again."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one person gets. `body` is plain text in paragraphs; `lang` is its language.

    short: the same in one line for small screens. link: where to go on. stop_link: ends the news.
    """

    key: str
    to: str = field(repr=False)
    sender_name: str
    subject: str
    body: str = field(repr=False)
    lang: str
    short: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    stop_link: str = field(default="", repr=False)
    template: str = ""
    reference: str = ""


class Channel(Protocol):
    """One way to reach people."""

    @property
    def name(self) -> str:
        """Return the value of `delivery.channel`."""

    def send(self, message: Message) -> None:
        """Send. Raises TemporaryFailure or PermanentFailure."""
