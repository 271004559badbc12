"""Nothing waits unseen: what is called to the attention of whom, and when."""

from app.tickets.service.watch.duty import call_duty
from app.tickets.service.watch.escalating import escalate
from app.tickets.service.watch.leaving import leave
from app.tickets.service.watch.turns import take_turn, with_others

__all__ = ["call_duty", "escalate", "leave", "take_turn", "with_others"]
