"""What a resident sends, checked for shape: types, lengths, ranges. All problems at once.

1. Text *or* a photo is enough; `photos_follow` says that photos come after the answer.
2. Numbers are refused when they are not finite or out of range, never clipped.
3. `legal_kind`: what the sender answered when the words looked like a legal complaint or a
   denunciation; who was asked (`legal_asked`) and did not answer is `unanswered`.
4. Existence of codes (category, area, agency) is checked by the verb, against the database.
"""

import hashlib
import hmac
import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.accounts.schemas import ContactInput, parse_contact
from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_
from app.core.words.text import clean, clean_line
from app.reports.legal import LegalKind
from geo.point import InvalidPoint, LonLat

MAX_TEXT = 4_000
MAX_ADDRESS = 300
MAX_CODE = 64
MAX_ACCURACY_M = 100_000
MAX_ANSWERS = 30
MAX_ANSWER = 500
NOT_A_NUMBER = N_("Latitude, longitude and accuracy are numbers, such as 20.95.")
NO_SUCH_PLACE = N_("This position does not exist.")
SWAPPED = N_("This position does not exist. Were latitude and longitude swapped?")


@dataclass(frozen=True, kw_only=True)
class SubmitReport:
    """One report to submit. `photos_expected`: photos are attached in the same breath."""

    idempotency_key: uuid.UUID
    category: str
    text: str = ""
    place: LonLat | None = None
    accuracy_m: int | None = None
    stated_area: str | None = None
    address: str = ""
    about_agency: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    lang: str = "en"
    contact: ContactInput | None = None
    urgent: bool = False
    do_not_publish: bool = False
    legal_kind: LegalKind | None = None
    signals: tuple[str, ...] = ()
    device: bytes | None = field(default=None, repr=False)
    channel: str = "web"
    photos_expected: bool = False

    def body_hash(self, key: str) -> bytes:
        """Return the digest by which a repeat is told from another content.

        It stays when the contact is erased: without the key nobody can try out phone numbers.
        """
        parts = [
            self.category,
            self.text,
            self.place.lon if self.place else None,
            self.place.lat if self.place else None,
            self.accuracy_m,
            self.stated_area,
            self.address,
            self.about_agency,
            dict(self.answers),
            self.urgent,
            self.contact.fingerprint() if self.contact else None,
        ]
        # Only where it is said: what was sent before there was such a choice keeps its digest.
        parts += [self.do_not_publish] if self.do_not_publish else []
        content = json.dumps(parts, sort_keys=True).encode()
        return hmac.new(key.encode(), content, hashlib.sha256).digest()


def parse_report(
    body: Mapping[str, Any], *, key: object, lang: str, channel: str, photos_expected: bool
) -> SubmitReport:
    """Check the shape of a JSON object or of form fields. Raises Rejections."""
    read = _Fields(body)
    idempotency_key = read.key(key)
    place = read.place()
    text = read.text("text", MAX_TEXT)
    report = SubmitReport(
        idempotency_key=idempotency_key,
        category=read.code("category", required=True) or "",
        text=text,
        place=place,
        accuracy_m=read.accuracy() if place else None,
        stated_area=read.code("stated_area"),
        address=read.line("address", MAX_ADDRESS),
        about_agency=read.code("about_agency"),
        answers=read.answers(),
        lang=lang,
        contact=parse_contact(body.get("contact"), read.problems),
        urgent=read.flag("urgent"),
        do_not_publish=read.flag("do_not_publish"),
        legal_kind=read.legal_kind(),
        channel=channel,
        photos_expected=photos_expected,
    )
    if not text and not photos_expected and not read.has("text"):
        read.reject("empty", N_("Say in a few words what it is about, or add a photo."), "text")
    if read.problems:
        raise Rejections(read.problems)
    return report


@dataclass(frozen=True, kw_only=True)
class OutlookAsked:
    """What is known of a report that is not sent yet, to tell what would become of it."""

    category: str | None
    place: LonLat | None
    stated_area: str | None
    about_agency: str | None
    answers: Mapping[str, Any]


def parse_outlook(body: Mapping[str, Any]) -> OutlookAsked:
    """Check the shape of what is known so far; nothing is required. Raises Rejections."""
    read = _Fields(body)
    asked = OutlookAsked(
        category=read.code("category"),
        place=read.place(),
        stated_area=read.code("stated_area"),
        about_agency=read.code("about_agency"),
        answers=read.answers(),
    )
    if read.problems:
        raise Rejections(read.problems)
    return asked


def parse_words(typed: str, field: str = "text") -> str:
    """Return what a reporter says later, in stored form. Raises Rejection when it is too long."""
    words = clean(typed)
    if len(words) > MAX_TEXT:
        raise _too_long(field, words, MAX_TEXT)
    return words


def _too_long(name: str, value: str, limit: int) -> Rejection:
    return Rejection(
        "too_long",
        N_("This is too long: %(length)s characters, at most %(limit)s."),
        field=name,
        params={"length": len(value), "limit": limit},
    )


class _Fields:
    """Reads fields of a mapping, collecting what is wrong."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self.problems: list[Rejection] = []

    def reject(self, code: str, message: str, name: str, **params: object) -> None:
        self.problems.append(Rejection(code, message, field=name, params=params))

    def has(self, name: str) -> bool:
        """Tell whether something is already wrong with a field."""
        return any(problem.field == name for problem in self.problems)

    def key(self, value: object) -> uuid.UUID:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            self.reject("bad_key", N_("The idempotency key must be a UUID."), "Idempotency-Key")
            return uuid.UUID(int=0)

    def _string(self, name: str) -> str:
        value = self._body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.reject("wrong_type", N_("This must be text."), name)
            return ""
        return value

    def text(self, name: str, limit: int) -> str:
        return self._limited(name, clean(self._string(name)), limit)

    def line(self, name: str, limit: int) -> str:
        return self._limited(name, clean_line(self._string(name)), limit)

    def _limited(self, name: str, value: str, limit: int) -> str:
        if len(value) > limit:
            self.problems.append(_too_long(name, value, limit))
        return value

    def code(self, name: str, *, required: bool = False) -> str | None:
        value = self._limited(name, clean_line(self._string(name)), MAX_CODE)
        if required and not value and not self.has(name):
            self.reject("missing", N_("Please choose what it is about."), name)
        return value or None

    def _number(self, name: str) -> float | None:
        value = self._body.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = float(value.strip())
            except ValueError:
                value = None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.reject("not_a_number", NOT_A_NUMBER, name)
            return None
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.reject("not_a_number", NOT_A_NUMBER, name)
            return None
        return number

    def place(self) -> LonLat | None:
        lat, lon = self._number("lat"), self._number("lon")
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            name = "lat" if lat is None else "lon"
            if not self.has(name):
                self.reject("half_a_place", N_("Give both latitude and longitude."), name)
            return None
        try:
            return LonLat(lon=lon, lat=lat)
        except InvalidPoint:
            name = "lat" if not -90 <= lat <= 90 else "lon"
            turned = abs(lon) <= 90 and abs(lat) <= 180
            self.reject("bad_place", SWAPPED if turned else NO_SUCH_PLACE, name)
            return None

    def accuracy(self) -> int | None:
        number = self._number("accuracy_m")
        if number is None:
            return None
        if not 0 <= number <= MAX_ACCURACY_M:
            self.reject("bad_accuracy", N_("This accuracy is not possible."), "accuracy_m")
            return None
        return round(number)

    def flag(self, name: str) -> bool:
        value = self._body.get(name)
        if value in (None, "", False, "0", "false", "no"):
            return False
        if value in (True, "1", "true", "yes", "on"):
            return True
        self.reject("wrong_type", N_("This must be yes or no."), name)
        return False

    def legal_kind(self) -> LegalKind | None:
        """Return what was answered; None if nobody asked."""
        given = self.code("legal_kind")
        if given is None:
            return LegalKind.UNANSWERED if self.flag("legal_asked") else None
        try:
            return LegalKind(given)
        except ValueError:
            self.reject("unknown_code", N_("Please choose one of the answers."), "legal_kind")
            return None

    def answers(self) -> dict[str, Any]:
        """Return {question code: text or list of texts}; the verb checks them against the pack."""
        given = self._body.get("answers")
        if given is None:
            return {}
        if not isinstance(given, Mapping) or len(given) > MAX_ANSWERS:
            self.reject("wrong_type", N_("The answers cannot be read."), "answers")
            return {}
        found: dict[str, Any] = {}
        for name, value in given.items():
            values = value if isinstance(value, list) else [value]
            if len(values) > MAX_ANSWERS or not all(
                isinstance(item, str | int | float | bool) for item in values
            ):
                self.reject("wrong_type", N_("The answers cannot be read."), "answers")
                return {}
            texts = [clean(str(item)) for item in values]
            if any(len(item) > MAX_ANSWER for item in texts):
                self.reject("too_long_answer", N_("An answer is too long."), "answers")
                return {}
            texts = [item for item in texts if item]
            if texts:
                found[clean_line(str(name))[:MAX_CODE]] = (
                    texts if isinstance(value, list) else texts[0]
                )
        return found
