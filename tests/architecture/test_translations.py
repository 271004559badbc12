"""Both languages are complete: every marked string has a Vietnamese translation."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {
    "_": None,
    "N_": None,
    "translate": None,
    "translate_plural": (1, 2),
    "plural": (1, 2),
    "_plural": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def marked() -> set[str]:
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT / "app"), METHODS, keywords=KEYWORDS
    ):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found


def translated() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / "app" / "translations" / "vi").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="vi"):
                if entry.id and entry.string and not entry.fuzzy:
                    key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
                    text = entry.string[0] if isinstance(entry.string, tuple) else entry.string
                    found[key] = text
    return found


def test_every_string_is_translated() -> None:
    assert sorted(marked() - set(translated())) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(translated()) - marked()) == []


def test_placeholders_agree() -> None:
    wrong = [
        source
        for source, text in translated().items()
        if not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(source)) | {"num"}
    ]
    assert wrong == []
