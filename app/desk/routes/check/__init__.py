"""Check and triage, one ticket after the other."""

from app.desk.routes.check import screen

__all__ = ["screen"]
