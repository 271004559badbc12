"""What residents do: start page, report, follow, look up, legal pages."""

from app.residents.routes import (
    company,
    document,
    follow,
    kept,
    live,
    reach,
    report,
    sending,
    shell,
    start,
    suggestions,
)
from app.residents.routes.root import blueprint

__all__ = [
    "blueprint",
    "company",
    "document",
    "follow",
    "kept",
    "live",
    "reach",
    "report",
    "sending",
    "shell",
    "start",
    "suggestions",
]
