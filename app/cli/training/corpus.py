"""The texts that a model learns from.

1. A corpus is a CSV file `text,category,lang`; its texts are what the accuracy is measured on.
2. Texts of `also` files, and the words of the categories themselves, only help to learn: no
   accuracy is ever measured on them.
3. A spelling is `typed,meant`.
"""

import csv
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.catalog.queries import led_to
from app.core.words.text import clean_line
from app.packs.content import CategoryPart

COLUMNS = ("text", "category", "lang")
SPELLING_COLUMNS = ("typed", "meant")
EVERYTHING_ELSE = "other"
FEWEST_OF_A_CATEGORY = 5


class BadCorpus(Exception):  # noqa: N818 - a state of files, shown as a list
    """What is wrong with the files, all of it."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text and what it is about."""

    text: str
    category: str
    lang: str


def read_examples(files: Iterable[Path], known: Collection[str]) -> list[Example]:
    """Read corpus files. Raises BadCorpus."""
    problems, found = [], []
    for file in files:
        for number, row in enumerate(_rows(file, COLUMNS), start=2):
            example = Example(
                text=clean_line(row["text"]), category=row["category"], lang=row["lang"]
            )
            if example.category not in known:
                problems.append(f"{file}:{number}: there is no category {example.category!r}")
            if not example.text:
                problems.append(f"{file}:{number}: there is no text")
            found.append(example)
    if problems:
        raise BadCorpus("\n".join(problems))
    return found


def read_spellings(file: Path | None) -> dict[str, str]:
    """Read how words of short messages are meant. Raises BadCorpus."""
    if file is None:
        return {}
    rows = _rows(file, SPELLING_COLUMNS)
    return {clean_line(row["typed"]).lower(): clean_line(row["meant"]).lower() for row in rows}


def _rows(file: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, strict=True)
            if tuple(rows.fieldnames or ()) != columns:
                raise BadCorpus(f"{file}: the columns must be {','.join(columns)}")
            found = list(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadCorpus(f"{file}: not a CSV file in UTF-8: {error}") from None
    for number, row in enumerate(found, start=2):
        if None in row or None in row.values():
            raise BadCorpus(f"{file}:{number}: there must be {len(columns)} columns")
    return found


def described(categories: Iterable[CategoryPart]) -> list[Example]:
    """Return what the pack says about its categories: names, descriptions, answers to choose.

    Not about those that only an answer leads to, nor what tells them apart: a person answers that.
    Nor about subjects of suggestions, which nobody reports.
    """
    parts = [part for part in categories if part.kind == "problem"]
    behind = {code for part in parts for code in led_to(part.questions)}
    found = []
    for part in parts:
        if part.code == EVERYTHING_ELSE or part.code in behind:
            continue
        for lang in part.names:
            texts = [part.names[lang], *part.descriptions[lang].split(".")]
            texts += [
                option["names"][lang]
                for question in part.questions
                if not led_to([question])
                for option in question["options"]
                if option["code"] != EVERYTHING_ELSE
            ]
            found += [
                Example(text=text.strip(), category=part.code, lang=lang)
                for text in texts
                if text.strip()
            ]
    return found


def enough(examples: Iterable[Example]) -> None:
    """Refuse a corpus that is too small to learn and to measure. Raises BadCorpus."""
    counts: dict[str, int] = {}
    for example in examples:
        counts[example.category] = counts.get(example.category, 0) + 1
    few = [code for code, count in counts.items() if count < FEWEST_OF_A_CATEGORY]
    if len(counts) < 2 or few:
        raise BadCorpus(
            f"at least two categories with {FEWEST_OF_A_CATEGORY} texts each are needed"
            + (f"; too few of {', '.join(sorted(few))}" if few else "")
        )


def digest(
    measured: Iterable[Example], also: Iterable[Example], spellings: Mapping[str, str]
) -> str:
    """Return the SHA-256 of everything that a model is made from."""
    total = hashlib.sha256()
    for mark, examples in (("measured", measured), ("also", also)):
        for example in examples:
            total.update(f"{mark}\t{example.category}\t{example.lang}\t{example.text}\n".encode())
    for typed, meant in sorted(spellings.items()):
        total.update(f"{typed}\t{meant}\n".encode())
    return total.hexdigest()
