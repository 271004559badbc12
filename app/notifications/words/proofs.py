"""The words of messages that prove an address: a code for a phone, a link for a mailbox."""

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


def _otherwise() -> str:
    return _("If you did not ask for this, you need not do anything.")
