"""Who joined a ticket is another resident: what was written to the first one is masked for them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.notifications.send import lease_due
from app.reports.links import follow_signature
from app.reports.service import join
from app.tickets.models import EventText
from tests.factories.tickets import HOUR, MONDAY, accepted_ticket, act, command, manager, report_of
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


def test_who_joined_by_the_form_gets_the_masked_copy_too(session: Session) -> None:
    going_on = ticket(session, agency(session, email=None), status="in_progress")
    report(session, going_on, email="first@people.example")
    report(session, going_on, email="other@people.example", since_version=2)
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


@pytest.mark.parametrize("private", [False, True])
def test_a_page_of_who_joined_shows_what_everybody_sees(
    client: FlaskClient, session: Session, private: bool
) -> None:
    """Anybody can join what is open, for instance to read along."""
    one = accepted_ticket(session)
    act(session, one, "comment", manager(session), text=WRITTEN)
    later = join(session, command(text="Tôi cũng thấy"), one, now=MONDAY + HOUR).report
    one.private = private
    session.commit()
    pages = {
        row.id: client.get(f"/follow/{one.reference}/{follow_signature(row)}").text
        for row in (report_of(session, one), later)
    }
    assert "0912 345 678" in pages.pop(report_of(session, one).id)
    (seen,) = pages.values()
    assert "0912 345 678" not in seen
    assert "Tôi cũng thấy" in seen
    assert ("we call you back" in seen) is not private
    assert ("Hong Gai Ward" in seen or "Phường Hồng Gai" in seen) is not private
