"""A recipient at the moment of sending, and why nothing is sent."""

from dataclasses import dataclass
from datetime import datetime

NO_ADDRESS = "no_address"


class Unwanted(Exception):  # noqa: N818 - not a fault
    """Nothing is to be sent. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotYet(Exception):  # noqa: N818 - not a fault
    """It would ring in quiet hours; `until`: when they end."""

    def __init__(self, until: datetime) -> None:
        super().__init__("quiet_hours")
        self.until = until


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Where a message goes and in which language. stop_link: ends the news."""

    address: str
    lang: str
    name: str = ""
    stop_link: str = ""
