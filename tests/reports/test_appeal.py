"""A refusal can be reviewed once: the reporter asks, the oversight agency decides."""

import re
import uuid

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.service import add_account
from app.agencies.queries import coordinator, oversight
from app.core.actor import Actor
from app.core.time import now
from app.reports.schemas import parse_report
from app.reports.service import Submitted, submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import perform
from app.tickets.verify import Checked, problems


def refused(session: Session) -> Submitted:
    body = {"category": "other", "text": "Biển tên ngõ bị mờ"}
    command = parse_report(body, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=False)
    done = submit(session, command, now=now())
    route_pending(session, now=now())
    coordinator(session).approval = "none"
    act(session, done.ticket, "coordinator", coordinator(session).code, "decline")
    assert done.ticket.status == "declined"
    return done


def act(session: Session, ticket: Ticket, role: str, agency: str, verb: str, **more) -> None:
    address = f"{uuid.uuid4().hex}@example.invalid"
    account = add_account(session, address, full_name="x", lang="vi", now=now())
    actor = Actor(
        role=role, account_id=account.id, agency_code=agency, roles=frozenset({(role, agency)})
    )
    code = "not_competent" if verb == "decline" else None
    command = Command(
        reference=ticket.reference, verb=verb, expected_version=ticket.row_version, code=code,
        text="Vì vậy", **more,
    )  # fmt: skip
    perform(session, command, actor=actor, now=now())


def ask(client: FlaskClient, done: Submitted) -> int:
    page = f"/follow/{done.ticket.reference}/{done.signature}"
    offered = re.findall(r'action="([^"]+/appeal)"', client.get(page).text)
    assert len(offered) <= 1
    return client.post(page + "/appeal", data={"text": "Xin xem lại"}).status_code


def test_the_oversight_agency_upholds(client: FlaskClient, session: Session) -> None:
    done = refused(session)
    assert ask(client, done) == 303
    session.refresh(done.ticket)
    watch = oversight(session).code
    assert (done.ticket.status, done.ticket.agency_code) == ("received", watch)
    act(session, done.ticket, "officer", watch, "uphold")
    assert done.ticket.status == "declined"
    assert ask(client, done) == 409
    assert list(problems(session, now(), Checked())) == []


def test_the_oversight_agency_sends_it_on(client: FlaskClient, session: Session) -> None:
    done = refused(session)
    assert ask(client, done) == 303
    session.refresh(done.ticket)
    watch = oversight(session).code
    act(session, done.ticket, "officer", watch, "assign", agency_code="UBND-06685")
    assert (done.ticket.status, done.ticket.agency_code) == ("assigned", "UBND-06685")
    assert not done.ticket.at_oversight
    assert list(problems(session, now(), Checked())) == []
