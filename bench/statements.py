"""How many SQL statements something costs, counted inside this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app import create_app
from app.core.db import db
from config import Settings


class Counter:
    """`count` grows with every statement that SQLAlchemy sends (BEGIN and COMMIT not counted)."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, *_arguments: object) -> None:
        """Take note of one statement."""
        self.count += 1


@contextmanager
def application(environment: Mapping[str, str]) -> Iterator[Flask]:
    """Build the application on the measured database."""
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def counted() -> Iterator[Counter]:
    """Count what is sent during the block."""
    counter = Counter()
    event.listen(db.engine, "before_cursor_execute", counter.note)
    try:
        yield counter
    finally:
        event.remove(db.engine, "before_cursor_execute", counter.note)
