"""Puts a city pack into the database.

1. Loading is idempotent: the same pack a second time changes nothing.
2. Nothing is deleted: tickets, decisions and due dates go on pointing at what they rested on.
   Codes become inactive, rules and targets end, calendars and shapes get a new version.
3. A category that becomes more private or less exact takes its earlier tickets with it, never the
   other way round.
4. What an operator changed here in ways that a pack does not know of (calendar days, imported
   boundaries, an agency's end and successor) wins over the pack.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.queries import forget_kept
from app.core.db import after_commit
from app.packs.content import PackContent
from app.packs.service.boundaries import (
    AreaImport,
    ImportRefused,
    import_areas,
    preview_areas,
)
from app.packs.service.catalog import (
    put_areas,
    put_calendar,
    put_categories,
    put_codes,
    put_pages,
    put_targets,
)
from app.packs.service.category_model import model_digest, put_category_model
from app.packs.service.responsibility import put_agencies, put_rules
from app.packs.service.rows import Loaded
from app.packs.service.shapes import put_shapes
from app.packs.service.succession import succeed
from app.tickets.service import tighten

__all__ = [
    "AreaImport",
    "ImportRefused",
    "Loaded",
    "OtherCity",
    "import_areas",
    "load_pack",
    "preview_areas",
    "succeed",
]


class OtherCity(Exception):  # noqa: N818 - names what was found
    """The database already belongs to another city."""


def load_pack(session: Session, content: PackContent, now: datetime) -> Loaded:
    """Bring the database into the state of the pack. Raises OtherCity."""
    city = session.get(City, 1)
    if city is not None and city.code != content.city.code:
        raise OtherCity(city.code)
    loaded = Loaded()
    today = now.astimezone(ZoneInfo(content.city.document["timezone"])).date()
    put_pages(session, content, loaded)
    put_areas(session, content, loaded)
    put_agencies(session, content, now, loaded)
    put_categories(session, content, loaded)
    if loaded.changed["category"]:
        tighten(session)
    put_targets(session, content, today, loaded)
    put_codes(session, content, loaded)
    put_rules(session, content, today, loaded)
    put_shapes(session, content, now, today, loaded)
    put_category_model(session, content, city, loaded)
    version = put_calendar(session, content, city.calendar_version if city else 1, loaded)
    _put_city(session, content, version, now, loaded)
    session.flush()
    after_commit(session, forget_kept)
    return loaded


def _put_city(
    session: Session, content: PackContent, version: int, now: datetime, loaded: Loaded
) -> None:
    values = {
        "id": 1, "code": content.city.code, "pack_version": content.city.version,
        "profile": profile_document(content), "calendar_version": version,
    }  # fmt: skip
    row = session.get(City, 1)
    if row is None:
        session.add(City(**values, loaded_at=now))
        loaded.added["city"] += 1
        return
    before = loaded.changed["city"]
    loaded.set(row, values)
    if loaded.changed["city"] > before:
        row.loaded_at = now


def profile_document(content: PackContent) -> dict[str, Any]:
    """Return what `city.profile` holds: city.yaml and the few words that have no table."""
    return {
        **content.city.document,
        "category_groups": {code: dict(names) for code, names in content.groups.items()},
        "category_icons": {part.code: part.icon for part in content.categories if part.icon},
        "unit_kinds": {
            kind.code: {"names": dict(kind.names), "in_text": dict(kind.in_text)}
            for kind in content.unit_kinds
        },
        "residents": {code: dict(told) for code, told in content.residents.items()},
        "illustrative": list(content.illustrative),
        "category_model": model_digest(content),
    }
