"""An agency without users answers a suggestion by its mailed link, and follows it up."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.time import frozen, now
from app.notifications.compose import compose
from app.notifications.models import Delivery
from app.notifications.service import fan_out_pending
from app.tickets.mail_links import LIFE, MARGIN
from tests.desk.test_by_mail import send
from tests.factories.tickets import DAY
from tests.suggestions.scene import TITLE, published


def test_from_the_first_note_to_the_delivery(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    session.get_one(Agency, ticket.agency_code).email = "phuong@agency.example"
    while fan_out_pending(session, now=now()):
        pass
    rows = session.query(Delivery).where(Delivery.recipient == f"agency:{ticket.agency_code}")
    body = compose(session, rows.one(), at=now()).body
    path = re.findall(r"http://localhost(/desk/by-mail/\S+)", body)[0]
    session.commit()
    assert ticket.outcome_due_at is not None
    due = ticket.outcome_due_at
    assert due > now() + LIFE
    assert TITLE in client.get(path).text
    assert send(client, path, "comment", text="Phường đang khảo sát.").status_code == 303
    with frozen(due + MARGIN - DAY):
        step = (due + 200 * DAY).date().isoformat()
        said = {"code": "accepted", "text": "Sẽ làm.", "until": step}
        done = send(client, path, "answer", **said)
        assert done.status_code == 303, re.findall(r'field-error"[^>]*>[^<]*', done.text)
    with frozen(due + 150 * DAY):
        named = send(client, path, "milestone", text="Chọn mẫu ghế", until=step)
        assert named.status_code == 303
    with frozen(due + 201 * DAY):
        assert send(client, path, "deliver", text="Đã lắp 20 ghế").status_code == 303
    session.refresh(ticket)
    assert ticket.status == "delivered"
    with frozen(due + 300 * DAY):
        assert client.get(path).status_code == 410
