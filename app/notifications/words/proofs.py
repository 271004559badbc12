"""The words of messages to a person rather than about a report.

A code for a phone, a link for a mailbox, receipt of and answer to a request about personal data.
"""

from app.core.words.i18n import translate as _
from app.notifications.words.parts import Facts, Words


def code(facts: Facts) -> Words:
    """A code to type; in an SMS it is all there is."""
    return Words(
        subject=_("Your code"),
        paragraphs=(
            _("Your code for %(service)s:", service=facts.service) + " " + facts.code,
            _otherwise(),
            "-- \n" + facts.service,
        ),
        short=_(
            "%(code)s is your code for %(service)s. It is valid for 10 minutes. Do not give it to "
            "anybody.",
            code=facts.code,
            service=facts.service,
        ),
    )


def reports_link(facts: Facts) -> Words:
    """A link that opens the list of reports, once."""
    return Words(
        subject=_("Your reports"),
        paragraphs=(
            _("Open the list of your reports here:") + "\n" + facts.link,
            _("The link works once, within 10 minutes. Please do not pass it on."),
            _otherwise(),
            "-- \n" + facts.service,
        ),
    )


def request_receipt(facts: Facts) -> Words:
    """A request came with this address: is it the requester's? Nothing of it is told here."""
    return Words(
        subject=_("Is this your address?"),
        paragraphs=(
            _("A request about personal data came in. This address was given for the answer."),
            _("If it was you, say so here, and you get the answer:") + "\n" + facts.link,
            _otherwise(),
            "-- \n" + facts.service,
        ),
    )


def request_answered(facts: Facts) -> Words:
    """There is an answer to a request about personal data; what it says stands behind the link."""
    return Words(
        subject=_("Your request about personal data has an answer"),
        paragraphs=(
            _("The coordinating office has answered your request about personal data."),
            _("Read the answer here:") + "\n" + facts.link,
            _("Whoever has this link can read the answer. Please do not pass it on."),
            "-- \n" + facts.service,
        ),
    )


def _otherwise() -> str:
    return _("If you did not ask for this, you need not do anything.")
