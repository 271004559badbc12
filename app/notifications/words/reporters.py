"""The words of messages to reporters."""

from app.core.words.i18n import translate as _
from app.notifications.words.parts import Facts, Words, line, lines, what


def _for_reporter(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            _("Follow your report and answer here:") + "\n" + facts.link,
            _("Whoever has this link can see your report as you do. Please do not pass it on."),
            "-- \n"
            + facts.service
            + "\n"
            + _(
                "You get this message because you agreed to news about this report; you can end "
                "that on the page above. Replies to this address are not read."
            ),
        ),
    )


def receipt(facts: Facts) -> Words:
    """The report went to an agency."""
    return _for_reporter(
        _("Report %(reference)s: sent to the responsible agency", reference=facts.reference),
        facts,
        _("Thank you for your report. It has been sent to the agency that is responsible."),
        what(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("Why this agency"), facts.reason),
            line(_("First reply by"), facts.reply_due),
            line(_("Answer or result by"), facts.due),
        ),
    )


def being_sorted(facts: Facts) -> Words:
    """The coordinating office looks for the agency."""
    return _for_reporter(
        _("Report %(reference)s: received", reference=facts.reference),
        facts,
        _("Thank you for your report. The coordinating office is finding the agency for it."),
        what(facts),
        lines(
            line(_("Coordinating office"), facts.agency),
            line(_("Why it is there"), facts.reason),
            line(_("First reply by"), facts.reply_due),
            line(_("Answer or result by"), facts.due),
        ),
    )


def converted(facts: Facts) -> Words:
    """What came as a suggestion goes on as a report."""
    return _for_reporter(
        _("%(reference)s: your suggestion goes on as a report", reference=facts.reference),
        facts,
        _(
            "What you suggested is work that an agency has to do anyway, so it goes on as a report "
            "of a problem. Code and private link stay. You hear which agency gets it."
        ),
        what(facts),
        facts.text,
    )


def question(facts: Facts) -> Words:
    """The agency asks something."""
    return _for_reporter(
        _("Report %(reference)s: a question for you", reference=facts.reference),
        facts,
        _("%(agency)s needs an answer from you to go on.", agency=facts.agency),
        what(facts),
        facts.text,
        _("If you cannot answer, the work goes on without it after a few working days."),
    )


def message(facts: Facts) -> Words:
    """The office wrote."""
    return _for_reporter(
        _("Report %(reference)s: a message for you", reference=facts.reference),
        facts,
        _("The office that works on your report has written to you."),
        what(facts),
        facts.text,
    )


def planned(facts: Facts) -> Words:
    """The agency set a day for the work."""
    return _for_reporter(
        _("Report %(reference)s: the work is planned", reference=facts.reference),
        facts,
        _("%(agency)s has set a day for the work.", agency=facts.agency),
        what(facts),
        lines(line(_("Planned for"), facts.planned), line(_("Answer or result by"), facts.due)),
        facts.text,
    )


def outcome(facts: Facts) -> Words:
    """There is a result."""
    return _for_reporter(
        _("Report %(reference)s: there is a result", reference=facts.reference),
        facts,
        _("%(agency)s has answered your report.", agency=facts.agency),
        what(facts),
        line(_("Status"), facts.status),
        facts.text,
        _("Please tell us on that page whether you agree. If not, you can say why."),
    )


def not_accepted(facts: Facts) -> Words:
    """The report was refused."""
    return _for_reporter(
        _("Report %(reference)s: not accepted", reference=facts.reference),
        facts,
        _("Your report could not be accepted here."),
        what(facts),
        lines(line(_("Status"), facts.status), line(_("Reason"), facts.reason)),
        facts.text,
        _("The page below says who is responsible, if anyone is, and what you can do."),
    )


def upheld(facts: Facts) -> Words:
    """The result stands, after the last dispute or the wish to open it again."""
    return _for_reporter(
        _("Report %(reference)s: the result stands", reference=facts.reference),
        facts,
        _("You did not agree with the result. It was looked at once more: it stands."),
        what(facts),
        line(_("Status"), facts.status),
        facts.text,
    )


def reopened(facts: Facts) -> Words:
    """The work goes on after it had ended."""
    return _for_reporter(
        _("Report %(reference)s: open again", reference=facts.reference),
        facts,
        _("Your report is open again; %(agency)s works on it.", agency=facts.agency),
        what(facts),
        line(_("Answer or result by"), facts.due),
        facts.text,
    )


def reply_overdue(facts: Facts) -> Words:
    """The date of the first reply has passed."""
    return _for_reporter(
        _("Report %(reference)s: the first reply is late", reference=facts.reference),
        facts,
        _("We apologise: nobody has replied to your report by the date that was promised."),
        what(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("First reply by"), facts.reply_due),
            line(_("Answer or result by"), facts.due),
        ),
        _("The delay is counted and public. You will get a message when there is a reply."),
    )


def overdue(facts: Facts) -> Words:
    """The promised date has passed."""
    return _for_reporter(
        _("Report %(reference)s: the answer is late", reference=facts.reference),
        facts,
        _("We apologise: the date that was promised for your report has passed without a result."),
        what(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("It was promised by"), facts.due),
        ),
        _("The delay is counted and public. You will get a message when there is a result."),
    )


def new_date(facts: Facts) -> Words:
    """The agency set a later date."""
    return _for_reporter(
        _("Report %(reference)s: a new date", reference=facts.reference),
        facts,
        _(
            "%(agency)s apologises for the delay, says why, and sets a new date.",
            agency=facts.agency,
        ),
        what(facts),
        lines(line(_("It was promised by"), facts.due), line(_("New date"), facts.new_due)),
        facts.text,
        _("The first date stays visible beside the new one."),
    )


def reminder(facts: Facts) -> Words:
    """The one reminder: an answer is still missing, or a word about the result."""
    subject = (
        _("Report %(reference)s: your answer is still missing", reference=facts.reference)
        if facts.asked
        else _("Report %(reference)s: is it done?", reference=facts.reference)
    )
    return _for_reporter(
        subject,
        facts,
        _(
            "%(agency)s waits for your answer. If you cannot answer, the work goes on without it.",
            agency=facts.agency,
        )
        if facts.asked
        else _(
            "%(agency)s has answered your report. Please tell us within two days whether you "
            "agree; after that it is closed.",
            agency=facts.agency,
        ),
        what(facts),
        _("This is the only reminder that you get."),
    )
