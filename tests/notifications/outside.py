"""A real HTTP server that stands for somebody else's: it answers, hangs, drips, drops, redirects."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Got:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outside:
    """What it answers next, and what it got."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    behaviour: str = "answer"
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], tuple[int, bytes]] | None = None
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def outside(port: int = 0) -> Iterator[Outside]:
    """Run the server for the time of the block."""
    seen = Outside()

    class Answering(BaseHTTPRequestHandler):
        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            got = Got(self.command, self.path, dict(self.headers), self.rfile.read(length))
            seen.got.append(got)
            if seen.behaviour == "hang":
                seen.released.wait(20)
                return
            if seen.behaviour == "drop":
                self.connection.close()
                return
            if seen.behaviour == "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for _ in range(100):
                    if seen.released.wait(0.2):
                        return
                    try:
                        self.wfile.write(b"X-Slow: 1\r\n")
                        self.wfile.flush()
                    except OSError:
                        return
                return
            status, body = seen.answer(got) if seen.answer else (seen.status, seen.body)
            self.send_response(status)
            for name, value in seen.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.respond()

        def do_POST(self) -> None:
            self.respond()

        def do_PUT(self) -> None:
            self.respond()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield seen
    finally:
        seen.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def wait_for(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never became so"
        time.sleep(0.02)
