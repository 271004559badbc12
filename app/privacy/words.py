"""What requests are called, and what the pages show of one, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.installation import sealer
from app.core.words.i18n import N_, translate
from app.rights.models import RightsRequest
from app.rights.periods import OFFERED, Kind
from app.rights.queries import due_at, seal_of
from app.tickets.models import Ticket

KINDS: Mapping[Kind, str] = {
    Kind.ACCESS: N_("See or get a copy of my data"),
    Kind.CORRECT: N_("Correct my data"),
    Kind.DELETE: N_("Erase my data"),
    Kind.WITHDRAW: N_("Withdraw my consent"),
    Kind.RESTRICT: N_("Restrict what is done with my data"),
    Kind.OBJECT: N_("Object to what is done with my data"),
    Kind.SHOWN: N_("Shows or names me"),
}
OUTCOMES = {"granted": N_("Granted"), "refused": N_("Refused")}


def offered() -> list[tuple[str, str]]:
    """Return what the public form offers."""
    return [(kind.value, translate(KINDS[kind])) for kind in OFFERED]


@dataclass(frozen=True, kw_only=True)
class RequestShown:
    """A request in words. text is opened for the desk and the requester only."""

    number: int
    seal: str
    kind: str
    name: str
    state: str
    late: bool
    identified: bool
    received_at: datetime
    answer_due_at: datetime
    done_due_at: datetime
    due_at: datetime
    answered_at: datetime | None
    extended: bool
    closed: bool
    answer: str
    text: str
    has_contact: bool
    confirmed: bool
    to_confirm: bool
    reference: str
    target: str
    hidden: bool


def shown(session: Session, row: RightsRequest, *, now: datetime) -> RequestShown:
    """Return a request in words."""
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id is not None else None
    box = sealer()
    return RequestShown(
        number=row.id,
        seal=seal_of(row),
        kind=row.kind,
        name=translate(KINDS[Kind(row.kind)]),
        state=_state(row),
        late=row.closed_at is None and due_at(row) < now,
        identified=row.identity == "follow_link",
        received_at=row.received_at,
        answer_due_at=row.answer_due_at,
        done_due_at=row.done_due_at,
        due_at=due_at(row),
        answered_at=row.answered_at,
        extended=row.extended_at is not None,
        closed=row.closed_at is not None,
        answer=row.answer or "",
        text=box.open(row.body_enc) or "",
        has_contact=row.contact_enc is not None,
        confirmed=row.contact_confirmed_at is not None,
        to_confirm=row.contact_key is not None and row.contact_confirmed_at is None,
        reference=ticket.reference if ticket else "",
        target=row.target or "",
        hidden=row.hidden,
    )


def contact_of(row: RightsRequest) -> str:
    """Return how to reach the requester. Raises NotFound. The caller writes the look down."""
    contact = sealer().open(row.contact_enc)
    if contact is None:
        raise NotFound("no_contact", N_("There is no contact in this request."))
    return contact


def _state(row: RightsRequest) -> str:
    if row.outcome is not None:
        return translate(OUTCOMES[row.outcome])
    return translate(N_("Answered, being done")) if row.answered_at else translate(N_("Received"))
