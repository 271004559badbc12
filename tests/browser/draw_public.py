"""Draw the pictures of docs/public.md: the public pages of a running installation.

    DRAW_FROM=http://127.0.0.1:8000 ./run test tests/browser/draw_public.py -q

Run it against invented tickets (`./run demo`, or `flask city load-synthetic`, and `flask city
rebuild`). It writes public-*.png into docs/screenshots, in few colours so that each stays small.
"""

import io
import os
import re
from dataclasses import dataclass
from typing import Final

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.installation import ROOT

FOLDER = ROOT / "docs" / "screenshots"
ADDRESS: Final = os.environ.get("DRAW_FROM", "")
PHONE, DESKTOP = (390, 844), (1280, 900)
COLOURS, MOST_BYTES = 96, 120_000


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture. view: where a map is, as its address says it."""

    name: str
    path: str
    size: tuple[int, int]
    lang: str = "vi"
    dark: bool = False
    view: str = ""


def _both(name: str, path: str) -> list[Picture]:
    """A page on a phone in Vietnamese and, dark, in English; and on a desk."""
    return [
        Picture(name=f"{name}-phone", path=path, size=PHONE),
        Picture(name=f"{name}-dark", path=path, size=PHONE, lang="en", dark=True),
        Picture(name=f"{name}-desk", path=path, size=DESKTOP, lang="en"),
    ]


PICTURES = [
    *_both("map-far", "/map"),
    Picture(name="map-middle-phone", path="/map", size=PHONE, view="#12/20.955/107.05"),
    Picture(name="map-middle-desk", path="/map", size=DESKTOP, lang="en", view="#12/20.955/107.05"),
    Picture(name="map-near-phone", path="/map", size=PHONE, lang="en", view="#14/20.953/107.08"),
    *_both("list", "/tickets"),
    *_both("ticket", "TICKET"),
    *_both("figures", "/figures"),
    *_both("compare", "/figures/areas"),
    *_both("area", "/areas/06685"),
    *_both("open-data", "/open-data"),
]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_draw(chromium: Browser, picture: Picture) -> None:
    assert ADDRESS, "DRAW_FROM names a running installation"
    width, height = picture.size
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        locale=picture.lang,
    )
    page = context.new_page()
    path = picture.path
    if path == "TICKET":
        page.goto(f"{ADDRESS}/tickets?word=resolved")
        path = re.findall(r"/tickets/[A-Z]+-\d\d-\w{6}", page.content())[0]
    page.goto(f"{ADDRESS}{path}?lang={picture.lang}{picture.view}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    target = FOLDER / f"public-{picture.name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size <= MOST_BYTES, target
