"""Nothing waits unseen: what is called to the attention of whom, and when."""

from app.tickets.service.watch.duty import call_duty
from app.tickets.service.watch.escalating import escalate
from app.tickets.service.watch.leaving import leave

__all__ = ["call_duty", "escalate", "leave"]
