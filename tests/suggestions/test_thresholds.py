"""From how many supports on the agency above is called."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.catalog.models import City
from app.catalog.profile import SuggestionRules
from app.catalog.queries import forget_kept
from app.tickets.models import Suggestion
from app.tickets.service.suggesting.thresholds import of_area, of_city
from tests.suggestions.scene import published

RULES = SuggestionRules()


@pytest.mark.parametrize(
    ("residents", "expected"), [(0, 10), (20_000, 10), (20_001, 11), (60_000, 30)]
)
def test_of_an_area(residents: int, expected: int) -> None:
    assert of_area(RULES, residents) == expected


@pytest.mark.parametrize(
    ("residents", "expected"),
    [(0, 20), (100_000, 20), (1_350_000, 270), (10_000_000, 2_000), (99_000_000, 2_000)],
)
def test_of_the_whole_city(residents: int, expected: int) -> None:
    assert of_city(RULES, residents) == expected
    assert of_city(replace(RULES, city_most=30), residents) <= 30


def test_it_is_off_unless_the_pack_says_so_and_frozen_at_the_publication(
    session: Session,
) -> None:
    def threshold(title: str, **changes: object) -> int | None:
        return session.get_one(Suggestion, published(session, title=title, **changes).id).threshold

    assert threshold("Thêm ghế đá ở công viên") is None
    city = session.get_one(City, 1)
    told = {"06685": {"residents": 60_000, "source": "x", "on": "2025-07-01"}}
    city.profile = {**city.profile, "suggestions": {"threshold": "above"}, "residents": told}
    session.commit()
    forget_kept()
    try:
        assert threshold("Thêm nhà chờ xe buýt") == 30
        assert threshold("Thêm thùng phân loại rác", stated_area=None) == 20
    finally:
        forget_kept()
