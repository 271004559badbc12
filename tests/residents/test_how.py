"""The page "How it works" tells what holds: promises of the catalog, periods of the lifecycle."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.catalog.queries import categories
from app.core.time import now
from app.core.words.i18n import use_language
from app.residents.words.how import how_page


def test_every_category_has_its_promise(session: Session) -> None:
    with use_language("en"):
        page = how_page(session, now=now())
    road = next(entry for entry in page.promises if entry.category == "Roads and pavements")
    assert road.first_reply == "1 working day"
    assert road.outcome == "5 working days"
    assert road.urgent == "8 hours"
    assert len(page.promises) == len(categories(session))


@pytest.mark.parametrize(("lang", "words"), [("vi", "5 ngày làm việc"), ("en", "5 working days")])
def test_the_page_is_linked_and_in_both_languages(
    client: FlaskClient, lang: str, words: str
) -> None:
    assert "/how-it-works" in client.get(f"/?lang={lang}").text
    shown = client.get(f"/how-it-works?lang={lang}")
    assert shown.status_code == 200
    assert words in shown.text
    assert shown.text.count("<h1>") == 1
