"""Problems and suggestions: lists, map, feeds and files show one kind, and only what is published."""

import json
import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.time import now
from app.map_index.service import rebuild
from app.tickets.models import Ticket
from geo.morton import point_of, tile_of
from tests.factories.tickets import routed_ticket
from tests.suggestions.scene import published, suggested

WISHED = "kind=suggestion"
REFERENCE = r"[A-Z]+-\d\d-[0-9A-Z]{6}"


def places(client: FlaskClient, query: str = "") -> dict[str, set[str]]:
    """The references that each of them shows."""
    feed = client.get(f"/feeds/en/reports.atom?{query}").text
    rows = client.get(f"/open-data/tickets.csv?{query}").text.splitlines()[1:]
    changed = client.get(f"/open-data/tickets.csv?since=2020-01-01&{query}").text.splitlines()[1:]
    geo = json.loads(client.get(f"/open-data/tickets.geojson?{query}").text)["features"]
    return {
        "list": set(re.findall(rf"/tickets/({REFERENCE})", client.get(f"/tickets?{query}").text)),
        "feed": set(re.findall(rf"/tickets/({REFERENCE})", feed)),
        "csv": {row.partition(",")[0] for row in rows},
        "geojson": {feature["id"] for feature in geo},
    } | ({"changed": {row.partition(",")[0] for row in changed}} if changed else {})


def on_map(client: FlaskClient, session: Session, ticket: Ticket, query: str, z: int) -> set[str]:
    assert ticket.map_key is not None
    tile = tile_of(point_of(ticket.map_key), z)
    address = "/map/tiles/en/{}/{}/{}.json?{}".format(z, *tile[-2:], query)
    return {cell[3] for cell in client.get(address).get_json()["cells"] if cell[3]}


def test_each_shows_one_kind_and_only_what_is_published(
    session: Session, client: FlaskClient
) -> None:
    problem, wished = routed_ticket(session, at=now()), published(session)
    unread = suggested(session, title="Thêm giá để xe đạp")
    session.flush()
    for shown in places(client).values():
        assert shown == {problem.reference}
    for shown in places(client, WISHED).values():
        assert shown == {wished.reference}
    for query in ("kind=problem", "kind=nonsense", "kind="):
        assert places(client, query)["csv"] == {problem.reference}
    assert unread.reference not in str(places(client, WISHED))
    suggestion = next(
        line
        for line in client.get(f"/open-data/tickets.csv?{WISHED}").text.splitlines()
        if line.startswith(wished.reference)
    )
    assert ",suggestion,idea_streets," in suggestion


def test_the_map_shows_one_kind_at_every_zoom(session: Session, client: FlaskClient) -> None:
    problem = routed_ticket(session, at=now())
    wished = published(session, place=None)
    wished.map_key = problem.map_key
    session.flush()
    rebuild(session)
    for z in (4, 12, 17):
        assert on_map(client, session, problem, "", z) == {problem.reference}, z
        assert on_map(client, session, problem, WISHED, z) == {wished.reference}, z


def test_the_form_offers_the_kinds_and_the_categories_of_the_chosen_one(
    client: FlaskClient,
) -> None:
    for path in ("/map", "/tickets"):
        problems, wishes = (client.get(f"{path}?{query}&lang=en").text for query in ("", WISHED))
        for page, chosen in ((problems, "Problems"), (wishes, "Suggestions")):
            switch = page.partition('class="tabs"')[2].partition("</nav>")[0]
            assert switch.count("<a ") == 2
            assert re.search(rf'aria-current="page">{chosen}<', switch)
        assert 'value="waste"' in problems
        assert 'value="idea_streets"' not in problems
        assert 'value="idea_streets"' in wishes
        assert 'value="waste"' not in wishes
        assert WISHED in wishes.partition("</main>")[0]
