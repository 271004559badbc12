"""A refused form, ready to be shown again: sentences for each field, in the reader's language."""

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import translate

Sentences = dict[str, list[str]]


def sentences_by_field(refused: Rejection | Rejections) -> Sentences:
    """Return {field: sentences}; what is about no field stands under the empty name."""
    items = refused.items if isinstance(refused, Rejections) else (refused,)
    found: Sentences = {}
    for item in items:
        sentence = translate(item.message, **item.params)
        found.setdefault(item.field or "", []).append(sentence)
    return found
