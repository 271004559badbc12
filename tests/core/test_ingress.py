"""A request reaches the application whole, once, or not at all."""

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.core.web import ingress
from app.core.web.ingress import REFUSED, Ingress

CAP = 1_000


class Application:
    """A WSGI application that remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.order: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.seen.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        start("200 OK", [("X-A", "é"), ("X-A", "2")])
        return _Closing(self)


class _Closing:
    def __init__(self, application: Application) -> None:
        self._order = application.order

    def __iter__(self) -> Any:
        return iter((b"an", b"swer"))

    def close(self) -> None:
        self._order.append("close")


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end on a thread of its own: a browser of other tests may hold this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


class Request:
    """One request of a sender that sends `chunks`, then does what `end` says."""

    def __init__(self, *chunks: bytes, end: str = "whole", headers: Any = (), **scope: Any) -> None:
        self.chunks, self.end = list(chunks), end
        self.sent: list[dict[str, Any]] = []
        self.scope = {
            "type": "http", "method": "POST", "raw_path": b"/a", "query_string": b"x=%ff",
            "headers": [(b"content-length", b"5"), *headers], "http_version": "1.1",
            "scheme": "http", "server": ("127.0.0.1", 80), "client": ("192.0.2.7", 9),
        } | scope  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        if self.chunks:
            body = self.chunks.pop(0)
            more = bool(self.chunks) or self.end != "whole"
            return {"type": "http.request", "body": body, "more_body": more}
        if self.end == "leaves":
            return {"type": "http.disconnect"}
        await asyncio.sleep(60)
        raise AssertionError("nobody waits so long")

    def to(self, application: Application, **options: Any) -> "Request":
        async def send(message: Any) -> None:
            self.sent.append(message)
            application.order.append(message["type"])

        served = Ingress(application, max_bytes=CAP, **options)
        run(served(self.scope, self.receive, send))
        return self


@pytest.fixture
def application() -> Application:
    return Application()


def test_the_parts_of_a_body_come_together(application: Application) -> None:
    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"text/plain")]
    Request(b"ab", b"c", b"", headers=headers).to(application)
    environ = application.seen[0]
    assert application.bodies == [b"abc"]
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("3", "text/plain")
    assert "HTTP_TRANSFER_ENCODING" not in environ
    assert "HTTP_CONTENT_LENGTH" not in environ


def test_half_a_body_is_never_seen(application: Application) -> None:
    Request(b"ab", end="leaves").to(application)
    assert application.seen[0][REFUSED] == 400
    assert application.bodies == [b""]


def test_who_stands_still_is_told_so(application: Application) -> None:
    Request(b"ab", end="stands").to(application, still_s=0.05)
    assert application.seen[0][REFUSED] == 408
    assert application.bodies == [b""]


def test_who_drips_for_long_is_told_so(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingress, "GRACE_S", -1.0)
    monkeypatch.setattr(ingress, "SLOWEST_BYTES_A_S", 10**12)
    Request(b"a", b"b", b"c").to(application)
    assert application.seen[0][REFUSED] == 408


@pytest.mark.parametrize("end", ["whole", "stands"])
def test_too_much_is_thrown_away_and_told(application: Application, end: str) -> None:
    Request(*[b"x" * 900] * 5, end=end).to(application)
    assert application.seen[0][REFUSED] == 413
    assert application.bodies == [b""]


def test_as_much_as_is_allowed_is_taken(application: Application) -> None:
    Request(b"x" * CAP).to(application)
    assert REFUSED not in application.seen[0]
    assert application.bodies == [b"x" * CAP]


def test_nobody_waits_for_a_body_that_is_not_announced(application: Application) -> None:
    request = Request(end="stands", method="GET")
    request.scope["headers"] = [(b"host", b"x")]
    request.to(application)
    assert application.bodies == [b""]


def test_names_and_bytes_are_as_they_were_sent(application: Application) -> None:
    headers = [
        (b"x-forwarded-for", b"a"), (b"x_forwarded_for", b"evil"), (b"x-forwarded-for", b"b"),
        (b"cookie", b"a=1"), (b"cookie", b"b=\xff"),
    ]  # fmt: skip
    request = Request(headers=headers, raw_path=b"/%ff%2e/%C4%91", end="stands")
    request.scope["headers"] = headers
    request.to(application)
    environ = application.seen[0]
    assert environ["PATH_INFO"] == "/\xff./\xc4\x91"
    assert environ["QUERY_STRING"] == "x=%ff"
    assert environ["HTTP_X_FORWARDED_FOR"] == "a,b"
    assert environ["HTTP_COOKIE"] == "a=1; b=\xff"
    assert (environ["REMOTE_ADDR"], environ["CONTENT_LENGTH"]) == ("192.0.2.7", "0")


def test_what_is_left_to_do_is_done_after_the_answer(application: Application) -> None:
    request = Request(b"a").to(application)
    start, body = request.sent
    assert start["headers"] == [(b"x-a", b"\xe9"), (b"x-a", b"2")]
    assert (start["status"], body["body"]) == (200, b"answer")
    assert application.order == ["http.response.start", "http.response.body", "close"]


def test_the_server_may_start_and_end(application: Application) -> None:
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    run(Ingress(application, max_bytes=CAP)({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


class Long:
    """A WSGI application whose answer is longer than one piece; it notes which parts were made."""

    def __init__(self, parts: int) -> None:
        self.parts, self.order = parts, list[str]()

    def __call__(self, _environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return self._made()

    def _made(self) -> Iterable[bytes]:
        try:
            for number in range(self.parts):
                self.order.append(f"part {number}")
                yield b"x" * ingress.PIECE_BYTES
        finally:
            self.order.append("close")


def test_a_long_answer_goes_out_as_it_is_made() -> None:
    application = Long(3)
    request = Request(method="GET", end="stands").to(application)
    body, start = "http.response.body", "http.response.start"
    assert application.order == [
        "part 0", start, body, "part 1", body, "part 2", body, "close", body,
    ]  # fmt: skip
    assert b"".join(each.get("body", b"") for each in request.sent) == b"x" * (
        3 * ingress.PIECE_BYTES
    )
    assert [each.get("more_body", False) for each in request.sent[1:]] == [True] * 3 + [False]


def test_nothing_is_made_for_who_has_left() -> None:
    application = Long(1_000)
    Request(method="GET", end="leaves").to(application)
    assert application.order[-1] == "close"
    assert len(application.order) < 20
