"""The words of every message, put together in the recipient's language at the time of sending.

1. Nothing here is stored: a message is made from codes, the ticket as it is now, and these words.
2. A private ticket's message says no more than that there is something to read behind the link.
3. A message to an agency never holds the report's text, a name or a contact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.core.words.i18n import translate as _
from app.notifications.plan import Template


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a message may speak of, already in the recipient's language; empty means unknown.

    `text`: what the agency wrote to the reporter. `link` is a full URL.
    """

    service: str
    link: str = field(repr=False)
    name: str = field(default="", repr=False)
    reference: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""
    reason: str = ""
    status: str = ""
    reply_due: str = ""
    due: str = ""
    other_reference: str = ""
    text: str = field(default="", repr=False)
    private: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """A subject of one line, and paragraphs (empty ones are left out)."""

    subject: str
    paragraphs: tuple[str, ...]

    def body(self) -> str:
        """Return the text of the message."""
        return "\n\n".join(part for part in self.paragraphs if part) + "\n"


def words_for(template: Template, facts: Facts) -> Words:
    """Return the message in the current language (`use_language`)."""
    return _BUILDERS[template](facts)


def _line(label: str, value: str) -> str:
    return f"{label}: {value}" if value else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _what(facts: Facts) -> str:
    """The ticket in a few lines."""
    return _lines(
        _line(_("Reference"), facts.reference),
        _line(_("Category"), "" if facts.private else facts.category),
        _line(_("Place"), "" if facts.private else facts.area),
    )


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


def _receipt(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: sent to the responsible agency", reference=facts.reference),
        facts,
        _("Thank you for your report. It has been sent to the agency that is responsible."),
        _what(facts),
        _lines(
            _line(_("Responsible agency"), facts.agency),
            _line(_("Why this agency"), facts.reason),
            _line(_("First reply by"), facts.reply_due),
            _line(_("Answer or result by"), facts.due),
        ),
    )


def _being_sorted(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: received", reference=facts.reference),
        facts,
        _("Thank you for your report. The coordinating office is finding the agency for it."),
        _what(facts),
        _lines(
            _line(_("Coordinating office"), facts.agency),
            _line(_("Why it is there"), facts.reason),
            _line(_("First reply by"), facts.reply_due),
            _line(_("Answer or result by"), facts.due),
        ),
    )


def _question(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: a question for you", reference=facts.reference),
        facts,
        _("%(agency)s needs an answer from you to go on.", agency=facts.agency),
        _what(facts),
        facts.text,
        _("If you cannot answer, the work goes on without it after a few working days."),
    )


def _message(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: a message for you", reference=facts.reference),
        facts,
        _("The office that works on your report has written to you."),
        _what(facts),
        facts.text,
    )


def _outcome(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: there is a result", reference=facts.reference),
        facts,
        _("%(agency)s has answered your report.", agency=facts.agency),
        _what(facts),
        _line(_("Status"), facts.status),
        facts.text,
        _("Please tell us on that page whether you agree. If not, you can say why."),
    )


def _not_accepted(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: not accepted", reference=facts.reference),
        facts,
        _("Your report could not be accepted here."),
        _what(facts),
        _lines(_line(_("Status"), facts.status), _line(_("Reason"), facts.reason)),
        facts.text,
        _("The page below says who is responsible, if anyone is, and what you can do."),
    )


def _overdue(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: the answer is late", reference=facts.reference),
        facts,
        _("We apologise: the date that was promised for your report has passed without a result."),
        _what(facts),
        _lines(
            _line(_("Responsible agency"), facts.agency),
            _line(_("It was promised by"), facts.due),
        ),
        _("The delay is counted and public. You will get a message when there is a result."),
    )


def _new_date(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: a new date", reference=facts.reference),
        facts,
        _("%(agency)s has set a new date for your report and says why.", agency=facts.agency),
        _what(facts),
        facts.text,
        _("The first date stays visible beside the new one."),
    )


def _merged(facts: Facts) -> Words:
    return _for_reporter(
        _("Report %(reference)s: joined with another", reference=facts.reference),
        facts,
        _("Others have reported the same. Your report is now dealt with together with theirs."),
        _what(facts),
        _line(_("Goes on under"), facts.other_reference),
        _("You will still get the result, and your link still works."),
    )


def _for_agency(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            _what(facts),
            _lines(
                _line(_("First reply by"), facts.reply_due),
                _line(_("Answer or result by"), facts.due),
            ),
            _("Open it at the desk (sign-in needed):") + "\n" + facts.link,
            "-- \n" + facts.service,
        ),
    )


def _agency_new(facts: Facts) -> Words:
    return _for_agency(
        _("Report %(reference)s is now yours", reference=facts.reference),
        facts,
        _("A report has been sent to %(agency)s.", agency=facts.agency),
    )


def _agency_help(facts: Facts) -> Words:
    return _for_agency(
        _("Report %(reference)s: your help is asked", reference=facts.reference),
        facts,
        _("Your agency is asked to help with a report that another agency leads."),
    )


def _agency_to_sort(facts: Facts) -> Words:
    return _for_agency(
        _("Report %(reference)s needs an agency", reference=facts.reference),
        facts,
        _("A report waits for the coordinating office to find the responsible agency."),
        _line(_("Reason"), facts.reason),
    )


def _agency_disputed(facts: Facts) -> Words:
    return _for_agency(
        _("Report %(reference)s: the reporter disagrees", reference=facts.reference),
        facts,
        _("The reporter does not agree with the result. The report is open again."),
    )


def _account(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            _("Dear %(name)s,", name=facts.name) if facts.name else "",
            *paragraphs,
            facts.link,
            _("The link works once and for a limited time. Please do not pass it on."),
            "-- \n" + facts.service,
        ),
    )


def _invitation(facts: Facts) -> Words:
    return _account(
        _("Your account at %(service)s", service=facts.service),
        facts,
        _("An account has been set up for you. Please choose your password here:"),
    )


def _password_reset(facts: Facts) -> Words:
    return _account(
        _("Choose a new password"),
        facts,
        _(
            "A new password was asked for your account. If that was you, choose it here; "
            "otherwise you need not do anything:"
        ),
    )


_BUILDERS: Mapping[Template, Callable[[Facts], Words]] = {
    Template.RECEIPT: _receipt,
    Template.BEING_SORTED: _being_sorted,
    Template.QUESTION: _question,
    Template.MESSAGE: _message,
    Template.OUTCOME: _outcome,
    Template.NOT_ACCEPTED: _not_accepted,
    Template.OVERDUE: _overdue,
    Template.NEW_DATE: _new_date,
    Template.MERGED: _merged,
    Template.AGENCY_NEW: _agency_new,
    Template.AGENCY_HELP: _agency_help,
    Template.AGENCY_TO_SORT: _agency_to_sort,
    Template.AGENCY_DISPUTED: _agency_disputed,
    Template.INVITATION: _invitation,
    Template.PASSWORD_RESET: _password_reset,
}
