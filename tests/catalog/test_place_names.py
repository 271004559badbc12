"""Names as people type them lead to the units of today: the home pack, in both languages."""

import unicodedata
from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from app.catalog.place_names import Known, PlaceNames
from app.catalog.queries import place_names
from app.core.words.i18n import use_language
from tests.catalog.place_name_queries import BEGUN, QUERIES
from tests.factories.tickets import statements


@pytest.fixture(params=["vi", "en"])
def names(session: Session, request: pytest.FixtureRequest) -> PlaceNames:
    with use_language(request.param):
        return place_names(session)


def decomposed(typed: str) -> str:
    return unicodedata.normalize("NFD", typed)


def test_enough_queries_are_labelled() -> None:
    assert len(QUERIES) >= 60


@pytest.mark.parametrize("form", [str, decomposed, str.upper], ids=["nfc", "nfd", "upper"])
@pytest.mark.parametrize("typed", QUERIES)
def test_a_name_means_its_units(names: PlaceNames, typed: str, form) -> None:
    assert sorted(names.find(form(typed)).areas) == sorted(QUERIES[typed].split())


def test_one_unit_is_sure_and_several_are_not(names: PlaceNames) -> None:
    assert names.find("P. Hồng Hải").sure == "06688"
    assert names.find("phường Hà Khẩu").sure is None
    assert names.find("đường Trần Phú").sure is None


@pytest.mark.parametrize("typed", BEGUN)
def test_what_is_begun_is_suggested(session: Session, typed: str) -> None:
    with use_language("vi"):
        found = [known.text for known in place_names(session).suggest(typed)]
    assert BEGUN[typed] in found
    assert len(found) <= 8


def test_accents_rank_above_their_absence(session: Session) -> None:
    with use_language("vi"):
        names = place_names(session)
    assert names.suggest("hạ")[0].text.startswith("Phường Hạ")
    assert names.suggest("hà")[0].text.startswith("Phường Hà")


def test_every_former_name_leads_somewhere(session: Session) -> None:
    with use_language("vi"):
        names = place_names(session)
    for known in names.names:
        if not known.whole:
            assert set(known.areas) <= set(names.find(known.text).areas), known.text


def test_names_are_read_once_in_a_while(session: Session) -> None:
    place_names(session)
    with statements() as seen:
        place_names(session).find("Hồng Hải")
    assert seen == []


def test_a_line_that_can_be_cut_in_thousands_of_ways_is_read_at_once(
    names: PlaceNames, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word of the kind belongs to the name before or after it: two ways for each pair."""
    looked: list[object] = []
    look = PlaceNames._options

    def counted(self: PlaceNames, kind: str | None, bare: Sequence[str]) -> tuple[Known, ...]:
        looked.append(bare)
        return look(self, kind, bare)

    monkeypatch.setattr(PlaceNames, "_options", counted)
    names.find("hà an p hà an " * 13 + "zz")
    assert 0 < len(looked) < 5_000
