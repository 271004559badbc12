"""The desk: sign-in, inbox, ticket with its acts, triage, content check, known incidents."""

from app.desk.routes import acts, duty, entry, inbox, notices, ticket, worklists
from app.desk.routes.root import blueprint

__all__ = ["acts", "blueprint", "duty", "entry", "inbox", "notices", "ticket", "worklists"]
