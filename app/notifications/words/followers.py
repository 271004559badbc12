"""The words of messages to who follows what others reported or suggested, or an incident."""

from app.core.words.i18n import translate as _
from app.notifications.words.parts import (
    Facts,
    Words,
    line,
    lines,
    other_suggestion,
    suggested,
    what,
)


def confirm(facts: Facts) -> Words:
    """Was it you? Nothing more comes without a yes."""
    return Words(
        subject=_("Please confirm that you want to follow this"),
        paragraphs=(
            _("Somebody, probably you, asked for news about this by e-mail:"),
            what(facts) if facts.reference else _notice(facts),
            _("To get them, open this page and press the button:") + "\n" + facts.link,
            _(
                "The link works for 48 hours. If it was not you, you need not do anything: you get "
                "no more messages about this, and the address is deleted."
            ),
            "-- \n" + facts.service,
        ),
    )


def _of_ticket(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return _followed(
        subject,
        facts,
        *paragraphs,
        _("All that is public of it stands here:") + "\n" + facts.link,
    )


def _followed(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            "-- \n"
            + facts.service
            + "\n"
            + _("You get this message because you follow this. End it with one tap:")
            + "\n"
            + facts.end_link
            + "\n"
            + _("Replies to this address are not read."),
        ),
    )


def outcome(facts: Facts) -> Words:
    """There is a result."""
    return _of_ticket(
        _("Report %(reference)s that you follow: there is a result", reference=facts.reference),
        facts,
        _("%(agency)s has answered the report that you follow.", agency=facts.agency),
        what(facts),
        line(_("Status"), facts.status),
        facts.text,
    )


def overdue(facts: Facts) -> Words:
    """The promised date has passed."""
    return _of_ticket(
        _("Report %(reference)s that you follow: the answer is late", reference=facts.reference),
        facts,
        _("The date that was promised for the report that you follow has passed."),
        what(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("It was promised by"), facts.due),
            line(_("New date"), facts.new_due),
        ),
    )


def new_date(facts: Facts) -> Words:
    """The agency set a later date."""
    return _of_ticket(
        _("Report %(reference)s that you follow: a new date", reference=facts.reference),
        facts,
        _("%(agency)s says why it takes longer, and sets a new date.", agency=facts.agency),
        what(facts),
        lines(line(_("It was promised by"), facts.due), line(_("New date"), facts.new_due)),
        facts.text,
    )


def reopened(facts: Facts) -> Words:
    """The work goes on after there was a result."""
    return _of_ticket(
        _("Report %(reference)s that you follow: open again", reference=facts.reference),
        facts,
        _("The result did not stand: %(agency)s works on it again.", agency=facts.agency),
        what(facts),
        line(_("Answer or result by"), facts.due),
    )


def _notice(facts: Facts) -> str:
    return lines(
        facts.text,
        line(_("Category"), facts.category),
        line(_("Place"), facts.area),
        line(_("Agency"), facts.agency),
    )


def notice_moved(facts: Facts) -> Words:
    """A known incident lasts until another date."""
    return _followed(
        _("Known incident: a new expected end"),
        facts,
        _("The expected end of the incident that you follow was changed."),
        _notice(facts),
        line(_("Expected end"), facts.new_due),
        _("How it goes on stands here:") + "\n" + facts.link,
    )


def notice_over(facts: Facts) -> Words:
    """A known incident has ended, or nobody tells of it any more."""
    return _followed(
        _("Known incident: it is over"),
        facts,
        _("The agency says that the incident that you follow is over.")
        if facts.ended
        else _(
            "The expected end of the incident that you follow is a day ago and nobody has set a "
            "new one; it is not shown any more. If it still lasts, please report it."
        ),
        _notice(facts),
        line(_("Over since"), facts.ended),
        _("Its page:") + " " + facts.link,
        _("This was the last message about it; your address is deleted now."),
    )


def asked(facts: Facts) -> Words:
    """Was it you who wants to support this? Nothing is counted without a yes."""
    return Words(
        subject=_("Please confirm that you support this suggestion"),
        paragraphs=(
            _("Somebody, probably you, gave this address to support a suggestion:"),
            suggested(facts),
            _("To be counted, open this page and press the button:") + "\n" + facts.link,
            _(
                "The link works for 48 hours. If it was not you, you need not do anything: nothing "
                "is counted, you get no more messages, and the address is deleted."
            ),
            "-- \n" + facts.service,
        ),
    )


def _to_supporter(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            _("All that is public of it stands here:") + "\n" + facts.link,
            "-- \n"
            + facts.service
            + "\n"
            + _("You get this message because you support or follow this. End it with one tap:")
            + "\n"
            + facts.end_link
            + "\n"
            + _("Replies to this address are not read."),
        ),
    )


def supported_answer(facts: Facts) -> Words:
    """What somebody supports has an answer, or a result."""
    return _to_supporter(
        _("Suggestion %(reference)s: the official answer", reference=facts.reference),
        facts,
        _("The suggestion that you support has an official answer or a result."),
        suggested(facts),
        lines(line(_("Status"), facts.status), line(_("Next date"), facts.planned)),
        facts.text,
    )


def supported_date(facts: Facts) -> Words:
    """Its answer is late, put off, or reviewed again."""
    return _to_supporter(
        _("Suggestion %(reference)s: another date", reference=facts.reference),
        facts,
        _("The answer to the suggestion that you support comes on another date."),
        suggested(facts),
        lines(
            line(_("Status"), facts.status),
            line(_("It was promised by"), facts.due),
            line(_("New date"), facts.new_due),
        ),
        facts.text,
    )


def supported_step(facts: Facts) -> Words:
    """What was accepted goes on: the next step has a date."""
    return _to_supporter(
        _("Suggestion %(reference)s: the next step", reference=facts.reference),
        facts,
        _("The agency has named the next step of the suggestion that you support."),
        suggested(facts),
        line(_("Next date"), facts.planned),
        facts.text,
    )


def supported_withdrawn(facts: Facts) -> Words:
    """Its author took it back: nobody answers it."""
    return _to_supporter(
        _("Suggestion %(reference)s: withdrawn", reference=facts.reference),
        facts,
        _("Its author has withdrawn the suggestion that you support. It will not be answered."),
        line(_("Reference"), facts.reference),
    )


def supported_merged(facts: Facts) -> Words:
    """What somebody supports goes on as another, which counts its own supports."""
    return _to_supporter(
        _("Suggestion %(reference)s: it goes on as another", reference=facts.reference),
        facts,
        _("Both authors agreed that the suggestion that you support goes on as another one."),
        suggested(facts),
        other_suggestion(facts),
        _("Your support was not moved. If you want to support the other one, do so on its page."),
    )
