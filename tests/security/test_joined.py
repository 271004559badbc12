"""Who joined a ticket is another resident: what was written to the first one is masked for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.notifications.send import lease_due
from app.tickets.models import EventText
from tests.notifications.rows import NOW, agency, event, fan_out, report, ticket

WRITTEN = "Dear Ms Hoa, we call you back at 0912 345 678."


def test_a_message_to_one_reporter_reaches_the_others_masked(session: Session) -> None:
    going_on = ticket(session, agency(session, email=None), status="in_progress")
    joined = ticket(session, status="merged", merged_into_id=going_on.id)
    report(session, going_on, email="first@people.example")
    report(session, joined, email="other@people.example")
    written = event(session, going_on, "comment", text=WRITTEN)
    text = session.scalars(select(EventText).where(EventText.event_id == written.id)).one()
    text.public_body = WRITTEN.replace("0912 345 678", "[…]")
    session.flush()
    fan_out()
    with transaction():
        mails = [one.message for one in lease_due(session, now=NOW, limit=10) if one.message]
    bodies = {mail.to: mail.body for mail in mails}
    assert "0912 345 678" in bodies["first@people.example"]
    assert "0912" not in bodies["other@people.example"]
    assert "we call you back at […]" in bodies["other@people.example"]
