"""`./run backup` and `./run restore`: what is said before anything is started."""

from pathlib import Path

import pytest

from backup.file.contents import KEY_NAMES
from launcher import Refusal, backups, commands, environment
from launcher.clone import Clone
from launcher.locks import Lock
from launcher.services import instances
from launcher.software import binaries, installation


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and no server of the test run itself; no environment is made."""
    for name in (*environment.KEYS, "DATABASE_URL", "REDIS_URL", "VAR_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(installation, "ensure_runtime", lambda _: None)


def test_without_keys_there_is_nothing_to_save_and_none_are_made(clone: Clone) -> None:
    with pytest.raises(Refusal, match="nothing to save: this installation has no keys"):
        backups.backup(clone, [])
    assert not (clone.var / "secrets.env").exists()


@pytest.mark.parametrize("words", [[], ["--check"], ["a", "b"], ["--fast"], ["a", "b", "c"]])
def test_restore_wants_one_file(clone: Clone, words: list[str]) -> None:
    with pytest.raises(Refusal, match=r"Usage: ./run restore FILE"):
        backups.restore(clone, words)


@pytest.mark.parametrize("words", [["a", "b"], ["--help"]])
def test_backup_wants_one_folder_at_most(clone: Clone, words: list[str]) -> None:
    with pytest.raises(Refusal, match=r"Usage: ./run backup \[DIR\]"):
        backups.backup(clone, words)


def test_a_restore_beside_a_running_service_is_refused(clone: Clone) -> None:
    with Lock(clone.var / "run.lock") as lock:
        assert lock.try_alone()
        with pytest.raises(Refusal, match="stop it first"):
            backups.restore(clone, ["file"])


def test_the_same_keys_are_saved_that_are_made(clone: Clone) -> None:
    assert tuple(environment.KEYS) == KEY_NAMES
    made = environment.secret_keys(clone, {})
    assert environment.known_keys(clone, {}) == made
    assert environment.known_keys(clone, {"FOLLOW_KEY": "other"})["FOLLOW_KEY"] == "other"


def test_the_service_never_sees_the_passphrase(clone: Clone) -> None:
    given = {"BACKUP_PASSPHRASE": "a", "BACKUP_PASSPHRASE_FILE": "b", "SMTP_HOST": "c"}
    env = environment.application(clone, given, {}, sample=False)
    assert "SMTP_HOST" in env
    assert not env.keys() & given.keys() - {"SMTP_HOST"}


def test_keys_that_are_handed_over_are_not_looked_up_or_made(clone: Clone) -> None:
    env = environment.application(clone, {}, {}, sample=False, keys={})
    assert not env.keys() & environment.KEYS.keys()
    assert not (clone.var / "secrets.env").exists()


def test_reset_spares_the_backups(clone: Clone) -> None:
    (clone.var / "media").mkdir()
    backups.folder(clone).mkdir()
    (backups.folder(clone) / "hoi-am.tar").touch()
    assert commands.reset(clone, ["--yes"]) == 0
    assert not (clone.var / "media").exists()
    assert (backups.folder(clone) / "hoi-am.tar").exists()


def test_the_oldest_programs_that_are_new_enough_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (14, 15, 17):
        for name in ("pg_dump", "pg_restore", "initdb"):
            program = tmp_path / str(major) / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(
                f'#!/bin/sh\necho "{name} (PostgreSQL) {major}.3 (Debian {major})"\n'
            )
            program.chmod(0o755)
    (tmp_path / "15" / "pg_restore").unlink()
    folders = [tmp_path / "17", tmp_path / "14", tmp_path / "15"]
    monkeypatch.setattr(binaries, "_client_folders", lambda: folders)
    assert binaries.find_client(14) == tmp_path / "14"
    assert binaries.find_client(15) == tmp_path / "17"
    assert binaries.find_client(18) is None


def test_a_redis_that_is_away_keeps_nobody_from_saving(clone: Clone) -> None:
    away = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    servers = instances.prepare(clone, away, purpose="save")
    assert servers.postgres is not None
    assert servers.redis is None


def test_the_private_redis_is_not_started_for_saving(clone: Clone) -> None:
    servers = instances.prepare(clone, {}, purpose="save")
    with servers.in_use():
        assert servers.postgres is not None
        assert servers.redis is not None
        assert servers.postgres.answers()
        assert not servers.redis.answers()
    assert not servers.postgres.answers()
