"""The place of a suggestion: the whole city, a ward or commune, or a point that is typed."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.routing.service import route_pending
from app.suggestions.queries import by_code
from app.tickets.queries import point_of
from tests.desk.scene import do, member
from tests.suggestions.scene import TITLE, link_of, send

HERE = "20.951, 107.08"


@pytest.mark.parametrize(
    ("fields", "area", "pointed"),
    [
        ({"stated_area": "", "coordinates": ""}, None, False),
        ({"stated_area": "06685", "coordinates": ""}, "06685", False),
        ({"stated_area": "", "coordinates": HERE}, "06685", True),
        ({"stated_area": "", "coordinates": f"https://maps.example/?q={HERE}".replace(" ", "")},
         "06685", True),
    ],
)  # fmt: skip
def test_it_is_routed_by_its_place_with_the_reason(
    client: FlaskClient,
    session: Session,
    fields: dict[str, str],
    area: str | None,
    pointed: bool,
) -> None:
    reference, _ = link_of(send(client, **fields))
    ticket, _its = by_code(session, reference)
    do(session, ticket, "publish", member(session, "screener"))
    assert route_pending(session, now=now()) == 1
    session.commit()
    session.refresh(ticket)
    assert (ticket.area_code, point_of(session, ticket) is not None) == (area, pointed)
    assert ticket.agency_code is not None
    page = client.get(f"/suggestions/{reference}").text
    assert "answer-why" in page
    assert ('data-lat="20.95' in page) == (area is not None)


@pytest.mark.parametrize("typed", ["ở gần chợ", "48.85, 2.35", "20.951", "NaN, 107"])
def test_a_place_that_is_none_or_elsewhere_is_told_and_nothing_is_lost(
    client: FlaskClient, typed: str
) -> None:
    answer = send(client, coordinates=typed)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert TITLE in answer.text
    assert f'value="{typed}"' in answer.text
