"""The inbox tells who has it too, and where somebody says that it is fixed."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.following import service as following
from tests.desk.scene import a_ticket, as_
from tests.factories.tickets import statements


def test_the_inbox_marks_what_is_said_to_be_fixed(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    ticket, other = a_ticket(session), a_ticket(session)
    client.get("/desk?tab=all&lang=en")
    with statements() as before:
        client.get("/desk?tab=all&lang=en")
    following.support(session, ticket, "one")
    following.support(session, ticket, "two")
    following.claim_fixed(session, ticket, "one", now=now())
    with statements() as after:
        page = client.get("/desk?tab=all&lang=en").text
    assert len(after) == len(before)
    rows = re.findall(r'<article class="ticket-row">.*?</article>', page, re.DOTALL)
    mine = next(row for row in rows if ticket.reference in row)
    assert "2 people have it too" in mine
    assert "Said to be fixed on" in mine
    unmarked = next(row for row in rows if other.reference in row)
    assert "have it too" not in unmarked
    assert "Said to be fixed" not in unmarked
