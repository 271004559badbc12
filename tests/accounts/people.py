"""Members of staff for tests, and what a browser does."""

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.service import add_account, set_password
from app.agencies.models import Agency
from app.agencies.service import give_role
from app.core.crypto import token_hash
from app.core.installation import settings
from app.core.time import now
from app.core.web.protection import csrf_token

EMAIL = "lan@example.invalid"
PASSWORD = "bốn con voi đi chợ"
FORM = {"Sec-Fetch-Site": "same-origin"}


def a_member(
    session: Session, *roles: str, email: str = EMAIL, at: datetime | None = None
) -> Account:
    """An account with roles in the first commune's agency, where roles need one."""
    account = add_account(session, email, full_name="Lan", lang="vi", now=at or now())
    set_password(session, account, PASSWORD, now=at or now())
    for role in roles or ("officer",):
        needs = role in {"officer", "manager", "intake", "crew"}
        give_role(session, account, role, commune(session) if needs else None, now=at or now())
    session.commit()  # a refused request rolls back what was not
    return account


def commune(session: Session) -> str:
    query = select(Agency.code).where(Agency.level == "ward").order_by(Agency.code).limit(1)
    return session.scalars(query).one()


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **form: str
) -> TestResponse:
    typed = {"email": email, "password": password, **form}
    return client.post("/desk/sign-in", data=typed, headers=FORM)


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Send a staff form with the token of this browser's session."""
    cookie = client.get_cookie("desk")
    assert cookie is not None, "nobody is signed in"
    token = csrf_token(settings().secrets.secret_key, token_hash(cookie.value))
    return client.post(path, data={"csrf_token": token, **form}, headers=FORM)
