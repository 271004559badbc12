"""A request as it comes in, checked for shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_
from app.core.words.text import clean, clean_line
from app.rights.periods import OFFERED, Kind

MAX_TEXT = 4_000
MAX_CONTACT = 254


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where a request comes from, as keyed digests that only count."""

    device: bytes
    network: bytes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for. contact: how to reach them, if they want; never logged."""

    kind: Kind
    text: str = field(repr=False)
    contact: str = field(repr=False)
    lang: str


def parse_asked(form: Mapping[str, str], *, lang: str) -> Asked:
    """Check the public form. Raises Rejections."""
    problems: list[Rejection] = []
    kind = clean_line(form.get("kind", ""))
    if kind not in {offered.value for offered in OFFERED}:
        problems.append(Rejection("missing", N_("Please choose what you ask for."), field="kind"))
    words = parse_reason(form, "text", problems)
    if not words and not problems:
        problems.append(
            Rejection("empty", N_("Please say in a few words what it is about."), field="text")
        )
    contact = clean_line(form.get("contact", ""))
    if len(contact) > MAX_CONTACT:
        problems.append(_long("contact", contact, MAX_CONTACT))
    if problems:
        raise Rejections(problems)
    return Asked(kind=Kind(kind), text=words, contact=contact, lang=lang)


def parse_reason(form: Mapping[str, str], name: str, problems: list[Rejection]) -> str:
    """Return a text that may be empty; add to `problems` when it is too long."""
    words = clean(form.get(name, ""))
    if len(words) > MAX_TEXT:
        problems.append(_long(name, words, MAX_TEXT))
    return words


def _long(name: str, value: str, limit: int) -> Rejection:
    return Rejection(
        "too_long",
        N_("This is too long: %(length)s characters, at most %(limit)s."),
        field=name,
        params={"length": len(value), "limit": limit},
    )
