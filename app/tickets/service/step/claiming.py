"""What somebody says of a ticket, until the staff has looked at it."""

from sqlalchemy.orm import Session

from app.tickets.models import Ticket, UrgentCall


def claim_urgent(session: Session, ticket: Ticket) -> None:
    """Note that somebody says it is urgent; after a decision somebody is called anew."""
    if ticket.urgent_claim:
        return
    ticket.urgent_claim = True
    call = session.get(UrgentCall, ticket.id)
    if call is not None and call.decided_at is not None:
        session.delete(call)
        session.flush()
