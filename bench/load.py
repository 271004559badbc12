"""A load generator that costs little beside what it measures: one thread, raw sockets.

1. Closed loop (`rate` None): each connection sends its next request when the answer is there.
2. Open loop: requests have their instants, and a latency counts from the instant, whether or not
   a connection was free: waiting in line is part of what a person feels.
3. Connections are kept open; requests are complete byte strings, made beforehand.
4. Only addresses of this machine are ever loaded, for a time that is given beforehand.
"""

import contextlib
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"
PATIENCE_S = 120.0


@dataclass
class Result:
    """What came back: latencies in seconds by HTTP status, and how long it all took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers for each second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile_ms(self, part: float) -> float:
        """Return a quantile of the latency in milliseconds."""
        return quantile(self.latencies, part) * 1000


def quantile(values: list[float], part: float) -> float:
    """Return the value below which `part` of the values lie (nearest rank); 0.0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


@dataclass
class _Connection:
    sock: socket.socket
    since: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def run(
    port: int,
    requests: Iterator[bytes],
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
    keep_bodies: bool = False,
) -> Result:
    """Load the server on this machine's `port` for a number of seconds."""
    lines = _Lines(requests, Result(), keep_bodies=keep_bodies)
    try:
        for _ in range(connections):
            lines.add(_connect(port))
        started = time.perf_counter()
        planned = _instants(started, seconds, rate)
        due = next(planned, None)
        while due is not None or lines.busy:
            now = time.perf_counter()
            if now > started + seconds + PATIENCE_S:
                raise TimeoutError(f"{lines.busy} answers never came")
            while due is not None and due <= now and lines.idle:
                # In a closed loop the instant is now: nobody waits for a free connection.
                lines.send(due if rate is not None else now)
                due = next(planned, None)
            lines.wait(0.002 if rate is not None else 0.2)
        lines.result.seconds = time.perf_counter() - started
    finally:
        lines.close()
    return lines.result


def _instants(started: float, seconds: float, rate: float | None) -> Iterator[float]:
    """Return when requests are due: evenly, or at once for as long as the time lasts."""
    if rate is not None:
        yield from (started + number / rate for number in range(int(rate * seconds)))
        return
    while time.perf_counter() < started + seconds:
        yield started


class _Lines:
    """Connections that are kept open, each with at most one request on its way."""

    def __init__(self, requests: Iterator[bytes], result: Result, *, keep_bodies: bool) -> None:
        self.requests = requests
        self.result = result
        self.keep_bodies = keep_bodies
        self.idle: deque[_Connection] = deque()
        self.busy = 0
        self._selector = selectors.DefaultSelector()

    def add(self, sock: socket.socket) -> None:
        """Take a connection in."""
        connection = _Connection(sock)
        self._selector.register(sock, selectors.EVENT_READ, connection)
        self.idle.append(connection)

    def send(self, since: float) -> None:
        """Send the next request over an idle connection; its latency counts from `since`."""
        connection = self.idle.popleft()
        connection.since = since
        connection.sock.sendall(next(self.requests))
        self.busy += 1

    def wait(self, seconds: float) -> None:
        """Take in answers that are there, or the first that comes within the time."""
        for key, _events in self._selector.select(timeout=seconds):
            if _read(key.data, self.result, keep_bodies=self.keep_bodies):
                self.idle.append(key.data)
                self.busy -= 1

    def close(self) -> None:
        """Close every connection."""
        for key in list(self._selector.get_map().values()):
            with contextlib.suppress(OSError):
                key.data.sock.close()
        self._selector.close()


def _connect(port: int) -> socket.socket:
    sock = socket.create_connection((LOOPBACK, port), timeout=PATIENCE_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _read(connection: _Connection, result: Result, *, keep_bodies: bool) -> bool:
    """Take in what has arrived; return whether the answer is complete."""
    piece = connection.sock.recv(262_144)
    if not piece:
        raise ConnectionError("the server closed a connection")
    received = connection.received
    received += piece
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return False
    lowered = bytes(received[:head]).lower()
    mark = lowered.find(b"content-length:")
    if mark < 0:
        raise ValueError("an answer without a length")
    length = int(lowered[mark + 15 :].split(b"\r\n", 1)[0])
    if len(received) < head + 4 + length:
        return False
    status = int(received[9:12])
    result.latencies.append(time.perf_counter() - connection.since)
    result.statuses[status] = result.statuses.get(status, 0) + 1
    if keep_bodies:
        result.bodies.append(bytes(received[head + 4 :]))
    received.clear()
    return True
