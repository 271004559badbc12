"""A bad network between browser and server: answers get lost, late, or are replaced.

1. One request for each connection; what happens to it is decided by `fate(method, path)`.
2. Thin where it is told to be: all requests share so many bytes a second in each direction, and
   each waits for a round trip to connect and one to be heard.
3. `LOST` cuts the connection before the server hears of the request, `UNHEARD` after it has
   answered: only then does the browser not know what the server did.
4. `rewrite` changes what comes back, as a newer version of the server would.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASS, LOST, UNHEARD, SILENT = "pass", "lost", "unheard", "silent"
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
SILENCE_S = 120.0

Fate = Callable[[str, str], str]
PIECE = 1_000


class Pipe:
    """One direction: pieces pass one after the other, at so many bytes a second."""

    def __init__(self) -> None:
        self.bytes_s = 0.0
        self._turn = threading.Lock()

    def carry(self, content: bytes) -> bytes:
        """Take the time that a piece needs."""
        if self.bytes_s:
            with self._turn:
                time.sleep(len(content) / self.bytes_s)
        return content


class Relay(ThreadingHTTPServer):
    """`fate`: one of the words above, or a status that is answered in the server's place."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Hop)
        self.port = port
        self.fate: Fate = lambda _method, _path: PASS
        self.passed: list[tuple[str, str, int]] = []
        self.rewrite: Callable[[str, bytes], bytes] | None = None
        self.ended = threading.Event()
        self.up, self.down, self.round_trip_s = Pipe(), Pipe(), 0.0

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def sizes(self, method: str, start: str) -> list[int]:
        """Return the bytes of each request of a kind that reached the server: head and body."""
        return [
            size for verb, path, size in self.passed if verb == method and path.startswith(start)
        ]

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that has gone is no matter."""


class _Hop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def _pass(self) -> None:
        time.sleep(2 * self.server.round_trip_s)
        body = self._body(int(self.headers.get("Content-Length", 0)))
        self.close_connection = True
        fate = self.server.fate(self.command, self.path)
        if fate == LOST:
            return
        if fate == SILENT:
            self.server.ended.wait(SILENCE_S)
            return
        if fate.isdecimal():
            self._answer(int(fate), [("Content-Type", "text/html"), ("Retry-After", "1")], b"<p>no")
            return
        self.server.passed.append((self.command, self.path, self._head() + len(body)))
        upstream = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            dropped = {"connection", "keep-alive", "if-none-match"}
            if self.server.rewrite is not None:
                dropped.add("accept-encoding")  # only what can be read can be changed
            headers = {name: value for name, value in self.headers.items()
                       if name.lower() not in dropped}  # fmt: skip
            upstream.request(self.command, self.path, body=body or None, headers=headers)
            answer = upstream.getresponse()
            content = answer.read()
        except OSError:
            return  # there is no server
        finally:
            upstream.close()
        if fate == PASS:
            kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in HOP]
            if self.server.rewrite is not None:
                content = self.server.rewrite(self.path, content)
            self._answer(answer.status, kept, content)

    def _head(self) -> int:
        return len(self.requestline) + 2 + len(bytes(self.headers))

    def _body(self, size: int) -> bytes:
        self.server.up.carry(b" " * self._head())
        pieces = []
        while size > 0:
            pieces.append(self.server.up.carry(self.rfile.read(min(PIECE, size))))
            size -= PIECE
        return b"".join(pieces)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            for start in range(0, len(content), PIECE):
                self.wfile.write(self.server.down.carry(content[start : start + PIECE]))

    do_GET = do_HEAD = do_POST = do_PUT = _pass  # noqa: N815

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """Stand between a browser and the server at a port."""
    found = Relay(port)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.ended.set()
        found.shutdown()
        found.server_close()
        thread.join()
