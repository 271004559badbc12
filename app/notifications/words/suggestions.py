"""The words of messages to authors of suggestions; to who supports them: `followers`."""

from collections.abc import Callable, Mapping

from app.core.words.i18n import translate as _
from app.notifications.plan import Template
from app.notifications.words import followers
from app.notifications.words.parts import Facts, Words, line, lines, other_suggestion, suggested


def _to_author(subject: str, facts: Facts, *paragraphs: str) -> Words:
    return Words(
        subject=subject,
        paragraphs=(
            *paragraphs,
            _("Follow your suggestion here:") + "\n" + facts.link,
            _("Whoever has this link can act as you do. Please do not pass it on."),
            "-- \n"
            + facts.service
            + "\n"
            + _(
                "You get this message because you agreed to news about this suggestion; you can "
                "end that on the page above. Replies to this address are not read."
            ),
        ),
    )


def published(facts: Facts) -> Words:
    """It is public, and an agency has to answer it."""
    return _to_author(
        _("Suggestion %(reference)s: published", reference=facts.reference),
        facts,
        _("Your suggestion is published. Everybody can read and support it now."),
        suggested(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("Why this agency"), facts.reason),
            line(_("First note by"), facts.reply_due),
            line(_("Answer by"), facts.due),
        ),
    )


def refused(facts: Facts) -> Words:
    """It was not published, or its answer stands after a question."""
    return _to_author(
        _("Suggestion %(reference)s: a decision", reference=facts.reference),
        facts,
        _("There is a decision about your suggestion."),
        suggested(facts),
        line(_("Status"), facts.status),
        facts.text,
    )


def note(facts: Facts) -> Words:
    """The agency wrote a note."""
    return _to_author(
        _("Suggestion %(reference)s: a note", reference=facts.reference),
        facts,
        _("%(agency)s has written about your suggestion.", agency=facts.agency),
        suggested(facts),
        facts.text,
    )


def step(facts: Facts) -> Words:
    """The next step has a date."""
    return _to_author(
        _("Suggestion %(reference)s: the next step", reference=facts.reference),
        facts,
        _("%(agency)s has named the next step.", agency=facts.agency),
        suggested(facts),
        line(_("Next date"), facts.planned),
        facts.text,
    )


def answer(facts: Facts) -> Words:
    """There is an answer, or a result."""
    return _to_author(
        _("Suggestion %(reference)s: the official answer", reference=facts.reference),
        facts,
        _("There is an official answer or a result. You may question an answer once."),
        suggested(facts),
        lines(line(_("Status"), facts.status), line(_("Next date"), facts.planned)),
        facts.text,
    )


def late(facts: Facts) -> Words:
    """A promised date has passed."""
    return _to_author(
        _("Suggestion %(reference)s: late", reference=facts.reference),
        facts,
        _("We apologise: a date that was promised for your suggestion has passed."),
        suggested(facts),
        lines(
            line(_("Responsible agency"), facts.agency),
            line(_("First note by"), facts.reply_due),
            line(_("Answer by"), facts.due),
            line(_("New date"), facts.new_due),
        ),
        facts.text,
    )


def put_off(facts: Facts) -> Words:
    """The answer has a later date, set before the promised one had passed or after it."""
    return _to_author(
        _("Suggestion %(reference)s: a later date", reference=facts.reference),
        facts,
        _(
            "%(agency)s needs longer for the answer, says why, and sets a new date.",
            agency=facts.agency,
        ),
        suggested(facts),
        lines(line(_("It was promised by"), facts.due), line(_("New date"), facts.new_due)),
        facts.text,
    )


def again(facts: Facts) -> Words:
    """The answer is reviewed again."""
    return _to_author(
        _("Suggestion %(reference)s: reviewed again", reference=facts.reference),
        facts,
        _("%(agency)s reviews your suggestion again.", agency=facts.agency),
        suggested(facts),
        line(_("Answer by"), facts.due),
        facts.text,
    )


def converted(facts: Facts) -> Words:
    """What came as a report goes on as a suggestion."""
    return _to_author(
        _("%(reference)s: your report goes on as a suggestion", reference=facts.reference),
        facts,
        _(
            "What you reported is an idea rather than a defect, so it goes on as a suggestion. "
            "Code and private link stay. Its first words are the title now; you can change them."
        ),
        suggested(facts),
        _(
            "Text and photos become public once somebody has read and seen them. You hear when "
            "that is, and by when it is answered."
        ),
        facts.text,
    )


def merge_wished(facts: Facts) -> Words:
    """Another author asks whether the own one may go on as this."""
    return _to_author(
        _("Suggestion %(reference)s: a question of another author", reference=facts.reference),
        facts,
        _("The author of another suggestion wants it to go on as yours. You decide."),
        suggested(facts),
        other_suggestion(facts),
        _("Say yes or no on your page. Supports stay where they were given."),
    )


def merge_declined(facts: Facts) -> Words:
    """The other author leaves them apart."""
    return _to_author(
        _("Suggestion %(reference)s: it goes on by itself", reference=facts.reference),
        facts,
        _("The author of the other suggestion leaves the two apart. Yours goes on as before."),
        suggested(facts),
        other_suggestion(facts),
    )


def merged(facts: Facts) -> Words:
    """The other author agreed."""
    return _to_author(
        _("Suggestion %(reference)s: it goes on as another", reference=facts.reference),
        facts,
        _("The author of the other suggestion agreed: the two go on as one. You hear its answer."),
        suggested(facts),
        other_suggestion(facts),
    )


BUILDERS: Mapping[Template, Callable[[Facts], Words]] = {
    Template.RECEIPT: published,
    Template.BEING_SORTED: published,
    Template.NOT_ACCEPTED: refused,
    Template.UPHELD: refused,
    Template.MESSAGE: note,
    Template.PLANNED: step,
    Template.OUTCOME: answer,
    Template.REPLY_OVERDUE: late,
    Template.OVERDUE: late,
    Template.NEW_DATE: put_off,
    Template.REOPENED: again,
    Template.CONVERTED: converted,
    Template.FOLLOW_LINK: followers.asked,
    Template.FOLLOWED_OUTCOME: followers.supported_answer,
    Template.FOLLOWED_OVERDUE: followers.supported_date,
    Template.FOLLOWED_NEW_DATE: followers.supported_date,
    Template.FOLLOWED_REOPENED: followers.supported_date,
}
