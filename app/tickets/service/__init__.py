"""The verbs of tickets. Everything that changes a ticket goes through one of these."""

from app.tickets.service.assigning import UNPROMISED, Assignment, assign_many
from app.tickets.service.desk import perform
from app.tickets.service.helping import mark_help_due
from app.tickets.service.opening import NewTicket, make_coarse, open_ticket, tighten
from app.tickets.service.proving.doubting import look_at_proof
from app.tickets.service.replies import forget as forget_replies
from app.tickets.service.reporter import (
    claim_fixed,
    conclude_for_reporter,
    is_asked,
    join,
    merge_own,
    note_contact,
    note_joined_photo,
    note_photo,
    note_prepared,
    note_support,
)
from app.tickets.service.scans import (
    expire,
    hand_over,
    mark_due,
    mark_missed_again,
    mark_reply_due,
)
from app.tickets.service.step.freezing import Promised, foretell
from app.tickets.service.step.judging import facts_of, role_for, roles_now
from app.tickets.service.suggesting import mark_screen_due
from app.tickets.service.together.splitting import note_origin, open_part
from app.tickets.service.watch import (
    Held,
    call_duty,
    end_one_role,
    escalate,
    held_by,
    leave,
    strays,
    take_turn,
    with_others,
)

__all__ = [
    "UNPROMISED",
    "Assignment",
    "Held",
    "NewTicket",
    "Promised",
    "assign_many",
    "call_duty",
    "claim_fixed",
    "conclude_for_reporter",
    "end_one_role",
    "escalate",
    "expire",
    "facts_of",
    "foretell",
    "forget_replies",
    "hand_over",
    "held_by",
    "is_asked",
    "join",
    "leave",
    "look_at_proof",
    "make_coarse",
    "mark_due",
    "mark_help_due",
    "mark_missed_again",
    "mark_reply_due",
    "mark_screen_due",
    "merge_own",
    "note_contact",
    "note_joined_photo",
    "note_origin",
    "note_photo",
    "note_prepared",
    "note_support",
    "open_part",
    "open_ticket",
    "perform",
    "role_for",
    "roles_now",
    "strays",
    "take_turn",
    "tighten",
    "with_others",
]
