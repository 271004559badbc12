"""How good a model is: cross-validation on the measured texts. Needs scikit-learn.

1. Each measured text is judged once in each round, by a model that has not seen it. The parts are
   even by category and language.
2. Texts that only help to learn are in every training part and in no measured one.
3. The learning curve takes a share of everything there is to learn from, even by category and
   language, and judges each text with diacritics a second time without them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random

from sklearn.model_selection import StratifiedKFold

from app.catalog.likely.model import read
from app.cli.training.corpus import Example
from app.cli.training.fit import fit
from app.core.words.text import plain

PARTS = 5
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A text, where its category came in the list (0 first; None not at all), how sure it was."""

    example: Example
    place: int | None
    probability: float


def measure(
    measured: Sequence[Example],
    learnt: Sequence[Example],
    spellings: Mapping[str, str],
    *,
    rounds: int,
) -> list[Judged]:
    """Judge every text `rounds` times."""
    return [
        judged
        for number in range(rounds)
        for learning, judging in parts(measured, number)
        for judged in judge([*learning, *learnt], judging, spellings)
    ]


def parts(
    measured: Sequence[Example], number: int
) -> Iterator[tuple[list[Example], list[Example]]]:
    """Return what to learn from and what to judge, in each of the five parts of a round."""
    even = [f"{example.category} {example.lang}" for example in measured]
    folds = StratifiedKFold(PARTS, shuffle=True, random_state=number)
    for learning, judging in folds.split(even, even):
        yield [measured[i] for i in learning], [measured[i] for i in judging]


def judge(
    learning: Sequence[Example], judging: Sequence[Example], spellings: Mapping[str, str]
) -> list[Judged]:
    """Learn from some texts and judge others, as the web process will: from the file."""
    model = read(fit(learning, spellings))
    found = []
    for example in judging:
        ranked = model.likely(example.text)
        codes = [entry.category for entry in ranked]
        place = codes.index(example.category) if example.category in codes else None
        sure = ranked[0].probability if ranked else 0.0
        found.append(Judged(example=example, place=place, probability=sure))
    return found


def curve(
    measured: Sequence[Example], learnt: Sequence[Example], spellings: Mapping[str, str]
) -> Iterator[str]:
    """Say how good it is with less to learn from (rule 3)."""
    for part in SHARES:
        judged, learning_from = [], 0
        for learning, judging in parts(measured, 0):
            some = _some([*learning, *learnt], part)
            learning_from += len(some)
            judged += judge(some, [*judging, *_bare(judging)], spellings)
        yield f"learnt from {learning_from / PARTS:.0f} texts"
        yield from report(judged)


def _some(examples: Sequence[Example], part: float) -> list[Example]:
    kinds: dict[tuple[str, str], list[Example]] = {}
    for example in examples:
        kinds.setdefault((example.category, example.lang), []).append(example)
    draw = Random(0)  # noqa: S311 - the same texts in each run
    return [one for same in kinds.values() for one in draw.sample(same, ceil(len(same) * part))]


def _bare(examples: Sequence[Example]) -> list[Example]:
    bare = [replace(one, text=plain(one.text), lang=f"{one.lang}, bare") for one in examples]
    return [one for one, full in zip(bare, examples, strict=True) if one.text != full.text.lower()]


def share(judged: Sequence[Judged], places: int) -> float:
    """Return how many of the texts have their category among the first `places`."""
    hits = [entry for entry in judged if entry.place is not None and entry.place < places]
    return len(hits) / len(judged)


def report(judged: Sequence[Judged]) -> Iterator[str]:
    """Say how good it was, by language and in all."""
    for lang in sorted({entry.example.lang for entry in judged}):
        yield _line(lang, [entry for entry in judged if entry.example.lang == lang])
    yield _line("all", judged)


def _line(name: str, judged: Sequence[Judged]) -> str:
    return f"{name}: first {share(judged, 1):.1%}, among three {share(judged, 3):.1%}"
