"""The page of reply templates: what a manager keeps, and what was typed.

1. A manager keeps those of the own agency; what the coordinating office keeps is offered in every
   agency.
2. What was typed for one template is shown at that one again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import reply_templates
from app.agencies.service import TemplateWords
from app.catalog.queries import categories, profile
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.words.i18n import N_, pick
from app.core.words.text import clean, clean_line
from app.desk.lists import Option
from app.desk.roster import kept_by

MAX_NAME, MAX_TEXT = 80, 4_000


@dataclass(frozen=True, kw_only=True)
class TemplateShown:
    """One template. number: None for a new one."""

    number: int | None
    agency: str
    category: str
    name: str
    texts: Mapping[str, str]
    kept_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TemplatesPage:
    """The page. agencies: whose the reader keeps. new: the empty form, or what was typed in it."""

    templates: list[TemplateShown]
    agencies: list[Option]
    categories: list[Option]
    languages: tuple[str, ...]
    new: TemplateShown


def templates_page(
    session: Session, actor: Actor, *, typed: Mapping[str, str], number: int | None
) -> TemplatesPage:
    """Read the templates. typed: what was refused for the one of `number`; None is a new one."""
    agencies = sorted(kept_by(actor))
    refused = _as_typed(session, typed, number) if typed else None
    shown = [
        refused
        if refused is not None and row.id == number
        else TemplateShown(
            number=row.id, agency=row.agency_code, category=row.category_code or "",
            name=row.name, texts=row.texts, kept_at=row.kept_at,
        )
        for row in reply_templates(session, agencies)
    ]  # fmt: skip
    empty = TemplateShown(
        number=None, agency=agencies[0], category="", name="", texts={}, kept_at=None
    )
    return TemplatesPage(
        templates=shown,
        agencies=[Option(code, pick(session.get_one(Agency, code).names)) for code in agencies],
        categories=[Option(row.code, pick(row.names)) for row in categories(session)],
        languages=profile(session).languages,
        new=refused if refused is not None and number is None else empty,
    )


def parse_template(session: Session, typed: Mapping[str, str], actor: Actor) -> TemplateWords:
    """Read a form. Raises NotFound for what is not the actor's or unknown."""
    agency = clean_line(typed.get("agency", ""))
    if agency not in kept_by(actor):
        message = N_("Please choose an agency.")
        raise NotFound("unknown_agency", message, field="agency")
    category = clean_line(typed.get("category", ""))
    if category and category not in {row.code for row in categories(session)}:
        message = N_("Please choose a category.")
        raise NotFound("unknown_category", message, field="category")
    texts = {
        lang: clean(typed.get(f"text.{lang}", ""))[:MAX_TEXT] for lang in profile(session).languages
    }
    return TemplateWords(
        agency_code=agency,
        category_code=category or None,
        name=clean_line(typed.get("name", ""))[:MAX_NAME],
        texts={lang: text for lang, text in texts.items() if text},
    )


def _as_typed(session: Session, typed: Mapping[str, str], number: int | None) -> TemplateShown:
    return TemplateShown(
        number=number,
        agency=typed.get("agency", ""),
        category=typed.get("category", ""),
        name=typed.get("name", ""),
        texts={lang: typed.get(f"text.{lang}", "") for lang in profile(session).languages},
        kept_at=None,
    )
