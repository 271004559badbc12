"""What somebody follows, in words: only what everybody can see of it."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.following.queries import Followed
from app.following.service import may_be_followed
from app.notices.models import Notice
from app.notices.words import notice_views
from app.suggestions.queries import title_of
from app.suggestions.service import may_support
from app.tickets.models import Suggestion
from app.tickets.queries import alive
from app.tickets.tables import SUGGESTION
from app.tickets.words.view import ticket_view


@dataclass(frozen=True, kw_only=True)
class FollowedView:
    """title: what it is about. meta: which one, or where. page: its public page.

    open: there may be news of it. supportable: the yes can be a support as well.
    """

    title: str
    meta: str
    text: str
    page: str
    open: bool
    supportable: bool = False


def followed_view(session: Session, matter: Followed, *, now: datetime) -> FollowedView:
    """Return a ticket or a notice as somebody sees it who follows it."""
    possible = may_be_followed(session, matter, now=now)
    if isinstance(matter, Notice):
        (notice,) = notice_views(session, [matter], now)
        return FollowedView(
            title=notice.category or notice.area or notice.agency,
            meta=notice.area,
            text=notice.text,
            page=url_for("public_map.notice", number=notice.number),
            open=possible,
        )
    ticket = alive(session, matter)
    view = ticket_view(session, ticket, now=now)
    suggestion = session.get(Suggestion, ticket.id) if ticket.kind == SUGGESTION else None
    return FollowedView(
        title=title_of(session, ticket) or view.category_name,
        meta=" · ".join(part for part in (view.reference, view.area_name) if part),
        text=view.status_words,
        page=url_for(
            "residents.suggestion" if suggestion else "public_map.ticket", reference=view.reference
        ),
        open=possible,
        supportable=suggestion is not None and may_support(session, ticket),
    )
