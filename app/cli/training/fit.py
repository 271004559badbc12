"""Makes a model from texts. Needs scikit-learn.

1. A text with diacritics is learnt a second time without them, at half its weight: that is how
   many people type.
2. Two passes: the first finds out which grams matter, the second learns with those alone, so that
   what is measured is what is stored.
3. The same texts make the same model, byte for byte, on the same machine.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from app.catalog.likely.model import RARITY_STEP, Head, write
from app.catalog.likely.wording import views, weigh
from app.cli.training.corpus import Example
from app.core.words.text import plain

GRAMS_KEPT = 20_000
STRENGTH = 20.0
BARE_SHARE = 0.5
SHARPNESS = 1.0
BYTE = 127


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The grams of a model with their numbers and how rare each is (in steps of a byte)."""

    index: dict[str, int]
    rarity: bytes
    spellings: Mapping[str, str]

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """Return a row for each text."""
        rarity = [byte * RARITY_STEP for byte in self.rarity]
        places: list[int] = []
        numbers: list[int] = []
        weights: list[float] = []
        for place, text in enumerate(texts):
            for grams in views(text, self.spellings):
                for number, weight in weigh(grams, self.index, rarity):
                    places.append(place)
                    numbers.append(number)
                    weights.append(weight)
        return csr_matrix((weights, (places, numbers)), shape=(len(texts), len(self.index)))


def fit(examples: Sequence[Example], spellings: Mapping[str, str], *, corpus: str = "") -> bytes:
    """Return the file of a model that has learnt the examples."""
    texts, labels, shares = _with_bare(examples)
    first = _vocabulary(texts, spellings, kept=None)
    judge = _learn(first.matrix(texts), labels, shares)
    weight_of = np.abs(judge.coef_).max(axis=0)
    kept = {gram for gram, number in _heaviest(first.index, weight_of)}
    vocabulary = _vocabulary(texts, spellings, kept=kept)
    judge = _learn(vocabulary.matrix(texts), labels, shares)
    step = float(np.abs(judge.coef_).max()) / BYTE
    weights = np.rint(judge.coef_.T / step).astype(np.int8)
    head = Head(
        categories=tuple(str(code) for code in judge.classes_),
        bias=tuple(round(float(value), 5) for value in judge.intercept_),
        step=step,
        sharpness=SHARPNESS,
        spellings=dict(spellings),
        corpus=corpus,
    )
    return write(head, list(vocabulary.index), vocabulary.rarity, weights.tobytes())


def _with_bare(examples: Sequence[Example]) -> tuple[list[str], list[str], list[float]]:
    texts = [example.text for example in examples]
    labels = [example.category for example in examples]
    shares = [1.0] * len(texts)
    for example in examples:
        bare = plain(example.text)
        if bare != example.text.lower():
            texts.append(bare)
            labels.append(example.category)
            shares.append(BARE_SHARE)
    return texts, labels, shares


def _vocabulary(
    texts: Sequence[str], spellings: Mapping[str, str], *, kept: set[str] | None
) -> Vocabulary:
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(gram for grams in views(text, spellings) for gram in grams)
    chosen = sorted(gram for gram in seen if kept is None or gram in kept)
    total = len(texts) + 1
    rarity = bytes(
        min(255, round((math.log(total / (seen[gram] + 1)) + 1) / RARITY_STEP)) for gram in chosen
    )
    index = {gram: number for number, gram in enumerate(chosen)}
    return Vocabulary(index=index, rarity=rarity, spellings=spellings)


def _heaviest(index: Mapping[str, int], weight_of: "np.ndarray") -> list[tuple[str, int]]:
    ranked = sorted(index.items(), key=lambda entry: (-weight_of[entry[1]], entry[0]))
    return ranked[:GRAMS_KEPT]


def _learn(
    matrix: csr_matrix, labels: Sequence[str], shares: Sequence[float]
) -> LogisticRegression:
    judge = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
    return judge.fit(matrix, labels, sample_weight=shares)
