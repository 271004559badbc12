"""Reports that others have made: joining them, saying something about them, following them."""

from app.residents.routes.company import acts, following, join

__all__ = ["acts", "following", "join"]
