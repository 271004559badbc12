"""Files for everybody: tickets, the events of each month, what they refer to, every figure."""

from app.open_data.routes import files, tickets
from app.open_data.routes.root import blueprint

__all__ = ["blueprint", "files", "tickets"]
