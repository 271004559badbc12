"""Who leaves holds nothing any more, and an agency that nobody reads is told."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, StaffSession
from app.admin.attention import points
from app.agencies.models import DutyShift, Membership
from app.agencies.queries import actor_of, last_seen, on_duty
from app.agencies.service import Shift, add_shift
from app.core.time import now
from app.notifications.digest.unread import SILENCE
from app.tickets.models import UrgentCall
from app.tickets.service import call_duty, leave
from config import Settings
from tests.accounts.people import commune
from tests.desk.scene import a_ticket, as_, enter, member, post

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def on_roster(session: Session, position: int, begins: timedelta = -DAY) -> Account:
    account, at = member(session), now()
    wanted = Shift(
        account=account,
        agency_code=commune(session),
        begins_at=at + begins,
        ends_at=at + begins + 3 * DAY,
        position=position,
    )
    add_shift(session, wanted, now=at)
    return account


def called(session: Session) -> int | None:
    call = session.scalars(select(UrgentCall).execution_options(populate_existing=True)).one()
    return call.account_id


def test_roles_shifts_and_deputies_end_and_what_was_stays(session: Session) -> None:
    account, at = on_roster(session, 1), now()
    running = session.scalars(select(DutyShift)).one()
    add_shift(
        session,
        Shift(
            account=account, agency_code=commune(session),
            begins_at=at + 5 * DAY, ends_at=at + 6 * DAY, position=1,
        ),
        now=at,
    )  # fmt: skip
    deputy = Membership(
        account_id=account.id, agency_code=commune(session), role="manager",
        since=at + DAY, until=at + 9 * DAY,
    )  # fmt: skip
    session.add(deputy)
    session.flush()
    leave(session, account, now=at)
    session.expire_all()
    later = at + 2 * DAY
    for moment in (at, later):
        assert actor_of(session, account, moment).roles == frozenset()
        assert on_duty(session, commune(session), moment) == []
    assert [row.id for row in session.scalars(select(DutyShift))] == [running.id]
    assert running.ends_at == at
    assert account.disabled_at == at


def test_an_urgent_claim_goes_on_to_the_next_even_where_it_was_heard(session: Session) -> None:
    first, second = on_roster(session, 1), on_roster(session, 2)
    ticket = a_ticket(session, urgent=True)
    at = now()
    call_duty(session, now=at)
    assert called(session) == first.id
    session.get_one(UrgentCall, ticket.id).heard_at = at
    session.flush()
    assert call_duty(session, now=at + 60 * MINUTE) == 0
    leave(session, first, now=at + MINUTE)
    assert call_duty(session, now=at + 2 * MINUTE) == 1
    assert called(session) == second.id


def test_disabling_on_the_page_hands_over(client: FlaskClient, session: Session) -> None:
    leaving, staying = on_roster(session, 1), member(session)
    enter(client.application.test_client(), session, leaving)
    as_(client, session, "administrator")
    assert post(client, f"/admin/users/{leaving.id}/disable").status_code == 303
    assert actor_of(session, leaving, now()).roles == frozenset()
    assert actor_of(session, staying, now()).roles
    post(client, f"/admin/users/{leaving.id}/enable")
    assert actor_of(session, leaving, now()).roles == frozenset()


def test_an_agency_that_nobody_reads_is_told(session: Session, settings: Settings) -> None:
    account, at = member(session), now()
    title = "Agencies that nobody reads: %(count)s."

    def told(moment: object) -> dict[str, object] | None:
        found = points(session, settings, moment, at.date())  # type: ignore[arg-type]
        return next((point.params for point in found if point.title == title), None)

    late = at + SILENCE + MINUTE
    assert told(at) is None  # the role is new
    params = told(late)
    assert params is not None
    assert params["count"] == 1
    session.add(
        StaffSession(
            account_id=account.id, token_hash=b"x" * 32, created_at=at,
            last_seen_at=at + DAY, expires_at=at + 2 * DAY, device="",
        )
    )  # fmt: skip
    session.flush()
    assert last_seen(session, late) == {commune(session): at + DAY}
    assert told(late) is None
    assert told(late + DAY) is not None
    leave(session, account, now=at)
    assert told(late + DAY) is None  # they work by mail now, and nothing waits there
