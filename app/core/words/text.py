r"""What people type, brought into one form at the edge.

1. NFC; line breaks as `\n`; control and bidirectional-override characters removed.
2. Length is counted after that.
3. `plain` is for search and comparison only: lower case, no diacritics, đ as d.
"""

import unicodedata

# Zero-width and direction controls can hide or reorder what a reader sees.
_FORBIDDEN = dict.fromkeys(
    [
        *range(0x09),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x200B,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    ]
)


def clean(typed: str) -> str:
    """Return several lines of text in stored form."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)
    return unicodedata.normalize("NFC", lines).strip()


def clean_line(typed: str) -> str:
    """Return one line of text in stored form."""
    return " ".join(clean(typed).split())


def plain(text: str) -> str:
    """Return the text without case and diacritics."""
    return unaccented(text.lower())


def unaccented(text: str) -> str:
    """Return the text without diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize(
        "NFC", "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    )
