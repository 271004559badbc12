"""Confirm what the pack marks illustrative.

A pack that is loaded again brings its marks again: who has decided for good says so in the pack.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.queries import forget_kept
from app.core.db import after_commit
from app.core.errors import NotFound
from app.core.words.i18n import N_
from app.packs.queries import SUBJECTS, Subject, key_of, rows_of, sort_notes


def confirm_subject(session: Session, code: str) -> None:
    """Confirm all that is left of a subject. Raises NotFound."""
    subject = _subject(code)
    for row in rows_of(session, subject):
        row.illustrative = False
    _drop_notes(session, code)


def confirm_row(session: Session, code: str, key: str) -> None:
    """Confirm one row; the last one settles its subject. Raises NotFound."""
    subject = _subject(code)
    rows = rows_of(session, subject)
    for row in rows:
        if key_of(row) == key:
            row.illustrative = False
            session.flush()
            if len(rows) == 1:
                _drop_notes(session, code)
            return
    raise _unknown()


def _subject(code: str) -> Subject:
    for subject in SUBJECTS:
        if subject.code == code:
            return subject
    raise _unknown()


def _unknown() -> NotFound:
    return NotFound("unknown_value", N_("This value is confirmed already or does not exist."))


def _drop_notes(session: Session, code: str) -> None:
    city = session.scalars(select(City).with_for_update()).one()
    notes = list(city.profile.get("illustrative", ()))
    dropped = set(sort_notes(notes).get(code, ()))
    if dropped:
        kept = [note for note in notes if note not in dropped]
        city.profile = {**city.profile, "illustrative": kept}
    session.flush()
    after_commit(session, forget_kept)
