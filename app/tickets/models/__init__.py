"""Tickets and their history; and what is done on a ticket."""

from app.tickets.models.event import EventText, TicketEvent
from app.tickets.models.reply import OfficialReply
from app.tickets.models.suggestion import Suggestion, SuggestionText
from app.tickets.models.ticket import Ticket
from app.tickets.models.work import (
    BulkAct,
    BulkTicket,
    CheckTurn,
    Cooperation,
    Escalation,
    Proposal,
    TicketPhoto,
    UrgentCall,
)

__all__ = [
    "BulkAct",
    "BulkTicket",
    "CheckTurn",
    "Cooperation",
    "Escalation",
    "EventText",
    "OfficialReply",
    "Proposal",
    "Suggestion",
    "SuggestionText",
    "Ticket",
    "TicketEvent",
    "TicketPhoto",
    "UrgentCall",
]
