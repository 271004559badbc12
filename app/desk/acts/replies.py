"""From the form of an official reply to a command: shapes, then the document itself.

The document is read last: whoever forgot a field need not wait for it twice.
"""

from datetime import date, datetime
from io import BytesIO
from typing import IO

from sqlalchemy.orm import Session

from app.catalog.queries import today
from app.core.errors import Rejection, Rejections
from app.core.words.i18n import N_
from app.core.words.text import clean, clean_line
from app.desk.acts.commands import Files, Form
from app.media.documents.service import store
from app.tickets.schemas import NewReply

LONGEST = {"number": 60, "signer": 120, "summary": 1_000}
EARLIEST = 1990


def parse_reply(session: Session, form: Form, files: Files, *, now: datetime) -> NewReply:
    """Read an official reply. Raises Rejections: all about fields at once, then the document."""
    problems: list[Rejection] = []
    said = {name: _words(form, name, limit, problems) for name, limit in LONGEST.items()}
    signed_on = _day(form, today(session, now), problems)
    if problems or signed_on is None:
        raise Rejections(problems)
    document = store(session, _document(files), now=now)
    return NewReply(**said, signed_on=signed_on, document_id=document.id)


def _words(form: Form, name: str, limit: int, problems: list[Rejection]) -> str:
    typed = form.get(name, "")
    said = clean(typed) if name == "summary" else clean_line(typed)
    if not said:
        problems.append(Rejection("missing", N_("Please fill this in."), field=name))
    elif len(said) > limit:
        message = N_("This is too long: %(length)s characters, at most %(limit)s.")
        params = {"length": len(said), "limit": limit}
        problems.append(Rejection("too_long", message, field=name, params=params))
    return said


def _day(form: Form, last: date, problems: list[Rejection]) -> date | None:
    try:
        found = date.fromisoformat(clean_line(form.get("signed_on", "")))
    except ValueError:
        found = date.min
    if found.year >= EARLIEST and found <= last:
        return found
    message = N_("Please give the date of the document; it cannot lie in the future.")
    problems.append(Rejection("bad_date", message, field="signed_on"))
    return None


def _document(files: Files) -> IO[bytes]:
    sent = files.get("document")
    return sent.stream if sent is not None and sent.filename else BytesIO()
