"""Staff with a session, and tickets as residents make them, for tests of the desk."""

import re
import uuid
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account, StaffSession
from app.accounts.service import add_account
from app.agencies.models import Agency
from app.agencies.queries import actor_of
from app.agencies.service import give_role
from app.core.crypto import new_token, token_hash
from app.core.installation import settings
from app.core.time import now
from app.core.web.protection import csrf_token
from app.reports.schemas import SubmitReport
from app.reports.service import submit
from app.routing.service import route_pending
from app.tickets.models import Ticket
from app.tickets.schemas import Command
from app.tickets.service import perform

FORM = {"Sec-Fetch-Site": "same-origin"}
NEEDS_AGENCY = {"officer", "manager", "intake", "crew"}


def communes(session: Session) -> list[Agency]:
    return list(
        session.scalars(select(Agency).where(Agency.level == "ward").order_by(Agency.code).limit(3))
    )


def member(session: Session, role: str = "officer", agency: str | None = None) -> Account:
    """An account with one role; without an agency it is the first commune's."""
    account = add_account(
        session, f"{uuid.uuid4().hex}@example.invalid", full_name="Lan", lang="vi", now=now()
    )
    if role in NEEDS_AGENCY and agency is None:
        agency = communes(session)[0].code
    give_role(session, account, role, agency, now=now())
    session.commit()
    return account


def enter(client: FlaskClient, session: Session, account: Account) -> None:
    """Sign somebody in without the form."""
    token, moment = new_token(), now()
    session.add(
        StaffSession(
            account_id=account.id,
            token_hash=token_hash(token),
            created_at=moment,
            last_seen_at=moment,
            expires_at=moment + timedelta(hours=1),
            device="",
        )
    )
    session.commit()
    client.set_cookie("desk", token)


def as_(
    client: FlaskClient, session: Session, role: str = "officer", agency: str | None = None
) -> Account:
    account = member(session, role, agency)
    enter(client, session, account)
    return account


def a_ticket(
    session: Session,
    *,
    category: str = "road",
    text: str = "Đèn đường không sáng",
    area: str | None = "first",
    at: datetime | None = None,
    route: bool = True,
    **more: object,
) -> Ticket:
    """A report and its ticket, routed: to the first commune's agency unless told otherwise."""
    moment = at or now()
    stated = communes(session)[0].area_code if area == "first" else area
    done = submit(
        session,
        SubmitReport(
            idempotency_key=uuid.uuid4(),
            category=category,
            text=text,
            stated_area=stated,
            **more,  # type: ignore[arg-type]
        ),
        now=moment,
    )
    if route:
        route_pending(session, now=moment)
    session.commit()
    return done.ticket


def do(
    session: Session,
    ticket: Ticket,
    verb: str,
    account: Account,
    at: datetime | None = None,
    **more: object,
) -> Ticket:
    """One act by the service, not by the page."""
    moment = at or now()
    command = Command(
        reference=ticket.reference,
        verb=verb,
        expected_version=ticket.row_version,
        **more,  # type: ignore[arg-type]
    )
    done = perform(session, command, actor=actor_of(session, account, moment), now=moment)
    session.commit()
    return done


def post(client: FlaskClient, path: str, **form: object) -> TestResponse:
    """Send a form of the desk with the token of this browser's session."""
    cookie = client.get_cookie("desk")
    assert cookie is not None, "nobody is signed in"
    token = csrf_token(settings().secrets.secret_key, token_hash(cookie.value))
    return client.post(path, data={"csrf_token": token, **form}, headers=FORM)


def act(client: FlaskClient, ticket: Ticket, verb: str, **form: object) -> TestResponse:
    form.setdefault("version", ticket.row_version)
    return post(client, f"/desk/tickets/{ticket.reference}/{verb}", **form)


def offered(page: str) -> set[str]:
    """The verbs that a page has forms for."""
    return set(re.findall(r'action="/desk/tickets/[^/"]+/([a-z_]+)"', page))
