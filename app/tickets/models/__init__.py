"""Tickets and their history; and what is done on a ticket."""

from app.tickets.models.ticket import EventText, Ticket, TicketEvent
from app.tickets.models.work import Cooperation, Proposal, TicketPhoto

__all__ = ["Cooperation", "EventText", "Proposal", "Ticket", "TicketEvent", "TicketPhoto"]
