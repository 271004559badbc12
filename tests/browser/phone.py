"""A phone: a browser with a folder, which can be closed and opened again, and a report to write."""

import io
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import create_engine, text

from tests.browser.visitor import visitor
from tests.installation import Installation
from tests.journeys import way

PHOTO = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": way.photo("olive")}
PATIENCE_MS = 60_000
PHONE = {"locale": "vi-VN"}


@cache
def big_photo() -> bytes:
    """Return a photo of 12 megapixels as a camera makes it: light and shade, with grain."""
    size = (3000, 4000)
    shade = Image.linear_gradient("L").resize(size)
    grain = Image.effect_noise((750, 1000), 12).resize(size)
    buffer = io.BytesIO()
    Image.merge("RGB", (shade, grain, shade.transpose(Image.Transpose.ROTATE_180))).save(
        buffer, "JPEG", quality=85
    )
    return buffer.getvalue()


@contextmanager
def new_phone(chromium: Browser, base: str) -> Iterator[BrowserContext]:
    """Open a phone that is never closed and opened again: a window of the common browser."""
    with visitor(chromium, base, **PHONE) as window:
        window.context.set_default_timeout(PATIENCE_MS)
        yield window.context


@contextmanager
def phone(chromium: Browser, folder: Path, **more: Any) -> Iterator[BrowserContext]:
    """Open the browser on a folder in which it keeps everything."""
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox"],
        viewport={"width": 390, "height": 844},
        **PHONE,
        has_touch=True,
        **more,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


def worker_is_ready(page: Page) -> None:
    """Wait until the service worker serves the page."""
    page.evaluate(
        "new Promise((done) => { const look = () => navigator.serviceWorker.controller"
        " ? done() : setTimeout(look, 100); look(); })"
    )


@dataclass
class Writing:
    """One report, told from all others by its words."""

    words: str = field(default_factory=lambda: f"Rác chất đống {uuid.uuid4().hex}")
    photos: int = 0

    def write(self, page: Page, base: str, **where: str) -> None:
        """Go all steps but the last on the open page, or on the form's page."""
        if "category=" not in page.url:
            page.goto(f"{base}/report?category=waste")
        page.wait_for_selector(".flow-live")
        if self.photos:
            page.set_input_files("#photos", [PHOTO] * self.photos)
        go_on(page, "place")
        place = where or way.PLACE
        page.evaluate(
            "(at) => { document.getElementById('lat').value = at.lat;"
            " document.getElementById('lon').value = at.lon; }", place,
        )  # fmt: skip
        go_on(page, "what")
        page.fill("#text", self.words)
        page.locator("[name=category][value=waste]").last.check()
        go_on(page, "details")
        go_on(page, "check")

    def send(self, page: Page) -> None:
        """Press the button."""
        page.click("main form .button-big")


def go_on(page: Page, step: str) -> None:
    """Press the button of a step; the next one is there."""
    page.click("main form .button-big")
    page.wait_for_selector(f"#flow [data-step={step}]")


@dataclass(frozen=True)
class Counted:
    """What the server has of a report."""

    tickets: int
    reports: int
    photos: int


def counted(place: Installation, words: str) -> Counted:
    """Ask the database."""
    engine = create_engine(place.env["DATABASE_URL"])
    query = text(
        "SELECT count(DISTINCT ticket_id), count(DISTINCT report.id), count(photo_id)"
        " FROM report LEFT JOIN report_photo ON report_id = report.id WHERE text = :words"
    )
    with engine.connect() as connection:
        tickets, reports, photos = connection.execute(query, {"words": words}).one()
    engine.dispose()
    return Counted(tickets, reports, photos)


def legal_kind(place: Installation, words: str) -> str | None:
    """Return what the ticket of a report is taken for."""
    engine = create_engine(place.env["DATABASE_URL"])
    query = text(
        "SELECT legal_kind FROM report JOIN ticket ON ticket.id = ticket_id WHERE text = :words"
    )
    with engine.connect() as connection:
        kind: str | None = connection.execute(query, {"words": words}).scalar_one()
    engine.dispose()
    return kind


def until(page: Page, place: Installation, words: str, wanted: Counted) -> None:
    """Wait until the server has exactly this, and a little longer for what should not come."""
    for _ in range(PATIENCE_MS // 250):
        if counted(place, words) == wanted:
            break
        page.wait_for_timeout(250)
    page.wait_for_timeout(1000)
    assert counted(place, words) == wanted


def queue(page: Page) -> Mapping[str, list[dict[str, Any]]]:
    """Return what the phone holds, without the bytes of photos."""
    found: dict[str, list[dict[str, Any]]] = page.evaluate(
        "async () => ({reports: await outbox.reports(), photos:"
        " (await outbox.photos()).map((row) => ({...row, size: row.bytes.byteLength, bytes: 0}))})"
    )
    return found


def holds_nothing(page: Page) -> None:
    """Wait until the phone has let go of everything: the line goes first, then the rows."""
    for _ in range(PATIENCE_MS // 250):
        if (held := queue(page)) == {"reports": [], "photos": []}:
            return
        page.wait_for_timeout(250)
    raise AssertionError(held)


def says(page: Page, words: str) -> None:
    """Wait for the line at the head of the page."""
    expect(page.locator("#queue")).to_contain_text(words, timeout=PATIENCE_MS)
