"""Take personal numbers and addresses out of a text that becomes public. Pure.

1. Masked: e-mail addresses, phone numbers of people, licence plates, and long numbers as banks
   and identity cards have them. Each becomes one bracket word.
2. Kept: what a report needs to be understood. Emergency and service numbers, house numbers, road
   names, kilometres, dates, times, amounts of money, positions, ticket references.
3. Masking again changes nothing. Every masked piece holds a digit or an @, the word holds
   neither; so repeating until nothing changes always ends.
4. In doubt it masks: the agency reads the original, the public loses a number.
"""

import re
from collections.abc import Iterator

from phonenumbers import (
    Leniency,
    PhoneNumberMatcher,
    PhoneNumberType,
    number_type,
)

WORD = "[…]"

_FILLER = "\x00"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}\s?(?:@|\[at\]|\(at\)|＠)\s?[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:[01]?\d|2[0-4])(?::|h|g|giờ)[0-5]\d"
_ROAD = r"(?:QL|TL|ĐT|DT|HL|ĐH|CT|quốc lộ|tỉnh lộ)"
_COUNTED = r"(?:đồng|đ|vnđ|vnd|usd|người|hộ|m2|m²|m3|m³|kg|tấn)"
_DATE = rf"(?:{_DAY}([./-]){_MONTH}\{{sep}}(?:{_YEAR}|\d\d)|{_YEAR}-{_MONTH}-{_DAY})"


def _date(group: int) -> str:
    return _DATE.replace("{sep}", str(group))


# What is never a personal number although it has digits. Tight shapes only: a phone number must
# not be able to dress up as one of them.
_KEPT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # ticket references
        r"(?<![\w-])[A-Z]{2,4}-\d{2}-[2-9A-HJKMNP-TW-Z]{6}(?![\w-])",
        # dates and ranges of dates
        rf"(?<![\d./-]){_date(1)}(?:\s?[-–]\s?{_date(2)})?(?![./-]?\d)",
        # years
        rf"(?<![\d.-]){_YEAR}(?:\s?[-–]\s?{_YEAR})+(?![.-]?\d)",
        # times
        rf"(?<![\d.:]){_TIME}(?:\s?[-–]\s?{_TIME})?(?![\d:])",
        # roads and kilometres
        rf"(?<!\w){_ROAD}\s?\.?-?\s?\d{{1,3}}[A-Z]?(?!\s?\d{{3}}|[\w.-]*\d)",
        r"(?<!\w)km\s?\d{1,4}(?:\s?\+\s?\d{1,3})?(?!\s?\d|[+.-])",
        # house numbers and numbers of documents
        r"(?<![\w./-])[1-9]\d{0,3}[A-Z]?(?:/\d{1,3}[A-Z]?){1,4}(?![\w./-]*\d)",
        rf"(?<![\w./-])\d{{1,5}}/(?:{_YEAR}/)?[A-ZĐ]{{2,}}[\w-]*",
        # latitude and longitude
        r"(?<![\d.])-?\d{1,3}\.\d{3,}\s?[,;]?\s{0,2}-?\d{1,3}\.\d{3,}(?![\d.])",
        # money and counts
        rf"(?<![\d.])[1-9]\d{{0,2}}(?:\.\d{{3}}){{1,4}}(?:,\d+)?\s?{_COUNTED}(?!\w)",
    )
)

# 14A-123.45 · 14-B1 123.45 · 14K1-123.45 · 14MĐ1-123.45 · 14A 1234 · 80-NG-123-45
_SERIES = r"(?:MĐ\d?|LD|NG|NN|QT|CD|KT|[A-Z]{1,2}\d?)"
_PLATES = (
    re.compile(
        rf"(?<![\w-])[1-9]\d\s?[-.]?\s?{_SERIES}\s?[-.]?\s?"
        r"(?:\d{3}\s?[-.]?\s?\d{2}|\d{4})(?![\w]|[.-]\d)"
    ),
    # Small letters occur in measures and floors, so only the full modern form counts.
    re.compile(
        r"(?<![\w-])[1-9]\d\s?-?\s?[a-zđ]{1,2}\d?\s?-?\s?(?:\d{3}\.\d{2}|(?<=[-\da-z])\d{5})(?![\w]|[.-]\d)"
    ),
)

_LONG_NUMBER = re.compile(
    r"(?<![\d.,])(?:"
    r"\d{9,}"
    r"|\d{3,}(?:[ .-]\d{3,}){2,}(?:[ .-]\d{1,2})?"
    r"|(?=(?:\d[ .-]?){10})\d{4,}[ .-]\d{4,}"
    r")(?!\d)"
)

_PERSONAL = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
        PhoneNumberType.PAGER,
        PhoneNumberType.UNKNOWN,
    }
)


def mask(text: str, word: str = WORD, *, region: str) -> str:
    """Return the text with personal numbers replaced by `word` (no digit and no @ in it).

    region: whose national phone numbers are recognised; others need their country code.
    Raises ValueError for an unsuitable word.
    """
    if not word or any(ch.isdigit() or ch in "@＠" for ch in word):
        raise ValueError("the word must have no digit and no @")
    while True:
        masked = _once(text, word, region)
        if masked == text:
            return masked
        text = masked


def _once(text: str, word: str, region: str) -> str:
    pieces: list[str] = []
    end = 0
    for start, stop in _merged(sorted(_spans(text, region))):
        pieces += [text[end:start], word]
        end = stop
    return "".join([*pieces, text[end:]])


def _spans(text: str, region: str) -> Iterator[tuple[int, int]]:
    """Yield what is personal. What is kept is hidden from the searches that come after it."""
    visible = text
    for match in _EMAIL.finditer(text):
        yield match.span()
        visible = _hide(visible, *match.span())
    for pattern in _KEPT:
        for match in pattern.finditer(visible):
            visible = _hide(visible, *match.span())
    for plate in _PLATES:
        for match in plate.finditer(visible):
            yield match.span()
            visible = _hide(visible, *match.span())
    for found in PhoneNumberMatcher(visible, region, leniency=Leniency.VALID):
        if number_type(found.number) in _PERSONAL:
            yield found.start, found.end
        visible = _hide(visible, found.start, found.end)
    for match in _LONG_NUMBER.finditer(visible):
        yield match.span()


def _hide(text: str, start: int, stop: int) -> str:
    return text[:start] + _FILLER * (stop - start) + text[stop:]


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that touch or overlap."""
    current: tuple[int, int] | None = None
    for start, stop in spans:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], stop))
        else:
            if current is not None:
                yield current
            current = (start, stop)
    if current is not None:
        yield current
