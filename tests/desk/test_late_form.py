"""A form that comes after its session has ended: nothing is done, nothing typed is lost."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.tickets.models import Ticket
from tests.desk.scene import FORM, a_ticket, as_, do, enter

TYPED = 'Đã gọi <b>điện lực</b>\nhẹn "thứ hai"'


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_what_was_typed_is_there_after_signing_in_again(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    officer = as_(client, session)
    do(session, ticket, "accept", officer)
    path = f"/desk/tickets/{ticket.reference}/note"
    typed = {"version": ticket.row_version, "text": TYPED, "csrf_token": "of the ended session"}
    client.delete_cookie("desk")
    out = client.post(path, data=typed, headers=FORM)
    assert out.status_code == 403
    assert "/desk/sign-in" in out.text
    assert "Đã gọi &lt;b&gt;điện lực&lt;/b&gt;\nhẹn" in out.text
    assert "csrf_token" not in out.text
    enter(client, session, officer)
    back = client.post(path, data=typed, headers=FORM)
    assert back.status_code == 403
    assert "Đã gọi &lt;b&gt;điện lực" in back.text
    again = {"version": hidden(back.text, "version"), "text": TYPED,
             "csrf_token": hidden(back.text, "csrf_token")}  # fmt: skip
    assert client.post(path, data=again, headers=FORM).status_code == 303
    assert "điện lực" in client.get(f"/desk/tickets/{ticket.reference}").text


def test_others_get_no_form_to_send(client: FlaskClient, session: Session) -> None:
    ticket: Ticket = a_ticket(session)
    as_(client, session)
    path = f"/desk/tickets/{ticket.reference}/note"
    strange = client.post(
        path, data={"text": TYPED, "version": 1}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert strange.status_code == 403
    assert "điện lực" not in strange.text
    script = client.post(
        path, data={"text": TYPED, "version": 1}, headers=FORM | {"Accept": "application/json"}
    )
    assert script.status_code == 403
    assert script.json["errors"][0]["code"] == "stale_form"
    client.delete_cookie("desk")
    secret = client.post("/desk/prove", data={"password": "a secret word"}, headers=FORM)
    assert secret.status_code == 403
    assert "a secret word" not in secret.text
