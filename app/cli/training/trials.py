"""How good a model is: cross-validation on the measured texts. Needs scikit-learn.

1. Each measured text is judged once in each round, by a model that has not seen it. The parts are
   even by category and language.
2. Texts that only help to learn are in every training part and in no measured one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sklearn.model_selection import StratifiedKFold

from app.catalog.likely.model import read
from app.cli.training.corpus import Example
from app.cli.training.fit import fit

PARTS = 5


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
