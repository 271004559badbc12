"""Nothing waits unseen: what is called to the attention of whom, and when."""

from app.tickets.service.watch.duty import call_duty
from app.tickets.service.watch.escalating import escalate
from app.tickets.service.watch.leaving import Held, end_one_role, held_by, leave, strays
from app.tickets.service.watch.turns import take_turn, with_others

__all__ = [
    "Held",
    "call_duty",
    "end_one_role",
    "escalate",
    "held_by",
    "leave",
    "strays",
    "take_turn",
    "with_others",
]
