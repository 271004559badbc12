"""The duty roster's page, and the queue of urgent claims."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import DutyShift
from app.core.time import now
from app.tickets.service import call_duty
from tests.desk.scene import a_ticket, as_, communes, member, offered, post

DAY = timedelta(days=1)


def times(first: int, last: int) -> dict[str, str]:
    return {
        "begins": (now() + first * DAY).strftime("%Y-%m-%dT%H:%M"),
        "ends": (now() + last * DAY).strftime("%Y-%m-%dT%H:%M"),
    }


def shifts(session: Session) -> list[DutyShift]:
    return list(session.scalars(select(DutyShift)))


def test_a_manager_keeps_the_roster(client: FlaskClient, session: Session) -> None:
    person = member(session)
    account = as_(client, session, "manager")
    answer = post(client, "/desk/duty", person=person.id, order="2", **times(-1, 5))
    assert answer.headers["Location"] == "/desk/duty?done=duty"
    (shift,) = shifts(session)
    assert (shift.agency_code, shift.position) == (communes(session)[0].code, 2)
    assert "Lan" in client.get("/desk/duty").text
    as_(client, session, "manager", communes(session)[1].code)
    assert post(client, f"/desk/duty/{shift.id}/drop").status_code == 404
    from tests.desk.scene import enter

    enter(client, session, account)
    assert post(client, f"/desk/duty/{shift.id}/drop").status_code == 303
    assert shifts(session) == []


def test_what_a_roster_cannot_hold(client: FlaskClient, session: Session) -> None:
    person = member(session)
    stranger = member(session, "officer", communes(session)[1].code)
    as_(client, session, "manager")
    for wrong in (
        {"person": stranger.id, **times(0, 1)},
        {"person": person.id, **times(2, 1)},
        {"person": person.id, **times(-9, -5)},
        {"person": person.id, **times(0, 90)},
        {"person": person.id, "begins": "gestern", "ends": ""},
        {"person": person.id, "order": "0", **times(0, 1)},
        {"person": person.id, "order": "x" * 9_999, **times(0, 1)},
        {},
    ):
        answer = post(client, "/desk/duty", **wrong)
        assert answer.status_code == 422, wrong
        assert "field-error" in answer.text
    assert shifts(session) == []


def test_the_queue_offers_what_can_be_done(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, urgent=True)
    call_duty(session, now=now())
    session.commit()
    as_(client, session)
    listed = client.get("/desk?tab=duty&lang=en").text
    assert ticket.reference in listed
    assert "Said to be urgent" in listed
    page = client.get(f"/desk/tickets/{ticket.reference}").text
    assert {"confirm_urgent", "lower", "acknowledge"} <= offered(page)


def test_who_is_called_finds_it_wherever_it_is(client: FlaskClient, session: Session) -> None:
    office = "VP-UBND"
    person = as_(client, session, "officer", office)
    session.add(
        DutyShift(
            agency_code=office, account_id=person.id, begins_at=now() - DAY,
            ends_at=now() + DAY, position=1,
        )
    )  # fmt: skip
    ticket = a_ticket(session, urgent=True)
    call_duty(session, now=now())
    session.commit()
    assert ticket.reference in client.get("/desk?tab=duty").text
    assert client.get(f"/desk/tickets/{ticket.reference}").status_code == 200
