"""What a message is made of: the facts that it may speak of, and its paragraphs."""

from dataclasses import dataclass, field

from app.core.words.i18n import translate as _


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a message may speak of, already in the recipient's language; empty means unknown.

    `text`: what the agency wrote to the reporter. `link` is a full URL,
    `short_link` one that fits into an SMS. code: what proves an address.
    asked: the work waits for the reporter's answer. end_link: ends the news of who follows.
    by_mail: the link needs no sign-in, because nobody at the agency can sign in.
    ended: when a known incident was over, if somebody has said so. kind: of the ticket; title: the
    public one of a suggestion. other_reference, other_title: what it goes on as, or is to.
    """

    service: str
    link: str = field(repr=False)
    short_link: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    end_link: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    reference: str = ""
    kind: str = "problem"
    title: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""
    reason: str = ""
    status: str = ""
    reply_due: str = ""
    due: str = ""
    new_due: str = ""
    planned: str = ""
    ended: str = ""
    waiting: str = ""
    other_reference: str = ""
    other_title: str = ""
    text: str = field(default="", repr=False)
    private: bool = False
    asked: bool = False
    by_mail: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """A subject of one line, and paragraphs (empty ones are left out).

    short: what an SMS says instead of the subject, where that would not do.
    """

    subject: str
    paragraphs: tuple[str, ...]
    short: str = ""

    def body(self) -> str:
        """Return the text of the message."""
        return "\n\n".join(part for part in self.paragraphs if part) + "\n"


def line(label: str, value: str) -> str:
    """Return `label: value`, or nothing."""
    return f"{label}: {value}" if value else ""


def lines(*parts: str) -> str:
    """Return one paragraph of those that are not empty."""
    return "\n".join(part for part in parts if part)


def what(facts: Facts) -> str:
    """Return the ticket in a few lines."""
    return lines(
        line(_("Reference"), facts.reference),
        line(_("Category"), "" if facts.private else facts.category),
        line(_("Place"), "" if facts.private else facts.area),
    )


def suggested(facts: Facts) -> str:
    """Return the suggestion in a few lines."""
    return lines(
        line(_("Suggestion"), "" if facts.private else facts.title),
        line(_("Reference"), facts.reference),
        line(_("Place"), "" if facts.private else facts.area),
    )


def other_suggestion(facts: Facts) -> str:
    """Return what it goes on as, or is to."""
    return lines(
        line(_("The other suggestion"), facts.other_title),
        line(_("Reference"), facts.other_reference),
    )
