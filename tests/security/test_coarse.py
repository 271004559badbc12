"""Where the public may know the unit only, no sentence tells more than the pin does."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.actor import SYSTEM
from app.core.time import now
from app.reports.links import follow_signature
from app.reports.queries import reports_of
from app.tickets.facts import Verb
from app.tickets.models import Ticket
from app.tickets.service.step.record import Line, append
from tests.desk.scene import a_ticket, communes

SENTENCES = {
    "rule_near": ("37 m", {"distance_m": 37}),
    "near_border": ("ranh giới giữa", {}),
}


def placed(session: Session, reason: str, params: dict[str, object], detail: str) -> Ticket:
    """A ticket that was just placed for a reason, in a category with such a public position."""
    ticket = a_ticket(session)
    other = communes(session)[1].area_code
    session.execute(
        update(Category).where(Category.code == ticket.category_code).values(public_detail=detail)
    )
    said = {"reason": reason, "area": ticket.area_code, "other_area": other, **params}
    append(
        session, ticket, Line(verb=Verb.ASSIGN, from_status="received", params=said),
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    session.commit()
    return ticket


@pytest.mark.parametrize("reason", sorted(SENTENCES))
@pytest.mark.parametrize(("detail", "told"), [("full", True), ("coarse", False), ("none", False)])
def test_a_public_reason_is_no_more_exact_than_the_pin(
    client: FlaskClient, session: Session, reason: str, detail: str, told: bool
) -> None:
    words, params = SENTENCES[reason]
    ticket = placed(session, reason, params, detail)
    pages = [client.get(f"/tickets/{ticket.reference}").text]
    document = client.get(f"/api/v1/reports/{ticket.reference}").json
    assert document is not None
    pages += [document["reason"], *(event["detail"] for event in document["events"][-1:])]
    for page in pages:
        assert (words in page) is told, page
    own = follow_signature(reports_of(session, ticket.id)[0])
    assert words in client.get(f"/follow/{ticket.reference}/{own}").text
