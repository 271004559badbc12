"""What the list and the form of suggestions offer to choose from."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.queries import categories, today, units
from app.core.time import now
from app.core.words.i18n import N_, pick, translate
from app.tickets.tables import SUGGESTION

Pairs = list[tuple[str, str]]
STATES = {
    "open": N_("Open"),
    "under_review": N_("Under review"),
    "answered": N_("Answered"),
    "in_delivery": N_("Being put into practice"),
    "delivered": N_("Put into practice"),
    "ended": N_("Dropped or expired"),
}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """(code, name) pairs in the current language. hints: what a subject takes in."""

    states: Pairs
    categories: Pairs
    hints: dict[str, str]
    areas: Pairs
    agencies: Pairs


def choices(session: Session) -> Choices:
    """Return what can be chosen now; no category: suggestions are not taken here."""
    in_force = active(session, today(session, now()))
    offered = categories(session, SUGGESTION)
    return Choices(
        states=[(code, translate(words)) for code, words in STATES.items()],
        categories=[(row.code, pick(row.names)) for row in offered],
        hints={row.code: pick(row.descriptions) for row in offered if row.descriptions},
        areas=sorted(((row.code, pick(row.names)) for row in units(session)), key=_by_name),
        agencies=sorted(((row.code, pick(row.names)) for row in in_force), key=_by_name),
    )


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
