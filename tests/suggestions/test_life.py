"""A suggestion's way, from the form to the delivery."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.routing.service import route_pending
from app.suggestions.queries import by_code
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, act, as_
from tests.factories.tickets import DAY
from tests.suggestions.scene import TEXT, TITLE, link_of, prove, send


def test_from_the_form_to_the_delivery(client: FlaskClient, session: Session) -> None:
    client.set_cookie("lang", "en")
    reference, signature = link_of(send(client))
    page, own = f"/suggestions/{reference}", f"/follow/{reference}/{signature}"
    assert TEXT not in client.get(page).text
    assert TEXT in client.get(own).text
    ticket, its = by_code(session, reference)
    assert (ticket.status, its.publication, ticket.agency_code) == (
        "unpublished",
        "submitted",
        None,
    )
    assert route_pending(session, now=now()) == 0

    as_(client, session, "screener")
    assert TITLE in client.get("/desk/suggestions").text
    assert act(client, ticket, "screen").status_code == 303
    session.refresh(ticket)
    assert act(client, ticket, "publish").status_code == 303
    assert route_pending(session, now=now()) == 1
    session.commit()
    session.refresh(ticket)
    assert (ticket.status, its.publication) == ("assigned", "published")
    assert ticket.outcome_due_at is not None
    assert ticket.promised_from == its.published_at

    prove(client, session, "lan@example.invalid")
    for done in ("supported", "counted"):
        assert done in (client.post(f"{page}/support", headers=FORM).location or "")
    shown = client.get(page).text
    assert TEXT in shown
    assert "1 support" in shown
    assert TITLE in client.get("/suggestions").text

    as_(client, session, "manager", ticket.agency_code)
    assert TITLE in client.get("/desk/suggestions").text
    session.refresh(ticket)
    assert act(client, ticket, "comment", text="Đang khảo sát tuyến đường.").status_code == 303
    session.refresh(ticket)
    assert (ticket.status, ticket.first_replied_at is not None) == ("in_progress", True)
    day = (now() + 40 * DAY).date().isoformat()
    answer = act(client, ticket, "answer", code="accepted", text="Lắp 20 ghế.", until=day,
                 basis="400 triệu đồng, vốn duy tu", decider="UBND phường")  # fmt: skip
    assert answer.status_code == 303, answer.text
    shown = client.get(page).text
    assert "Lắp 20 ghế." in shown
    assert "400 triệu đồng" in shown
    assert "Accepted" in shown
    session.refresh(ticket)
    assert act(client, ticket, "milestone", until=day, text="Chọn mẫu ghế").status_code == 303
    session.refresh(ticket)
    assert ticket.status == "in_delivery"
    assert act(client, ticket, "deliver", text="Đã lắp đủ 20 ghế.").status_code == 303
    assert TITLE in client.get("/suggestions/done").text
    session.expire_all()
    assert list(problems(session, now(), Checked())) == []


def test_what_was_refused_stays_visible_unless_it_is_unlawful(
    client: FlaskClient, session: Session
) -> None:
    for code, visible in (("no_suggestion", True), ("unlawful", False)):
        reference, _ = link_of(send(client, title=f"{TITLE} {code}"))
        ticket, its = by_code(session, reference)
        as_(client, session, "screener")
        refused = act(client, ticket, "refuse", code=code, text="Đề nghị gửi phản ánh.")
        assert refused.status_code == 303, refused.text
        page = client.get(f"/suggestions/{reference}").text
        assert (TEXT in page) is visible
        assert "Đề nghị gửi phản ánh." in page
        session.refresh(ticket)
        session.refresh(its)
        assert (ticket.status, its.publication) == ("declined", "refused")
