"""The desk: sign-in, inbox, ticket with its acts, triage, content check, known incidents."""

from app.desk.routes import acts, check, duty, entry, inbox, notices, ticket, worklists
from app.desk.routes.root import blueprint

__all__ = ["acts", "blueprint", "check", "duty", "entry", "inbox", "notices", "ticket", "worklists"]
