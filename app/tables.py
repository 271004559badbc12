"""Imports every module that defines tables, for migrations and tests."""

from importlib import import_module

MODULES = (
    "app.core.work.heartbeat",
    "app.core.work.outbox",
    "app.accounts.models",
    "app.catalog.models",
    "app.media.models",
    "app.agencies.models",
    "app.tickets.models",
    "app.routing.models",
    "app.reports.models",
    "app.suggestions.models",
    "app.following.models",
    "app.notices.models",
    "app.notifications.models",
    "app.map_index.models",
    "app.measures.models",
    "app.rights.models",
)


def import_all() -> None:
    """Make `Base.metadata` complete."""
    for name in MODULES:
        import_module(name)
