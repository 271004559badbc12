"""The data dictionary: what each field of an event says. The page and a test read it here."""

from typing import Final

from app.core.words.i18n import N_

FIELDS: Final = {
    "ticket": N_("Reference of the report."),
    "seq": N_("Number of the event within its report. What is missing was not public."),
    "kind": N_("What it is about: a problem or a suggestion."),
    "at": N_("When it happened, in UTC."),
    "event": N_("What happened: open, assign, accept, resolve and so on."),
    "by": N_("In which role somebody acted; never who."),
    "before": N_("Status before the event."),
    "after": N_("Status after the event."),
    "agency": N_("The agency that has the report from now on."),
    "asked": N_("The agency that was asked to help."),
    "category": N_("Category from now on."),
    "area": N_("Ward or commune from now on; not where the category shows no place."),
    "code": N_("The reason or outcome, as a code."),
    "until": N_("Until when it is put off, planned or extended."),
    "clock": N_("What happened to the time that counts: paused, resumed, stopped, restarted."),
    "promise": N_("Which promise holds from now on: target, hours, calendar, and since when."),
    "came_back": N_("The earlier report that did not hold."),
    "split_from": N_("The report that it was a part of before."),
    "received": N_("When the report was received that it was a part of."),
    "replied": N_("When that report had its first reply."),
    "into": N_("The report that it was merged into."),
    "left": N_("The report that was merged into it and stands alone again."),
    "level": N_("How far up somebody was called."),
    "reason": N_("Why it went to the agency, or why somebody was called."),
    "part": N_("It is about what somebody added who had joined."),
}
