"""The desk: sign-in, inbox, ticket with its acts, triage, content check, known incidents."""

from app.desk.routes import (
    acts,
    by_mail,
    check,
    contacts,
    duty,
    entry,
    lists,
    notices,
    reply_templates,
    ticket,
    worklists,
)
from app.desk.routes.root import blueprint

__all__ = [
    "acts",
    "blueprint",
    "by_mail",
    "check",
    "contacts",
    "duty",
    "entry",
    "lists",
    "notices",
    "reply_templates",
    "ticket",
    "worklists",
]
