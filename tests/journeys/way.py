"""A report's whole way through a running installation, in both languages.

Shared by tests/journeys (approximate shapes of the pack) and tests/acceptance (real ones).
"""

import io
import re
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from PIL import Image

from tests.journeys.person import Person

OFFICER, COORDINATOR = "officer@journey.test", "coordinator@journey.test"
PASSWORD = "a long day at the desk"
WORDS = "Rác chất đống ba ngày, gọi 0912 345 678"
PLACE = {"lat": "20.951", "lon": "107.08"}
# The deep tile of the map in which the place lies: there, single tickets have their sign.
TILE = (17, 104522, 57732)
OWNER = {"vi": "UBND phường Hồng Gai", "en": "People's Committee of Hong Gai Ward"}
BAY = {"lat": "20.88", "lon": "107.10"}


class Installation(Protocol):
    """What the way needs of an installation."""

    @property
    def url(self) -> str:
        """Its address."""

    def flask(self, *words: str, stdin: str = "") -> str:
        """Run `flask city …`; return what it printed."""

    def mails(self) -> list[str]:
        """Return the messages that were sent, decoded."""


def photo(colour: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def add_staff(place: Installation) -> None:
    for email, role, more in (
        (OFFICER, "officer", ("--agency", "UBND-06685")),
        (COORDINATOR, "coordinator", ()),
    ):
        place.flask(
            "user", "add", email, "--role", role, *more, "--password-stdin", stdin=PASSWORD + "\n"
        )


def report(
    person: Person, *, files: bool = False, category: str = "waste", text: str = WORDS, **where: str
) -> str:
    """Send a report step by step; return the path of the tracking page, or "" if refused."""
    person.open(f"/report?category={category}")
    person.send("/photo", files=[("photos", photo("olive"))] if files else None)
    person.send("/place", **where)
    if person.status != 200:
        return ""
    person.send("/what", text=text)
    if urlsplit(person.address).path.endswith("/details"):
        person.send("/details")
    person.send("/check")
    assert person.status == 200, person.words()
    found = re.search(r'href="(/follow/[^"]+)"', person.page)
    assert found, person.words()
    return found.group(1)


def reference_of(path: str) -> str:
    return path.split("/")[2]


def walk(place: Installation) -> None:
    """The main job: report, routing, desk, result, confirmation, and what everybody sees."""
    resident, reader = Person(place.url, "vi"), Person(place.url, "en")
    before = _tile_count(reader)
    path = report(resident, files=True, **PLACE)
    reference = reference_of(path)

    # The date is read first: a page drawn while the router commits may show the reason without it.
    words = resident.wait_for(path, "Hạn trả lời kết quả")
    assert OWNER["vi"] in words
    assert "Lý do chuyển đến đơn vị này" in words
    assert "Địa điểm thuộc Phường Hồng Gai" in words
    words = reader.open(path)
    assert f"Sent to {OWNER['en']}" in words
    assert "The place is in Hong Gai Ward." in words
    assert re.search(r"Answer or result by \d{1,2} \w{3} \d{4}, \d\d:\d\d", words)
    _check_public(reader, reference, "Sent to", "waiting")
    assert not _has_phone(reader.page)
    assert _tile_count(reader) == before + 1

    resident.open(path)
    resident.send(
        "/contact", email="resident@journey.test", consent_updates="1", consent_text="2026-11b"
    )
    assert "thông tin liên hệ đã được lưu" in resident.words()

    officer = Person(place.url, "vi")
    officer.sign_in(OFFICER, PASSWORD)
    assert reference in officer.open("/desk")
    desk = f"/desk/tickets/{reference}"
    assert "0912 345 678" in officer.open(desk)
    officer.send("/accept")
    assert officer.status == 200, officer.words()
    assert "Đang xử lý" in resident.open(path)
    _check_public(reader, reference, "In progress", "in_progress")

    officer.open(desk)
    officer.send("/resolve", code="fixed", text="Đã thu gom, gọi 0987 654 321")
    assert officer.status in {409, 422}, "waste needs a proof"
    assert "Vui lòng thêm ảnh" in officer.words()
    assert "0987 654 321" in officer.words(), "what was typed is still there"
    officer.open(desk)
    officer.send(
        "/resolve", files=[("photos", photo("teal"))], code="fixed",
        text="Đã thu gom, gọi 0987 654 321",
    )  # fmt: skip
    assert officer.status == 200, officer.words()
    _check_public(reader, reference, "Resolved, awaiting confirmation", "resolved")
    assert not _has_phone(reader.open(f"/tickets/{reference}") + reader.page)

    checker = Person(place.url, "vi")
    checker.sign_in(COORDINATOR, PASSWORD)
    checker.open(f"/desk/check/{reference}")
    checker.send(f"{reference}/publish")
    assert checker.status == 200, checker.words()
    words = reader.wait_for(f"/tickets/{reference}", "Rác chất đống ba ngày")
    assert not _has_phone(words + reader.page)
    _check_photos(reader, reference, 2)

    resident.open(path)
    resident.send("/confirm")
    assert "người dân xác nhận" in resident.words()
    _check_public(reader, reference, "Resolved, confirmed", "resolved")
    _wait(
        lambda: any("resident@journey.test" in mail and _has_phone(mail) for mail in place.mails())
    )
    assert " 0 problems" in place.flask("verify")


def _has_phone(shown: str) -> bool:
    """Tell whether one of the numbers that people typed is readable: at least its first seven
    digits, because four also turn up in times, references and addresses of pictures."""
    return bool(re.search(r"0912[\s.-]*345|0987[\s.-]*654", shown))


def _check_public(reader: Person, reference: str, status: str, sign: str) -> None:
    """List, ticket page, API and map say the same."""
    assert _map_word(reader, reference) == sign
    assert status in reader.open(f"/tickets/{reference}")
    listed = reader.open("/tickets")
    assert reference in listed
    assert status in listed
    document = _json(reader, f"/api/v1/reports/{reference}")
    assert status in document["status_words"]
    assert document["agency"]["code"] == "UBND-06685"
    assert document["reason"]
    assert document["due_at"]


def _check_photos(reader: Person, reference: str, count: int) -> None:
    def shown() -> bool:
        reader.open(f"/tickets/{reference}")
        found = set(re.findall(r'src="(/photos/[^"]+-medium\.jpg)"', reader.page))
        return len(found) == count and all(_is_jpeg(reader, path) for path in found)

    _wait(shown)


def _is_jpeg(reader: Person, path: str) -> bool:
    answer = reader.web.get(reader.base + path, timeout=10)
    return answer.status_code == 200 and answer.content.startswith(b"\xff\xd8\xff")


def _tile_count(reader: Person) -> int:
    """Return how many tickets the map counts around the place."""
    document = _json(reader, "/map/tiles/en/7/102/56.json")
    return sum(cell[2] for cell in document["cells"])


def _map_word(reader: Person, reference: str) -> str:
    z, x, y = TILE
    cells = _json(reader, f"/map/tiles/en/{z}/{x}/{y}.json")["cells"]
    found: str = next(cell[4] for cell in cells if cell[3] == reference)
    return found


def _json(reader: Person, path: str) -> dict[str, Any]:
    answer = reader.web.get(reader.base + path, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _wait(holds: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.5)


def walk_water(place: Installation) -> None:
    """On the bay its management is responsible."""
    resident = Person(place.url, "vi")
    path = report(resident, **BAY)
    words = resident.wait_for(path, "Ban Quản lý")
    assert "mặt nước" in words


def walk_neighbours(place: Installation) -> None:
    """Abroad and in the next province a report is refused by name, and what was typed stays."""
    for lat, lon, vi, en in (
        ("21.60", "107.98", "Đông Hưng", "Dongxing"),
        ("20.80", "106.65", "Hải Phòng", "Hai Phong"),
    ):
        for lang, name in (("vi", vi), ("en", en)):
            resident = Person(place.url, lang)
            assert report(resident, lat=lat, lon=lon) == ""
            assert resident.status == 422
            assert name in resident.words()
            assert f'value="{lat}"' in resident.page


def walk_without_place(place: Installation) -> None:
    """Without a place a person decides: triage, then the officer has it."""
    resident = Person(place.url, "vi")
    path = report(resident)
    words = resident.wait_for(path, "chưa có địa điểm")
    assert "Cơ quan đầu mối" in words
    reference = reference_of(path)
    checker = Person(place.url, "vi")
    checker.sign_in(COORDINATOR, PASSWORD)
    assert reference in checker.open("/desk/triage")
    checker.open(f"/desk/tickets/{reference}")
    checker.send(f"{reference}/assign", agency="UBND-06685")
    assert checker.status == 200, checker.words()
    assert OWNER["vi"] in resident.open(path)


def walk_api(place: Installation) -> None:
    """A program sends a report twice and a photo; it is one report."""
    key = "0f0f5a52-7d3e-4a3b-9e43-0d6c5c9a7b11"
    body = {"category": "lighting", "text": "Đèn đường tắt", "lat": 20.96, "lon": 107.07}
    web = Person(place.url, "en").web
    answers = [
        web.post(
            f"{place.url}/api/v1/reports", json=body, headers={"Idempotency-Key": key}, timeout=20
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    first, second = (answer.json() for answer in answers)
    assert first == second
    token = urlsplit(first["follow_url"]).path.rsplit("/", 1)[1]
    number = "7d9f2a44-5a0e-4f5c-8f1c-1b6b8f3c2d10"
    address = f"{place.url}/api/v1/reports/{first['reference']}/photos/{number}"
    headers = {"Authorization": f"Bearer {token}"}
    sent = [web.put(address, data=photo("navy"), headers=headers, timeout=20) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]

    def routed() -> bool:
        found = web.get(f"{place.url}/api/v1/reports/{first['reference']}", timeout=10).json()
        return found["agency"] is not None and bool(found["due_at"])

    _wait(routed)


def map_script(person: Person) -> str:
    """Return the script of the map on the open page."""
    found = re.findall(r'src="(/map/[^"]+\.js)"', person.page)
    assert len(found) == 1
    return person.web.get(person.base + found[0], timeout=10).text
