"""The five sources of the application's environment."""

import pytest

from config import Settings, SettingsError
from launcher import Refusal, environment
from launcher.clone import Clone
from launcher.environment import KEYS, Address

URLS = {
    "DATABASE_URL": "postgresql+psycopg://hoi_am@/hoi_am?host=/s",
    "REDIS_URL": "unix:///s?db=0",
}


def test_without_wishes_the_service_is_for_this_machine_only() -> None:
    assert Address.read({}) == Address("127.0.0.1", 8000)
    assert Address.read({"HOST": " ", "PORT": ""}) == Address("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::", "http://[::1]:81"),
        ("fe80::1", "http://[fe80::1]:81"),
        ("city.example", "http://city.example:81"),
    ],
)
def test_the_printed_address_can_be_typed(host: str, url: str) -> None:
    assert Address.read({"HOST": host, "PORT": "81"}).url == url


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(Refusal, match=f"PORT .* not '{port}'"):
        Address.read({"PORT": port})


def test_keys_are_made_once_and_only_their_owner_reads_them(clone: Clone) -> None:
    first = environment.secret_keys(clone, {})
    path = clone.var / "secrets.env"
    assert path.stat().st_mode & 0o777 == 0o600
    assert environment.secret_keys(clone, {}) == first
    assert set(first) == set(KEYS)
    assert len(set(first.values())) == len(KEYS)


def test_a_key_of_the_operator_wins_and_is_not_written_down(clone: Clone) -> None:
    mine = "x" * 40
    assert environment.secret_keys(clone, {"FOLLOW_KEY": mine})["FOLLOW_KEY"] == mine
    assert mine not in (clone.var / "secrets.env").read_text()
    assert environment.secret_keys(clone, {})["FOLLOW_KEY"] != mine


def test_a_key_that_is_missing_leaves_the_others_alone(clone: Clone) -> None:
    path = clone.var / "secrets.env"
    path.write_text("# mine\nSECRET_KEY=kept\n")
    keys = environment.secret_keys(clone, {})
    assert keys["SECRET_KEY"] == "kept"
    assert environment.secret_keys(clone, {}) == keys


def test_the_application_starts_with_what_it_is_given(clone: Clone) -> None:
    settings = Settings.from_env(
        environment.application(clone, {"PORT": "8123"}, URLS, sample=False)
    )
    assert settings.web.base_url == "http://127.0.0.1:8123"
    assert settings.trial
    assert not settings.sample_content
    assert settings.var == clone.var


def test_a_city_pack_that_is_not_there_is_said_as_a_setting(clone: Clone) -> None:
    env = environment.application(clone, {"CITY_PACK": str(clone.root)}, URLS, sample=False)
    with pytest.raises(SettingsError, match="CITY_PACK must be the folder of a city pack"):
        Settings.from_env(env)


def test_the_operator_wins_over_defaults_but_not_over_the_servers_in_use(clone: Clone) -> None:
    given = {"TRIAL": "0", "BASE_URL": "https://city.example", "DATABASE_URL": "postgresql://other"}
    env = environment.application(clone, given, URLS, sample=False)
    assert (env["TRIAL"], env["BASE_URL"]) == ("0", "https://city.example")
    assert env["DATABASE_URL"] == URLS["DATABASE_URL"]


def test_an_empty_variable_is_no_wish(clone: Clone) -> None:
    env = environment.application(clone, {"BASE_URL": "  ", "SECRET_KEY": ""}, URLS, sample=False)
    assert env["BASE_URL"] == "http://127.0.0.1:8000"
    assert len(env["SECRET_KEY"]) >= 32


def test_nothing_redirects_the_database_or_python(clone: Clone) -> None:
    given = {"PGHOST": "elsewhere", "PYTHONHOME": "/x", "FLASK_DEBUG": "1", "PYTHONPATH": "/y"}
    env = environment.application(clone, given, URLS, sample=False)
    assert not set(env) & {"PGHOST", "PYTHONHOME", "FLASK_DEBUG"}
    assert env["PYTHONPATH"] == str(clone.root)


def test_the_demonstration_has_files_of_its_own(clone: Clone) -> None:
    settings = Settings.from_env(environment.application(clone, {}, URLS, sample=True))
    assert settings.sample_content
    assert settings.var == clone.var / "demo"
    assert settings.media.folder.is_relative_to(settings.var)


def test_tests_get_keys_that_are_forgotten(clone: Clone) -> None:
    first = environment.for_tests(clone, {"PGPORT": "1"}, URLS, clone.root)
    second = environment.for_tests(clone, {}, URLS, clone.root)
    assert all(first[name] != second[name] for name in KEYS)
    assert "PGPORT" not in first
    assert not (clone.var / "secrets.env").exists()


def test_settings_of_the_operator_may_stand_in_a_file(clone: Clone) -> None:
    (clone.var / "settings.env").write_text(
        "# mine\n\nPORT=8123\n MAIL_SENDER = 'city@example.org'\nSMTP_PASSWORD=a=b#c\nTRIAL=0\n"
    )
    env = {"TRIAL": "1", "PORT": " "}
    environment.adopt_settings(clone, env)
    assert env == {
        "TRIAL": "1",
        "PORT": "8123",
        "MAIL_SENDER": "city@example.org",
        "SMTP_PASSWORD": "a=b#c",
    }


def test_without_that_file_nothing_is_added(clone: Clone) -> None:
    env: dict[str, str] = {}
    environment.adopt_settings(clone, env)
    assert env == {}
