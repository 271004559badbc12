"""The desk: sign-in, inbox, ticket with its acts, triage, content check."""

from app.desk.routes import account, acts, duty, inbox, passwords, sign_in, ticket, worklists
from app.desk.routes.root import blueprint

__all__ = [
    "account",
    "acts",
    "blueprint",
    "duty",
    "inbox",
    "passwords",
    "sign_in",
    "ticket",
    "worklists",
]
