"""Pictures for docs: what a window shows, in few colours so that each stays small."""

import io

from PIL import Image
from playwright.sync_api import Page

from tests.installation import ROOT

FOLDER = ROOT / "docs" / "screenshots"
COLOURS, MOST_BYTES = 48, 60_000


def keep(page: Page, name: str) -> None:
    """Write what the window shows now."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = FOLDER / f"{name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size <= MOST_BYTES, target
