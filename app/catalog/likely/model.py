"""The model of likely categories: a small file, and the question that it answers. Pure.

1. Standard library only: the web process needs nothing of what the training needs.
2. A linear model: each gram of a text adds its weight to each category. Weights are single bytes
   with one common step.
3. The file is compressed: a line of JSON (`Head`), the grams one a line, an empty line, a byte of
   rarity for each gram, then its bytes of weights in the order of the head's categories.
4. A text of which it knows next to nothing has no likely category: it says nothing rather than
   guess.
"""

import json
import math
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from app.catalog.likely.wording import views, weigh

FORMAT = 1
LARGEST_FILE = 300_000
LARGEST_CONTENT = 3_000_000
RARITY_STEP = 1 / 25
FEWEST_GRAMS = 8


class NotAModel(Exception):  # noqa: N818 - names what was found
    """The bytes are not a model of likely categories."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands at the beginning of the file.

    step: what one unit of a weight is worth. bias: of each category. sharpness: what a score is
    multiplied with before it becomes a probability. corpus: the SHA-256 of what it was made from.
    """

    categories: tuple[str, ...]
    bias: tuple[float, ...]
    step: float
    sharpness: float
    spellings: Mapping[str, str]
    corpus: str
    format: int = FORMAT


@dataclass(frozen=True, kw_only=True)
class Likely:
    """A category with how probable it is for a text (all of them add up to 1)."""

    category: str
    probability: float


class Model:
    """A model that was read. weights: for each gram as many as there are categories."""

    def __init__(self, head: Head, grams: Sequence[str], rarity: bytes, weights: bytes) -> None:
        self.head = head
        self._index = {gram: number for number, gram in enumerate(grams)}
        self._rarity = array("f", (byte * RARITY_STEP for byte in rarity))
        self._weights = array("b", weights)

    def likely(self, text: str) -> list[Likely]:
        """Return the categories, the most probable first; none for a text it does not know."""
        count = len(self.head.categories)
        scores = [0.0] * count
        known = 0
        for grams in views(text, self.head.spellings):
            for number, weight in weigh(grams, self._index, self._rarity):
                known += 1
                row = self._weights[number * count : (number + 1) * count]
                scores = [score + weight * unit for score, unit in zip(scores, row, strict=True)]
        if known < FEWEST_GRAMS:
            return []
        found = _probabilities(self.head, scores)
        ranked = sorted(zip(found, self.head.categories, strict=True), reverse=True)
        return [Likely(category=code, probability=share) for share, code in ranked]


def _probabilities(head: Head, scores: Sequence[float]) -> list[float]:
    sharp = [
        head.sharpness * (score * head.step + bias)
        for score, bias in zip(scores, head.bias, strict=True)
    ]
    top = max(sharp)
    powers = [math.exp(value - top) for value in sharp]
    total = sum(powers)
    return [power / total for power in powers]


def write(head: Head, grams: Sequence[str], rarity: bytes, weights: bytes) -> bytes:
    """Return the file of a model."""
    lines = "\n".join([json.dumps(asdict(head), ensure_ascii=False, sort_keys=True), *grams])
    return zlib.compress(lines.encode() + b"\n\n" + rarity + weights, 9)


def read(content: bytes) -> Model:
    """Read a model's file. Raises NotAModel."""
    try:
        unpacked = zlib.decompressobj().decompress(content, LARGEST_CONTENT)
        words, _, numbers = unpacked.partition(b"\n\n")
        first, *grams = words.decode().split("\n")
        fields = json.loads(first)
        head = Head(
            categories=tuple(fields["categories"]),
            bias=tuple(float(value) for value in fields["bias"]),
            step=float(fields["step"]),
            sharpness=float(fields["sharpness"]),
            spellings=dict(fields["spellings"]),
            corpus=str(fields["corpus"]),
            format=int(fields["format"]),
        )
    except (zlib.error, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise NotAModel(str(error)) from None
    count = len(head.categories)
    if head.format != FORMAT:
        raise NotAModel(f"format {head.format}, not {FORMAT}")
    if len(head.bias) != count or not count or len(numbers) != len(grams) * (1 + count):
        raise NotAModel("its parts do not belong together")
    return Model(head, grams, numbers[: len(grams)], numbers[len(grams) :])
