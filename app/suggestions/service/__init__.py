"""What residents do about suggestions: send one, add to it, support it."""

from app.suggestions.service.converting import convert
from app.suggestions.service.submitting import submit
from app.suggestions.service.supporting import forget_supports, may_support, support, supports
from app.suggestions.service.writing import MOST_TEXTS, amend, may_amend, may_rewrite

__all__ = [
    "MOST_TEXTS",
    "amend",
    "convert",
    "forget_supports",
    "may_amend",
    "may_rewrite",
    "may_support",
    "submit",
    "support",
    "supports",
]
