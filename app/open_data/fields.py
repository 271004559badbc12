"""The data dictionary: what each field of an event and of a ticket says.

The page, the description of the CSV file and a test read it here.
"""

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

TICKET_FIELDS: Final = {
    "reference": N_("Reference of the report."),
    "kind": N_("What it is about: a problem or a suggestion."),
    "category": N_("Category, as a code."),
    "area": N_("Ward or commune, as a code; not where the category shows no place."),
    "agency": N_("The agency that has the report, as a code; empty before it was sent to one."),
    "status": N_("Status: received, assigned, in_progress and so on."),
    "word": N_("The word of the map for it; empty for what is on no map any more."),
    "outcome": N_("Result, answer or reason of refusal, as a code; empty while it is open."),
    "received_at": N_("When it was received, in UTC."),
    "updated_at": N_("When it changed last, in UTC."),
    "reply_due_at": N_("By when the first reply was promised."),
    "replied_at": N_("When the first reply was given."),
    "due_at": N_("By when the outcome was promised."),
    "outcome_at": N_("When the outcome came."),
    "on_time": N_("Whether the outcome came in time; empty before there is one."),
    "overdue_at": N_("When it was noted as overdue."),
    "extended_to": N_("Until when the agency extended it; the promise stays."),
    "planned_for": N_("For when the work is planned."),
    "paused_until": N_("Until when it waits at most."),
    "closed_at": N_("When it was closed."),
    "transfers": N_("How often it was passed on."),
    "disputes": N_("How often somebody disagreed with the outcome."),
    "reports": N_("How many people reported it."),
    "supporters": N_("How many people said that they meet it too."),
    "came_back_from": N_("The earlier report that did not hold."),
    "merged_into": N_("The report that it was merged into."),
    "place": N_("How exact the place is: exact, or area for a point of the ward or commune."),
    "lon": N_("Longitude (WGS 84)."),
    "lat": N_("Latitude (WGS 84)."),
}
