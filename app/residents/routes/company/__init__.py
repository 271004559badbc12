"""Reports that others have made: joining them, saying something about them."""

from app.residents.routes.company import acts, join

__all__ = ["acts", "join"]
