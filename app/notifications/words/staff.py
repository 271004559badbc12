"""The words of messages to agencies, and to members of staff about their accounts."""

from app.core.words.i18n import translate as _
from app.notifications.words.parts import Facts, Words, line, lines, what


def _for_agency(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            what(facts),
            lines(
                line(_("First reply by"), facts.reply_due),
                line(_("Answer or result by"), facts.due),
            ),
            _lead_in(facts) + "\n" + facts.link,
            "-- \n" + facts.service,
        ),
    )


def _lead_in(facts: Facts) -> str:
    if not facts.by_mail:
        return _("Open it at the desk (sign-in needed):")
    return _(
        "Open, accept, return or answer it here. The link is for your agency alone, needs no "
        "sign-in and holds for 30 days at least; please do not pass it on:"
    )


def agency_new(facts: Facts) -> Words:
    """The ticket is theirs now."""
    return _for_agency(
        _("Report %(reference)s is now yours", reference=facts.reference),
        facts,
        _("A report has been sent to %(agency)s.", agency=facts.agency),
    )


def agency_crossed(facts: Facts) -> Words:
    """So many support a suggestion that the agency above is called to its answer."""
    return _for_agency(
        _("Suggestion %(reference)s: many support it", reference=facts.reference),
        facts,
        _("The threshold of supports is reached: please take part in the answer, or hear people."),
    )


def agency_help(facts: Facts) -> Words:
    """They are asked to help."""
    return _for_agency(
        _("Report %(reference)s: your help is asked", reference=facts.reference),
        facts,
        _("Your agency is asked to help with a report that another agency leads."),
    )


def agency_help_done(facts: Facts) -> Words:
    """The agency that was asked to help has done its part."""
    return _for_agency(
        _("Report %(reference)s: the help you asked for is done", reference=facts.reference),
        facts,
        _("%(agency)s has done its part and says what. You are still in the lead.",
          agency=facts.agency),
    )  # fmt: skip


def agency_help_returned(facts: Facts) -> Words:
    """The agency that was asked to help cannot."""
    return _for_agency(
        _("Report %(reference)s: no help from there", reference=facts.reference),
        facts,
        _("%(agency)s cannot help and says why. Please ask another agency, or do without.",
          agency=facts.agency),
    )  # fmt: skip


def agency_to_sort(facts: Facts) -> Words:
    """Nobody is responsible yet."""
    return _for_agency(
        _("Report %(reference)s needs an agency", reference=facts.reference),
        facts,
        _("A report waits for the coordinating office to find the responsible agency."),
        line(_("Reason"), facts.reason),
    )


def agency_duty(facts: Facts) -> Words:
    """Somebody says that it is urgent."""
    return _for_agency(
        _("Urgent? Report %(reference)s", reference=facts.reference),
        facts,
        _(
            "A report is said to be urgent. Please look at it now: confirm it, or lower it with a "
            "reason. If nobody answers, the next one is called."
        ),
    )


def agency_called(facts: Facts) -> Words:
    """Something urgent waits too long."""
    return _for_agency(
        _("Report %(reference)s waits too long", reference=facts.reference),
        facts,
        line(_("Reason"), facts.reason),
        _("It is with %(agency)s and counts real hours. Please see to it now.",
          agency=facts.agency),
    )  # fmt: skip


def agency_disputed(facts: Facts) -> Words:
    """The reporter disagrees; the ticket is open again."""
    return _for_agency(
        _("Report %(reference)s: the reporter disagrees", reference=facts.reference),
        facts,
        _("The reporter does not agree with the result. The report is open again."),
    )


def agency_asked_to_reopen(facts: Facts) -> Words:
    """The reporter of a closed ticket wants it open again."""
    return _for_agency(
        _("Report %(reference)s: the reporter asks to open it again", reference=facts.reference),
        facts,
        _(
            "The reporter says why the result does not hold. Please open the report again, or "
            "uphold the result in words."
        ),
    )


def agency_words(facts: Facts) -> Words:
    """A reporter has written, asked or not."""
    return _for_agency(
        _("Report %(reference)s: the reporter has written", reference=facts.reference),
        facts,
        _("The words are on the ticket's page. They are not in this message."),
    )


def agency_to_decide(facts: Facts) -> Words:
    """A last dispute waits for their decision."""
    return _for_agency(
        _("Report %(reference)s: your decision is needed", reference=facts.reference),
        facts,
        _(
            "The reporter does not agree with the result of %(agency)s, for the third time. "
            "Your agency decides: open the report again, or uphold the result.",
            agency=facts.agency,
        ),
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


def invitation(facts: Facts) -> Words:
    """A new account."""
    return _account(
        _("Your account at %(service)s", service=facts.service),
        facts,
        _("An account has been set up for you. Please choose your password here:"),
    )


def password_reset(facts: Facts) -> Words:
    """A forgotten password."""
    return _account(
        _("Choose a new password"),
        facts,
        _(
            "A new password was asked for your account. If that was you, choose it here; "
            "otherwise you need not do anything:"
        ),
    )
