"""What a text looks like to the model of likely categories. Pure; training and asking share it.

1. A text is seen three times: its words as written, its words without diacritics, and the letters
   without diacritics. People type with marks, without, or half of each; and compounds have no
   spaces of their own, so pairs of words and runs of letters carry what single words cannot.
2. Spellings of short messages are replaced before (the pack's list): `ko` is what `không` is.
3. Only letters count: numbers name houses and days, not subjects. Only the beginning of a long
   text counts, so that no text takes long.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.core.words.text import plain

Grams = Counter[str]

LONGEST_TEXT = 1_000
WORDS_TOGETHER = 2
LETTERS_TOGETHER = (2, 5)

_WORD = re.compile(r"[^\W\d_]+")


def views(text: str, spellings: Mapping[str, str]) -> tuple[Grams, Grams, Grams]:
    """Return the grams of a text as written words, plain words and plain letters.

    A gram begins with a sign of its view, so that all of them fit into one index.
    """
    words = _words(text, spellings)
    bare = [plain(word) for word in words]
    return (
        Counter(_together("w", words)),
        Counter(_together("p", bare)),
        Counter(_letters(f" {' '.join(bare)} ")),
    )


def _words(text: str, spellings: Mapping[str, str]) -> list[str]:
    written = unicodedata.normalize("NFC", text[:LONGEST_TEXT]).lower()
    return [part for word in _WORD.findall(written) for part in spellings.get(word, word).split()]


def _together(sign: str, words: Sequence[str]) -> Iterator[str]:
    for count in range(1, WORDS_TOGETHER + 1):
        for start in range(len(words) - count + 1):
            yield sign + " ".join(words[start : start + count])


def _letters(line: str) -> Iterator[str]:
    shortest, longest = LETTERS_TOGETHER
    for count in range(shortest, longest + 1):
        for start in range(len(line) - count + 1):
            yield "c" + line[start : start + count]


def weigh(
    grams: Grams, index: Mapping[str, int], rarity: Sequence[float]
) -> list[tuple[int, float]]:
    """Return (number, weight) of the known grams of one view; their squares add up to 1.

    A gram that is there often weighs more, but not so much more; a rare one weighs more.
    """
    known = [(index[gram], count) for gram, count in grams.items() if gram in index]
    found = [(number, (1 + math.log(count)) * rarity[number]) for number, count in known]
    length = math.sqrt(sum(weight * weight for _number, weight in found))
    return [(number, weight / length) for number, weight in found]
