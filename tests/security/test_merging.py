"""A merge reaches no ticket that the person may not see, and mixes nothing private in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.errors import NotFound, Rejection
from tests.desk.scene import a_ticket, as_, communes, do, member


def test_an_officer_merges_into_no_foreign_ticket(session: Session) -> None:
    mine = a_ticket(session)
    foreign = a_ticket(session, area=communes(session)[1].area_code)
    promised, version = foreign.outcome_due_at, foreign.row_version
    with pytest.raises(NotFound):
        do(session, mine, "merge", member(session), target_reference=foreign.reference)
    session.refresh(foreign)
    assert (foreign.outcome_due_at, foreign.row_version) == (promised, version)


@pytest.mark.parametrize("pair", [("road", "safety"), ("safety", "road")])
def test_private_and_public_are_not_mixed(
    client: FlaskClient, session: Session, pair: tuple[str, str]
) -> None:
    one, other = (a_ticket(session, category=category) for category in pair)
    coordinator = as_(client, session, "coordinator")
    with pytest.raises(Rejection) as refused:
        do(session, one, "merge", coordinator, target_reference=other.reference)
    assert refused.value.code == "other_privacy"
    session.rollback()
    assert other.reference not in client.get(f"/tickets/{one.reference}").text
