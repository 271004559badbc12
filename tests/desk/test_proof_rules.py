"""What a photo of the work says about itself is compared with the ticket; it never stops anything."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.tickets.service.proving.proof import Taken, doubts, instant
from geo.point import LonLat

ZONE = timezone(timedelta(hours=7))
HERE = LonLat(lon=107.08, lat=20.951)
SINCE = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # 09:00 in the city


def found(taken: Taken, *, place: LonLat | None = HERE, accuracy_m: int | None = None) -> list[str]:
    return list(doubts(taken, place=place, accuracy_m=accuracy_m, since=SINCE, zone=ZONE))


@pytest.mark.parametrize(
    ("taken", "codes"),
    [
        (Taken(), []),
        (Taken(at="2026-10-05T09:40:00", place=LonLat(lon=107.081, lat=20.951)), []),
        (Taken(place=LonLat(lon=107.09, lat=20.951)), ["too_far"]),
        (Taken(at="2026-10-05T08:00:00"), ["too_old"]),
        (Taken(at="2026-10-05T08:45:00"), []),
        (Taken(at="2026-10-05T02:10:00+00:00"), []),
        (Taken(at="2026-10-05T01:10:00+00:00"), ["too_old"]),
        (Taken(at="yesterday"), []),
        (Taken(seen_before=True), ["seen_before"]),
    ],
)
def test_what_does_not_fit(taken: Taken, codes: list[str]) -> None:
    assert found(taken) == codes


def test_a_vague_place_forgives_and_an_unknown_one_says_nothing() -> None:
    far = Taken(place=LonLat(lon=107.09, lat=20.951))
    assert found(far, accuracy_m=900) == []
    assert found(far, place=None) == []


def test_a_time_without_a_zone_is_the_citys() -> None:
    assert instant("2026-10-05T09:00:00", ZONE) == SINCE
    assert instant(None, ZONE) is None
