"""The map twin of the inbox shows what the list shows, to whom it shows it."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from geo.morton import tile_of
from tests.desk.scene import a_ticket, as_, communes, do, enter, member
from tests.factories.tickets import IN_WARD, WARD


def cells(client: FlaskClient, query: str, z: int = 0) -> list[list]:
    x, y = tile_of(IN_WARD, z)
    answer = client.get(f"/desk/map/tiles/{z}/{x}/{y}.json{query}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.json["cells"]


def total(client: FlaskClient, query: str) -> int:
    return sum(cell[2] for cell in cells(client, query))


def test_it_counts_the_list(client: FlaskClient, session: Session) -> None:
    officer = member(session, "officer", WARD)
    tickets = [a_ticket(session, place=IN_WARD, area=None, category="waste") for _ in range(3)]
    a_ticket(session, place=IN_WARD, area=None, category="safety")  # private
    do(session, tickets[0], "accept", officer)
    enter(client, session, officer)
    for query, expected in (
        ("?tab=new", 2), ("?tab=mine", 1), ("?tab=all", 3), ("?tab=overdue", 0),
        ("?tab=all&category=road", 0), ("?tab=all&state=in_progress", 1),
    ):  # fmt: skip
        assert total(client, query) == expected, query
    assert client.get("/desk/map?tab=mine").status_code == 200


def test_near_the_ground_a_sign_leads_to_its_ticket(client: FlaskClient, session: Session) -> None:
    ticket = a_ticket(session, place=IN_WARD, area=None, category="waste")
    as_(client, session, "officer", WARD)
    (cell,) = cells(client, "?tab=all", z=18)
    assert cell[3] == ticket.reference


def test_others_see_nothing_of_it(client: FlaskClient, session: Session) -> None:
    a_ticket(session, place=IN_WARD, area=None, category="waste")
    stranger = next(row.code for row in communes(session) if row.code != WARD)
    as_(client, session, "officer", stranger)
    assert total(client, "?tab=all&everyone=1") == 0
    client.delete_cookie("desk")
    assert client.get("/desk/map/tiles/0/0/0.json").status_code == 302
