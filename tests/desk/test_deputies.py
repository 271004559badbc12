"""A deputy has a manager's rights between two dates, and not the right to make it longer."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.agencies.models import Membership
from app.agencies.service import Deputising, deputise
from app.core.errors import Rejection
from app.core.time import now
from tests.desk.scene import communes, enter, member, post
from tests.factories.tickets import DAY


def deputy_of(session: Session, manager: Account, agency: str) -> Account:
    """An officer who stands in for two days."""
    officer = member(session, "officer", agency)
    wanted = Deputising(
        by=manager.id, account=officer, agencies={agency}, since=now() - DAY, until=now() + DAY
    )
    deputise(session, wanted, now=now())
    session.commit()
    return officer


def acting(session: Session, agency: str) -> list[Membership]:
    query = select(Membership).where(
        Membership.role == "manager", Membership.agency_code == agency,
        Membership.until.is_not(None),
    )  # fmt: skip
    return list(session.scalars(query.execution_options(populate_existing=True)))


def test_a_deputy_names_and_dismisses_nobody(client: FlaskClient, session: Session) -> None:
    agency = communes(session)[0].code
    manager, colleague = member(session, "manager", agency), member(session, "officer", agency)
    deputy = deputy_of(session, manager, agency)
    (row,) = acting(session, agency)
    until = row.until
    enter(client, session, deputy)
    days = {"since": now().date().isoformat(), "until": (now() + 300 * DAY).date().isoformat()}
    for person in (deputy, colleague):
        answer = post(client, "/desk/approvals/deputies", person=person.id, **days)
        assert answer.status_code == 403
    assert post(client, f"/desk/approvals/deputies/{row.id}/end").status_code == 404
    assert [one.until for one in acting(session, agency)] == [until]
    page = client.get("/desk/approvals?lang=en").text
    assert 'name="person"' not in page
    assert "Only managers whose own role has no end name deputies." in page


def test_a_manager_of_one_agency_names_none_where_they_only_stand_in(session: Session) -> None:
    first, second = (agency.code for agency in communes(session)[:2])
    manager, other = member(session, "manager", first), member(session, "manager", second)
    colleague = member(session, "officer", second)
    session.add(
        Membership(account_id=manager.id, agency_code=second, role="manager",
                   since=now() - DAY, until=now() + DAY)
    )  # fmt: skip
    session.commit()
    wanted = Deputising(
        by=manager.id, account=colleague, agencies={first, second},
        since=now(), until=now() + 9 * DAY,
    )  # fmt: skip
    with pytest.raises(Rejection) as refused:
        deputise(session, wanted, now=now())
    assert refused.value.code == "unknown_person"
    assert [row.account_id for row in acting(session, second)] == [manager.id]
    assert other.id != manager.id
