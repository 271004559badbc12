"""What residents do: start page, report, follow, look up, legal pages."""

from app.residents.routes import company, follow, kept, live, reach, report, sending, shell, start
from app.residents.routes.root import blueprint

__all__ = [
    "blueprint",
    "company",
    "follow",
    "kept",
    "live",
    "reach",
    "report",
    "sending",
    "shell",
    "start",
]
