"""SMS and Zalo through any provider, against a real server that accepts, refuses, hangs, drips."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from app.notifications.channels import (
    GatewayChannel,
    LogFileChannel,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
    channels_of,
)
from config import Gateway, Settings, SettingsError
from tests.conftest import environment
from tests.notifications.outside import Outside, outside

MESSAGE = Message(
    key="12.abc",
    to="+84912345678",
    sender_name="PAHT",
    subject="",
    body="",
    lang="vi",
    short='Phan anh "ZZ-26-7F3K2M": da co {key} & ket qua.',
    link="https://city.example/s/1.x",
    template="outcome",
    reference="ZZ-26-7F3K2M",
)


def gateway(tmp_path: Path, **env: str) -> Gateway:
    """The settings as an operator writes them."""
    base = environment("postgresql://x", tmp_path) | {"SMS": "http"}
    return Settings.from_env(base | {f"SMS_{name}": value for name, value in env.items()}).sms


@pytest.fixture
def there() -> Iterator[Outside]:
    with outside() as server:
        yield server


def test_json_with_a_secret_and_a_key(there: Outside, tmp_path: Path) -> None:
    chosen = gateway(tmp_path, URL=f"{there.url}/send?v=2", HEADER="Authorization: Bearer s3cret")
    GatewayChannel("sms", chosen).send(MESSAGE)
    (got,) = there.got
    assert (got.method, got.path) == ("POST", "/send?v=2")
    assert got.headers["Authorization"] == "Bearer s3cret"
    assert got.headers["Idempotency-Key"] == "12.abc"
    assert json.loads(got.body) == {
        "to": "+84912345678",
        "from": "PAHT",
        "text": MESSAGE.short,
        "id": "12.abc",
    }
    assert "s3cret" not in repr(chosen)


def test_a_form_as_another_provider_wants_it(there: Outside, tmp_path: Path) -> None:
    chosen = gateway(
        tmp_path, URL=there.url, FORMAT="form", BODY="phone={to_digits}&msg={text}&brand={sender}"
    )
    GatewayChannel("sms", chosen).send(MESSAGE)
    assert parse_qs(there.got[0].body.decode()) == {
        "phone": ["84912345678"],
        "msg": [MESSAGE.short],
        "brand": ["PAHT"],
    }


def test_a_query_and_nested_json(there: Outside, tmp_path: Path) -> None:
    body = '{"phone": "{to_national}", "text": "{text}"}'
    chosen = gateway(tmp_path, URL=f"{there.url}/x?k=1", METHOD="GET", BODY=body)
    GatewayChannel("sms", chosen).send(MESSAGE)
    assert parse_qs(urlsplit(there.got[0].path).query) == {
        "k": ["1"],
        "phone": ["0912345678"],
        "text": [MESSAGE.short],
    }
    nested = '{"data": {"link": "{link}", "list": ["{reference}", 1, true]}, "t": "{template}"}'
    GatewayChannel("zalo", gateway(tmp_path, URL=there.url, BODY=nested)).send(MESSAGE)
    assert json.loads(there.got[1].body) == {
        "data": {"link": MESSAGE.link, "list": [MESSAGE.reference, 1, True]},
        "t": "outcome",
    }


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, b'{"result": {"code": 99}}', PermanentFailure, "sms_refused"),
        (200, b'{"result": {"code": 7}}', TemporaryFailure, "sms_not_accepted"),
        (200, b"not json", TemporaryFailure, "sms_not_accepted"),
        (200, b"[]", TemporaryFailure, "sms_not_accepted"),
        (400, b"", PermanentFailure, "sms_400"),
        (401, b"", Unreachable, "sms_401"),
        (404, b"", Unreachable, "sms_404"),
        (429, b"", TemporaryFailure, "sms_429"),
        (500, b"", Unreachable, "sms_500"),
        (302, b"", Unreachable, "sms_302"),
    ],
)
def test_what_answers_mean(
    there: Outside, tmp_path: Path, status: int, body: bytes, kind: type, code: str
) -> None:
    chosen = gateway(
        tmp_path, URL=there.url, SUCCESS="result.code=0,100", NEVER="result.code=99,101"
    )
    there.status, there.body = status, body
    there.headers = {"Location": f"{there.url}/elsewhere"} if status == 302 else {}
    with pytest.raises((TemporaryFailure, PermanentFailure)) as failure:
        GatewayChannel("sms", chosen).send(MESSAGE)
    assert type(failure.value) is kind
    assert failure.value.code == code
    assert len(there.got) == 1


@pytest.mark.parametrize(("status", "body"), [(200, b'{"result": {"code": "100"}}'), (409, b"")])
def test_accepted_now_or_before(there: Outside, tmp_path: Path, status: int, body: bytes) -> None:
    there.status, there.body = status, body
    chosen = gateway(tmp_path, URL=there.url, SUCCESS="result.code=0,100")
    GatewayChannel("sms", chosen).send(MESSAGE)
    assert len(there.got) == 1


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
def test_every_wait_ends(there: Outside, tmp_path: Path, behaviour: str) -> None:
    there.behaviour = behaviour
    started = time.monotonic()
    with pytest.raises(Unreachable) as failure:
        GatewayChannel("sms", gateway(tmp_path, URL=there.url, TIMEOUT_S="1")).send(MESSAGE)
    assert failure.value.code == "timeout"
    assert time.monotonic() - started < 3


def test_a_server_that_drops_or_is_not_there(there: Outside, tmp_path: Path) -> None:
    there.behaviour = "drop"
    with pytest.raises(Unreachable):
        GatewayChannel("sms", gateway(tmp_path, URL=there.url)).send(MESSAGE)
    with pytest.raises(Unreachable) as failure:
        GatewayChannel("sms", gateway(tmp_path, URL="http://127.0.0.1:9")).send(MESSAGE)
    assert failure.value.code == "unreachable"


def test_a_landline_gets_no_sms(there: Outside, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as failure:
        GatewayChannel("sms", gateway(tmp_path, URL=there.url)).send(
            replace(MESSAGE, to="+842033825555")
        )
    assert failure.value.code == "no_mobile"
    assert there.got == []


def test_files_for_a_trial(tmp_path: Path) -> None:
    env = environment("postgresql://x", tmp_path) | {"SMS": "file", "ZALO": "file"}
    settings = Settings.from_env(env)
    channels = channels_of(settings)
    assert sorted(channels) == ["email", "sms", "zalo"]
    assert isinstance(channels["sms"], LogFileChannel)
    for _ in range(2):
        channels["sms"].send(MESSAGE)
    (path,) = (tmp_path / "sms").iterdir()
    assert json.loads(path.read_text())["text"] == MESSAGE.short
    assert path.stat().st_mode & 0o077 == 0


def test_wrong_settings_are_all_told(tmp_path: Path) -> None:
    env = environment("postgresql://x", tmp_path) | {
        "SMS": "http", "SMS_URL": "sms.example", "SMS_BODY": "[1]", "SMS_HEADER": "no colon",
        "SMS_SUCCESS": "code", "ZALO": "perhaps", "ZALO_TIMEOUT_S": "0",
    }  # fmt: skip
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(env)
    assert {line.split()[0] for line in refused.value.problems} == {
        "SMS_URL", "SMS_BODY", "SMS_HEADER", "SMS_SUCCESS", "ZALO", "ZALO_TIMEOUT_S",
    }  # fmt: skip
