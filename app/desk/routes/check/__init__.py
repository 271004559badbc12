"""Check and triage, one ticket after the other; additions by themselves."""

from app.desk.routes.check import part, redaction, screen

__all__ = ["part", "redaction", "screen"]
