"""The page on which parts of a photo are made unreadable: rectangles in percent of the photo."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.actor import Actor
from app.core.errors import Rejection, Rejections
from app.core.web.forms import Sentences
from app.core.words.i18n import N_
from app.core.words.text import clean_line
from app.desk.content import PhotoShown, photos_by_id
from app.desk.page import visible_ticket
from app.media.redaction.areas import FIELD, MOST, Area, area
from app.reports.service.redaction import photo_on
from app.tickets.models import Ticket

SIDES = ("left", "top", "width", "height")
ROWS = 3
MAX_TYPED = 12
PERMILLE = 10
Row = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Redacting:
    """rows: what was typed, and empty ones. wrong: sentences by field."""

    ticket: Ticket
    photo_id: uuid.UUID
    photo: PhotoShown
    rows: list[Row]
    wrong: Sentences = field(default_factory=dict)


def redacting_page(
    session: Session,
    reference: str,
    photo_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    *,
    rows: list[Row] | None = None,
    wrong: Sentences | None = None,
) -> Redacting:
    """Read a ticket's photo. Raises NotFound."""
    ticket = visible_ticket(session, reference, actor)
    photo_on(session, ticket, photo_id)
    typed = rows or []
    empty: list[Row] = [("", "", "", "")] * max(1, ROWS - len(typed))
    return Redacting(
        ticket=ticket,
        photo_id=photo_id,
        photo=photos_by_id(session, [photo_id], actor, now)[0],
        rows=[*typed, *empty],
        wrong=wrong or {},
    )


def typed_rows(form: MultiDict[str, str]) -> list[Row]:
    """Return the rows in which anything was typed, as it was typed."""
    columns = [form.getlist(side)[: 2 * MOST] for side in SIDES]
    longest = max(map(len, columns))
    padded = [[*column, *[""] * (longest - len(column))] for column in columns]
    rows = [
        tuple(clean_line(value)[:MAX_TYPED] for value in row) for row in zip(*padded, strict=True)
    ]
    return [(a, b, c, d) for a, b, c, d in rows if a or b or c or d]


def parse_areas(rows: list[Row]) -> list[Area]:
    """Return the rectangles. Raises Rejections."""
    areas: list[Area] = []
    problems: list[Rejection] = []
    for row in rows:
        try:
            areas.append(area(*(_percent(value) * PERMILLE for value in row)))
        except Rejection as refused:
            problems.append(refused)
    if problems:
        raise Rejections(problems[:1])
    return areas


def _percent(typed: str) -> float:
    plain = typed.replace(",", ".", 1)
    if not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        message = N_("Give each rectangle as four numbers between 0 and 100 (percent).")
        raise Rejection("bad_area", message, field=FIELD)
    return min(float(plain), 100.0)
