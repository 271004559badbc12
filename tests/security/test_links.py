"""A secret in an address stays there, and ends when it is of no use any more."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.queries import by_token
from app.accounts.service import issue_link, set_password
from app.core.time import now
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from tests.desk.scene import a_ticket, member


def test_the_receipt_tells_its_address_to_nobody(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    link = f"{ticket.reference}/{follow_signature(reports_of(session, ticket.id)[0])}"
    for path in (f"/sent/{link}", f"/follow/{link}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_new_password_ends_the_links_that_wait(session: Session) -> None:
    account = member(session)
    token = issue_link(session, account, "password_reset", now=now())
    assert by_token(session, token, "password_reset", now()) is not None
    set_password(session, account, "a quite new password", now=now())
    assert by_token(session, token, "password_reset", now()) is None
