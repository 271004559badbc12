"""Suggestions: the list, a new one, its page, support, and what its author does."""

from app.residents.routes.suggestions import new, own, public, support

__all__ = ["new", "own", "public", "support"]
