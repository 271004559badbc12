"""What the page says after an act. Pure."""

from collections.abc import Mapping

from app.core.words.i18n import N_

# A verb that is missing here says the general sentence.
DONE: Mapping[str, str] = {
    "accept": N_("Accepted. The work can start."),
    "assign": N_("Assigned. The agency was told."),
    "resume": N_("The work goes on, the clock runs."),
    "propose": N_("Sent to a manager for approval. The clock keeps running."),
    "approve": N_("Approved. It is in effect and the reporter was told."),
    "duty": N_("The roster is saved."),
    "acknowledge": N_("Nobody else is called. Please decide now."),
    "confirm_urgent": N_("Confirmed. The promise counts real hours now."),
    "lower": N_("Lowered, with your public reason."),
    "deputy": N_("Saved. It holds between the two dates."),
    "reject": N_("Sent back. The clock keeps running."),
    "return": N_("Returned to the coordinating office."),
    "transfer": N_("Passed on. The agency was told."),
    "name_owner": N_("The responsible agency is named."),
    "correct": N_("Corrected."),
    "cooperate": N_("The agency was asked to help."),
    "help_accept": N_("Your agency helps. The agency in the lead sees it."),
    "help_done": N_("Your part is done. The agency in the lead was told."),
    "help_return": N_("The agency in the lead was told that you cannot help."),
    "pause": N_("On hold. The clock stands still."),
    "plan": N_("The day is set and public. The ticket comes back on it."),
    "escalate": N_("The agency above was called."),
    "split": N_("Split. The other matter has a ticket of its own."),
    "extend": N_("The later date is set and public."),
    "resolve": N_("Reported as resolved. The reporter can confirm it now."),
    "answer": N_("Answered. The reporter was told."),
    "decline": N_("Declined with a public reason."),
    "reopen": N_("Open again. The reporter was told."),
    "uphold": N_("The decision stands. The reporter was told."),
    "merge": N_("Merged into the other ticket."),
    "unmerge": N_("Separated again."),
    "refute": N_("Your words are public. The claim is answered."),
    "comment": N_("Your message was sent."),
    "note": N_("Your note was added."),
    "entrust": N_("It lies in those hands now."),
    "filter": N_("The filter is saved for your agency."),
    "filter_gone": N_("The filter is deleted."),
    "undone": N_("Undone: they lie where they lay before."),
    "publish": N_("Published."),
    "hide": N_("Hidden."),
    "redact": N_("The parts are being made unreadable; until then nobody sees the photo."),
    "recheck": N_("Taken back. It waits for the check again."),
}
DONE_IN_GENERAL = N_("Saved.")
