"""Suggestions: the list, a new one, its page, support, and what its author does."""

from app.residents.routes.suggestions import merging, new, own, public, reasons, support

__all__ = ["merging", "new", "own", "public", "reasons", "support"]
