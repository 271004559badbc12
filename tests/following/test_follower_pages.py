"""The pages and messages of who follows, in both languages, without JavaScript."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Contact
from app.accounts.reach import proofs
from app.core.installation import settings
from app.core.time import now
from app.following.models import Follower
from app.notices import service as notices
from app.notices.models import Notice
from app.notices.schemas import NewNotice
from app.notifications.channels import Message
from app.notifications.models import Delivery
from app.notifications.recipients.owing import tell_of_notices
from app.notifications.send import Round
from app.notifications.service import fan_out_pending
from app.rights.service.retention import forget
from tests.desk.scene import FORM, a_ticket, as_, do, member, post
from tests.factories.tickets import coordinator, resolve
from tests.notifications.test_reach import Box

LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])
HOA = "hoa@people.example"
DAY = timedelta(days=1)


def sent(session: Session, box: Box) -> list[Message]:
    """Send what is owed; return what went to Hoa now."""
    before = len(box.messages)
    while fan_out_pending(session, now=now()):
        pass
    one = Round({"email": box}, clock=now, chance=lambda: 0.5)
    while leased := one.lease(session):
        for outgoing in leased:
            one.record(session, outgoing, one.send(outgoing))
    session.commit()
    return [message for message in box.messages[before:] if message.to == HOA]


def link_in(message_body: str) -> str:
    found = re.search(r"/following/[\w.-]+", message_body)
    assert found is not None
    return found[0]


@LANGUAGES
def test_the_whole_way(client: FlaskClient, session: Session, lang: str) -> None:
    ticket, box = a_ticket(session), Box("email")
    session.commit()
    client.set_cookie("lang", lang)
    action = f"/tickets/{ticket.reference}/follow"
    shown = client.get(f"/tickets/{ticket.reference}").text
    assert {"vi": "Theo dõi phản ánh này", "en": "Follow this report"}[lang] in shown
    assert f'action="{action}"' in shown
    answers = [client.post(action, data={"email": HOA}, headers=FORM) for _ in range(2)]
    # The same answer, known or not.
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, f"/tickets/{ticket.reference}?done=asked")
    }
    thanks = client.get(answers[0].headers["Location"]).text
    assert {"vi": "xem hộp thư", "en": "Look into your mailbox"}[lang] in thanks
    assert HOA not in thanks
    (question,) = sent(session, box)
    own = link_in(question.body)
    assert question.stop_link.endswith(f"{own}/end")
    # Looking is no yes: programs look into mails.
    for _ in range(2):
        assert client.get(own).status_code == 200
    follower = session.scalars(select(Follower)).one()
    assert follower.confirmed_at is None
    assert client.post(own, headers=FORM).status_code == 303
    page = client.get(own)
    assert {"vi": "Ông/bà đang theo dõi", "en": "You follow this"}[lang] in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert HOA not in page.text
    do(session, ticket, "accept", member(session))
    resolve(session, ticket, at=now())
    (told,) = sent(session, box)
    assert ticket.reference in told.subject
    assert f"/tickets/{ticket.reference}" in told.body
    assert told.stop_link in told.body
    # One click in the mail program, which sends no cookie and no origin.
    ended = client.post(
        told.stop_link.removeprefix(settings().web.base_url),
        data={"List-Unsubscribe": "One-Click"},
    )
    assert {"vi": "Ông/bà đã ngừng theo dõi", "en": "You do not follow this"}[lang] in ended.text
    contact = session.scalars(select(Contact).execution_options(populate_existing=True)).one()
    assert contact.email_enc is None


@pytest.mark.parametrize("typed", ["", "x", "a@b", "a@b.c d", "x" * 300 + "@people.example"])
def test_what_is_no_address_stays_in_the_field(
    client: FlaskClient, session: Session, typed: str
) -> None:
    ticket = a_ticket(session)
    session.commit()
    answer = client.post(f"/tickets/{ticket.reference}/follow", data={"email": typed}, headers=FORM)
    assert answer.status_code == 422
    assert f'value="{typed[:254]}"' in answer.text
    assert 'id="email-error"' in answer.text
    assert session.scalars(select(Follower)).all() == []


def test_a_private_ticket_is_not_followed(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    ticket.private = True
    session.commit()
    action = f"/tickets/{ticket.reference}/follow"
    assert action not in client.get(f"/tickets/{ticket.reference}").text
    assert client.get(action).status_code == 404
    assert client.post(action, data={"email": HOA}, headers=FORM).status_code == 404


def test_what_becomes_private_is_not_spoken_of(client: FlaskClient, session: Session) -> None:
    ticket, box = a_ticket(session), Box("email")
    session.commit()
    client.post(f"/tickets/{ticket.reference}/follow", data={"email": HOA}, headers=FORM)
    (question,) = sent(session, box)
    client.post(link_in(question.body), headers=FORM)
    do(session, ticket, "accept", member(session))
    resolve(session, ticket, at=now())
    session.refresh(ticket)
    ticket.private = True
    session.commit()
    assert sent(session, box) == []
    last = session.scalars(select(Delivery).where(Delivery.recipient.like("follower:%"))
                           .order_by(Delivery.id.desc())).first()  # fmt: skip
    assert last is not None
    assert (last.state, last.last_error) == ("dropped", "not_public")
    page = client.get(link_in(question.body))
    assert page.status_code == 200
    assert "Đường sá" not in page.text


def proved(client: FlaskClient, session: Session) -> None:
    """This browser has opened the link of a message to Hoa, who reported something once."""
    from app.accounts.reach.blind import contact_key

    token = proofs.open_session(session, [contact_key("email", HOA)], None, now=now())
    session.commit()
    client.set_cookie("mine", token)


def notice(session: Session, **changes: object) -> Notice:
    new = NewNotice(
        texts={"vi": "Mất điện", "en": "Power cut"},
        expected_end=now() + 2 * DAY,
        category="power",
        **changes,  # type: ignore[arg-type]
    )
    row = notices.tell(session, new, actor=coordinator(session), now=now())
    session.commit()
    return row


@LANGUAGES
def test_a_notice_by_one_tap(client: FlaskClient, session: Session, lang: str) -> None:
    from app.accounts.schemas import ContactInput

    row, box = notice(session), Box("email")
    a_ticket(session, contact=ContactInput(email=HOA, consent=("updates",)))
    client.set_cookie("lang", lang)
    action = f"/notices/{row.id}/follow"
    assert f'action="{action}"' in client.get(f"/notices/{row.id}").text
    proved(client, session)
    tapped = client.post(action, headers=FORM)
    assert tapped.headers["Location"] == f"/notices/{row.id}?done=follows"
    shown = client.get(tapped.headers["Location"]).text
    assert {"vi": "đã theo dõi", "en": "You follow this now"}[lang] in shown
    assert session.scalars(select(Follower)).one().confirmed_at is not None
    sent(session, box)
    assert tell_of_notices(session, now=now()) == 0
    by = coordinator(session)
    for days in (3, 4):
        notices.extend(session, row.id, now() + days * DAY, actor=by, now=now())
    assert tell_of_notices(session, now=now()) == 1
    assert tell_of_notices(session, now=now()) == 0
    (told,) = sent(session, box)
    assert told.subject in {
        "Sự cố đã biết: thời gian kết thúc dự kiến mới", "Known incident: a new expected end",
    }  # fmt: skip
    notices.end(session, row.id, actor=by, now=now())
    assert [tell_of_notices(session, now=now()) for _ in range(2)] == [1, 0]
    (told,) = sent(session, box)
    assert f"/notices/{row.id}" in told.body
    forget(session, now=now() + 2 * DAY, limit=9)
    session.expire_all()
    assert session.scalars(select(Follower)).one().contact_id is None


def test_a_notice_asks_who_it_does_not_know(client: FlaskClient, session: Session) -> None:
    row, box = notice(session), Box("email")
    action = f"/notices/{row.id}/follow"
    tapped = client.post(action, headers=FORM)
    assert (tapped.status_code, tapped.headers["Location"]) == (303, action)
    assert 'name="email"' in client.get(action).text
    asked = client.post(action, data={"email": HOA}, headers=FORM)
    assert asked.headers["Location"] == f"/notices/{row.id}?done=asked"
    (question,) = sent(session, box)
    assert "Mất điện" in question.body
    assert client.post(link_in(question.body), headers=FORM).status_code == 303


def test_a_forgotten_notice_is_over_too(client: FlaskClient, session: Session) -> None:
    row = notice(session)
    proved(client, session)
    from app.accounts.schemas import ContactInput

    a_ticket(session, contact=ContactInput(email=HOA, consent=("updates",)))
    client.post(f"/notices/{row.id}/follow", headers=FORM)
    after = row.expected_end + DAY
    assert tell_of_notices(session, now=after - timedelta(seconds=1)) == 0
    assert tell_of_notices(session, now=after) == 1
    assert tell_of_notices(session, now=after) == 0


def test_an_ended_notice_is_not_followed(client: FlaskClient, session: Session) -> None:
    row = notice(session)
    notices.end(session, row.id, actor=coordinator(session), now=now())
    session.commit()
    action = f"/notices/{row.id}/follow"
    assert action not in client.get(f"/notices/{row.id}").text
    assert client.post(action, data={"email": HOA}, headers=FORM).status_code == 409
    assert client.get("/notices/999999/follow").status_code == 404


def test_the_desk_tells_followers_of_the_end(client: FlaskClient, session: Session) -> None:
    row = notice(session)
    client.post(f"/notices/{row.id}/follow", data={"email": HOA}, headers=FORM)
    follower = session.scalars(select(Follower)).one()
    from app.following.service import confirm

    confirm(session, follower, now=now())
    session.commit()
    as_(client, session, "coordinator")
    assert post(client, f"/desk/notices/{row.id}/end").status_code == 303
    assert tell_of_notices(session, now=now()) == 1
