"""The list of what was erased: outside the database, so that no restored backup brings it back.

1. A line is written after the commit, never changed, and names what was erased by its number and a
   keyed mark: no word, no address, nothing about anybody.
2. The mark tells whether a number still means the same: what came after a backup may have had a
   number that the restored database gives out anew.
3. `flask city erase-again` goes through the list; doing it twice does no harm.
"""

import hmac
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.crypto import sign
from app.core.db import after_commit
from app.core.installation import settings

log = logging.getLogger(__name__)

REPORT, PRIVATE, CONTACT, CONSENT = "report", "private", "contact", "consent"
PRIVATE_MODE = 0o600
_NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Erased:
    """One line. kind: of the constants above; a consent names its purpose after a colon."""

    kind: str
    number: int
    mark: str

    def is_of(self, number: int, own: object) -> bool:
        """Tell whether this is about the row with this number and this sign of its own."""
        return hmac.compare_digest(self.mark, _mark(self.kind, number, own))


def note(session: Session, kind: str, number: int, own: object, *, now: datetime) -> None:
    """Write a line once this is committed. own: what only this row has, such as its key."""
    line = f"{now.isoformat(timespec='seconds')} {kind} {number} {_mark(kind, number, own)}\n"
    after_commit(session, partial(_append, settings().erased_log, line))


def _mark(kind: str, number: int, own: object) -> str:
    return sign(settings().secrets.follow_key, "erased", kind.partition(":")[0], number, own)


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_MODE)
    try:
        # In one piece: several processes write here.
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines(path: Path) -> Iterator[Erased | None]:
    """Give each thing of a list once; None for a line that is none."""
    seen = set()
    for text in path.read_text("utf-8", "replace").splitlines():
        parts = text.split()
        if len(parts) != 4 or not _NUMBER.fullmatch(parts[2]):
            yield None
            continue
        found = Erased(kind=parts[1], number=int(parts[2]), mark=parts[3])
        if found not in seen:
            seen.add(found)
            yield found
