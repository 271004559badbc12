"""Instants as people say them: seen from today in the city's zone; what is to come stays exact."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string

from app.core.time import frozen
from app.core.words.dates import due, due_day, exact, moment
from app.core.words.i18n import use_language

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# 00:30 on 5 March in the city, still 4 March in UTC.
NOW = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        (NOW, "hôm nay 00:30", "today 00:30"),
        (NOW - timedelta(minutes=30), "hôm nay 00:00", "today 00:00"),
        (NOW - timedelta(minutes=31), "hôm qua 23:59", "yesterday 23:59"),
        (NOW - timedelta(hours=24, minutes=30), "hôm qua 00:00", "yesterday 00:00"),
        (NOW - timedelta(hours=24, minutes=31), "23:59, 03/03/2026", "3 Mar 2026, 23:59"),
        (NOW + timedelta(hours=24), "00:30, 06/03/2026", "6 Mar 2026, 00:30"),
    ],
)
def test_what_happened_is_said_from_today(at: datetime, vi: str, en: str) -> None:
    with use_language("vi"):
        assert moment(at, ZONE, NOW) == vi
    with use_language("en"):
        assert moment(at, ZONE, NOW) == en


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [
        (2, "02:30, 05/03/2026 (hôm nay)", "5 Mar 2026, 02:30 (today)"),
        (24, "00:30, 06/03/2026 (ngày mai)", "6 Mar 2026, 00:30 (tomorrow)"),
        (48, "00:30, 07/03/2026", "7 Mar 2026, 00:30"),
        (-24, "00:30, 04/03/2026", "4 Mar 2026, 00:30"),
    ],
)
def test_what_is_to_come_keeps_its_date(hours: int, vi: str, en: str) -> None:
    with use_language("vi"):
        assert due(NOW + timedelta(hours=hours), ZONE, NOW) == vi
    with use_language("en"):
        assert due(NOW + timedelta(hours=hours), ZONE, NOW) == en


def test_a_day_to_come_may_be_a_date_or_an_instant() -> None:
    with use_language("vi"):
        assert due_day(date(2026, 3, 6), ZONE, NOW) == "06/03/2026 (ngày mai)"
        assert due_day(NOW, ZONE, NOW) == "05/03/2026 (hôm nay)"
        assert due_day(date(2026, 3, 9), ZONE, NOW) == "09/03/2026"


def test_the_exact_time_tells_weekday_and_zone() -> None:
    with use_language("vi"):
        assert exact(NOW, ZONE) == "Thứ Năm, 05/03/2026, 00:30 (GMT+07:00)"
    with use_language("en"):
        assert exact(NOW, ZONE) == "Thursday, 5 March 2026, 00:30 (GMT+07:00)"


def test_pages_write_an_element_also_within_sentences(app: Flask) -> None:
    with app.test_request_context("/"), frozen(NOW), use_language("vi"):
        plain = render_template_string("{{ at|moment }}", at=NOW)
        sentence = render_template_string(
            "{{ _('Disabled since %(since)s', since=at|moment) }} {{ _('Place') }}", at=NOW
        )
        hostile = render_template_string(
            "{{ _('Agreed %(day)s, text of %(version)s.', day=at|moment, version='<b>') }}", at=NOW
        )
    element = (
        '<time datetime="2026-03-04T17:30:00+00:00" '
        'title="Thứ Năm, 05/03/2026, 00:30 (GMT+07:00)">hôm nay 00:30</time>'
    )
    assert plain == element
    assert sentence == f"Bị khóa từ {element} Địa điểm"
    assert "&lt;b&gt;" in hostile
    assert element in hostile
