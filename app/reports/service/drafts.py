"""Drafts: what a resident has typed so far, kept step by step until it is sent.

1. A draft lies under the key of its form, which only its sender knows; a report that is sent under
   the same key takes its place.
2. Every step adds its own fields, so that two windows of one draft lose nothing of each other.
3. No text in it is longer than words may be: what a step does not check is cut.
4. It is kept for three days from its first step, not longer: as long as its photos wait.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.media.waiting import WAIT
from app.reports.models import ReportDraft
from app.reports.schemas import MAX_TEXT


def save_draft(
    session: Session, key: uuid.UUID, fields: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep the fields of one step beside what is there."""
    short = {
        name: value[:MAX_TEXT] if isinstance(value, str) else value
        for name, value in fields.items()
    }
    new = insert(ReportDraft).values(key=key, body=short, created_at=now)
    body = ReportDraft.body.op("||")(new.excluded.body)
    session.execute(new.on_conflict_do_update(index_elements=["key"], set_={"body": body}))


def forget_draft(session: Session, key: uuid.UUID) -> None:
    """Delete a draft: it was sent, or its writer does not want it any more."""
    session.execute(delete(ReportDraft).where(ReportDraft.key == key))


def sweep_drafts(session: Session, *, now: datetime, limit: int) -> int:
    """Delete drafts that nobody sent. Returns how many."""
    old = (
        select(ReportDraft.key)
        .where(ReportDraft.created_at <= now - WAIT)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = session.scalars(
        delete(ReportDraft).where(ReportDraft.key.in_(old)).returning(ReportDraft.key)
    )
    return len(gone.all())
