"""Two suggestions become one with both authors' consent; reasons for and against."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.time import now
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from app.suggestions.models import SuggestionReason
from app.tickets.models import Ticket
from app.tickets.verify import Checked, problems
from tests.desk.scene import FORM, as_, post
from tests.suggestions.scene import prove, published, suggested

REASON = "Nhiều người cao tuổi đi bộ ở đây mỗi sáng."


def own(session: Session, ticket: Ticket) -> str:
    return f"/follow/{ticket.reference}/{follow_signature(reports_of(session, ticket.id)[0])}"


def test_it_goes_on_as_another_only_where_both_authors_agree(
    client: FlaskClient, session: Session
) -> None:
    client.set_cookie("lang", "en")
    one, other = published(session), published(session, title="Thêm chỗ ngồi nghỉ ở đường bao biển")
    prove(client, session, "d@example.invalid")
    client.post(f"/suggestions/{one.reference}/support", headers=FORM)
    hidden = suggested(session, title="Chưa ai đọc đề xuất này cả")
    session.commit()
    for wrong in (one.reference, hidden.reference, "QN-26-NOTHERE", ""):
        answer = client.post(f"{own(session, one)}/merge", data={"into": wrong}, headers=FORM)
        assert answer.status_code in (409, 422), wrong
    asked = client.post(f"{own(session, one)}/merge", data={"into": other.reference}, headers=FORM)
    assert asked.status_code == 303, asked.text
    assert one.reference in client.get(own(session, other)).text
    strangers = client.post(
        f"{own(session, hidden)}/merge/agree", data={"into": one.reference}, headers=FORM
    )
    assert strangers.status_code == 409
    agreed = client.post(
        f"{own(session, other)}/merge/agree", data={"into": one.reference}, headers=FORM
    )
    assert agreed.status_code == 303, agreed.text
    session.refresh(one)
    session.refresh(other)
    assert (one.status, one.merged_into_id) == ("merged", other.id)
    assert (one.supporters_count, other.supporters_count) == (1, 0)  # nobody moved a support
    page = client.get(f"/suggestions/{one.reference}").text
    assert f"/suggestions/{other.reference}" in page
    assert "may support the other" in page
    assert one.reference not in client.get("/suggestions").text
    session.expire_all()
    assert list(problems(session, now(), Checked())) == []


def test_declining_leaves_them_apart(client: FlaskClient, session: Session) -> None:
    one, other = published(session), published(session, title="Thêm chỗ ngồi nghỉ ở đường bao biển")
    client.post(f"{own(session, one)}/merge", data={"into": other.reference}, headers=FORM)
    said = {"data": {"into": one.reference}, "headers": FORM}
    assert client.post(f"{own(session, other)}/merge/decline", **said).status_code == 303
    assert client.post(f"{own(session, other)}/merge/agree", **said).status_code == 409
    session.refresh(one)
    assert one.status != "merged"


def test_a_reason_is_one_of_each_person_and_read_before_it_is_shown(
    client: FlaskClient, session: Session
) -> None:
    ticket = published(session)
    page = f"/suggestions/{ticket.reference}"
    said = {"side": "against", "reason": REASON}
    assert client.post(f"{page}/reasons", data=said, headers=FORM).status_code == 409
    prove(client, session, "e@example.invalid")
    wrong = client.post(f"{page}/reasons", data={**said, "reason": "ngắn"}, headers=FORM)
    assert wrong.status_code == 422
    assert "ngắn" in wrong.text  # what was typed stays
    assert (
        client.post(f"{page}/reasons", data={**said, "side": "x"}, headers=FORM).status_code == 422
    )
    assert client.post(f"{page}/reasons", data=said, headers=FORM).status_code == 303
    assert client.post(f"{page}/reasons", data=said, headers=FORM).status_code == 409
    assert REASON not in client.get(page).text
    row = session.scalars(select(SuggestionReason)).one()
    as_(client, session, "screener")
    assert ticket.reference in client.get("/desk/suggestions").text
    assert post(client, f"/desk/suggestions/reasons/{row.id}/publish").status_code == 303
    assert REASON in client.get(page).text
    assert post(client, f"/desk/suggestions/reasons/{row.id}/hide").status_code == 303
    assert REASON not in client.get(page).text
