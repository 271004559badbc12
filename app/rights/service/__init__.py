"""The verbs on rights: ask, answer, extend, decide; hide what shows somebody; flag; forget."""

from app.rights.service.flags import flag
from app.rights.service.requests import answer, ask, decide, extend
from app.rights.service.shown import object_to

__all__ = ["answer", "ask", "decide", "extend", "flag", "object_to"]
