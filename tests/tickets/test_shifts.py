"""The roster changes between two calls to an urgent claim: nobody is passed over."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import DutyShift
from app.tickets.service import call_duty
from tests.factories.tickets import MONDAY
from tests.tickets.test_duty import MINUTE, called, claimed, on_roster


def test_who_is_still_on_duty_is_called_when_the_first_one_has_gone_home(session: Session) -> None:
    first, second = on_roster(session, position=1), on_roster(session, position=2)
    mine = select(DutyShift).where(DutyShift.account_id == first.account_id)
    session.scalars(mine).one().ends_at = MONDAY + 10 * MINUTE
    session.flush()
    ticket = claimed(session)
    call_duty(session, now=MONDAY)
    assert called(session, ticket) == first.account_id
    call_duty(session, now=MONDAY + timedelta(minutes=16))
    assert called(session, ticket) == second.account_id


def test_who_comes_on_duty_is_called_before_the_office_and_nobody_twice(session: Session) -> None:
    first = on_roster(session, position=2)
    ticket = claimed(session)
    call_duty(session, now=MONDAY)
    newcomer = on_roster(session, position=1)
    turns = []
    for turn in (1, 2):
        call_duty(session, now=MONDAY + turn * 16 * MINUTE)
        turns.append(called(session, ticket))
    assert (first.account_id in turns, turns) == (False, [newcomer.account_id, None])
