"""Check and triage on one screen: what waits opens by itself, one decision after the other."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.queries import actor_of
from app.catalog.models import Category
from app.core.actor import Actor
from app.core.time import now
from app.desk.check.queue import AFTERWARDS, FIRST, next_item
from app.reports.legal import LegalKind
from app.reports.models import Report
from app.reports.queries import reports_of
from app.reports.service import dispute
from app.tickets.models import Ticket
from app.tickets.service.watch.turns import TURN
from tests.desk.scene import a_ticket, act, as_, communes, do, enter, member, offered
from tests.factories.tickets import IN_WARD, kinds, photo, statements, wrong

HOUR = timedelta(hours=1)


def opens(session: Session, actor: Actor, queue: str = FIRST) -> Ticket | None:
    """Which ticket somebody is given."""
    return next_item(session, queue, None, actor=actor, now=now())


def test_the_check_shows_original_and_copy_of_the_oldest(
    client: FlaskClient, session: Session
) -> None:
    a_ticket(session, at=now() - HOUR)
    oldest = a_ticket(session, at=now() - 9 * HOUR, text="Gọi 0912 345 678 giúp tôi")
    as_(client, session, "screener")
    page = client.get("/desk/check").text
    assert oldest.reference in page
    original, public = page.split("desk-public")
    assert "0912 345 678" in original
    assert "0912 345 678" not in public
    assert offered(page) == {"publish", "hide"}
    assert "The public copy says the same" not in client.get("/desk/check?lang=en").text


def test_publishing_brings_the_next(client: FlaskClient, session: Session) -> None:
    first, second = a_ticket(session, at=now() - 2 * HOUR), a_ticket(session, at=now() - HOUR)
    as_(client, session, "screener")
    answer = act(client, first, "publish", back="check")
    assert answer.headers["Location"] == f"/desk/check?done=publish&undo={first.reference}"
    session.refresh(first)
    assert first.content == "published"
    shown = client.get(answer.headers["Location"]).text.split("<article")[1]
    assert second.reference in shown
    assert first.reference not in shown


def test_hiding_needs_a_reason_and_the_same_ticket_stays(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    as_(client, session, "screener")
    answer = act(client, ticket, "hide", code="", back="check")
    assert 400 <= answer.status_code < 500
    assert '<a href="#hide-code">' in answer.text
    assert ticket.reference in answer.text
    assert act(client, ticket, "hide", code="insult", back="check").status_code == 303
    session.refresh(ticket)
    assert (ticket.content, ticket.hidden_code) == ("hidden", "insult")


def test_what_is_left_for_later_stays_behind(client: FlaskClient, session: Session) -> None:
    first, second = a_ticket(session, at=now() - 2 * HOUR), a_ticket(session, at=now() - HOUR)
    as_(client, session, "screener")
    skip = re.search(r'href="(/desk/check\?after=[^"]+)"', client.get("/desk/check").text)
    assert skip is not None
    later = skip[1].replace("&amp;", "&")
    page = client.get(later).text
    assert second.reference in page
    after = re.search(r'name="after" value="([^"]+)"', page)
    assert after is not None
    answer = act(client, second, "publish", back="check", after=after[1])
    page = client.get(answer.headers["Location"]).text
    assert first.reference not in page
    assert 'href="/desk/check"' in page
    assert first.reference in client.get("/desk/check").text


def test_private_and_withdrawn_reports_need_no_check(client: FlaskClient, session: Session) -> None:
    private, spam = a_ticket(session), a_ticket(session)
    private.private = True
    spam.outcome_code = "withdrawn"
    session.commit()
    as_(client, session, "screener")
    page = client.get("/desk/check").text
    assert offered(page) == set()
    assert private.reference not in page


def test_what_is_published_at_once_is_still_checked(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    # What `submit` does with such a category; it keeps categories for some seconds.
    session.get_one(Category, "road").publication, ticket.content = "after", "published"
    office = member(session, "coordinator")
    looking = actor_of(session, office, now())
    assert opens(session, looking, AFTERWARDS) is ticket
    do(session, ticket, "publish", office)
    assert opens(session, looking, AFTERWARDS) is None

    officer = member(session)
    do(session, ticket, "resolve", officer, code="fixed", photo_ids=[photo(session).id])
    sent = session.scalars(select(Report).where(Report.ticket_id == ticket.id)).one()
    dispute(session, sent, "not_done", "Vẫn còn nguyên", now=now())
    assert ticket.content == "published", "the check comes after"
    assert opens(session, looking) is ticket, "what was added to it goes first"
    do(session, ticket, "hide", office, code="insult")
    assert opens(session, looking) is opens(session, looking, AFTERWARDS) is None


def test_the_wish_not_to_be_published_is_said(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    reports_of(session, ticket.id)[0].do_not_publish = True
    session.commit()
    as_(client, session, "screener")
    assert "The reporter asks not to publish it" in client.get("/desk/check?lang=en").text


def unplaced(session: Session, age: int = 0) -> Ticket:
    """Published already, without an agency."""
    ticket = a_ticket(session, area=None, at=now() - age * HOUR)
    do(session, ticket, "publish", member(session, "coordinator"))
    return ticket


def test_what_has_no_agency_opens_too_for_the_coordinator(
    client: FlaskClient, session: Session
) -> None:
    homeless, unread = unplaced(session, 9), a_ticket(session, at=now() - HOUR)
    as_(client, session, "coordinator")
    page = client.get("/desk/check?lang=en").text
    assert homeless.reference in page
    assert "The report has no place yet" in page
    assert {"assign", "correct", "answer", "decline"} <= offered(page)
    assert not {"publish", "hide"} & offered(page)
    target = communes(session)[1].code
    answer = act(client, homeless, "assign", agency=target, back="check")
    page = client.get(answer.headers["Location"]).text
    assert unread.reference in page
    session.refresh(homeless)
    assert homeless.agency_code == target


def test_a_screener_is_not_asked_who_is_responsible(client: FlaskClient, session: Session) -> None:
    homeless = unplaced(session)
    as_(client, session, "screener")
    assert homeless.reference not in client.get("/desk/check").text


def test_what_was_proposed_waits_for_somebody_else(session: Session) -> None:
    homeless, office = unplaced(session), member(session, "coordinator")
    looking = actor_of(session, office, now())
    assert opens(session, looking) is homeless
    do(session, homeless, "decline", office, code="abusive", text="x")
    assert homeless.status == "received"
    assert opens(session, looking) is None


def test_two_people_are_given_different_tickets(session: Session) -> None:
    first, second = a_ticket(session, at=now() - 2 * HOUR), a_ticket(session, at=now() - HOUR)
    one, other = (actor_of(session, member(session, "coordinator"), now()) for _ in range(2))
    assert opens(session, one) is first
    assert opens(session, other) is second
    assert opens(session, one) is first, "the turn is kept"
    late = now() + TURN * 2
    assert next_item(session, FIRST, None, actor=other, now=late) is first, "and runs out"
    assert next_item(session, FIRST, None, actor=one, now=late) is second, "given back by going on"


def test_a_ticket_of_another_turn_can_be_opened_by_its_address(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    assert opens(session, actor_of(session, member(session, "screener"), now())) is ticket
    session.commit()
    as_(client, session, "coordinator")
    assert ticket.reference not in client.get("/desk/check").text
    page = client.get(f"/desk/check/{ticket.reference}?lang=en").text
    assert "Somebody else is looking at this one right now." in page
    assert act(client, ticket, "publish", back="check").status_code == 303


def test_publishing_can_be_taken_back(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session)
    as_(client, session, "screener")
    answer = act(client, ticket, "publish", back="check")
    page = client.get(answer.headers["Location"]).text
    assert "recheck" in offered(page)
    session.refresh(ticket)
    answer = act(client, ticket, "recheck", back="check")
    assert answer.headers["Location"] == f"/desk/check/{ticket.reference}?done=recheck"
    page = client.get(answer.headers["Location"]).text
    assert {"publish", "hide"} <= offered(page)
    session.refresh(ticket)
    assert (ticket.content, ticket.checked_at) == ("pending", None)
    assert kinds(session, ticket)[-2:] == ["publish", "recheck"]
    assert wrong(session, now()) == []


def test_nobody_takes_back_what_somebody_else_has_decided(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    do(session, ticket, "publish", member(session, "screener"))
    as_(client, session, "screener")
    assert "recheck" not in offered(client.get(f"/desk/check?undo={ticket.reference}").text)


def test_what_nobody_has_checked_cannot_be_taken_back(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    as_(client, session, "screener")
    assert act(client, ticket, "recheck").status_code == 409
    assert "recheck" not in offered(client.get(f"/desk/tickets/{ticket.reference}").text)


def test_the_reason_of_hiding_and_its_words_are_public(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    as_(client, session, "screener")
    assert (
        act(
            client, ticket, "hide", code="insult", text="Gọi 0912 345 678", back="check"
        ).status_code
        == 303
    )
    page = client.get(f"/tickets/{ticket.reference}?lang=en").text
    assert "Contains insults or hate" in page
    assert "Gọi" in page
    assert "0912 345 678" not in page


def test_too_late_says_what_changed_and_keeps_what_was_typed(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session)
    office = as_(client, session, "coordinator")
    page = client.get("/desk/check").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    version = ticket.row_version
    do(session, ticket, "accept", member(session))
    for back, form in (("check", "hide"), ("", "note")):
        enter(client, session, office)
        answer = act(
            client, ticket, form, version=version, seen=seen[1], back=back, code="insult",
            text="Lời tôi viết",
        )  # fmt: skip
        assert answer.status_code == 409
        assert "Lời tôi viết</textarea>" in answer.text
        changed = answer.text.split('id="changed-heading"')[1].split("</section>")[0]
        assert changed.count("timeline-line ") + changed.count('timeline-line"') == 1
        assert communes(session)[0].names["vi"] in changed


def test_similar_tickets_are_offered_and_a_merge_can_be_taken_back(
    client: FlaskClient, session: Session
) -> None:
    earlier = a_ticket(session, category="waste", place=IN_WARD, area=None, at=now() - 9 * HOUR)
    later = a_ticket(session, category="waste", place=IN_WARD, area=None)
    office = as_(client, session, "coordinator")
    do(session, earlier, "publish", office)
    page = client.get("/desk/check").text
    assert f'name="target" value="{earlier.reference}"' in page
    answer = act(client, later, "merge", target=earlier.reference, back="check")
    page = client.get(answer.headers["Location"]).text
    assert "unmerge" in offered(page)
    session.refresh(later)
    assert later.status == "merged"
    assert act(client, later, "unmerge", back="check").status_code == 303
    session.refresh(later)
    assert later.status == "assigned"


def test_the_category_that_the_words_sound_like_is_offered(
    client: FlaskClient, session: Session
) -> None:
    ticket = a_ticket(session, category="road", text="Đèn đường tắt cả tuần, tối om không thấy gì")
    as_(client, session, "coordinator")
    page = client.get("/desk/check").text
    assert 'name="category" value="lighting"' in page
    answer = act(client, ticket, "correct", category="lighting", back="check")
    page = client.get(answer.headers["Location"]).text
    assert ticket.reference in page, "the words are still unread"
    assert 'name="category" value="lighting"' not in page
    session.refresh(ticket)
    assert ticket.category_code == "lighting"


def test_a_legal_question_opens_without_a_verdict(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, category="other", text="Tôi tố cáo ông chủ tịch nhận tiền",
                      legal_kind=LegalKind.PERSON)  # fmt: skip
    assert ticket.private
    as_(client, session, "coordinator")
    page = client.get("/desk/check?lang=en").text
    assert ticket.reference in page
    assert "Legal complaint or denunciation?" in page
    assert not {"publish", "hide"} & offered(page)
    assert "decline" in offered(page)


def test_opening_costs_the_same_whatever_waits(client: FlaskClient, session: Session) -> None:
    as_(client, session, "coordinator")
    costs = set()
    for count in (1, 9):
        for age in range(count):
            a_ticket(session, at=now() - age * HOUR)
        client.get("/desk/check")
        with statements() as seen:
            assert client.get("/desk/check").status_code == 200
        costs.add(len(seen))
    assert len(costs) == 1
