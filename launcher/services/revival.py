"""Starting the private servers again while the service runs, without ever waiting for them.

1. The supervisor looks every few seconds; a look takes a moment, so that a server which does not
   come up never keeps it from its other children.
2. Who ended is started again: at once, then with growing pauses until it answers.
3. Who lives but has not answered for `PATIENCE_S` hangs: it is killed, which loses nothing (the
   queue holds hints, the database recovers), and started like one that ended.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from launcher.supervisor import pause

PATIENCE_S = 20
SHORTEST_PAUSE_S = 5  # by then a server that starts can be found by its process file


class Server(Protocol):
    """What is asked of a server."""

    @property
    def name(self) -> str:
        """What people call it."""

    def answers(self) -> bool:
        """Tell whether it is there for its clients."""

    def lives(self) -> bool:
        """Tell whether there is a process, answering or not."""

    def launch(self) -> None:
        """Start it without waiting until it answers."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class Revival:
    """Looks after one server."""

    server: Server
    _silent_since: float | None = field(default=None, init=False)
    _starts: int = field(default=0, init=False)
    _start_at: float = field(default=0.0, init=False)

    def look(self, now: float) -> str:
        """Do what is due; return a sentence about it, mostly empty."""
        name = self.server.name
        if self.server.answers():
            started, self._starts, self._silent_since = self._starts, 0, None
            return f"{name} answers again." if started else ""
        if self._silent_since is None:
            self._silent_since = now
        if self.server.lives():
            if now - self._silent_since < PATIENCE_S:
                return ""
            self._silent_since = now
            self.server.kill()
            return f"{name} has not answered for {PATIENCE_S} s; it was killed."
        if now < self._start_at:
            return ""
        self._silent_since = now
        self._starts += 1
        self._start_at = now + max(SHORTEST_PAUSE_S, pause(self._starts))
        self.server.launch()
        return f"{name} had ended; starting it again …"


def look_after(revivals: Sequence[Revival]) -> list[str]:
    """Look at every server once; return what there is to say."""
    told = (each.look(time.monotonic()) for each in revivals)
    return [sentence for sentence in told if sentence]
