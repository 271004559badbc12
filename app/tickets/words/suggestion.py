"""The words of suggestions where they are others than those of problems, as msgids.

1. Both axes have their words here: the publication, and the answer by status.
2. The decisions and the reasons of a refusal are the platform's: every city answers by the same.
"""

from collections.abc import Mapping

from app.core.words.i18n import N_
from app.tickets.facts import Status, Verb

PUBLICATION: Mapping[str, str] = {
    "draft": N_("Draft"),
    "submitted": N_("Sent, waits to be read"),
    "screening": N_("Being read before it is published"),
    "published": N_("Published"),
    "refused": N_("Not published as a suggestion"),
    "hidden": N_("Hidden"),
    "withdrawn": N_("Withdrawn"),
}
STATUS: Mapping[Status, str] = {
    Status.RECEIVED: N_("Open: the responsible agency is being found"),
    Status.ASSIGNED: N_("Open: with %(agency)s"),
    Status.IN_PROGRESS: N_("Under review"),
    Status.DECLINED: N_("Not published as a suggestion"),
}
EVENTS: Mapping[Verb, str] = {
    Verb.OPEN: N_("Suggestion received"),
    Verb.PUBLISH: N_("Text checked and published"),
    Verb.HIDE: N_("The text is not shown"),
    Verb.ACCEPT: N_("%(agency)s has begun the review"),
    Verb.COMMENT: N_("Note of %(agency)s"),
    Verb.EXTEND: N_("The date of the answer was put off"),
    Verb.ASK_REOPEN: N_("The author questions the answer"),
    Verb.UPHOLD: N_("The answer stands"),
    Verb.REOPEN: N_("The answer is reviewed again"),
    Verb.WITHDRAW: N_("Withdrawn by the author"),
    Verb.REPLY_OVERDUE: N_("The date of the first note has passed"),
    Verb.OVERDUE: N_("The date of the answer has passed"),
}
OF_A_REASON: Mapping[Verb, str] = {
    Verb.PUBLISH: N_("A reason for or against it is shown again"),
    Verb.HIDE: N_("A reason for or against it is not shown"),
}
REASONS: Mapping[str, str] = {
    "rule_stated": N_(
        "The suggestion is about %(area)s. There, %(agency)s is responsible for “%(category)s”."
    ),
    "no_place": N_(
        "It is about the whole area, so a person at %(agency)s decides who is responsible."
    ),
}
AUTHOR = N_("Author")
DECISIONS: Mapping[str, str] = {
    "accepted": N_("Accepted"),
    "accepted_in_part": N_("Accepted in part"),
    "not_accepted": N_("Not accepted, with reasons"),
    "already_planned": N_("Planned already"),
    "handed_over": N_("Handed over to who is competent"),
}
REFUSED: Mapping[str, str] = {
    "unlawful": N_("It calls for something unlawful"),
    "personal": N_("It is about a person or holds personal details"),
    "advert": N_("Advertising"),
    "no_suggestion": N_("No suggestion: it reports a problem or asks a question"),
    "not_ours": N_("Nobody here can decide it"),
    "unclear": N_("It is not clear what is suggested"),
}
CODES: Mapping[str, str] = {**DECISIONS, **REFUSED}
