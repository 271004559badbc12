"""Why an agency has a ticket, as msgids."""

from collections.abc import Mapping

from app.core.words.i18n import N_

REASONS: Mapping[str, str] = {
    "rule": N_("%(agency)s is responsible for “%(category)s”."),
    "taken_over": N_("%(agency)s had it in the system that was used before."),
    "rule_area": N_(
        "The place is in %(area)s. There, %(agency)s is responsible for “%(category)s”."
    ),
    "rule_near": N_(
        "The place is %(distance)s m from %(area)s, the nearest unit. There, %(agency)s is "
        "responsible for “%(category)s”."
    ),
    "rule_water": N_(
        "The place is on the water: %(area)s. There, %(agency)s is responsible for “%(category)s”."
    ),
    "rule_stated": N_(
        "The report names %(area)s as the place. There, %(agency)s is responsible for "
        "“%(category)s”."
    ),
    "about_parent": N_(
        "The report is about the agency that would be responsible. So it went to the one above: "
        "%(agency)s."
    ),
    "about_oversight": N_(
        "The report is about the agency that would be responsible. So it went to the oversight "
        "agency: %(agency)s."
    ),
    "near_border": N_(
        "The place is close to the border between %(area)s and %(other_area)s, so a person at "
        "%(agency)s decides who is responsible."
    ),
    "no_place": N_(
        "The report has no place yet, so a person at %(agency)s decides who is responsible."
    ),
    "no_rule": N_("No rule fits, so a person at %(agency)s decides who is responsible."),
    "no_promise": N_(
        "No promise could be made for the agency of the rules, so a person at %(agency)s decides "
        "who is responsible."
    ),
    "legal": N_("A person at %(agency)s reads it first, and nothing of it is public."),
    "outside": N_(
        "The place is outside the service area, so a person at %(agency)s decides what to do."
    ),
}
# Where the public may know the unit only: nothing about how far from which border.
COARSE_REASONS: Mapping[str, str] = {
    "rule_near": REASONS["rule"],
    "near_border": N_("A person at %(agency)s decides who is responsible."),
}
REASON_BY_HAND = N_("The coordinating office chose %(agency)s.")
REASON_RETURNED = N_("It was returned, so a person at %(agency)s decides who is responsible.")
REASON_MOVED = N_("It was passed on to %(agency)s.")
