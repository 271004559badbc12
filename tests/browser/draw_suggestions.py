"""Draw the pictures of docs/suggestions.md, in Vietnamese, of the demonstration's suggestions.

    ./run test tests/browser/draw_suggestions.py -q

It writes suggestions-….png into docs/screenshots: phones 390 px wide, desks 1280.
"""

import random
from collections.abc import Iterator

import pytest
import yaml
from playwright.sync_api import Browser
from sqlalchemy import select

from app import create_app
from app.cli.demo.course import Course
from app.core.db import current_session
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from app.tickets.models import Suggestion, Ticket
from config import Settings
from tests.browser.drawing import keep
from tests.browser.visitor import visitor
from tests.installation import Installation, installed
from tests.journeys import way

HEIGHTS = {390: 780, 1280: 860}
ANSWERER = "answerer@city.example"
READS = "Thư viện sách nói"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("drawn"), redis_number=12) as found:
        way.add_staff(found)
        settings = Settings.from_env(found.env)
        with create_app(settings).app_context():
            samples = yaml.safe_load((settings.city_pack / "samples.yaml").read_text("utf-8"))
            Course(samples, random.Random(1)).run(0)
        yield found


def test_draw(chromium: Browser, place: Installation) -> None:
    with create_app(Settings.from_env(place.env)).app_context():
        session = current_session()
        rows = session.execute(select(Ticket, Suggestion).join(Suggestion)).all()
        by_title = {its.title: ticket for ticket, its in rows}
        wanted = {"in_progress": 0, "in_delivery": 0, "delivered": 0}
        chosen = {
            status: max(
                (one for one in by_title.values() if one.status == status),
                key=lambda one: one.supporters_count,
            )
            for status in wanted
        }
        unread = next(one for title, one in by_title.items() if title.startswith(READS))
        review = chosen["in_progress"]
        page = {status: f"/suggestions/{one.reference}" for status, one in chosen.items()}
        (report,) = reports_of(session, review.id)
        own = f"/follow/{review.reference}/{follow_signature(report)}"
        office = ("--role", "manager", "--agency", review.agency_code or "", "--password-stdin")
        pictures = {
            "list": (390, "", "/suggestions"),
            "form": (390, "", "/suggestions/new"),
            "page": (390, "", page["in_progress"]),
            "own": (390, "", own),
            "answer": (1280, "", page["in_delivery"]),
            "done": (390, "", "/suggestions/done"),
            "desk": (1280, way.COORDINATOR, "/desk/suggestions"),
            "read": (1280, way.COORDINATOR, f"/desk/tickets/{unread.reference}"),
            "review": (1280, ANSWERER, f"/desk/tickets/{review.reference}"),
        }
    place.flask("user", "add", ANSWERER, *office, stdin=way.PASSWORD + "\n")
    for name, (width, who, path) in pictures.items():
        with visitor(chromium, place.url, width=width) as window:
            window.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            if who:
                window.sign_in(who, way.PASSWORD)
            keep(window.open(path), f"suggestions-{name}")
