"""Who is told what of a suggestion, through the real channels, which write files here."""

import email
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ResidentSession
from app.accounts.reach.blind import contact_key, mailbox
from app.accounts.schemas import ContactInput
from app.catalog.queries import profile
from app.core import installation
from app.core.crypto import new_token, token_hash
from app.core.time import now
from app.core.work.jobs import lease_drain
from app.following import service as following
from app.following.links import follower_code
from app.following.models import Follower
from app.notifications.channels import channels_of
from app.notifications.send import Round
from app.notifications.service import fan_out_pending
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.queries import photos_of
from app.reports.service import add_contact, photo_prepared, put_photo
from app.reports.service.voice import ask_reopen
from app.rights.service.retention import forget
from app.routing.service import route_pending
from app.suggestions.models import SuggestionSupport
from app.suggestions.service import MOST_TEXTS
from app.tickets.models import SuggestionText, Ticket
from config import Settings
from tests.desk.scene import FORM, a_ticket, act, as_, do, member
from tests.factories.tickets import DAY
from tests.media.pictures import picture
from tests.suggestions.scene import answered, published, suggested

AUTHOR, SUPPORTER = "author@people.example", "lan+quan@people.example"
PHONE = "+84912345678"


def report_of(session: Session, ticket: Ticket) -> Report:
    return session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()


def own_page(session: Session, ticket: Ticket) -> str:
    report = report_of(session, ticket)
    return f"/follow/{ticket.reference}/{follow_signature(report)}"


def reachable(session: Session, ticket: Ticket, address: str = AUTHOR) -> Ticket:
    """Its author has left an address."""
    contact = ContactInput(email=address, consent=("updates",))
    add_contact(session, report_of(session, ticket), contact, now=now())
    session.commit()
    return ticket


def noon(session: Session) -> datetime:
    """A moment at which nobody sleeps."""
    local = (now() + DAY).astimezone(profile(session).zone)
    return local.replace(hour=12)


def sent(session: Session, settings: Settings) -> list[tuple[str, str]]:
    """What goes out now: (address, the whole message)."""
    while fan_out_pending(session, now=now()):
        pass
    session.commit()
    known, moment = set(settings.var.rglob("*.*")), noon(session)
    one = Round(channels_of(installation.settings()), clock=lambda: moment, chance=lambda: 0.5)
    lease_drain(one.lease, one.send, one.record)
    found = []
    for path in sorted(set(settings.var.rglob("*.*")) - known):
        if path.suffix == ".eml":
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found.append((str(mail["To"]), mail.get_body().get_content()))  # type: ignore[union-attr]
        elif path.suffix == ".json":
            document = json.loads(path.read_text())
            found.append((document["to"], document["text"]))
    return found


def support_by_mail(
    client: FlaskClient, session: Session, settings: Settings, ticket: Ticket, *addresses: str
) -> None:
    """Type addresses, and say yes behind the link that comes to each."""
    path = f"/suggestions/{ticket.reference}/support"
    for address in addresses:
        assert client.post(path, data={"email": address}, headers=FORM).status_code == 303
    for to, text in sent(session, settings):
        if to in addresses:
            link = re.findall(r"(/following/\S+)", text)[0]
            client.post(link, data={"support": "1"}, headers=FORM)


def test_who_typed_an_address_hears_the_answer(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = published(session)
    support_by_mail(client, session, settings, ticket, SUPPORTER)
    session.refresh(ticket)
    assert ticket.supporters_count == 1
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "answer", manager, code="not_accepted", text="Không đủ chỗ đặt ghế.")
    (answer,) = [text for to, text in sent(session, settings) if to == SUPPORTER]
    assert "Không đủ chỗ đặt ghế." in answer


def test_aliases_are_one_person_but_messages_go_where_they_were_asked_for(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = published(session)
    support_by_mail(client, session, settings, ticket, SUPPORTER, "lan+hai@people.example")
    support_by_mail(client, session, settings, ticket, "LAN@people.example")
    session.refresh(ticket)
    assert ticket.supporters_count == 1
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "answer", manager, code="not_accepted", text="Không đủ chỗ đặt ghế.")
    told = [to for to, _text in sent(session, settings)]
    assert {SUPPORTER, "lan+hai@people.example"} == {to for to in told if to.startswith("lan")}
    assert mailbox("L.a.n+x@GoogleMail.com") == mailbox("lan@gmail.com") == "lan@gmail.com"
    assert mailbox("l.an@people.example") == "l.an@people.example"
    assert mailbox("+@people.example") == "+@people.example"


@pytest.fixture
def texting(settings: Settings) -> Iterator[None]:
    """An installation with a gateway for short messages."""
    installation.configure(replace(settings, sms=replace(settings.sms, kind="file")))
    yield
    installation.configure(settings)


def with_phone(client: FlaskClient, session: Session) -> None:
    """A browser that has proved a phone."""
    token, moment = new_token(), now()
    row = ResidentSession(
        token_hash=token_hash(token),
        proven=[contact_key("phone", PHONE)],
        phone_enc=installation.sealer().seal(PHONE),
        created_at=moment,
        expires_at=moment + DAY,
    )
    session.add(row)
    session.commit()
    client.set_cookie("mine", token)


@pytest.mark.usefixtures("texting")
def test_who_supports_by_phone_hears_the_answer_there_and_can_end_it(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = published(session)
    with_phone(client, session)
    page = f"/suggestions/{ticket.reference}"
    done = client.post(f"{page}/support", headers=FORM)
    assert done.location.endswith("done=supported-phone")
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "answer", manager, code="not_accepted", text="Không đủ chỗ.")
    (message,) = [text for to, text in sent(session, settings) if to == PHONE]
    found = session.scalars(select(Follower).where(Follower.ticket_id == ticket.id)).one()
    assert ticket.reference in message
    assert f"/following/{follower_code(found)}" in message
    following.end(session, found, now=now())
    assert found.contact_id is None


def test_where_no_phone_gets_news_none_is_kept(client: FlaskClient, session: Session) -> None:
    ticket = published(session)
    with_phone(client, session)
    done = client.post(f"/suggestions/{ticket.reference}/support", headers=FORM)
    assert done.location.endswith("done=supported")
    assert session.scalars(select(Follower)).all() == []


def test_an_author_hears_what_the_report_has_become_and_its_photos_stay(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = reachable(session, a_ticket(session))
    report = report_of(session, ticket)
    put_photo(session, report, uuid4(), BytesIO(picture()), now=now())
    (photo,) = photos_of(session, ticket.id)
    photo.state = "ready"
    session.flush()
    photo_prepared(session, photo.id)
    session.commit()
    sent(session, settings)
    as_(client, session, "coordinator", "VP-UBND")
    why = "Đây là đề xuất, không phải sự cố."
    act(client, ticket, "convert", category="idea_streets", text=why)
    (told,) = [text for to, text in sent(session, settings) if to == AUTHOR]
    assert why in told
    shown = f"/photos/{ticket.reference}/{photo.id}-medium.jpg"
    page = f"/suggestions/{ticket.reference}"
    assert str(photo.id) in client.get(own_page(session, ticket)).text
    assert str(photo.id) in client.get(f"/desk/tickets/{ticket.reference}").text
    assert str(photo.id) not in client.get(page).text
    assert client.get(shown).status_code == 404
    session.expire_all()
    assert act(client, ticket, "publish").status_code == 303
    assert str(photo.id) in client.get(page).text
    route_pending(session, now=now())
    (receipt,) = [text for to, text in sent(session, settings) if to == AUTHOR]
    assert page in receipt or "/follow/" in receipt, "its second life has a receipt of its own"


def test_an_author_hears_what_the_suggestion_has_become(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = reachable(session, published(session))
    sent(session, settings)
    as_(client, session, "coordinator", "VP-UBND")
    act(client, ticket, "convert", category="waste", text="Đây là phản ánh.")
    route_pending(session, now=now())
    told = [text for to, text in sent(session, settings) if to == AUTHOR]
    assert len(told) == 2
    assert "Đây là phản ánh." in told[0]
    session.expire_all()
    assert ticket.agency_code


def test_authors_and_supporters_hear_of_a_merger(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    one = reachable(session, published(session))
    other = reachable(
        session, published(session, title="Thêm chỗ ngồi nghỉ ở đường bao biển"), "b@people.example"
    )
    support_by_mail(client, session, settings, one, SUPPORTER)
    sent(session, settings)
    typed = {"data": {"into": other.reference}, "headers": FORM}
    for _ in range(2):
        client.post(f"{own_page(session, one)}/merge", **typed)
    ((to, wish),) = sent(session, settings)
    assert to == "b@people.example"
    assert one.reference in wish
    said = {"data": {"into": one.reference}, "headers": FORM}
    client.post(f"{own_page(session, other)}/merge/decline", **said)
    assert [to for to, _text in sent(session, settings)] == [AUTHOR]
    client.post(f"{own_page(session, one)}/merge", **typed)
    client.post(f"{own_page(session, other)}/merge/agree", **said)
    told = dict(sent(session, settings))
    assert set(told) == {AUTHOR, SUPPORTER}
    assert other.reference in told[SUPPORTER]


def test_nobody_writes_on_for_ever(client: FlaskClient, session: Session) -> None:
    client.set_cookie("lang", "en")
    ticket = suggested(session)
    words = {"title": ticket.reference, "text": "Nội dung đã được viết lại cho rõ hơn nhiều."}
    path = f"{own_page(session, ticket)}/amend"
    answers = [client.post(path, data=words, headers=FORM) for _ in range(MOST_TEXTS)]
    assert [one.status_code for one in answers] == [303] * (MOST_TEXTS - 1) + [409]
    assert f"written {MOST_TEXTS} times" in answers[-1].text
    texts = session.scalars(select(SuggestionText).where(SuggestionText.ticket_id == ticket.id))
    assert len(texts.all()) == MOST_TEXTS
    assert "/amend" not in client.get(own_page(session, ticket)).text


def test_marks_stay_while_a_question_waits(
    client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = published(session)
    support_by_mail(client, session, settings, ticket, SUPPORTER)
    manager = member(session, "manager", ticket.agency_code)
    do(session, ticket, "answer", manager, code="not_accepted", text="Không đủ chỗ.")
    ask_reopen(session, report_of(session, ticket), None, "Còn chỗ ở phía đông", now=now())
    late = now() + 400 * DAY
    forget(session, now=late, limit=100)
    assert session.scalar(select(SuggestionSupport.person)) is not None
    assert session.scalars(select(Follower)).one().ended_at is None
    do(session, ticket, "uphold", manager, text="Phía đông cũng không đủ.")
    forget(session, now=late + 32 * DAY, limit=100)
    assert session.scalar(select(SuggestionSupport.person)) is None
    assert ticket.supporters_count == 1


def test_the_desks_lists_go_on(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.desk.suggesting.queue.MOST", 2)
    waiting = {suggested(session, title=f"Ghế đá ở phố số {n}").reference for n in range(5)}
    at_work = {published(session, title=f"Cây xanh ở phố số {n}").reference for n in range(3)}
    answered(session, "not_accepted", title="Cấm xe máy trên toàn phường ngay")
    as_(client, session, "coordinator", "VP-UBND")
    seen = list[str]()
    path = "/desk/suggestions"
    for _ in range(3):
        page = client.get(path).text
        seen += [one for one in (waiting | at_work) if one in page]
        found = re.search(r'rel="next" href="([^"]*read=[^"]*)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
        if not path:
            break
    assert waiting <= set(seen)
    for broken in ("x", "1~", f"{'9' * 30}~1", "1~2~3"):
        assert client.get(f"/desk/suggestions?read={broken}&answer={broken}").status_code == 200
