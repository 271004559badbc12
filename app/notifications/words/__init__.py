"""The words of every message, put together in the recipient's language at the time of sending.

1. Nothing here is stored: a message is made from codes, the ticket as it is now, and these words.
2. A private ticket's message says no more than that there is something to read behind the link.
3. A message to an agency never holds the report's text, a name or a contact.
"""

from collections.abc import Callable, Mapping

from app.notifications.plan import Template
from app.notifications.words import digest, followers, proofs, reporters, staff, suggestions
from app.notifications.words.parts import Facts, Words
from app.tickets.tables import SUGGESTION

__all__ = ["Facts", "Words", "words_for"]

_BUILDERS: Mapping[Template, Callable[[Facts], Words]] = {
    Template.RECEIPT: reporters.receipt,
    Template.BEING_SORTED: reporters.being_sorted,
    Template.QUESTION: reporters.question,
    Template.MESSAGE: reporters.message,
    Template.PLANNED: reporters.planned,
    Template.OUTCOME: reporters.outcome,
    Template.NOT_ACCEPTED: reporters.not_accepted,
    Template.UPHELD: reporters.upheld,
    Template.REOPENED: reporters.reopened,
    Template.REPLY_OVERDUE: reporters.reply_overdue,
    Template.OVERDUE: reporters.overdue,
    Template.NEW_DATE: reporters.new_date,
    Template.REMINDER: reporters.reminder,
    Template.CONVERTED: reporters.converted,
    Template.MERGE_WISHED: suggestions.merge_wished,
    Template.MERGE_DECLINED: suggestions.merge_declined,
    Template.MERGED: suggestions.merged,
    Template.CODE: proofs.code,
    Template.REPORTS_LINK: proofs.reports_link,
    Template.REQUEST_RECEIPT: proofs.request_receipt,
    Template.REQUEST_ANSWERED: proofs.request_answered,
    Template.FOLLOW_LINK: followers.confirm,
    Template.FOLLOWED_OUTCOME: followers.outcome,
    Template.FOLLOWED_OVERDUE: followers.overdue,
    Template.FOLLOWED_NEW_DATE: followers.new_date,
    Template.FOLLOWED_REOPENED: followers.reopened,
    Template.FOLLOWED_MERGED: followers.supported_merged,
    Template.FOLLOWED_STEP: followers.supported_step,
    Template.FOLLOWED_WITHDRAWN: followers.supported_withdrawn,
    Template.NOTICE_MOVED: followers.notice_moved,
    Template.NOTICE_OVER: followers.notice_over,
    Template.AGENCY_NEW: staff.agency_new,
    Template.AGENCY_HELP: staff.agency_help,
    Template.AGENCY_HELP_DONE: staff.agency_help_done,
    Template.AGENCY_HELP_RETURNED: staff.agency_help_returned,
    Template.AGENCY_TO_SORT: staff.agency_to_sort,
    Template.AGENCY_DISPUTED: staff.agency_disputed,
    Template.AGENCY_ASKED_TO_REOPEN: staff.agency_asked_to_reopen,
    Template.AGENCY_WORDS: staff.agency_words,
    Template.AGENCY_TO_DECIDE: staff.agency_to_decide,
    Template.AGENCY_CROSSED: staff.agency_crossed,
    Template.AGENCY_DUTY: staff.agency_duty,
    Template.AGENCY_CALLED: staff.agency_called,
    Template.AGENCY_DIGEST: digest.digest,
    Template.OFFICER_DIGEST: digest.own,
    Template.INVITATION: staff.invitation,
    Template.PASSWORD_RESET: staff.password_reset,
}


def words_for(template: Template, facts: Facts) -> Words:
    """Return the message in the current language (`use_language`)."""
    if facts.kind == SUGGESTION and template in suggestions.BUILDERS:
        return suggestions.BUILDERS[template](facts)
    return _BUILDERS[template](facts)
