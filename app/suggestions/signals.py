"""What makes stuffing of supports visible: counted facts of one suggestion, for those who screen.

1. A signal decides nothing: nobody can take a support away, and a lively idea looks alike.
2. Only numbers leave this module. Under `LEAST` supports there are none: the hour of a few would
   tell of single people.
3. A number is striking from a share of all supports on (`STRIKING`).
4. Networks are not kept with a support, so nothing is said about them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.following.models import Follower
from app.suggestions.models import SuggestionSupport
from app.suggestions.origins import THROWAWAY

LEAST = 10
CLOSE = timedelta(minutes=1)
STRIKING = {"hour": 0.6, "close": 0.5, "throwaway": 0.1, "domain": 0.3, "unanswered": 1.0}


@dataclass(frozen=True, kw_only=True)
class Signals:
    """of: how many supports are looked at. hour: most within one hour, which began at `hour_at`.

    close: came within a minute of the one before. proved_by: how many by each kind of address, of
    which it is known. domain: most with mailboxes of one domain that is no large provider's.
    unanswered: addresses that were typed and whose owners have not said yes, as long as they are
    kept.
    """

    of: int
    hour: int
    hour_at: datetime
    close: int
    proved_by: Mapping[str, int]
    domain: int
    unanswered: int

    @property
    def throwaway(self) -> int:
        """How many came with mailboxes that are made to be thrown away."""
        return self.proved_by.get(THROWAWAY, 0)

    @property
    def striking(self) -> frozenset[str]:
        """The numbers that are large enough to look closer (rule 3)."""
        return frozenset(
            name
            for name, share in STRIKING.items()
            if getattr(self, name) > 1 and getattr(self, name) >= share * self.of
        )


def signals(session: Session, ticket_id: int) -> Signals | None:
    """Return the facts; None where there are too few supports to tell any."""
    of, close = _rhythm(session, ticket_id)
    if of < LEAST:
        return None
    hour, hour_at = _fullest(session, ticket_id)
    return Signals(
        of=of,
        hour=hour,
        hour_at=hour_at,
        close=close,
        proved_by=_proved_by(session, ticket_id),
        domain=_one_domain(session, ticket_id),
        unanswered=_unanswered(session, ticket_id),
    )


def _rhythm(session: Session, ticket_id: int) -> tuple[int, int]:
    at = SuggestionSupport.supported_at
    since = (at - func.lag(at).over(order_by=at)).label("since")
    each = select(since).where(SuggestionSupport.ticket_id == ticket_id).subquery()
    row = session.execute(
        select(func.count(), func.count().filter(each.c.since <= CLOSE)).select_from(each)
    ).one()
    return row[0], row[1]


def _fullest(session: Session, ticket_id: int) -> tuple[int, datetime]:
    hour = func.date_trunc("hour", SuggestionSupport.supported_at)
    query = (
        select(func.count(), hour)
        .where(SuggestionSupport.ticket_id == ticket_id)
        .group_by(hour)
        .order_by(func.count().desc(), hour)
        .limit(1)
    )
    row = session.execute(query).one()
    return row[0], row[1]


def _proved_by(session: Session, ticket_id: int) -> dict[str, int]:
    kind = SuggestionSupport.proved_by
    query = select(kind, func.count()).where(SuggestionSupport.ticket_id == ticket_id)
    rows = session.execute(query.group_by(kind))
    return {name: count for name, count in rows if name is not None}


def _one_domain(session: Session, ticket_id: int) -> int:
    domain = SuggestionSupport.domain
    query = (
        select(func.count())
        .where(SuggestionSupport.ticket_id == ticket_id, domain.is_not(None))
        .group_by(domain)
        .order_by(func.count().desc())
        .limit(1)
    )
    return session.scalar(query) or 0


def _unanswered(session: Session, ticket_id: int) -> int:
    query = select(func.count()).where(
        Follower.ticket_id == ticket_id,
        Follower.confirmed_at.is_(None),
        Follower.ended_at.is_(None),
    )
    return session.scalar(query) or 0
