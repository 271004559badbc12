"""An agency ends and another takes over.

Routing follows `successor_code` from the day on which the former agency is no longer valid; its
open tickets are handed over from that day by `tickets.service.hand_over`, uncounted.
"""

from datetime import date

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.errors import Conflict, NotFound, Rejection
from app.core.words.i18n import N_


def succeed(session: Session, code: str, successor: str, *, on: date, today: date) -> Agency:
    """Let `successor` take over from agency `code` on a date; return the former agency.

    A duty (coordinator, oversight) passes on too, so that needs `on` to have come.
    Raises NotFound, Rejection, Conflict (a circle, or ended already).
    """
    former, heir = _agency(session, code, "agency"), _agency(session, successor, "successor")
    _check_chain(session, former, heir)
    if former.successor_code not in (None, successor):
        raise Conflict("already_ended", N_("This agency already has another successor."))
    if heir.valid_from is not None and heir.valid_from > on:
        text = N_("The successor does not exist yet on that day.")
        raise Rejection("successor_too_late", text, field="on")
    if former.duty is not None and on > today:
        text = N_("A duty can only pass on from today. Choose today or an earlier day.")
        raise Rejection("duty_in_future", text, field="on")
    former.valid_to = on
    former.successor_code = heir.code
    duty, former.duty = former.duty, None
    # Only one agency may hold a duty at any moment (unique index): let go first, then take.
    session.flush()
    if duty is not None:
        heir.duty = duty
    session.flush()
    return former


def _agency(session: Session, code: str, field: str) -> Agency:
    found = session.get(Agency, code)
    if found is None:
        raise NotFound("unknown_agency", N_("This agency does not exist."), field=field)
    return found


def _check_chain(session: Session, former: Agency, heir: Agency) -> None:
    seen = {former.code}
    current: Agency | None = heir
    while current is not None:
        if current.code in seen:
            text = N_("An agency cannot succeed itself.")
            raise Conflict("succession_circle", text, field="successor")
        seen.add(current.code)
        code = current.successor_code
        current = session.get(Agency, code) if code else None
