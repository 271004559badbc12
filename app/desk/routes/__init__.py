"""The desk: sign-in, inbox, ticket with its acts, triage, content check."""

from app.desk.routes import account, acts, check, inbox, passwords, sign_in, ticket, triage
from app.desk.routes.root import blueprint

__all__ = [
    "account",
    "acts",
    "blueprint",
    "check",
    "inbox",
    "passwords",
    "sign_in",
    "ticket",
    "triage",
]
