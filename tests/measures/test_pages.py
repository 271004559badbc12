"""The pages show what was counted, in both languages, and nothing that grows with the tickets."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words.i18n import translate, use_language
from app.measures.models import MeasureMonth
from app.measures.reckoning.definitions import METRICS
from app.measures.service import refresh
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    WARD,
    WARD_AREA,
    resolve,
    routed_ticket,
    statements,
)
from tests.measures.suggested import Suggestions

PATHS = (
    "/figures", "/figures/agencies", "/figures/areas", "/figures/categories",
    f"/figures/agencies/{WARD}", f"/figures/areas/{WARD_AREA}", "/figures/categories/waste",
    "/open-data",
)  # fmt: skip


@pytest.fixture
def counted(session: Session) -> None:
    for number in range(3):
        ticket = routed_ticket(session, at=MONDAY + number * DAY)
        if number:
            resolve(session, ticket, at=MONDAY + (number * 2) * DAY)
    while refresh(session, now=MONDAY + 20 * DAY):
        pass


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_answers_with_and_without_figures(
    session: Session, client: FlaskClient, path: str, lang: str
) -> None:
    empty = client.get(f"{path}?lang={lang}")
    assert empty.status_code == 200
    assert "<table" not in empty.text.partition("</main>")[0] or path == "/open-data"
    routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    answer = client.get(f"{path}?lang={lang}")
    assert answer.status_code == 200
    assert ("Số liệu" if lang == "vi" else "Figures") in answer.text
    assert " style=" not in answer.text


@pytest.mark.usefixtures("counted")
def test_every_figure_is_shown_with_its_formula_and_how_many(client: FlaskClient) -> None:
    page = client.get("/figures?lang=en&month=2026-10").text
    for metric in METRICS.values():
        if metric.key in ("resolved", "received", "kept", "outcome_on_time", "days_median", "open"):
            assert metric.name in page
            assert metric.formula.replace("'", "&#39;") in page
    assert "2 of 3" in page
    assert "few" in page


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("query", ["month=nothing", "month=2026-13", "month=0000-00", "with=x"])
def test_a_month_that_is_none_shows_the_last_one(client: FlaskClient, query: str) -> None:
    assert client.get(f"/figures?{query}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/figures/areas/none", "/figures/nothing", "/open-data/events-2026-13.jsonl.gz",
     "/open-data/events-1999-01.jsonl.gz", "/open-data/events-x.jsonl.gz"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("counted")
def test_a_page_reads_no_ticket(client: FlaskClient) -> None:
    client.get("/figures")  # names and profile are kept from now on
    for path in PATHS[:-1]:
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert not [each for each in seen if "ticket" in each], path
        assert len(seen) < 10, path


@pytest.mark.usefixtures("counted")
def test_the_same_numbers_as_csv(session: Session, client: FlaskClient) -> None:
    rows = client.get("/open-data/figures.csv?dimension=area&key=06685").text.splitlines()
    stored = session.scalars(
        select(MeasureMonth).where(MeasureMonth.dimension == "area", MeasureMonth.key == "06685")
    ).all()
    assert len(rows) == len(stored) + 1
    assert "2026-10,1,area,06685,resolved,number,2,,2,2" in rows


def test_two_months_beside_one_another(session: Session, client: FlaskClient) -> None:
    for start, took in ((MONDAY, 10), (MONDAY + 30 * DAY, 4)):
        resolve(session, routed_ticket(session, at=start), at=start + took * DAY)
    while refresh(session, now=MONDAY + 80 * DAY):
        pass
    page = client.get("/figures?lang=en&month=2026-11&with=2026-10").text
    assert "6.0 days less" in page


@pytest.mark.parametrize(("lang", "title"), [("vi", "Đề xuất"), ("en", "Suggestions")])
def test_suggestions_stand_in_a_section_of_their_own(
    session: Session, client: FlaskClient, lang: str, title: str
) -> None:
    routed_ticket(session)
    refresh(session, now=MONDAY + DAY)
    for path in ("/figures", "/figures/categories"):
        assert f">{title}</h2>" not in client.get(f"{path}?lang={lang}").text
    Suggestions(session, 1).come_in(MONDAY)
    season = Suggestions(session, 3)
    for hours in range(2, 30):
        season.go_on(MONDAY + hours * HOUR)
    refresh(session, now=MONDAY + 3 * DAY)
    for path in ("/figures", "/figures/categories"):
        page = client.get(f"{path}?lang={lang}").text
        reports, title_found, suggestions = page.partition(f">{title}</h2>")
        assert title_found, path
        for metric in METRICS.values():
            with use_language(lang):
                name = translate(metric.name)
            if metric.key in ("received", "open"):
                assert name in reports
            if metric.key in ("suggestion_published", "suggestion_open"):
                assert name in suggestions
                assert name not in reports
