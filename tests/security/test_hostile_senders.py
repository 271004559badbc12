"""Senders that are too big, too slow or not even HTTP, against the real web server."""

import json
import re
import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

from tests.installation import Installation, installed
from tests.media.pictures import picture
from tests.security.hostile.answers import told

MEGABYTE = 1_000_000
STEP = f"/report/{uuid.uuid4()}/what"
FORM = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "vi"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("senders"), redis_number=14) as found:
        yield found


def connect(place: Installation) -> socket.socket:
    return socket.create_connection(("127.0.0.1", place.port), timeout=20)


def raw(place: Installation, sent: bytes) -> bytes:
    with connect(place) as connection:
        connection.sendall(sent)
        with suppress(OSError):  # the server may have hung up already
            connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def megabytes(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * MEGABYTE


def count(place: Installation, table: str) -> int:
    from sqlalchemy import create_engine, text

    engine = create_engine(place.env["DATABASE_URL"])
    with engine.connect() as connection:
        found = connection.scalar(text(f"SELECT count(*) FROM {table}"))
    engine.dispose()
    return int(found or 0)


def sent_report(place: Installation) -> tuple[str, str]:
    """Send a report; return its address for photos and the headers' token."""
    body = {"category": "waste", "text": "Rác"}
    answer = requests.post(f"{place.url}/api/v1/reports", json=body, timeout=20).json()
    return f"{place.url}/api/v1/reports/{answer['reference']}/photos/", answer["follow_token"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [50, 80])
@pytest.mark.parametrize("way", ["form", "json", "photo"])
def test_big_bodies_are_refused_in_words(
    place: Installation, way: str, size: int, chunked: bool
) -> None:
    photos, token = sent_report(place)
    before = count(place, "photo"), count(place, "report")
    kinds = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
    headers = FORM | {"Content-Type": kinds.get(way, "image/jpeg"), "X-Follow-Token": token}
    address = {"form": place.url + STEP, "json": f"{place.url}/api/v1/reports"}.get(
        way, photos + str(uuid.uuid4())
    )
    body = megabytes(size) if chunked else b"x" * MEGABYTE * size
    method = "PUT" if way == "photo" else "POST"
    answer = requests.request(method, address, data=body, headers=headers, timeout=60)
    assert answer.status_code == 413
    assert not told(answer.text)
    if way == "form":
        assert '<html lang="vi">' in answer.text
    assert "lớn" in answer.text or "l\\u1edbn" in answer.text
    assert (count(place, "photo"), count(place, "report")) == before


def test_a_body_that_breaks_off_is_not_half_taken(place: Installation) -> None:
    photos, token = sent_report(place)
    number, photo = str(uuid.uuid4()), picture(size=(640, 480))
    path = photos.removeprefix(place.url) + number
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: x\r\nX-Follow-Token: {token}\r\n"
        f"Content-Length: {len(photo)}\r\n\r\n"
    )
    before = count(place, "photo")
    raw(place, head.encode() + photo[:-500])
    assert count(place, "photo") == before
    headers = {"X-Follow-Token": token}
    again = requests.put(photos + number, data=photo, headers=headers, timeout=20)
    assert again.status_code == 201


def test_slow_senders_keep_nobody_waiting(place: Installation) -> None:
    head = (
        b"POST " + STEP.encode() + b" HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\ntext="
    )
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(place)) for _ in range(60)]
        for number, connection in enumerate(slow):
            connection.sendall(head if number % 2 else head[:40])
        for path in ("/", "/report?category=waste", "/healthz"):
            assert requests.get(place.url + path, timeout=15).status_code == 200
        body = {"category": "waste", "text": "Rác"}
        sent = requests.post(f"{place.url}/api/v1/reports", json=body, timeout=15)
        assert sent.status_code == 201
        for connection in slow:
            connection.sendall(b"x")


JUNK = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 60 + b"\r\n\r\n",
    "old http": b"GET / HTTP/9.9\r\n\r\n",
    "nul in the path": b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "header line feed": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\n\rX: y\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 500_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
    "long path": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "negative length": b"POST " + STEP.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "two lengths": (
        b"POST " + STEP.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
    ),
    "length and chunks": (
        b"POST " + STEP.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "bad chunk": b"POST " + STEP.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "strange method": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "lower method": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "long digits": b"GET /admin/users/" + b"9" * 6_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "upgrade": (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JUNK)
def test_what_is_no_request_harms_nobody(place: Installation, name: str) -> None:
    sent = JUNK[name].replace(b"\r\nHost: x", b"\r\nHost: x\r\nConnection: close")
    try:
        answer = raw(place, sent)
    except ConnectionError:
        answer = b""  # hung up on: also an answer
    if answer:
        status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        assert status, answer[:200]
        assert int(status[1]) < 500
        words = answer.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
        assert not told(words)
    assert requests.get(f"{place.url}/healthz", timeout=15).json() == {"status": "ok"}


def web_memory(place: Installation) -> int:
    """The resident bytes of the web server and its workers."""
    found, waiting = 0, [place.children[0].pid]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        for children in folder.glob("task/*/children"):
            waiting += map(int, children.read_text().split())
        found += int(re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[1]) * 1024
    return found


def test_nothing_that_strangers_send_stays_in_memory(place: Installation) -> None:
    """Shapes and translations fill caches at first: they are warm after the first round."""

    def round_of(visits: int) -> int:
        with requests.Session() as stranger:
            for number in range(visits):
                word = uuid.uuid4().hex * 20
                stranger.get(f"{place.url}/tickets", params={"area": word, "lang": word},
                             timeout=20)  # fmt: skip
                stranger.get(f"{place.url}/map/tiles/{word[:40]}/5/25/14.json", timeout=20)
                stranger.post(f"{place.url}{STEP}", data={"text": word, "category": word},
                              headers=FORM, timeout=20)  # fmt: skip
                stranger.post(f"{place.url}/api/v1/reports", headers=FORM, timeout=20,
                              data=json.dumps({word: [word] * 50}))  # fmt: skip
                if number % 20 == 0:
                    stranger.put(f"{place.url}/api/v1/reports/x/photos/{uuid.uuid4()}",
                                 data=b"x" * 11 * MEGABYTE, timeout=20)  # fmt: skip
        return web_memory(place)

    warm = round_of(40)
    after = round_of(120)
    assert after - warm < 20 * MEGABYTE, f"{warm} → {after}"
