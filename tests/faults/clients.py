"""People and programs that send reports and photos until they are told that these have arrived.

1. A client keeps its `Idempotency-Key` (a photo its own number) and sends again after every failure,
   however often, and gives up only on a refusal, which is remembered as a fault of ours.
2. What was acknowledged is written down: that, and only that, must be there in the end.
"""

import io
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from PIL import Image

CATEGORIES = ("waste", "road", "other")
CENTRE = (20.951, 107.08)
SPREAD = 0.012
TIMEOUT_S = (3, 30)
PATIENCE_S = 600.0


@dataclass
class Acknowledged:
    """A report that we were told has arrived; its photos, likewise."""

    key: uuid.UUID
    reference: str
    reachable: bool
    photos: list[uuid.UUID] = field(default_factory=list)


@dataclass
class Load:
    """Clients at work. `pause_s`: how long each one rests between two reports, on average."""

    url: str
    seed: int
    clients: int = 4
    pause_s: float = 0.15
    photos: float = 0.3
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """Send for the time of the block, and until everything begun has been acknowledged."""
        for number in range(self.clients):
            thread = threading.Thread(target=self._send_on, args=(self.seed * 100 + number,))
            self._threads.append(thread)
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def send(self, count: int) -> None:
        """Send a number of reports, one after the other; other ones each time."""
        chance = random.Random(self.seed + len(self.acknowledged))
        with requests.Session() as web:
            for _ in range(count):
                self._send_one(web, chance)

    def _send_on(self, seed: int) -> None:
        chance = random.Random(seed)
        with requests.Session() as web:
            while not self._stop.is_set():
                self._send_one(web, chance)
                self._stop.wait(chance.uniform(0, 2 * self.pause_s))

    def _send_one(self, web: requests.Session, chance: random.Random) -> None:
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        body = _report(chance, key)
        answer = self._until_answered(
            web, chance, "POST", "/api/v1/reports", json=body, headers={"Idempotency-Key": str(key)}
        )
        if answer is None:
            return
        document = answer.json()
        done = Acknowledged(key, document["reference"], "contact" in body)
        self.acknowledged.append(done)
        if chance.random() < self.photos:
            self._send_photo(web, chance, done, document["follow_token"])

    def _send_photo(
        self, web: requests.Session, chance: random.Random, report: Acknowledged, token: str
    ) -> None:
        photo = uuid.UUID(int=chance.getrandbits(128), version=4)
        path = f"/api/v1/reports/{report.reference}/photos/{photo}"
        headers = {"Authorization": f"Bearer {token}"}
        if self._until_answered(web, chance, "PUT", path, data=_photo(chance), headers=headers):
            report.photos.append(photo)

    def _until_answered(
        self, web: requests.Session, chance: random.Random, method: str, path: str, **rest: object
    ) -> requests.Response | None:
        """Send until there is an answer that is neither a failure nor "later"."""
        end = time.monotonic() + PATIENCE_S
        # Everybody comes from another address, as behind a proxy: rate limits stay on.
        address = ".".join(["10", *(str(chance.randrange(1, 255)) for _ in range(3))])
        rest["headers"] = {**rest["headers"], "X-Forwarded-For": address}  # type: ignore[dict-item]
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                answer = web.request(method, self.url + path, timeout=TIMEOUT_S, **rest)  # type: ignore[arg-type]
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
            else:
                self.answers[f"{method} {answer.status_code}"] += 1
                self.slowest_s = max(self.slowest_s, time.monotonic() - began)
                if answer.status_code in (200, 201):
                    return answer
                if answer.status_code < 500 and answer.status_code != 429:
                    self.refused.append(f"{answer.status_code} {answer.text[:300]}")
                    return None
            time.sleep(chance.uniform(0.1, 0.6))
        self.refused.append(f"{method} {path}: no acknowledgement in {PATIENCE_S:.0f} s")
        return None


def _report(chance: random.Random, key: uuid.UUID) -> dict[str, object]:
    body: dict[str, object] = {
        "category": chance.choice(CATEGORIES),
        "text": f"Rác chất đống {key}",
        "lat": CENTRE[0] + chance.uniform(-SPREAD, SPREAD),
        "lon": CENTRE[1] + chance.uniform(-SPREAD, SPREAD),
        "lang": "vi",
    }
    if chance.random() < 0.3:
        body["contact"] = {
            "email": f"{key.hex}@people.example", "consent": ["updates"],
            "consent_text": "2026-11b",
        }  # fmt: skip
    return body


def _photo(chance: random.Random) -> bytes:
    """A picture like no other, small or as a phone makes it."""
    side = chance.choice((120, 400, 1600))
    noise = Image.frombytes("RGB", (12, 9), chance.randbytes(12 * 9 * 3))
    content = io.BytesIO()
    noise.resize((side, side * 3 // 4)).save(content, "JPEG")
    return content.getvalue()
