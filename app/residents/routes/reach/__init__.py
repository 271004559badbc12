"""What comes by message and leads back: links, codes, the list of one's reports."""

from app.residents.routes.reach import e_id, mine, news

__all__ = ["e_id", "mine", "news"]
