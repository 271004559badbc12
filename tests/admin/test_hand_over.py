"""Who leaves hands over in one act: to a colleague, or back to the queue; nothing stays behind."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.agencies.models import DutyShift, Membership
from app.agencies.queries import actor_of
from app.agencies.service import Shift, add_shift, give_role
from app.core.time import now
from app.tickets.models import Proposal, Ticket, TicketEvent
from app.tickets.service import strays
from tests.desk.scene import a_ticket, as_, communes, do, member, post
from tests.factories.tickets import wrong

DAY = timedelta(days=1)


def held(session: Session, account: Account, count: int = 2, area: int = 0) -> list[Ticket]:
    """Tickets in somebody's hands."""
    own = communes(session)[area]
    made = [a_ticket(session, area=own.area_code) for _ in range(count)]
    return [do(session, ticket, "accept", account) for ticket in made]


def on_duty(session: Session, account: Account, begins: timedelta) -> None:
    at = now()
    wanted = Shift(
        account=account, agency_code=communes(session)[0].code, begins_at=at + begins,
        ends_at=at + begins + 3 * DAY, position=2,
    )  # fmt: skip
    add_shift(session, wanted, now=at)
    session.commit()


def hands(session: Session, tickets: list[Ticket]) -> set[int | None]:
    for ticket in tickets:
        session.refresh(ticket)
    return {ticket.officer_id for ticket in tickets}


def told(session: Session, ticket: Ticket) -> list[dict[str, object]]:
    query = select(TicketEvent.params).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "entrust"
    )
    return list(session.scalars(query.order_by(TicketEvent.seq)))


def test_the_page_counts_and_changes_nothing(client: FlaskClient, session: Session) -> None:
    leaving = member(session)
    tickets = held(session, leaving, 3)
    own = communes(session)[0]
    own.approval = "all"
    session.commit()
    do(session, tickets[0], "answer", leaving, code="explained", text="Đã xem")
    on_duty(session, leaving, -DAY)
    on_duty(session, leaving, 5 * DAY)
    as_(client, session, "administrator")
    page = client.get(f"/admin/users/{leaving.id}/leaving?lang=en").text
    for words, count in (
        ("Open tickets in their hands", 3), ("Shifts on the duty roster", 2),
        ("Proposals that wait for a manager", 1), ("Times as deputy", 0),
    ):  # fmt: skip
        assert f"<dt>{words}</dt><dd>{count}</dd>" in page
    assert hands(session, tickets) == {leaving.id}
    assert actor_of(session, leaving, now()).roles


def test_a_colleague_takes_over_tickets_and_shifts(client: FlaskClient, session: Session) -> None:
    leaving, heir = member(session), member(session)
    tickets = held(session, leaving)
    on_duty(session, leaving, -DAY)
    on_duty(session, leaving, 5 * DAY)
    as_(client, session, "administrator")
    assert post(client, f"/admin/users/{leaving.id}/disable", to=heir.id).status_code == 303
    session.expire_all()
    assert hands(session, tickets) == {heir.id}
    assert told(session, tickets[0]) == [{"account": heir.id, "before": leaving.id}]
    lasting = session.scalars(select(DutyShift).where(DutyShift.ends_at > now())).all()
    assert [(row.account_id, row.position) for row in lasting] == [(heir.id, 2)] * 2
    past = session.scalars(select(DutyShift).where(DutyShift.account_id == leaving.id)).one()
    assert past.ends_at <= now(), "who was on duty yesterday is still to be read"
    assert strays(session, now()) == []
    assert wrong(session, now()) == []


def test_without_a_colleague_all_goes_back_to_the_queue(
    client: FlaskClient, session: Session
) -> None:
    leaving = member(session)
    tickets = held(session, leaving)
    on_duty(session, leaving, 5 * DAY)
    as_(client, session, "administrator")
    post(client, f"/admin/users/{leaving.id}/disable", to="0")
    assert hands(session, tickets) == {None}
    assert session.scalars(select(DutyShift)).all() == []
    assert strays(session, now()) == []


def test_a_proposal_waits_for_the_manager_as_before(client: FlaskClient, session: Session) -> None:
    leaving, manager = member(session), member(session, "manager")
    ticket = held(session, leaving, 1)[0]
    communes(session)[0].approval = "all"
    session.commit()
    do(session, ticket, "answer", leaving, code="explained", text="Đã xem")
    as_(client, session, "administrator")
    post(client, f"/admin/users/{leaving.id}/disable")
    session.expire_all()
    assert session.scalars(select(Proposal)).one().decided_at is None
    assert do(session, ticket, "approve", manager).status == "answered"


@pytest.mark.parametrize("whose", ["another agency", "a former colleague", "nobody", "themselves"])
def test_nobody_else_takes_over(client: FlaskClient, session: Session, whose: str) -> None:
    leaving = member(session)
    tickets = held(session, leaving)
    others = {
        "another agency": member(session, "officer", communes(session)[1].code).id,
        "a former colleague": member(session).id, "nobody": 999_999, "themselves": leaving.id,
    }  # fmt: skip
    former = select(Membership).where(Membership.account_id == others["a former colleague"])
    session.scalars(former).one().until = now()
    session.commit()
    as_(client, session, "administrator")
    answer = post(client, f"/admin/users/{leaving.id}/disable", to=others[whose])
    assert answer.status_code == 422
    assert 'id="to-error"' in answer.text
    session.refresh(leaving)
    assert leaving.disabled_at is None
    assert hands(session, tickets) == {leaving.id}


def test_who_moves_to_another_agency_leaves_the_tickets_there(
    client: FlaskClient, session: Session
) -> None:
    moving, heir = member(session), member(session)
    first, second = communes(session)[:2]
    give_role(session, moving, "officer", second.code, now=now())
    session.commit()
    left, kept = held(session, moving), held(session, moving, area=1)
    row = session.scalars(
        select(Membership).where(
            Membership.account_id == moving.id, Membership.agency_code == first.code
        )
    ).one()
    as_(client, session, "administrator")
    page = client.get(f"/admin/users/{moving.id}/leaving?role={row.id}&lang=en").text
    assert "<dt>Open tickets in their hands</dt><dd>2</dd>" in page
    answer = post(client, f"/admin/users/{moving.id}/roles/{row.id}/end", to=heir.id)
    assert answer.status_code == 303
    assert hands(session, left) == {heir.id}
    assert hands(session, kept) == {moving.id}
    assert strays(session, now()) == []
    session.refresh(moving)
    assert moving.disabled_at is None


def test_who_stays_in_the_agency_by_another_role_keeps_the_tickets(
    client: FlaskClient, session: Session
) -> None:
    account = member(session)
    tickets = held(session, account)
    officer = session.scalars(select(Membership).where(Membership.account_id == account.id)).one()
    give_role(session, account, "manager", communes(session)[0].code, now=now())
    session.commit()
    as_(client, session, "administrator")
    post(client, f"/admin/users/{account.id}/roles/{officer.id}/end")
    assert hands(session, tickets) == {account.id}
    assert strays(session, now()) == []


def test_what_a_former_colleague_holds_is_found(session: Session) -> None:
    """A sweep sees what no act of ours leaves behind."""
    gone, stranger = member(session), member(session, "officer", communes(session)[1].code)
    tickets = held(session, gone)
    gone.disabled_at = now()
    tickets[1].officer_id = stranger.id
    session.flush()
    assert strays(session, now()) == [ticket.reference for ticket in tickets]
