"""What is said about a ticket while it waits does not make it forget why and until when."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.time import now
from app.tickets.service import expire
from tests.desk.scene import a_ticket, do, member


@pytest.mark.parametrize(
    ("role", "verb", "said"),
    [("coordinator", "publish", {}), ("officer", "note", {"text": "Đã gọi điện"})],
)
def test_a_pause_outlives_what_is_said_meanwhile(session: Session, role, verb, said) -> None:
    ticket = a_ticket(session)
    officer = member(session)
    until = now() + timedelta(days=3)
    do(session, ticket, "accept", officer)
    do(session, ticket, "pause", officer, code="weather", until=until)
    do(session, ticket, verb, member(session, "coordinator") if role != "officer" else officer,
       **said)  # fmt: skip
    assert (ticket.status, ticket.pause_code, ticket.paused_until) == ("waiting", "weather", until)
    expire(session, now=until)
    session.commit()
    assert (ticket.status, ticket.pause_code, ticket.paused_until) == ("in_progress", None, None)
