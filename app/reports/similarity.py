"""How likely is it that somebody means what others have reported already? Pure.

1. Four signs, each from 0 to 1: the category, how near it is, how alike the words are, how fresh.
   Their weighted sum is between 0 and 1; from `THRESHOLD` on a ticket is offered.
2. Near is measured in reaches: a pothole is one place, a power cut a quarter of a town. A vague
   position widens the reach, by a second reach at most. Beyond `FARTHEST` nothing is offered.
3. Words are compared as sets of words and of three letters in a row, so that slips and endings
   matter little. Vietnamese is typed with and without marks: without them on either side the plain
   letters are compared; where both sides have them, the marks count as well.
4. Words that nobody has checked yet, or that were not written, are unknown: they speak neither for
   nor against (`UNKNOWN`), and the place decides.
5. Where nobody has said the point, only the ward, words decide (`score_in_ward`): without words on
   both sides nothing is offered, and two texts that name other numbers (of lanes, houses,
   quarters) probably mean two places.
6. Another category of the same group can mean the same (water on the road), if words say so too.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.words.text import plain

THRESHOLD = 0.58
OFFERED = 5
FARTHEST = 3.0
NEAR, ALIKE, FRESH = 0.55, 0.37, 0.08
UNKNOWN = 0.5
WARD_ALIKE, WARD_FRESH, WARD_THRESHOLD = 0.92, 0.08, 0.48
OTHER_NUMBERS = 0.5
OTHER_CATEGORY = 0.8
FRESHNESS = timedelta(days=30)
MANY_WORDS = 60
MANY_LETTERS = 600
_NUMBER = re.compile(r"[0-9]+")
# Words that stand in every report, in plain letters: they make nothing alike.
COMMON = frozenset(
    """
    o tai co bi la va cac nhung mot nay do cho voi rat qua da dang se khong ko k hom ngay roi
    nha toi em minh chung kinh de nghi mong quan chuc nang xu ly giup khu vuc duong pho so ngo
    truoc sau gan doan tren duoi ben nguoi dan ma thi nen len xuong ra vao the a an is are on
    in at of to and it this that there has have been was for near please since street road
    """.split()  # noqa: SIM905 - a list of eighty strings would fill a page
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody is about to report, or has just reported."""

    category: str
    group: str
    reach_m: float
    accuracy_m: float = 0.0
    text: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An open ticket, near or of the ward. `texts`: those of its words that are public, if any."""

    ticket_id: int
    category: str
    group: str
    distance_m: float
    accuracy_m: float = 0.0
    received_at: datetime
    texts: Sequence[str] = ()


def best(draft: Draft, candidates: Iterable[Candidate]) -> list[tuple[Candidate, float]]:
    """Return those that are worth offering with their scores, the likeliest first."""
    scored = [(candidate, score(draft, candidate)) for candidate in candidates]
    return _first(scored, THRESHOLD)


def best_in_ward(draft: Draft, candidates: Iterable[Candidate]) -> list[tuple[Candidate, float]]:
    """Return those of a ward that are worth offering, the likeliest first (rule 5)."""
    scored = [(candidate, score_in_ward(draft, candidate)) for candidate in candidates]
    return _first(scored, WARD_THRESHOLD)


def _first(scored: list[tuple[Candidate, float]], least: float) -> list[tuple[Candidate, float]]:
    good = [(candidate, value) for candidate, value in scored if value >= least]
    return sorted(good, key=lambda pair: (-pair[1], pair[0].ticket_id))[:OFFERED]


def score_in_ward(draft: Draft, candidate: Candidate) -> float:
    """Return how likely both mean the same where only the ward is known (rule 5)."""
    alike = max((_alike_in_ward(draft.text, text) for text in candidate.texts), default=0.0)
    if alike == 0.0:
        return 0.0
    value = WARD_ALIKE * alike + WARD_FRESH * freshness(draft.at - candidate.received_at)
    return value * _category(draft, candidate, alike)


def _alike_in_ward(one: str, other: str) -> float:
    numbers, others = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    elsewhere = numbers and others and not numbers & others
    return likeness(one, other) * (OTHER_NUMBERS if elsewhere else 1.0)


def score(draft: Draft, candidate: Candidate) -> float:
    """Return how likely both mean the same, between 0 and 1 (rule 1)."""
    near = nearness(draft, candidate)
    if near == 0.0:
        return 0.0
    alike = max((likeness(draft.text, text) for text in candidate.texts), default=None)
    known = alike is not None and bool(draft.text.strip())
    value = (
        NEAR * near
        + ALIKE * (alike if known and alike is not None else UNKNOWN)
        + FRESH * freshness(draft.at - candidate.received_at)
    )
    return value * _category(draft, candidate, alike if known else None)


def _category(draft: Draft, candidate: Candidate, alike: float | None) -> float:
    if draft.category == candidate.category:
        return 1.0
    said = alike is not None and draft.group == candidate.group
    return OTHER_CATEGORY if said else 0.0


def nearness(draft: Draft, candidate: Candidate) -> float:
    """Return 1 on the spot, 0.5 at one reach, 0 beyond `FARTHEST` reaches (rule 2)."""
    vague = min(math.hypot(draft.accuracy_m, candidate.accuracy_m), draft.reach_m)
    reaches = candidate.distance_m / (draft.reach_m + vague)
    return 0.0 if reaches > FARTHEST else 0.5 ** (reaches**2)


def freshness(age: timedelta) -> float:
    """Return 1 for what was reported just now, fading over weeks."""
    return math.exp(-max(age, timedelta(0)) / FRESHNESS)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are (rule 3)."""
    one, other = one[:MANY_LETTERS], other[:MANY_LETTERS]
    bare = _overlap(_bare(one), _bare(other))
    if not (_has_marks(one) and _has_marks(other)):
        return bare
    return (bare + _overlap(_marked(one), _marked(other))) / 2


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if not one or not other:
        return 0.0
    words, others = set(one), set(other)
    shared = len(words & others) / min(len(words), len(others))
    # A single word in common with a very short text proves little, unless it is all that is said.
    sure = 1.0 if words == others else min(1.0, min(len(words), len(others)) / 2)
    return 0.6 * shared * sure + 0.4 * _dice(_threes(one), _threes(other))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _threes(words: Sequence[str]) -> frozenset[str]:
    """Return the runs of three letters of each word, ends included."""
    return frozenset(
        padded[start : start + 3]
        for word in words
        for padded in (f" {word} ",)
        for start in range(len(padded) - 2)
    )


def _bare(text: str) -> tuple[str, ...]:
    return _words(plain(text))


def _marked(text: str) -> tuple[str, ...]:
    return _words(unicodedata.normalize("NFC", text.lower()))


def _words(text: str) -> tuple[str, ...]:
    """Return the words that can make two texts alike; all of them if there are no others."""
    found = "".join(ch if ch.isalnum() else " " for ch in text).split()[:MANY_WORDS]
    telling = tuple(word for word in found if plain(word) not in COMMON)
    return telling or tuple(found)


def _has_marks(text: str) -> bool:
    lowered = unicodedata.normalize("NFC", text.lower())
    return plain(lowered) != lowered
