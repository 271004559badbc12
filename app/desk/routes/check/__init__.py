"""Check and triage, one ticket after the other."""

from app.desk.routes.check import redaction, screen

__all__ = ["redaction", "screen"]
