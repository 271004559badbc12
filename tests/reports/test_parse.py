"""The shape of a report: whatever comes, an answer in words, never another exception."""

import math
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Rejections
from app.reports.schemas import MAX_TEXT, SubmitReport, parse_report

GOOD: dict[str, Any] = {"category": "waste", "text": "Rác"}
NAMES = [
    "category", "text", "lat", "lon", "stated_area", "accuracy_m", "address", "about_agency",
    "answers", "contact", "urgent", "unknown",
]  # fmt: skip


def parsed(key: object = None, **body: Any) -> SubmitReport:
    key = key or uuid.uuid4()
    return parse_report(body, key=key, lang="vi", channel="api", photos_expected=False)


def refused(**body: Any) -> set[tuple[str, str | None]]:
    with pytest.raises(Rejections) as found:
        parsed(**body)
    return {(item.code, item.field) for item in found.value.items}


def test_the_least_that_is_needed() -> None:
    report = parsed(**GOOD)
    assert (report.category, report.text, report.place) == ("waste", "Rác", None)
    assert (report.answers, report.contact, report.urgent) == ({}, None, False)


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = refused(
        category="", text=[], lat="x", lon=200, accuracy_m=-1, urgent="perhaps", answers=3,
        contact={"email": "nobody"}, address="x" * 301,
    )  # fmt: skip
    assert {field for _code, field in found} >= {
        "category", "text", "lat", "urgent", "answers", "contact.email", "address",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["", "once", 7, None, [], "0" * 40])
def test_a_key_is_a_uuid(key: object) -> None:
    with pytest.raises(Rejections) as found:
        parse_report(GOOD, key=key, lang="vi", channel="api", photos_expected=False)
    assert [item.field for item in found.value.items] == ["Idempotency-Key"]


def test_words_or_a_photo_are_needed() -> None:
    assert refused(category="waste") == {("empty", "text")}
    assert refused(category="waste", text=" \u200b\n") == {("empty", "text")}
    sent = parse_report(
        {"category": "waste"}, key=uuid.uuid4(), lang="vi", channel="web", photos_expected=True
    )
    assert sent.text == ""


def test_length_is_counted_in_stored_form() -> None:
    assert len(parsed(**GOOD | {"text": " " * 50 + "x" * MAX_TEXT}).text) == MAX_TEXT
    assert refused(**GOOD | {"text": "x" * (MAX_TEXT + 1)}) == {("too_long", "text")}
    # Two code points for one letter, as some keyboards send it.
    assert parsed(**GOOD | {"text": "e\u0302" * MAX_TEXT}).text == "ê" * MAX_TEXT


@pytest.mark.parametrize(
    ("lat", "lon", "field"),
    [
        (91, 0, "lat"),
        (0, 181, "lon"),
        (None, 107, "lat"),
        (20, None, "lon"),
        ("", 107, "lat"),
        (True, 107, "lat"),
        (math.nan, 107, "lat"),
        (math.inf, 107, "lat"),
        (10**400, 107, "lat"),
        ("20°57'", 107, "lat"),
        ([20], 107, "lat"),
        ({}, 107, "lat"),
    ],
)
def test_half_places_and_impossible_ones_are_refused(lat, lon, field) -> None:
    assert field in {name for _code, name in refused(**GOOD, lat=lat, lon=lon)}


@pytest.mark.parametrize(("lat", "lon"), [(20.951, 107.08), ("20.951", " 107.08 "), (20, 107)])
def test_places_come_as_numbers_or_as_text(lat, lon) -> None:
    place = parsed(**GOOD, lat=lat, lon=lon).place
    assert place is not None
    assert (place.lat, place.lon) == (float(lat), float(lon))


def test_accuracy_belongs_to_a_place() -> None:
    assert parsed(**GOOD, accuracy_m=5).accuracy_m is None
    assert parsed(**GOOD, lat=20.9, lon=107.0, accuracy_m="12.6").accuracy_m == 13


def test_empty_answers_are_no_answers() -> None:
    given = {"what": [], "when": "", "which": ["", "a"], "many": "3", "yes": True}
    assert parsed(**GOOD, answers=given).answers == {"which": ["a"], "many": "3", "yes": "True"}


@pytest.mark.parametrize(
    "answers", [{"a": None}, {"a": {"b": 1}}, {"a": [["x"]]}, {"a": "x" * 501}, {"a": ["x"] * 31}]
)
def test_answers_that_cannot_be_read(answers) -> None:
    assert {field for _code, field in refused(**GOOD, answers=answers)} == {"answers"}


def test_the_hash_is_of_what_was_said_not_of_how() -> None:
    key = uuid.uuid4()
    body = GOOD | {"lat": 20.9, "lon": 107.0, "answers": {"a": "1", "b": "2"}}
    other = {"lon": "107.0", "answers": {"b": "2", "a": "1"}, "text": " Rác ", "lat": "20.90"}
    assert parsed(key, **body).body_hash("k" * 40) == parsed(key, **GOOD | other).body_hash(
        "k" * 40
    )
    assert parsed(key, **body).body_hash("k" * 40) != parsed(
        key, **body | {"urgent": True}
    ).body_hash("k" * 40)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=8)


@settings(max_examples=150, deadline=None)
@given(body=BODIES, key=JUNK | st.uuids())
def test_junk_is_refused_in_words_or_taken(body, key) -> None:
    try:
        report = parse_report(GOOD | body, key=key, lang="vi", channel="api", photos_expected=False)
    except Rejections as found:
        problems = found.items
    else:
        problems = ()
        assert len(report.body_hash("k" * 40)) == 32
        assert "\0" not in report.text + report.address + report.category
    assert all(item.code and item.message and item.field for item in problems)
