"""Takes every request in whole before a thread is spent on it: ASGI outside, WSGI inside.

1. The event loop receives the body, into memory or, when it is large, into a file without a name.
   Who sends slowly, or never ends, keeps no thread and no database connection.
2. A body that breaks off is refused with 400, whoever is left to read it: half a text is no text.
3. Who stands still, or sends next to nothing for long, is refused with 408. A body above the cap
   is thrown away as it comes, so that its sender can read the 413.
4. An answer goes out in pieces when it is long: a thread makes one piece and is free again while
   the reader takes it. For whoever left no further piece is made.
5. The application words these refusals, in the person's language: it finds the status under
   `REFUSED` in its environment, and no body.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

REFUSED = "ingress.refused"
THREADS = 4
IN_MEMORY_BYTES = 500_000
STILL_S = 20.0
GRACE_S = 30.0
SLOWEST_BYTES_A_S = 1_000
PIECE_BYTES = 256_000

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the application said. `close` is called once it has left.

    body: the first piece. rest: what follows; None where that was all.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


class Ingress:
    """An ASGI application around a WSGI one. `max_bytes` limits a body."""

    def __init__(self, application: WSGI, *, max_bytes: int, still_s: float = STILL_S) -> None:
        self._application = application
        self._max_bytes = max_bytes
        self._still_s = still_s
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="web")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request (or the server's start and end)."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            with SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
                refused = await self._take_in(scope, receive, body)
                await self._answer(environment(scope, body, refused), receive, send)

    async def _answer(self, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, self._call, environ)
        start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        try:
            await send(start)
            if answer.rest is None:
                await send({"type": "http.response.body", "body": answer.body})
            else:
                await self._in_pieces(answer.body, answer.rest, receive, send)
        finally:
            await loop.run_in_executor(self._pool, answer.close)

    async def _in_pieces(
        self, piece: bytes, rest: Iterator[bytes], receive: Receive, send: Send
    ) -> None:
        """Send one piece after the other, each made when the one before has left (rule 4)."""
        loop = asyncio.get_running_loop()
        gone = asyncio.ensure_future(_gone(receive))
        try:
            while piece and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._pool, _piece, rest)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    def _call(self, environ: dict[str, Any]) -> Answer:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            said[:] = [int(status[:3]), headers]

        chunks = self._application(environ, start)
        rest = iter(chunks)
        body = _piece(rest)
        status, headers = said
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1"))
                 for name, value in headers]  # fmt: skip
        close = getattr(chunks, "close", lambda: None)
        whole = len(body) < PIECE_BYTES
        return Answer(
            status=status, headers=pairs, body=body, rest=None if whole else rest, close=close
        )

    async def _take_in(self, scope: Message, receive: Receive, body: IO[bytes]) -> int | None:
        """Receive the body. Returns the status of a refusal."""
        if not _has_body(scope):
            return None
        size, started = 0, time.monotonic()
        while True:
            try:
                async with asyncio.timeout(self._still_s):
                    message = await receive()
            except TimeoutError:
                return 408
            if message["type"] == "http.disconnect":
                return 400
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= self._max_bytes:
                body.write(chunk)
            if not message.get("more_body", False):
                break
            elapsed = time.monotonic() - started
            if elapsed > GRACE_S and size < elapsed * SLOWEST_BYTES_A_S:
                return 408
            if size > 3 * self._max_bytes:  # enough thrown away
                return 413
        return 413 if size > self._max_bytes else None


def _piece(chunks: Iterator[bytes]) -> bytes:
    """Take what comes next, about `PIECE_BYTES` of it; less only at the end."""
    found: list[bytes] = []
    size = 0
    for chunk in chunks:
        found.append(chunk)
        size += len(chunk)
        if size >= PIECE_BYTES:
            break
    return b"".join(found)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _has_body(scope: Message) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def environment(scope: Message, body: IO[bytes], refused: int | None) -> dict[str, Any]:
    """Return the request as WSGI has it."""
    if refused is not None:
        body.seek(0)
        body.truncate()
    size = body.tell()
    body.seek(0)
    server, client = scope.get("server") or ("", None), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0] or "localhost",
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if refused is not None:
        environ[REFUSED] = refused
    _add_headers(environ, scope["headers"])
    return environ


def _add_headers(environ: dict[str, Any], headers: Iterable[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        # `X_Forwarded_For` would look like `X-Forwarded-For`; the length is that of what came.
        if b"_" in name or name in {b"content-length", b"transfer-encoding"}:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
