"""One run at a time, a free port, and what is said when the application refuses."""

import json
import os
import socket
from collections.abc import Iterator

import pytest

from app.core.work.jobs import QueueName
from launcher import Refusal, serving
from launcher.clone import Clone
from launcher.environment import Address
from launcher.locks import Lock
from launcher.services.instances import Instances
from launcher.services.place import Account, Place
from launcher.services.postgres import PostgresInstance
from launcher.serving import last_words
from launcher.software.binaries import Postgres


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_said_with_another_one_to_try(taken_port: int) -> None:
    with pytest.raises(Refusal, match=f"Port {taken_port} is taken .* PORT={taken_port + 1} "):
        serving.check_port(Address("127.0.0.1", taken_port))


@pytest.mark.parametrize("host", ["no.such.name.invalid", "999.1.1.1", "a" * 300])
def test_a_host_that_is_none_is_said(host: str) -> None:
    with pytest.raises(Refusal, match="is not an address of this machine"):
        serving.check_port(Address(host, 8000))


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(Refusal, match=r"192\.0\.2\.1:8000 cannot be used"):
        serving.check_port(Address("192.0.2.1", 8000))


def test_a_second_run_is_told_where_the_first_answers(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with Lock(clone.var / "run.lock") as first:
        assert first.try_alone()
        first.write(json.dumps({"pid": 77, "url": "http://127.0.0.1:8310", "sample": True}))
        assert serving.running(clone) == {
            "pid": 77, "url": "http://127.0.0.1:8310", "sample": True,
        }  # fmt: skip
        with pytest.raises(Refusal, match=r"already runs .* http://127\.0\.0\.1:8310 .process 77"):
            serving.serve(clone, sample=False)
    assert serving.running(clone) is None


def test_nothing_runs_in_a_folder_without_traces(clone: Clone) -> None:
    assert serving.running(clone) is None
    assert not (clone.var / "run.lock").exists()


def test_a_run_that_has_said_nothing_yet_still_runs(clone: Clone) -> None:
    with Lock(clone.var / "run.lock") as first:
        assert first.try_alone()
        assert serving.running(clone) == {}


def test_the_demonstration_does_not_touch_a_given_database() -> None:
    with pytest.raises(Refusal, match="a name that ends in _demo"):
        serving._check_sample_database({"DATABASE_URL": "postgresql://db/hoi_am?x=_demo"})
    serving._check_sample_database({"DATABASE_URL": "postgresql://db/hoi_am_demo?x=1"})
    serving._check_sample_database({})


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("INFO start\nError: this database belongs to the city x\n", None),
        ("Settings:\n  BASE_URL must be an http(s) URL\n  TRIAL must be 1 or 0\n", "all"),
        (
            "Traceback:\nImportError: No module 'x'\n\nUsage: flask\n\nError: No command 'city'.\n",
            "ImportError: No module 'x'",
        ),
        ("Usage: flask city\n\nError: No such option: --x\n", "Error: No such option: --x"),
        ("", "no reason given"),
    ],
)
def test_the_line_with_the_reason_is_found(output: str, words: str | None) -> None:
    expected = {None: "Error: this database belongs to the city x", "all": output.rstrip()}
    assert last_words(output) == expected.get(words, words)


def test_the_mark_of_the_code_follows_migrations_packs_and_the_choice(clone: Clone) -> None:
    for name in ("migrations/versions/1.py", "cities/x/city.yaml"):
        path = clone.root / name
        path.parent.mkdir(parents=True)
        path.write_text("first")
    before = serving.code_mark(clone, {})
    (clone.root / "migrations/versions/1.pyc").touch()
    assert serving.code_mark(clone, {}) == before
    assert serving.code_mark(clone, {"CITY_PACK": "cities/y"}) != before
    (clone.root / "cities/x/city.yaml").write_text("second")
    assert serving.code_mark(clone, {}) != before


class Steps:
    """Stands in for `flask city …`: notes what is asked for, and fails where told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.failing = ""
        monkeypatch.setattr(serving, "_city", self)

    def __call__(self, clone: Clone, env: object, *words: str) -> str:
        if words[0] == self.failing:
            raise Refusal("no")
        self.asked.append(words[0])
        return f"answer of {words[0]}"

    def take(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture
def private(clone: Clone) -> Instances:
    """Private servers that were never started: only the place of the data matters."""
    account = Account(os.geteuid(), os.getegid())
    where = Place(clone.var, clone.var, account)
    server = PostgresInstance(where, Postgres(15, clone.root, postgis=True))
    return Instances(clone, server, None)


def test_a_second_start_finds_the_database_prepared(
    clone: Clone, private: Instances, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, env = Steps(monkeypatch), {"SAMPLE_CONTENT": "0"}
    assert serving.prepare_database(clone, env, private, accounts=False) == ""
    assert steps.take() == ["migrate", "load-pack"]
    said = serving.prepare_database(clone, env, private, accounts=True)
    assert said == "answer of first-accounts"
    assert steps.take() == ["first-accounts"]
    assert serving.prepare_database(clone, env, private, accounts=True) == ""
    assert steps.take() == []
    (clone.root / "migrations").mkdir()
    (clone.root / "migrations" / "2.py").touch()
    serving.prepare_database(clone, env, private, accounts=True)
    assert steps.take() == ["migrate", "load-pack", "first-accounts"]


def test_an_interrupted_preparation_goes_on_where_it_stopped(
    clone: Clone,
    private: Instances,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps, env = Steps(monkeypatch), {"SAMPLE_CONTENT": "1"}
    steps.failing = "load-demo"
    with pytest.raises(Refusal):
        serving.prepare_database(clone, env, private, accounts=True)
    assert "answer of first-accounts" in capsys.readouterr().err, "passwords are shown only once"
    assert steps.take() == ["migrate", "load-pack", "first-accounts"]
    steps.failing = ""
    dropped: list[str] = []
    monkeypatch.setattr(PostgresInstance, "recreate", lambda _, name: dropped.append(name))
    serving.prepare_database(clone, env, private, accounts=True)
    assert dropped == ["hoi_am_demo"], "half a course of tickets is not gone on with"
    assert steps.take() == ["migrate", "load-pack", "first-accounts", "load-demo"]
    serving.prepare_database(clone, env, private, accounts=True)
    assert (steps.take(), dropped) == ([], ["hoi_am_demo"])
    serving.prepare_database(clone, {"SAMPLE_CONTENT": "0"}, private, accounts=False)
    assert steps.take() == ["migrate", "load-pack"], "the real database is another one"


def test_a_server_of_the_operators_is_looked_at_every_time(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, env = Steps(monkeypatch), {"SAMPLE_CONTENT": "0"}
    for _ in range(2):
        serving.prepare_database(clone, env, Instances(clone, None, None), accounts=True)
        assert steps.take() == ["migrate", "load-pack", "first-accounts"]


def stand_in(clone: Clone, program: str) -> None:
    (clone.venv / "bin").mkdir(parents=True)
    clone.python.write_text(f"#!/bin/sh\n{program}\n")
    clone.python.chmod(0o755)


def test_the_talk_of_a_command_goes_to_the_log_and_its_answer_comes_back(clone: Clone) -> None:
    stand_in(clone, 'echo "$@" >&2; echo answer')
    assert serving._city(clone, os.environ, "first-accounts") == "answer\n"
    assert "city first-accounts" in (clone.log / "setup.log").read_text()


def test_a_command_that_fails_is_one_sentence(clone: Clone) -> None:
    stand_in(clone, "echo noise >&2; echo 'Error: no rights' >&2; exit 1")
    with pytest.raises(
        Refusal, match="`flask city load-pack --if-empty` failed: Error: no rights\n"
    ):
        serving._city(clone, os.environ, "load-pack", "--if-empty")


def test_first_sign_ins_and_sample_data_stand_beside_the_address() -> None:
    env = {"HOST": "0.0.0.0", "PORT": "81", "BASE_URL": "https://city.example/"}
    text = serving._banner(env, "administrator a@b.invalid secret\n", sample=True)
    assert "http://127.0.0.1:81" in text
    assert "https://city.example/" in text
    assert "administrator a@b.invalid secret" in text
    assert "invented" in text
    plain = serving._banner({**env, "BASE_URL": "http://127.0.0.1:81"}, "", sample=False)
    assert "invented" not in plain
    assert "sign-in" not in plain
    assert "public address" not in plain


def test_every_queue_has_a_worker_and_there_is_a_schedule() -> None:
    assert set(serving.PROGRAMS) == {queue.value for queue in QueueName} | {"schedule"}
