"""The words of messages to who follows what others reported, or a known incident."""

from app.core.words.i18n import translate as _
from app.notifications.words.parts import Facts, Words, line, lines, what


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
