"""Search in the inbox: one box for codes, words, house numbers and names of places.

1. Case, diacritics and punctuation do not matter; the database brings both sides into one form
   (`plain_words`), so that what is typed is compared as it was indexed. Every word has to be there.
2. A part of a code finds its tickets. A name of a unit, a former one too, finds what lies there;
   beside other words it does so where fewer than `ENOUGH` reports have all that was typed.
3. Words that few reports have are looked up in their index first. Words that very many have are
   looked for from the newest ticket back, among those of the agencies that somebody sees: there
   the page is full soon, and the index would return half the city.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from app.catalog.queries import place_names, profile
from app.core.crypto import REFERENCE_ALPHABET
from app.desk.inbox.queues import Condition
from app.desk.queries import Scope, visible
from app.reports.models import Report
from app.tickets.models import Cooperation, Ticket
from app.tickets.queries import HELP_OPEN

# Written as in the index, which is used for nothing else.
WORDS: ColumnElement[str] = literal_column(
    "to_tsvector('simple'::regconfig,"
    " plain_words(COALESCE(report.text, '') || ' ' || COALESCE(report.address, '')))"
)
FEW, ENOUGH = 10_000, 100
LEAST_OF_CODE, MOST_OF_CODE = 4, 12
CODE_LETTERS = frozenset(REFERENCE_ALPHABET + "01")
NAME_WORDS = 7


@dataclass(frozen=True)
class Sought:
    """What was typed, read. rest: the words beside the name of a place; areas: that place."""

    words: str
    code: str
    rest: str
    areas: tuple[str, ...]


def read(session: Session, typed: str) -> Sought:
    """Tell codes and places from other words."""
    words, areas = _place(session, typed)
    return Sought(words=typed, code=_code(session, typed), rest=words, areas=areas)


def _code(session: Session, typed: str) -> str:
    """Return the letters of what may be a part of a code, else nothing."""
    letters = "".join(ch for ch in typed.upper() if ch.isalnum())
    bare = letters.removeprefix(profile(session).reference_prefix.upper())
    fits = LEAST_OF_CODE <= len(letters) <= MOST_OF_CODE and CODE_LETTERS.issuperset(bare)
    return letters if fits else ""


def _place(session: Session, typed: str) -> tuple[str, tuple[str, ...]]:
    """Return the words that are left, and the units that the others name: the longest name."""
    words, names = typed.split(), place_names(session)
    for length in range(min(len(words), NAME_WORDS), 0, -1):
        for start in (len(words) - length, 0):
            areas = names.exactly(" ".join(words[start : start + length]))
            if areas:
                return " ".join(words[:start] + words[start + length :]), areas
    return typed, ()


def found_by(session: Session, scope: Scope, typed: str) -> Condition:
    """Return the condition of what somebody may see and was looked for."""
    sought = read(session, typed)
    ids = _ids(session, sought)
    if sought.areas and not sought.rest:
        there = Ticket.area_code.in_(sought.areas)
        return and_(_seen_or_helped(scope), or_(there, Ticket.id == any_(_one(ids[:FEW]))))
    if len(ids) > FEW:
        return and_(_seen(scope), _walked(_says(sought.words)))
    if sought.areas and len(ids) < ENOUGH:
        beside = session.scalars(_having(sought.rest)).all()
        if len(beside) > FEW:
            said = or_(_says(sought.words), and_(_there(sought), _says(sought.rest)))
            return and_(_seen(scope), _walked(said))
        ids += session.scalars(select(Ticket.id).where(_there(sought), _among(beside)))
    return and_(_seen_or_helped(scope), _among(ids))


def _walked(said: Condition) -> Condition:
    """A sum cannot be turned into a join: the tickets are walked in their order."""
    has = select(func.bool_or(said)).where(Report.ticket_id == Ticket.id)
    return has.correlate(Ticket).scalar_subquery()


def _among(ids: Sequence[int]) -> Condition:
    """One parameter, however many they are; as a join, or the newest would be walked to find few.

    (A condition on the list itself leaves the order of the page open to an index of all tickets.)
    """
    return Ticket.id.in_(select(func.unnest(_one(ids))))


def _one(ids: Sequence[int]) -> BindParameter[Sequence[int]]:
    return bindparam(None, list(ids), ARRAY(BigInteger))


def _ids(session: Session, sought: Sought) -> list[int]:
    """Return what has all the words or the code: more than `FEW` where more of them have them."""
    parts = [_having(sought.words)]
    if sought.code:
        plain = func.replace(Ticket.reference, literal_column("'-'"), literal_column("''"))
        parts.append(select(Ticket.id).where(plain.like(f"%{sought.code}%")).limit(FEW + 1))
    query = union_all(*(part.subquery().select() for part in parts))
    return list(dict.fromkeys(session.scalars(query)))


def _having(words: str) -> Select[int]:
    said = select(Report.ticket_id).where(_says(words), Report.withdrawn_at.is_(None))
    return said.limit(FEW + 1)


def _there(sought: Sought) -> Condition:
    return Ticket.area_code.in_(sought.areas)


def _says(words: str) -> Condition:
    asked = func.plainto_tsquery(literal_column("'simple'::regconfig"), func.plain_words(words))
    return WORDS.op("@@", is_comparison=True)(asked)


def _seen(scope: Scope) -> Condition:
    theirs = true() if scope.seen is None else Ticket.agency_code.in_(scope.seen)
    return and_(theirs, visible(scope))


def _seen_or_helped(scope: Scope) -> Condition:
    """Also what the own agencies were asked to help with."""
    if scope.seen is None:
        return _seen(scope)
    asked = select(Cooperation.ticket_id).where(Cooperation.agency_code.in_(scope.own), HELP_OPEN)
    theirs = or_(Ticket.agency_code.in_(scope.seen), Ticket.id.in_(asked))
    return and_(theirs, visible(scope))
