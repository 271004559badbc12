"""The inbox, the filters beside it, acts on several tickets, and what is new."""

from app.desk.routes.lists import bulk, filters, inbox, on_map, suggestions

__all__ = ["bulk", "filters", "inbox", "on_map", "suggestions"]
