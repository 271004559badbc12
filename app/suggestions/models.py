"""Who supports a suggestion: once for each verified person.

1. `person` is a keyed hash of the suggestion and of the proved phone or e-mail: two supports of one
   person cannot be told to be one, and nobody can look up who supported what.
2. A count is kept on the ticket; officials never move supports.
"""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class SuggestionSupport(Base):
    """One verified person that supports a suggestion."""

    __tablename__ = "suggestion_support"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(22), primary_key=True)
    supported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
