from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import rules
from app.accounts.devices import device_words
from app.core.errors import Rejection

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
EMAIL = "lan.nguyen@example.invalid"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "short_password"),
        ("elevenchars", "short_password"),
        ("x" * 257, "long_password"),
        ("aaaaaaaaaaaaaaaa", "simple_password"),
        ("abababababababab", "simple_password"),
        (EMAIL.upper(), "simple_password"),
        (f"{EMAIL}1", "simple_password"),
        ("password1234", "simple_password"),
        ("P@ssw0rd2026", "simple_password"),
        ("qwertyuiop12", "simple_password"),
        ("matkhau123456", "simple_password"),
        ("123456789012", "simple_password"),
        ("passwordpassword", "simple_password"),
        ("x1y2" * 64, "simple_password"),
    ],
)
def test_poor_passwords_are_refused(password: str, code: str) -> None:
    with pytest.raises(Rejection) as refused:
        rules.check_password(password, EMAIL)
    assert refused.value.code == code
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["twelve chars", "bốn con voi đi chợ", "Sáu con vịt bơi. " * 15]
)
def test_long_passwords_need_nothing_else(password: str) -> None:
    rules.check_password(password, EMAIL)


def test_waits_double_and_end_at_an_hour() -> None:
    assert rules.wait_after("account", 4) == timedelta(0)
    assert rules.wait_after("account", 5) == timedelta(seconds=15)
    assert rules.wait_after("account", 7) == timedelta(seconds=60)
    assert rules.wait_after("account", 1_000_000) == timedelta(hours=1)
    assert rules.wait_after("address", 29) == timedelta(0)
    assert rules.wait_after("address", 30) == timedelta(seconds=15)


def test_a_session_ends_idle_or_after_its_hours() -> None:
    limits = {"idle": timedelta(hours=4), "longest": timedelta(hours=12)}
    assert rules.session_ends(START, START, **limits) == START + timedelta(hours=4)
    late = START + timedelta(hours=11)
    assert rules.session_ends(START, late, **limits) == START + timedelta(hours=12)


def test_a_proof_lasts_ten_minutes_and_its_form_twenty_more() -> None:
    moments = [START + timedelta(minutes=count) for count in (0, 10, 11, 30, 31)]
    assert [rules.is_proved(START, at) for at in moments] == [True, True, False, False, False]
    assert [rules.may_be_sent(START, at) for at in moments] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
            "Chrome, Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130.0 Chrome/124.0 Safari/537.36",
            "Cốc Cốc, Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_browsers_get_short_names(agent: str, words: str) -> None:
    assert device_words(agent) == words
