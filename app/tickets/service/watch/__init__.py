"""Nothing waits unseen: what is called to the attention of whom, and when."""

from app.tickets.service.watch.escalating import escalate

__all__ = ["escalate"]
