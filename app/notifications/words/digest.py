"""The words of the digest: numbers, the most pressing first, and the way to the desk."""

from collections.abc import Mapping

from app.core.words.i18n import N_
from app.core.words.i18n import translate as _
from app.notifications.words.parts import Facts, Words, line, lines

LABELS: Mapping[str, str] = {
    "unexplained": N_("Date missed: apologise and set a new one"),
    "overdue": N_("Overdue"),
    "due": N_("Due today"),
    "planned": N_("Work planned for today or before"),
    "unread": N_("Suggestions that should have been read by now"),
    "approval": N_("Waiting for approval"),
    "disputed": N_("The reporter disagrees or asks to open it again"),
    "new": N_("To accept or return"),
    "soon": N_("Due soon"),
    "cooperation": N_("Your help is asked"),
    "escalated": N_("Of other agencies, brought to your attention"),
}


def numbers(params: Mapping[str, object]) -> str:
    """Return one line for each number that is not zero."""
    return lines(
        *(line(_(label), str(params[name])) for name, label in LABELS.items() if params.get(name))
    )


def digest(facts: Facts) -> Words:
    """What waits for an agency this morning."""
    return Words(
        subject=_("What waits for %(agency)s today", agency=facts.agency),
        paragraphs=(
            _("This is what waits for %(agency)s this morning.", agency=facts.agency),
            facts.waiting,
            _("Open the inbox (sign-in needed):") + "\n" + facts.link,
            "-- \n" + facts.service,
        ),
    )


def own(facts: Facts) -> Words:
    """What lies in somebody's hands this morning."""
    return Words(
        subject=_("What waits in your hands today"),
        paragraphs=(
            _("This is what waits of the reports that lie in your hands."),
            facts.waiting,
            _("Open the inbox (sign-in needed):") + "\n" + facts.link,
            "-- \n" + facts.service,
        ),
    )
