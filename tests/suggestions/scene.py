"""Suggestions as residents make them, and what the staff does with them."""

import re
import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import ResidentSession
from app.accounts.reach.blind import contact_key
from app.core.crypto import new_token, token_hash
from app.core.time import now
from app.routing.service import route_pending
from app.suggestions.schemas import SubmitSuggestion
from app.suggestions.service import submit
from app.tickets.models import Ticket
from tests.desk.scene import FORM, do, member
from tests.factories.tickets import DAY, command

TITLE = "Ghế đá và cây bóng mát dọc đường bao biển"
TEXT = "Buổi chiều rất đông người đi bộ nhưng không có chỗ ngồi nghỉ và không có bóng cây."


def form(**changes: str) -> dict[str, str]:
    """What the form sends."""
    return {
        "key": str(uuid.uuid4()), "title": TITLE, "text": TEXT, "category": "idea_streets",
        "stated_area": "06685", "seen": "1", **changes,
    }  # fmt: skip


def send(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post("/suggestions/new", data=form(**changes), headers=FORM)


def link_of(answer: TestResponse) -> tuple[str, str]:
    """The reference and the signature of the private link."""
    found = re.search(r"/follow/([^/]+)/([^/?]+)", answer.location or "")
    assert found, answer.text
    return found[1], found[2]


def suggested(session: Session, *, title: str = TITLE, **changes: Any) -> Ticket:
    """A suggestion that was just sent."""
    values = {"category": "idea_streets", "text": TEXT, "place": None, "stated_area": "06685"}
    report = command(**(values | changes))
    return submit(
        session, SubmitSuggestion(title=title, text=TEXT, report=report), now=now()
    ).ticket


def published(session: Session, **changes: Any) -> Ticket:
    """A suggestion that everybody reads, with its agency."""
    ticket = do(session, suggested(session, **changes), "publish", member(session, "screener"))
    route_pending(session, now=now())
    session.commit()
    session.refresh(ticket)
    return ticket


def answered(session: Session, code: str = "accepted", **changes: Any) -> Ticket:
    ticket = published(session, **changes)
    officer = member(session, "manager", ticket.agency_code)
    until = now() + 30 * DAY
    return do(session, ticket, "answer", officer, code=code, text="Đã xem xét.", until=until)


def prove(client: FlaskClient, session: Session, address: str, kind: str = "email") -> None:
    """A browser that has proved an address."""
    token, moment = new_token(), now()
    session.add(
        ResidentSession(
            token_hash=token_hash(token),
            proven=[contact_key(kind, address)],
            created_at=moment,
            expires_at=moment + DAY,
        )
    )
    session.commit()
    client.set_cookie("mine", token)
