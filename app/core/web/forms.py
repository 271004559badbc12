"""A refused form, ready to be shown again: sentences for each field, in the reader's language."""

import re
from collections.abc import Callable, Iterable
from typing import IO

from werkzeug.datastructures import FileStorage

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import translate
from app.core.words.text import clean_line

MAX_FILE_NAME = 60
_ASKING = re.compile(r"/tickets/[A-Za-z0-9-]+/join|/suggestions/[A-Za-z0-9-]+")

Sentences = dict[str, list[str]]


def sentences_by_field(refused: Rejection | Rejections) -> Sentences:
    """Return {field: sentences}; what is about no field stands under the empty name."""
    items = refused.items if isinstance(refused, Rejections) else (refused,)
    found: Sentences = {}
    for item in items:
        sentence = translate(item.message, **item.params)
        found.setdefault(item.field or "", []).append(sentence)
    return found


def each_photo(files: Iterable[FileStorage], put: Callable[[int, IO[bytes]], object]) -> list[str]:
    """Put each file; return what is wrong with those that were refused, in words."""
    wrong = []
    for number, file in enumerate(files):
        file.stream.seek(0)
        try:
            put(number, file.stream)
        except Rejection as refused:
            name = clean_line(file.filename or "")[:MAX_FILE_NAME]
            wrong.append(f"{name}: {translate(refused.message, **refused.params)}")
    return wrong


def local_path(wanted: str) -> str:
    """Return the wanted path if it is one of this site, else an empty text."""
    if not wanted.isprintable() or "\\" in wanted:
        return ""
    return wanted if wanted.startswith("/") and not wanted.startswith("//") else ""


def report_path(wanted: str) -> str:
    """Return the wanted path if something there asks for a proof, else an empty text."""
    path = local_path(wanted)
    return path if path.startswith("/report") or _ASKING.fullmatch(path) else ""
