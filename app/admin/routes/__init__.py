"""The administrator's pages: what needs attention, accounts, calendar, agencies, sample values."""

from app.admin.routes import agencies, calendar, illustrative, leaving, looks, start, users
from app.admin.routes.root import blueprint

__all__ = [
    "agencies",
    "blueprint",
    "calendar",
    "illustrative",
    "leaving",
    "looks",
    "start",
    "users",
]
