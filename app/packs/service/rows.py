"""Bringing one row into the state that the pack asks for, and counting what that changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core.db import Base


@dataclass(frozen=True)
class Loaded:
    """How many rows of each table were added, changed and ended. All empty: nothing to do."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def untouched(self) -> bool:
        """Tell whether the database already held all of it."""
        return not (self.added or self.changed or self.ended)

    def put(
        self, session: Session, model: type[Base], key: object, values: Mapping[str, Any]
    ) -> Base:
        """Add the row with this primary key, or set just the columns that differ."""
        table = model.__tablename__
        row = session.get(model, key)
        if row is None:
            row = model(**values)
            session.add(row)
            self.added[table] += 1
            return row
        self.set(row, values)
        return row

    def set(self, row: Base, values: Mapping[str, Any]) -> None:
        """Set the columns that differ."""
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        if different:
            self.changed[row.__tablename__] += 1
