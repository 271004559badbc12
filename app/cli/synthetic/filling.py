"""Fills a database: one block of lives by the engine, the rest copies of it.

1. What is late by then is marked so before anything is copied, as the schedule would have done it.
2. All copies, and the map counted anew, are one transaction: whoever breaks it off is left with the
   block of lives, and their changes noted.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.cli.synthetic.bare import bare
from app.cli.synthetic.copies import Block, copy, highest, put_spots
from app.cli.synthetic.lives import Invention, Words
from app.cli.synthetic.spots import Spot, spots
from app.core.db import current_session, take_time, transaction
from app.map_index.service import rebuild, unnoted
from app.reports.service.former import take_over
from app.tickets.service import mark_due

BLOCK, BATCH = 20_000, 1_000
HISTORIES = ("ticket", "report", "ticket_event", "event_text")
ROWS_ONLY = ("ticket",)
Tell = Callable[[str], None]


def fill(
    count: int, *, chance: random.Random, words: Words, at: datetime, tables: Sequence[str],
    tell: Tell,
) -> int:  # fmt: skip
    """Add so many tickets; return how many there are. tables: what is written of the copies."""
    session = current_session()
    before = highest(session)
    there = spots(session, chance)
    lived = _live(min(count, BLOCK), there, chance, words, at)
    _mark_late(at)
    block = Block.above(session, before)
    with transaction():
        take_time(session)
        with unnoted(session), bare(session, tables):
            put_spots(session, there)
            for times in range(1, -(-count // BLOCK)):
                copy(session, block, times, most=count - times * BLOCK, names=tables)
                tell(f"{min(times * BLOCK, count - BLOCK)} copies …")
            tell("indexes and keys …")
        rebuild(session)
    return lived + max(0, count - BLOCK)


def _live(
    count: int, there: Mapping[str, Sequence[Spot]], chance: random.Random, words: Words,
    at: datetime,
) -> int:  # fmt: skip
    session, lived = current_session(), 0
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        with transaction():
            invention = Invention.of(session, there, words, at)
            formers = list(invention.formers(session, numbers, chance))
            lived += take_over(session, formers, now=at).count
        session.expunge_all()
    return lived


def _mark_late(at: datetime) -> None:
    session, marked = current_session(), BATCH
    while marked:
        with transaction():
            marked = mark_due(session, now=at, limit=BATCH)
        session.expunge_all()
