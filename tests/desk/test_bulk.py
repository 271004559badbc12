"""One act on several tickets: preview, each for itself, once for each form, one way back."""

import re
import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.time import frozen, now
from app.tickets.models import BulkAct, Ticket
from app.tickets.queries import events_of
from tests.desk.scene import a_ticket, as_, communes, do, enter, member, post


def mark(ticket: Ticket) -> str:
    return f"{ticket.reference} {ticket.row_version}"


def look(client: FlaskClient, tickets: list[Ticket], verb: str, **form: str) -> TestResponse:
    return post(client, "/desk/bulk", verb=verb, ticket=[mark(one) for one in tickets], **form)


def sent(page: str) -> dict[str, object]:
    """What the form of a preview sends."""
    form = page[page.index('action="/desk/bulk/do"') :]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    fields: dict[str, object] = {n: v for n, v in found if n not in {"ticket", "csrf_token"}}
    return {**fields, "ticket": [value for name, value in found if name == "ticket"]}


def kinds(session: Session, ticket: Ticket) -> list[str]:
    return [event.kind for event in events_of(session, ticket.id)]


def test_a_preview_does_nothing_and_says_what_will_be_done_and_what_not(
    client: FlaskClient, session: Session
) -> None:
    me = as_(client, session)
    ready, accepted, stranger = a_ticket(session), a_ticket(session), a_ticket(session)
    do(session, accepted, "accept", me)
    session.execute(
        update(Ticket).where(Ticket.id == stranger.id).values(agency_code=communes(session)[1].code)
    )
    stale = a_ticket(session)
    marks = [mark(one) for one in (ready, accepted, stranger, stale)] + ["QN-26-222222 1", "x", ""]
    do(session, stale, "note", member(session), text="Đã gọi")
    page = post(client, "/desk/bulk?lang=en", verb="accept", ticket=marks).text
    assert sent(page)["ticket"] == [mark(ready)]
    left = dict(re.findall(r">(\w+-\d\d-\w+)</a>: ([^<]+)<", page))
    assert set(left) == {accepted.reference, stranger.reference, stale.reference, "QN-26-222222"}
    assert "Somebody else changed" in left[stale.reference]
    assert left[stranger.reference] == left["QN-26-222222"]
    session.refresh(ready)
    assert ready.status == "assigned"


def test_it_is_done_by_the_verb_and_once_for_each_form(
    client: FlaskClient, session: Session
) -> None:
    as_(client, session)
    tickets = [a_ticket(session) for _ in range(3)]
    form = sent(look(client, tickets, "accept").text)
    first, again = post(client, "/desk/bulk/do", **form), post(client, "/desk/bulk/do", **form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    page = client.get(first.headers["Location"]).text
    for ticket in tickets:
        session.refresh(ticket)
        assert kinds(session, ticket).count("accept") == 1
        assert ticket.status == "in_progress"
        assert ticket.reference in page
    assert "/undo" not in page  # the lifecycle knows no way back


def test_what_was_changed_after_the_preview_stops_no_other(
    client: FlaskClient, session: Session
) -> None:
    as_(client, session)
    good, changed = a_ticket(session), a_ticket(session)
    form = sent(look(client, [good, changed], "accept").text)
    do(session, changed, "note", member(session), text="Đã gọi")
    answer = post(client, "/desk/bulk/do", **form)
    assert answer.status_code == 409
    assert changed.reference in answer.text
    session.refresh(good)
    session.refresh(changed)
    assert (good.status, changed.status) == ("in_progress", "assigned")
    assert kinds(session, changed)[-1] == "note"


def test_hands_are_given_and_taken_back_once(client: FlaskClient, session: Session) -> None:
    me, colleague = as_(client, session), member(session)
    tickets = [a_ticket(session) for _ in range(2)]
    do(session, tickets[0], "accept", me)
    form = sent(look(client, tickets, "entrust", person=str(colleague.id)).text)
    there = post(client, "/desk/bulk/do", **form).headers["Location"]
    for ticket in tickets:
        session.refresh(ticket)
        assert ticket.officer_id == colleague.id
    assert f'action="{there}/undo"' in client.get(there).text
    assert post(client, f"{there}/undo").status_code == 303
    for ticket in tickets:
        session.refresh(ticket)
    assert [ticket.officer_id for ticket in tickets] == [me.id, None]
    assert post(client, f"{there}/undo").status_code == 409
    assert "/undo" not in client.get(there).text


def test_undoing_changes_nothing_that_came_later(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    colleague, third = member(session), member(session)
    kept, back = a_ticket(session), a_ticket(session)
    form = sent(look(client, [kept, back], "entrust", person=str(colleague.id)).text)
    there = post(client, "/desk/bulk/do", **form).headers["Location"]
    session.refresh(kept)
    do(session, kept, "entrust", colleague, account_id=third.id)
    answer = post(client, f"{there}/undo")
    assert answer.status_code == 409
    assert kept.reference in answer.text
    session.refresh(kept)
    session.refresh(back)
    assert (kept.officer_id, back.officer_id) == (third.id, None)


def test_the_way_back_closes_after_a_while(client: FlaskClient, session: Session) -> None:
    me, colleague = as_(client, session), member(session)
    form = sent(look(client, [a_ticket(session)], "entrust", person=str(colleague.id)).text)
    there = post(client, "/desk/bulk/do", **form).headers["Location"]
    with frozen(now() + timedelta(minutes=11)):
        enter(client, session, me)
        assert "/undo" not in client.get(there).text
        assert post(client, f"{there}/undo").status_code == 409


def test_nobody_else_sees_or_undoes_it(client: FlaskClient, session: Session) -> None:
    me = as_(client, session)
    form = sent(look(client, [a_ticket(session)], "entrust", person=str(me.id)).text)
    there = post(client, "/desk/bulk/do", **form).headers["Location"]
    as_(client, session)
    assert client.get(there).status_code == 404
    assert post(client, f"{there}/undo").status_code == 404
    assert client.get(f"/desk/bulk/{uuid.uuid4()}").status_code == 404


def test_a_key_serves_one_person_and_one_act(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    ticket, other = a_ticket(session), a_ticket(session)
    form = sent(look(client, [ticket], "accept").text)
    post(client, "/desk/bulk/do", **form)
    as_(client, session)
    answer = post(client, "/desk/bulk/do", **{**form, "ticket": [mark(other)]})
    assert answer.status_code == 409
    session.refresh(other)
    assert other.status == "assigned"
    assert len(session.scalars(select(BulkAct)).all()) == 1


def test_a_note_goes_to_all(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    tickets = [a_ticket(session) for _ in range(2)]
    form = sent(look(client, tickets, "note", text="Đội 2 đi tuyến này sáng mai").text)
    assert post(client, "/desk/bulk/do", **form).status_code == 303
    assert all(kinds(session, ticket)[-1] == "note" for ticket in tickets)


@pytest.mark.parametrize(
    "form",
    [
        {"verb": "accept"},
        {"verb": "close", "ticket": "x 1"},
        {"verb": "note", "ticket": "x 1", "text": " "},
        {"verb": "note", "ticket": "x 1", "text": "x" * 4_001},
        {"verb": "entrust", "ticket": "x 1", "person": "me"},
        {},
    ],
)
def test_nonsense_is_refused_in_words(
    client: FlaskClient, session: Session, form: dict[str, str]
) -> None:
    as_(client, session)
    for path in ("/desk/bulk", "/desk/bulk/do"):
        answer = post(client, path, **form)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_person_of_another_agency_gets_nothing(client: FlaskClient, session: Session) -> None:
    as_(client, session)
    ticket, stranger = a_ticket(session), member(session, agency=communes(session)[1].code)
    form = {"verb": "entrust", "ticket": mark(ticket), "person": str(stranger.id)}
    assert post(client, "/desk/bulk/do", **form).status_code == 409
    session.refresh(ticket)
    assert ticket.officer_id is None
