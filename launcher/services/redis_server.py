"""The private Redis of one clone: append-only file, unix socket, never forgets for lack of room."""

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher import Refusal
from launcher.services.place import Place

_START_WAIT_S = 60
_GRACE_S = 5  # until the process file must have appeared
_STOP_WAIT_S = 20
_CONFIGURATION = """# Written by the launcher at every start.
port 0
unixsocket "{sockets}/redis.sock"
unixsocketperm 700
daemonize yes
pidfile "{home}/redis.pid"
logfile "{home}/redis.log"
loglevel notice
dir "{home}/redis"
databases 16
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class RedisInstance:
    """A data folder and the program that serves it."""

    place: Place
    program: str

    @property
    def name(self) -> str:
        """What people call it."""
        return "Redis"

    def url(self, database: int) -> str:
        """Return the URL of one of the sixteen numbered databases."""
        return f"unix://{quote(str(self._socket), safe='/')}?db={database}"

    def answers(self) -> bool:
        """Tell whether the server says anything, be it that it still reads its data."""
        return bool(self._ask("PING", wait_s=1))

    def start(self) -> bool:
        """Start the server unless it runs; return whether we started it. Raises Refusal."""
        if self._is_ready():
            return False
        if not self.lives():
            self.launch()
        started = time.monotonic()
        while not self._is_ready():
            waited = time.monotonic() - started
            gone = waited > _GRACE_S and self._pid() is None
            if gone or waited > _START_WAIT_S:
                log = self.place.home / "redis.log"
                raise Refusal(f"The private Redis does not start; see {log}.")
            time.sleep(0.05)
        return True

    def lives(self) -> bool:
        """Tell whether there is a process, answering or not."""
        return self._pid() is not None

    def launch(self) -> None:
        """Start the server without waiting until it answers."""
        account, home = self.place.account, self.place.home
        account.folder(home / "redis")
        configuration = home / "redis.conf"
        configuration.write_text(
            _CONFIGURATION.format(sockets=_quoted(self.place.sockets), home=_quoted(home))
        )
        os.chown(configuration, account.uid, account.gid)
        account.run([self.program, str(configuration)], log=home / "control.log")

    def stop(self) -> None:
        """Stop the server after it has written everything down."""
        pid = self._pid()
        if pid is None:
            return
        self._ask("SHUTDOWN")
        until = time.monotonic() + _STOP_WAIT_S
        while self._pid() is not None and time.monotonic() < until:
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """End the server at once; up to a second of the queue may be lost, which is only hints."""
        if (pid := self._pid()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def empty(self, database: int) -> None:
        """Delete everything in one of the numbered databases."""
        self._ask(f"SELECT {database}", "FLUSHDB")

    def _is_ready(self) -> bool:
        """Tell whether it has read its data. One whose disk is full says so instead of PONG."""
        return self._ask("PING", wait_s=1).startswith((b"+PONG", b"-MISCONF"))

    @property
    def _socket(self) -> Path:
        return self.place.sockets / "redis.sock"

    def _pid(self) -> int | None:
        """Return the living server's process number, if it is really a server of this folder."""
        try:
            pid = int((self.place.home / "redis.pid").read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        folder = Path(f"/proc/{pid}/cwd")
        if Path("/proc/self").exists():
            with contextlib.suppress(OSError):
                return pid if folder.samefile(self.place.home / "redis") else None
            return None
        return pid

    def _ask(self, *commands: str, wait_s: float = 5) -> bytes:
        """Send inline commands, return the answers; empty if nobody is there."""
        answer = b""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(wait_s)
            client.connect(str(self._socket))
            for command in commands:
                client.sendall(command.encode() + b"\r\n")
                answer += client.recv(4096)
        return answer


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
