"""The private PostgreSQL and Redis, really started, in awkward places."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import Refusal
from launcher.clone import Clone
from launcher.locks import Lock
from launcher.services import instances, place, redis_server, revival
from launcher.services.instances import Instances
from launcher.services.redis_server import RedisInstance
from tests.launcher.test_supervisor import eventually, gone

SERVERS = ("PostgreSQL", "Redis")


@pytest.fixture
def system_place(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of /var/lib/hoi-am, so that no test leaves anything there."""
    folder = clone.root / "system"
    monkeypatch.setattr(place, "SYSTEM_PLACE", folder)
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
def servers(clone: Clone, system_place: Path) -> Iterator[Instances]:
    made = instances.prepare(clone, {})
    yield made
    made.leave()
    remains = place.find(clone)
    if remains is not None:
        shutil.rmtree(remains.sockets, ignore_errors=True)


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_data_survive_and_nothing_listens_on_a_port(servers: Instances) -> None:
    servers.start()
    urls = servers.urls({}, sample=False)
    with connect(urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SELECT postgis_version() IS NOT NULL").fetchone() == (True,)
        assert connection.execute(
            "SELECT usesuper FROM pg_user WHERE usename = user"
        ).fetchone() == (False,)
    with redis.Redis.from_url(urls["REDIS_URL"]) as queue:
        queue.set("kept", "7")
        assert queue.config_get("port") == {"port": "0"}
        assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    servers.leave()
    assert servers.postgres is not None
    assert servers.redis is not None
    assert not servers.postgres.answers()
    assert not servers.redis.answers()
    servers.start()
    with connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    with redis.Redis.from_url(urls["REDIS_URL"]) as queue:
        assert queue.get("kept") == b"7"


def test_the_demonstration_has_databases_of_its_own(servers: Instances) -> None:
    real, sample = servers.urls({}, sample=False), servers.urls({}, sample=True)
    assert all(real[name] != sample[name] for name in ("DATABASE_URL", "REDIS_URL"))


def test_a_database_made_anew_is_empty_though_somebody_uses_it(servers: Instances) -> None:
    servers.start()
    url = servers.urls({}, sample=True)["DATABASE_URL"]
    with connect(url) as user:
        user.execute("CREATE TABLE half AS SELECT 1 AS number")
        assert servers.postgres is not None
        servers.postgres.recreate("hoi_am_demo")
    with connect(url) as connection:
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)
        assert connection.execute("SELECT postgis_version() IS NOT NULL").fetchone() == (True,)


def test_servers_run_as_an_ordinary_user_whose_folder_is_closed(servers: Instances) -> None:
    servers.start()
    assert servers.postgres is not None
    home = servers.postgres.place.home
    assert home.stat().st_uid != 0
    assert home.stat().st_mode & 0o077 == 0
    pid = (home / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]
    assert Path(f"/proc/{pid}").stat().st_uid == home.stat().st_uid


def test_the_last_one_who_leaves_stops_them(clone: Clone, servers: Instances) -> None:
    second = instances.prepare(clone, {})
    servers.start()
    second.start()
    assert second.postgres is not None
    assert not instances.existing(clone).stop_unused()
    servers.leave()
    assert second.postgres.answers()
    second.leave()
    assert not second.postgres.answers()


def test_what_died_is_started_again(servers: Instances) -> None:
    servers.start()
    assert servers.postgres is not None
    assert servers.redis is not None
    assert servers.revive() == []
    servers.redis.kill()
    servers.postgres.stop("immediate")
    told: list[str] = []
    eventually(lambda: told.extend(servers.revive()) or len(told) == 4)
    assert told[:2] == [f"{name} had ended; starting it again …" for name in SERVERS]
    assert sorted(told[2:]) == [f"{name} answers again." for name in SERVERS]
    assert servers.postgres.answers()
    assert servers.redis.answers()


def test_who_hangs_is_killed_and_started_again(
    servers: Instances, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revival, "PATIENCE_S", 0)
    servers.start()
    assert servers.redis is not None
    hung = int((servers.redis.place.home / "redis.pid").read_text())
    os.kill(hung, signal.SIGSTOP)
    told: list[str] = []
    eventually(lambda: told.extend(servers.revive()) or "Redis answers again." in told)
    assert told[0] == "Redis has not answered for 0 s; it was killed."
    assert gone(hung)


def test_a_look_waits_for_nobody(clone: Clone, servers: Instances) -> None:
    servers.start()
    assert servers.redis is not None
    servers.redis.kill()
    with Lock(clone.var / "instances.lock") as other:
        assert other.try_alone()
        assert servers.revive() == []


def test_without_redis_the_service_starts_and_says_so(
    servers: Instances, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(redis_server, "_GRACE_S", 0)
    assert servers.redis is not None
    servers.redis = RedisInstance(servers.redis.place, shutil.which("true") or "/bin/true")
    servers.start()
    assert servers.postgres is not None
    assert servers.postgres.answers()
    assert "Going on without it" in capsys.readouterr().err


def test_a_very_long_path_gets_short_sockets(clone: Clone, system_place: Path) -> None:
    deep = clone.root
    for _ in range(5):
        deep = deep / ("a long ‘name’ " * 3)
        deep.mkdir(mode=0o711)
    long = Clone(deep)
    long.make_var()
    made = instances.prepare(long, {})
    try:
        made.start()
        with connect(made.urls({}, sample=False)["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with redis.Redis.from_url(made.urls({}, sample=False)["REDIS_URL"]) as queue:
            assert queue.ping()
        assert made.postgres is not None
        assert len(str(made.postgres.place.sockets)) <= place.LONGEST_SOCKET_FOLDER
        assert made.postgres.place.home.is_relative_to(deep)
    finally:
        made.leave()
        place.remove(long)


def test_where_the_servers_user_cannot_enter_the_data_lie_elsewhere(
    clone: Clone, system_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usable = place._is_usable
    monkeypatch.setattr(
        place,
        "_is_usable",
        lambda path, account: not path.is_relative_to(clone.var) and usable(path, account),
    )
    made = instances.prepare(clone, {})
    assert made.postgres is not None
    home = made.postgres.place.home
    assert system_place in home.parents
    assert (clone.var / "instances").resolve() == home
    again = instances.prepare(clone, {})
    assert again.postgres is not None
    assert again.postgres.place == made.postgres.place
    place.remove(clone)
    assert not home.exists()
    assert not (clone.var / "instances").is_symlink()


def test_data_of_an_earlier_clone_at_the_same_path_are_not_taken_over(
    clone: Clone, system_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usable = place._is_usable
    monkeypatch.setattr(
        place,
        "_is_usable",
        lambda path, account: not path.is_relative_to(clone.var) and usable(path, account),
    )
    first = place.prepare(clone)
    shutil.rmtree(clone.var)
    clone.make_var()
    second = place.prepare(clone)
    assert second.home != first.home
    assert first.home.exists()


def test_a_folder_of_sockets_that_somebody_else_made_is_refused(
    clone: Clone, system_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = clone.root / "sockets"
    strange.mkdir(mode=0o777)
    strange.chmod(0o777)
    monkeypatch.setattr(place, "_socket_folder", lambda home, account: strange)
    with pytest.raises(Refusal, match="is not a private folder of ours"):
        place.prepare(clone)


def test_an_interrupted_creation_is_done_again(clone: Clone, servers: Instances) -> None:
    assert servers.postgres is not None
    half = servers.postgres.place.account.folder(servers.postgres.place.home / "postgres.new")
    (half / "PG_VERSION").write_text("1")
    servers.start()
    assert servers.postgres.answers()
    assert not half.exists()


def interpreter_with_drivers(clone: Clone) -> None:
    """Make `.venv/bin/python` the interpreter of these tests, which has the drivers."""
    clone.python.parent.mkdir(parents=True, exist_ok=True)
    clone.python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    clone.python.chmod(0o755)


def test_looking_at_a_given_database_leaves_it_as_it_was(clone: Clone, servers: Instances) -> None:
    interpreter_with_drivers(clone)
    servers.start()
    assert servers.postgres is not None
    with connect(servers.postgres.url("postgres", "postgres")) as connection:
        connection.execute("CREATE DATABASE bare")
    given = {"DATABASE_URL": servers.postgres.url("postgres", "bare").replace("+psycopg", "")}
    query = "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"
    with connect(given["DATABASE_URL"]) as connection:
        instances.check(clone, given, "look")
        assert connection.execute(query).fetchone() == (0,)
        instances.check(clone, given, "run")
        assert connection.execute(query).fetchone() == (1,)


def test_a_database_of_another_make_is_refused_by_name(clone: Clone) -> None:
    interpreter_with_drivers(clone)
    with pytest.raises(Refusal, match=r"^DATABASE_URL: it must begin with postgresql://$"):
        instances.check(clone, {"DATABASE_URL": "mysql://nobody@127.0.0.1/none"}, "run")


def test_what_given_servers_lack_is_said(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    (clone.venv / "bin").mkdir(parents=True)
    clone.python.symlink_to(shutil.which("true") or "/bin/true")
    given = {"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none"}
    with pytest.raises(Refusal, match="could not be checked"):
        instances.check(clone, given, "run")
    clone.python.unlink()
    interpreter_with_drivers(clone)
    given["REDIS_URL"] = "redis://:hidden@127.0.0.1:1/0"
    with pytest.raises(Refusal, match="DATABASE_URL: no connection"):
        instances.prepare(clone, given)
    assert "Note: REDIS_URL: no answer from 127.0.0.1:1/0: " in capsys.readouterr().err
    with pytest.raises(Refusal) as refused:
        instances.prepare(clone, given, purpose="test")
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("DATABASE_URL: no connection to 127.0.0.1:1/none: ")
    assert lines[1].startswith("REDIS_URL: no answer from 127.0.0.1:1/0: ")
    assert "secret" not in str(refused.value)
    assert "hidden" not in str(refused.value)
