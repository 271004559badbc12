"""From how many supports on the agency above is called: frozen at the publication.

1. Off unless the pack says so; nothing is called then.
2. Of an area that many, or that part of its residents, whichever is more; of the whole city a part
   of all residents within two bounds. Where the residents are not known, the least number holds.
"""

from math import ceil

from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.profile import SuggestionRules
from app.catalog.queries import profile, units
from app.tickets.models import Ticket


def threshold_of(session: Session, ticket: Ticket) -> int | None:
    """Return how many supports call the agency above; None where the setting is off."""
    rules = profile(session).suggestions
    if rules.threshold == "off":
        return None
    told = session.get_one(City, 1).profile.get("residents", {})
    known = {area.code: int(told[area.code]["residents"]) for area in units(session)
             if area.code in told}  # fmt: skip
    if ticket.area_code is not None:
        return of_area(rules, known.get(ticket.area_code, 0))
    return of_city(rules, sum(known.values()))


def of_area(rules: SuggestionRules, residents: int) -> int:
    """Return the threshold of one area; 0 residents: the pack does not say."""
    return max(rules.area_least, ceil(residents * rules.area_percent / 100))


def of_city(rules: SuggestionRules, residents: int) -> int:
    """Return the threshold of the whole city."""
    wanted = ceil(residents * rules.city_percent / 100)
    return min(max(wanted, rules.city_least), rules.city_most)
