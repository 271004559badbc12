"""Verbs and reads of the filters that an agency keeps; who calls them has asked who may."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.agencies.models import SavedFilter
from app.core.errors import NotFound, Rejection
from app.core.words.i18n import N_

MOST = 20


def filters_of(session: Session, agencies: Collection[str]) -> list[SavedFilter]:
    """Return what some agencies keep, by name."""
    query = select(SavedFilter).where(SavedFilter.agency_code.in_(agencies))
    return list(session.scalars(query.order_by(SavedFilter.name, SavedFilter.id)))


def save_filter(
    session: Session,
    agency_code: str,
    name: str,
    query: Mapping[str, str],
    *,
    account_id: int,
    now: datetime,
) -> None:
    """Keep a filter; one of the same name is replaced. Raises Rejection."""
    others = select(func.count()).where(
        SavedFilter.agency_code == agency_code, SavedFilter.name != name
    )
    if (session.scalar(others) or 0) >= MOST:
        raise Rejection(
            "too_many_filters",
            N_("Your agency keeps %(limit)s filters already. Please delete one first."),
            field="name",
            params={"limit": MOST},
        )
    values = {"query": dict(query), "saved_by": account_id, "saved_at": now}
    session.execute(
        upsert(SavedFilter)
        .values(agency_code=agency_code, name=name, **values)
        .on_conflict_do_update(index_elements=["agency_code", "name"], set_=values)
    )


def drop_filter(session: Session, number: int, agencies: Collection[str]) -> None:
    """Forget a filter. Raises NotFound."""
    row = session.get(SavedFilter, number)
    if row is None or row.agency_code not in agencies:
        raise NotFound("unknown_filter", N_("There is no such filter."))
    session.delete(row)
    session.flush()
