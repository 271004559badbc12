"""Where sample reports are, and drawings instead of photos."""

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.models import Area
from geo.point import InvalidPoint, LonLat


@dataclass(frozen=True)
class Place:
    """Where a sample report can be."""

    area: str
    point: LonLat


def sample_places(session: Session) -> list[Place]:
    """Return points near the units' own points, the same in each run."""
    chance = random.Random(7)  # noqa: S311 - as above
    rows = session.execute(
        select(Area.code, func.ST_X(Area.point), func.ST_Y(Area.point))
        .where(Area.kind == "unit", Area.point.is_not(None))
        .order_by(Area.code)
    ).all()
    found: list[Place] = []
    for code, lon, lat in rows:
        for _ in range(6):
            shifted = (lon + chance.gauss(0, 0.008), lat + chance.gauss(0, 0.008))
            try:
                found.append(Place(code, LonLat(lon=shifted[0], lat=shifted[1])))
            except InvalidPoint:
                continue
    return found


def draw_picture(chance: random.Random) -> io.BytesIO:
    """Return a drawing that nobody takes for a photo of a place."""
    colour = tuple(chance.randrange(90, 200) for _ in range(3))
    image = Image.new("RGB", (800, 600), colour)
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        x, y, r = (chance.randrange(600), chance.randrange(420), 60)
        shade = tuple(chance.randrange(40, 240) for _ in range(3))
        draw.ellipse((x, y, x + r * 2, y + r), fill=shade)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    buffer.seek(0)
    return buffer
