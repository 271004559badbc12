"""What waits for the staff: nothing is shut out, nothing is asked for row by row."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.accounts.reach.blind import contact_key
from app.agencies.queries import actor_of
from app.core.time import now
from app.desk.suggesting.queue import Part, queue
from app.notifications.digest.waiting import waiting_of_agencies
from app.suggestions.models import SuggestionReason
from app.suggestions.service import reasoning
from app.tickets.models import Escalation, TicketEvent
from app.tickets.service import escalate
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, act, as_, do, enter, member, post
from tests.factories.tickets import DAY
from tests.suggestions.scene import answered, published, suggested

REASON = "Lý do đủ dài để được nhận, số"


def listed(part: Part | None) -> list[str]:
    assert part is not None
    return [entry.view.reference for entry in part.entries]


def test_a_flagged_suggestion_is_read_again(client: FlaskClient, session: Session) -> None:
    client.set_cookie("lang", "en")
    ticket = published(session)
    page = client.get(f"/suggestions/{ticket.reference}").text
    assert f"/tickets/{ticket.reference}/shows-me" in page
    assert f"/tickets/{ticket.reference}/flag" in page
    said = {"data": {"reason": "insult"}, "headers": FORM}
    assert client.post(f"/tickets/{ticket.reference}/flag", **said).status_code == 303
    as_(client, session, "screener")
    assert ticket.reference in client.get("/desk/suggestions").text
    shown = client.get(f"/desk/tickets/{ticket.reference}").text
    assert "Insults, hate or threats" in shown
    session.refresh(ticket)
    assert act(client, ticket, "publish").status_code == 303
    assert ticket.reference not in client.get("/desk/suggestions").text


def test_the_longest_waiting_is_read_first_and_not_the_oldest_suggestion(session: Session) -> None:
    old, new = published(session), suggested(session, title="Mở thư viện đến 20 giờ mỗi ngày")
    key = [contact_key("email", "k@example.invalid")]
    reasoning.say(session, old, key, "for", f"{REASON} 1", now=now() + DAY)
    session.commit()
    actor = actor_of(session, member(session, "screener"), now())
    found = queue(session, actor, now(), read=None, answer=None).to_read
    assert listed(found) == [new.reference, old.reference]


def test_what_was_accepted_stays_in_the_list_until_it_is_taken_up(session: Session) -> None:
    ticket = answered(session)
    answered(session, "not_accepted", title="Mở thư viện đến 20 giờ mỗi ngày")
    manager = member(session, "manager", ticket.agency_code)
    actor = actor_of(session, manager, now())
    part = queue(session, actor, now() + DAY, read=None, answer=None).to_answer
    assert listed(part) == [ticket.reference]
    assert part is not None
    # What was answered in time is not late: the next step is due.
    assert (part.entries[0].due_at, part.entries[0].late) == (ticket.planned_for, False)
    for until in (40, 80):
        later = (ticket.planned_for or now()) + timedelta(hours=1)
        while escalate(session, now=later):
            pass
        calls = select(Escalation).where(Escalation.ticket_id == ticket.id)
        reminded = session.scalars(calls.order_by(Escalation.id.desc())).first()
        assert reminded is not None
        assert (reminded.reason, reminded.since) == ("step_due", ticket.planned_for)
        assert reminded.agency_code == ticket.agency_code
        waits = waiting_of_agencies(session, later)[reminded.agency_code]
        assert waits["planned"] == 1
        do(session, ticket, "milestone", manager, text="Chọn mẫu", until=now() + until * DAY)
    assert list(problems(session, now(), Checked())) == []


def test_more_rows_take_no_more_statements(client: FlaskClient, session: Session) -> None:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    def statements() -> int:
        session.expire_all()
        session.commit()
        seen.clear()
        event.listen(session.get_bind(), "before_cursor_execute", note)
        assert client.get("/desk/suggestions").status_code == 200
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(seen)

    first = published(session)
    enter(client, session, member(session, "manager", first.agency_code))
    statements()  # what is kept is read once
    few = statements()
    for number in range(4):
        published(session, title=f"Mở thư viện đến 20 giờ mỗi ngày số {number}")
    assert statements() <= few


def test_many_reasons_for_it_do_not_shut_out_those_against(
    client: FlaskClient, session: Session
) -> None:
    client.set_cookie("lang", "en")
    ticket = published(session)
    for number in range(reasoning.EACH + 3):
        side = "against" if number == 0 else "for"
        key = [contact_key("email", f"r{number}@example.invalid")]
        reasoning.say(session, ticket, key, side, f"{REASON} {number:03}", now=now())
    session.execute(update(SuggestionReason).values(checked_at=now()))
    session.commit()
    page = client.get(f"/suggestions/{ticket.reference}").text
    shown = [number for number in range(reasoning.EACH + 3) if f"{REASON} {number:03}" in page]
    assert shown == [0, *range(3, reasoning.EACH + 3)]
    more = f"/suggestions/{ticket.reference}?for="
    older = page[page.index(more) :].partition('"')[0].partition("#")[0]
    assert f"{REASON} 001" in client.get(older).text
    as_(client, session, "screener")
    desk = client.get(f"/desk/tickets/{ticket.reference}").text
    assert f"{REASON} 000" not in desk
    assert "reasons=" in desk
    last = desk[desk.index("?reasons=") :].partition("#")[0].partition('"')[0]
    assert f"{REASON} 000" in client.get(f"/desk/tickets/{ticket.reference}{last}").text


def test_whoever_takes_a_reason_away_is_in_the_history(
    client: FlaskClient, session: Session
) -> None:
    ticket = published(session)
    key = [contact_key("email", "h@example.invalid")]
    reasoning.say(session, ticket, key, "for", f"{REASON} 1, gọi 0912345678", now=now())
    session.commit()
    row = session.scalars(select(SuggestionReason)).one()
    assert row.body is None  # the masked copy is all that is kept
    assert "0912345678" not in (row.public_body or "")
    account = as_(client, session, "screener")
    for verb in ("publish", "hide", "publish"):
        assert post(client, f"/desk/suggestions/reasons/{row.id}/{verb}").status_code == 303
    its = TicketEvent.params.has_key("reason_of")
    events = session.scalars(select(TicketEvent).where(its).order_by(TicketEvent.id)).all()
    assert [(one.kind, one.actor_account_id, one.public) for one in events] == [
        ("hide", account.id, False),
        ("publish", account.id, False),
    ]
    session.expire_all()
    assert list(problems(session, now(), Checked())) == []
