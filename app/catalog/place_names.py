"""Names of places as people type them → the units of today. Pure.

1. Compared without case, diacritics, spaces and punctuation; y counts as i. What is typed with its
   diacritics ranks above a name that only looks the same without them.
2. The word of the kind may be missing, shortened (`P.`, `TX.`, `TP.`), before or after the name. If
   it is there, names of that kind are preferred; a wrong one is forgiven.
3. In an address a name counts only with the word of its kind, or where it fills the part between
   two commas: in "Tran Phu Street" nobody names a ward.
4. Several names narrow each other down: of "ward, town" it is what both have in common.
5. A name that means several places gives all of them. Nothing is guessed: one unit is sure, several
   are a question, near misses are suggestions only.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.core.words.text import clean_line, plain

MOST_TYPED = 200
LONGEST_NAME = 7  # words, with the word of the kind
NEAR = 0.84
_PARTS = re.compile(r"[,;\n()–—]|\s-\s")
_APART = re.compile(r"[^\w\s]+")
_SAME = str.maketrans({"ð": "d", "y": "i"})


@dataclass(frozen=True, kw_only=True)
class Known:
    """A name and the units that it stands for today; `present` names are in force.

    text: as it is shown. spelling: as it is compared, where that is another language's name.
    whole: the name of all that the city serves, which says nothing.
    """

    text: str
    areas: tuple[str, ...]
    spelling: str = ""
    present: bool = True
    whole: bool = False
    kind: str | None = None
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text names. meanings: the names that fit, each with only the units that are left."""

    meanings: tuple[Known, ...] = ()

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the units that it may be, each once."""
        return tuple(dict.fromkeys(code for known in self.meanings for code in known.areas))

    @property
    def sure(self) -> str | None:
        """Return the only unit that it can be."""
        return self.areas[0] if len(self.areas) == 1 else None


@dataclass(frozen=True)
class _Mention:
    """One name in the text, and whatever it may mean."""

    options: tuple[Known, ...]

    @property
    def areas(self) -> frozenset[str]:
        return frozenset(code for known in self.options for code in known.areas)


@dataclass(frozen=True)
class PlaceNames:
    """All names of a city. kinds: {kind: how its word is written}."""

    names: Sequence[Known]
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _kind_of(self) -> dict[str, str]:
        return {squeezed(form): kind for kind, forms in self.kinds.items() for form in forms}

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """Return the names with their kind and the key by which they are compared."""
        return tuple(self._told_apart(known) for known in self.names)

    @cached_property
    def _by_key(self) -> dict[str, list[Known]]:
        found: dict[str, list[Known]] = {}
        for known in self.known:
            found.setdefault(known.key, []).append(known)
        return found

    def _told_apart(self, known: Known) -> Known:
        kind, bare = self._kind_and_rest(words(known.spelling or known.text))
        return replace(known, kind=kind, key="".join(bare))

    def _kind_and_rest(self, typed: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """Split the word of the kind off, at the beginning or at the end."""
        for length in (2, 1):
            if len(typed) > length:
                for kind, rest in (
                    (self._kind_of.get("".join(typed[:length])), typed[length:]),
                    (self._kind_of.get("".join(typed[-length:])), typed[:-length]),
                ):
                    if kind is not None:
                        return kind, rest
        return None, typed

    def find(self, typed: str) -> Found:
        """Return what an address or a name means (rules 3 to 5); nothing where it names nothing."""
        line = clean_line(typed.replace("\n", ", "))[:MOST_TYPED]
        mentions = [
            mention for part in _PARTS.split(line) for mention in self._mentions(words(part))
        ]
        telling = [m for m in mentions if not any(known.whole for known in m.options)]
        if not telling:
            return Found()
        common = frozenset.intersection(*(mention.areas for mention in telling))
        if common:
            # The narrowest name says what it is; the others only helped to tell.
            first = min(telling, key=lambda mention: len(mention.areas))
            return Found(meanings=_within(first.options, common))
        every = tuple(dict.fromkeys(known for mention in telling for known in mention.options))
        return Found(meanings=every)

    def exactly(self, typed: str) -> tuple[str, ...]:
        """Return the units whose name, with or without its kind, is all that was typed."""
        parts = words(clean_line(typed)[:MOST_TYPED])
        _kind, bare = self._kind_and_rest(parts)
        known = self._by_key.get("".join(bare)) or self._by_key.get("".join(parts), [])
        return tuple(dict.fromkeys(code for one in known if not one.whole for code in one.areas))

    def _mentions(self, typed: Sequence[str]) -> Iterator[_Mention]:
        """Yield the names in one part of an address."""
        tiled = self._tiled(typed, set())
        if tiled:
            yield from tiled
            return
        position = 0
        while position < len(typed):
            for end in range(min(len(typed), position + LONGEST_NAME), position, -1):
                kind, bare = self._kind_and_rest(typed[position:end])
                options = self._options(kind, bare) if kind else ()
                if options:
                    yield _Mention(options)
                    position = end - 1
                    break
            position += 1

    def _tiled(self, typed: Sequence[str], dead: set[int]) -> tuple[_Mention, ...]:
        """Return the names that fill the whole part, the longest first; nothing else.

        dead: how many words were left where nothing fits. One look at each is enough: a word of a
        kind between two names belongs to either, so the ways to get there double with each pair.
        """
        if not typed or len(typed) in dead:
            return ()
        for end in range(min(len(typed), LONGEST_NAME), 0, -1):
            options = self._options(*self._kind_and_rest(typed[:end]))
            options = options or self._options(None, typed[:end])
            if options:
                rest = self._tiled(typed[end:], dead)
                if rest or end == len(typed):
                    return (_Mention(options), *rest)
        dead.add(len(typed))
        return ()

    def _options(self, kind: str | None, bare: Sequence[str]) -> tuple[Known, ...]:
        named = self._by_key.get("".join(bare), [])
        of_kind = [known for known in named if known.kind == kind]
        return _merged(of_kind if kind and of_kind else named)

    def suggest(self, typed: str, limit: int = 8) -> list[Known]:
        """Return the names that somebody may be typing, the likeliest first."""
        line = clean_line(typed)[:MOST_TYPED]
        wanted = words(_PARTS.split(line)[-1]) or words(line)
        if not wanted:
            return []
        exact = self.find(line).meanings
        kind, bare = self._kind_and_rest(wanted)
        ranked = sorted(
            (
                (rank, known.text, known)
                for known in self.known
                if not known.whole and (rank := self._rank(known, kind, bare, line)) is not None
            ),
            key=lambda entry: entry[:2],
        )
        likely = [known for _rank, _text, known in ranked]
        if not ranked and not exact:
            likely = [*self._at_the_end(wanted), *self._near(bare)]
        return list(_merged([*exact, *likely])[:limit])

    def _rank(
        self, known: Known, kind: str | None, bare: Sequence[str], line: str
    ) -> tuple[int, int, int, int, int] | None:
        typed = "".join(bare)
        if known.key == typed:
            place = 0
        elif known.key.startswith(typed):
            place = 1
        elif typed in known.key and len(typed) > 1:
            place = 2
        else:
            return None
        accented = line.lower().split()[-1] in (known.spelling or known.text).lower()
        return (
            place, int(kind is not None and known.kind != kind), int(not accented),
            int(not known.present), len(known.areas),
        )  # fmt: skip

    def _at_the_end(self, typed: Sequence[str]) -> tuple[Known, ...]:
        """Return what the last words mean, although nothing says that they are a name."""
        for start in range(1, len(typed)):
            if options := self._options(None, typed[start:]):
                return options
        return ()

    def _near(self, bare: Sequence[str]) -> list[Known]:
        close = difflib.get_close_matches("".join(bare), self._by_key, n=4, cutoff=NEAR)
        return [known for key in close for known in self._by_key[key]]


def words(typed: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _APART.sub(" ", plain(typed)).translate(_SAME).split()


def squeezed(typed: str) -> str:
    """Return a text as it is compared, without spaces."""
    return "".join(words(typed))


def _within(options: Iterable[Known], areas: frozenset[str]) -> tuple[Known, ...]:
    cut = (replace(k, areas=tuple(code for code in k.areas if code in areas)) for k in options)
    return tuple(known for known in cut if known.areas)


def _merged(options: Iterable[Known]) -> tuple[Known, ...]:
    """Leave a former name out where the present one of the same kind stands for as much."""
    found: list[Known] = []
    for known in options:
        same = [k for k in found if (k.key, k.kind) == (known.key, known.kind)]
        if not any(set(known.areas) <= set(k.areas) for k in same):
            found.append(known)
    return tuple(found)
