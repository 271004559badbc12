"""What a page's script asks while somebody fills in the form."""

from app.residents.routes.live import place, suggestion

__all__ = ["place", "suggestion"]
