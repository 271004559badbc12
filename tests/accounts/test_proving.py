"""What does much harm in wrong hands asks for password and code again."""

from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, StaffSession
from app.accounts.second_step import service as second
from app.accounts.service import set_password
from app.core.installation import sealer
from app.core.time import frozen, now
from app.core.web.access import ATTRIBUTE
from app.core.web.protection import SAFE_METHODS
from tests.desk.scene import as_, member, post

PASSWORD = "a long day of proving it"
USERS = "/admin/users"


@pytest.fixture
def start() -> datetime:
    return now()


@pytest.fixture
def admin(client: FlaskClient, session: Session, start: datetime) -> Account:
    """An administrator who signed in at `start`."""
    with frozen(start):
        account = member(session, "administrator")
        set_password(session, account, PASSWORD, now=start)
        session.commit()
        client.post("/desk/sign-in", data={"email": account.email, "password": PASSWORD})
    return account


def minutes(start: datetime, count: int) -> datetime:
    return start + timedelta(minutes=count)


@pytest.mark.usefixtures("admin")
def test_accounts_are_managed_shortly_after_the_password(
    client: FlaskClient, start: datetime
) -> None:
    with frozen(minutes(start, 10)):
        assert client.get(USERS).status_code == 200
    with frozen(minutes(start, 11)):
        answer = client.get(USERS + "?q=lan")
        assert answer.location == "/desk/prove?next=/admin/users?q%3Dlan"
        assert client.get(answer.location).status_code == 200


def test_a_form_that_was_opened_in_time_may_be_sent(
    client: FlaskClient, session: Session, admin: Account, start: datetime
) -> None:
    count = select(func.count()).select_from(Account)
    before = session.scalar(count)
    typed = {"email": "moi@example.invalid", "name": "Mới", "role": "screener"}
    with frozen(minutes(start, 30)):
        assert post(client, USERS, **typed).status_code == 303
    with frozen(minutes(start, 31)):
        late = post(client, USERS, **typed | {"email": "hai@example.invalid"})
    assert late.status_code == 403
    assert session.scalar(count) == (before or 0) + 1
    assert admin.disabled_at is None


@pytest.mark.usefixtures("admin")
def test_the_password_leads_on_under_a_new_number(
    client: FlaskClient, session: Session, start: datetime
) -> None:
    former = client.get_cookie("desk")
    with frozen(minutes(start, 60)):
        answer = post(client, "/desk/prove", password=PASSWORD, next=USERS)
        assert (answer.status_code, answer.location) == (303, USERS)
        assert client.get(USERS).status_code == 200
        live = select(StaffSession).where(StaffSession.revoked_at.is_(None))
        assert len(session.scalars(live).all()) == 1
    fresh = client.get_cookie("desk")
    assert former is not None
    assert fresh is not None
    assert former.value != fresh.value


@pytest.mark.usefixtures("admin")
def test_a_wrong_password_opens_nothing(client: FlaskClient, start: datetime) -> None:
    with frozen(minutes(start, 60)):
        answer = post(client, "/desk/prove", password="something else", next=USERS)
        assert answer.status_code == 422
        assert client.get(USERS).status_code == 302
        statuses = {post(client, "/desk/prove", password="x").status_code for _ in range(6)}
        assert 429 in statuses
        assert client.get(USERS).status_code == 302


def test_who_has_a_second_step_shows_that_too(
    client: FlaskClient, session: Session, admin: Account, start: datetime
) -> None:
    later = minutes(start, 60)
    with frozen(later):
        second.begin(session, admin)
        secret = sealer().open(admin.totp_pending) or ""
        second.confirm(session, admin, pyotp.TOTP(secret).at(start), now=start)
        session.commit()
        assert post(client, "/desk/prove", password=PASSWORD, next=USERS).status_code == 422
        assert client.get(USERS).status_code == 302
        code = pyotp.TOTP(secret).at(later)
        done = post(client, "/desk/prove", password=PASSWORD, code=code, next=USERS)
        assert done.status_code == 303
        assert client.get(USERS).status_code == 200


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_nowhere_else(client: FlaskClient, start: datetime, wanted: str) -> None:
    with frozen(minutes(start, 60)):
        answer = post(client, "/desk/prove", password=PASSWORD, next=wanted)
        assert answer.status_code == 303
        assert answer.location == "/admin"


def test_nothing_that_manages_accounts_or_exports_is_forgotten(app: Flask) -> None:
    found = 0
    for rule in app.url_map.iter_rules():
        manages = rule.rule.startswith("/admin/users")
        if not manages and "export" not in f"{rule.rule} {rule.endpoint}":
            continue
        access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE)
        found += bool((rule.methods or set()) - SAFE_METHODS)
        assert access.open or access.proved, rule.endpoint
    assert found >= 7


def test_other_pages_do_not_ask(client: FlaskClient, session: Session, start: datetime) -> None:
    with frozen(start):
        as_(client, session, "administrator")
    with frozen(minutes(start, 50)):
        assert client.get("/admin").status_code == 200
