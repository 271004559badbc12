"""Which categories a text is likely about: offered to a person who chooses, never chosen for them.

1. At most three of the categories that are offered, the likeliest first. Where the model is not
   sure enough of one it is left out, and everything else is always offered beside them (by the
   page).
2. The model is read at the first question of a process and kept until the pack brings another.
3. A city whose pack has no model has no suggestions; nothing else is different.
4. The text is neither stored nor logged.
"""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.catalog.likely.model import Model, read
from app.catalog.models import Category, CategoryModel
from app.catalog.queries import offered, profile

MOST = 3
LEAST_PROBABLE = 0.06

_models: dict[tuple[Engine, str], Model] = {}


def likely_categories(session: Session, text: str) -> list[Category]:
    """Return the offered categories that a text is likely about, at most three."""
    model = _model(session)
    if model is None or not text.strip():
        return []
    known = {row.code: row for row in offered(session)}
    found = [
        known[entry.category]
        for entry in model.likely(text)
        if entry.category in known and entry.probability >= LEAST_PROBABLE
    ]
    return found[:MOST]


def _model(session: Session) -> Model | None:
    digest = profile(session).category_model
    if digest is None:
        return None
    key = (session.get_bind().engine, digest)
    kept = _models.get(key)
    if kept is None and (row := session.get(CategoryModel, digest)) is not None:
        kept = read(row.content)
        _models.clear()
        _models[key] = kept
    return kept
