"""The map twin of a list: the same tickets, where they have a public position.

A list's condition is the map's: whose tickets somebody sees in a list, they see on its map.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.desk.inbox.queues import queues
from app.desk.queries import scope_of
from app.desk.schemas import ListView
from app.map_index.live import cells_document, grouped


def tile_document(
    session: Session, actor: Actor, view: ListView, tile: tuple[int, int, int], *, now: datetime
) -> dict[str, Any]:
    """Return the cells of one tile with the tickets of a list."""
    condition = or_(*queues(session, scope_of(session, actor), view, now)[view.tab])
    return cells_document(session, grouped(session, tile, lambda query: query.where(condition)))
