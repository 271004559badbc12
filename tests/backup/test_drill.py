"""The drill: load, back up while people report, destroy, restore elsewhere, compare.

A real installation, real servers, processes really killed. The way of an operator, `./run backup`
and `./run restore` on a machine that is new, is gone once; the rest calls what these two call.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from app import create_app
from app.core import installation
from app.core.crypto import Sealer
from app.core.db import db
from app.media.recode import VARIANTS
from backup import Refused, restoring
from backup.database import Tools
from backup.file.contents import KEY_NAMES
from backup.making import make
from backup.target import KeyFiles, check_room
from config import Settings
from launcher import environment
from launcher.clone import Clone
from launcher.services import instances
from launcher.software.binaries import find_client
from tests.backup.machines import PASSPHRASE, machine
from tests.backup.residents import EMAIL, contents, pictures, report, reporting
from tests.installation import ROOT, Installation, installed, new_database

# A worker's child may outlive it: only where nothing is left to do does nothing change any more.
UNFINISHED = """
    SELECT (SELECT count(*) FROM photo WHERE state = 'stored')
    + (SELECT count(*) FROM ticket WHERE agency_code IS NULL)
    + (SELECT count(*) FROM event_outbox)
    + (SELECT count(*) FROM delivery WHERE state IN ('pending', 'leased'))
"""
SEALED = {"BACKUP_PASSPHRASE": PASSPHRASE}


def wait(until: Callable[[], bool], seconds: float = 180.0) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)


def libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def rows_of(url: str, query: str) -> list[tuple]:
    with psycopg.connect(libpq(url)) as connection:
        return connection.execute(query).fetchall()


def is_empty(url: str) -> bool:
    return rows_of(url, "SELECT to_regclass('public.ticket')") == [(None,)]


@dataclass
class Scene:
    """What was saved. `busy` was made while people reported, `calm` when everything was stopped."""

    env: Mapping[str, str]
    first: tuple[str, str]
    regretted: str
    erased: Path
    early: set[str]
    busy: Path
    calm: Path
    tables: dict[str, str]
    photos: dict[str, str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A loaded installation, saved twice and then destroyed."""
    folder = tmp_path_factory.mktemp("backup")
    with installed(folder / "var", redis_number=12) as place:
        url = place.env["DATABASE_URL"]
        first = report(place.url, complete=True)
        regretted = report(place.url, complete=False)
        wait(lambda: rows_of(url, "SELECT state FROM photo") == [("ready",)])
        with reporting(place.url) as told, machine(**place.env) as old:
            wait(lambda: len(told.follow) >= 6)
            early = set(told.follow)
            done = old.run("backup", str(folder), **SEALED)
            assert done.returncode == 0, done.stderr
            take_back(place.url, regretted)
        assert len(told.follow) > len(early), "nobody reported meanwhile"
        wait(lambda: rows_of(url, UNFINISHED) == [(0,)])
        place.stop()
        calm = save(folder / "calm", place.env)
        scene = Scene(
            env=place.env,
            first=first,
            regretted=regretted[0],
            erased=shutil.copy(folder / "var" / "erased.log", folder),
            early=early,
            busy=Path(done.stdout.strip()),
            calm=calm,
            tables=contents(libpq(url)),
            photos=pictures(folder / "var" / "media"),
        )
        destroy(place)
        yield scene


def take_back(url: str, sent: tuple[str, str]) -> None:
    """Erase a report, as its sender does."""
    path = f"{urlsplit(sent[1]).path}/erase"
    answer = requests.post(
        f"{url}{path}", data={"sure": "1"}, headers={"Origin": url}, timeout=20,
        allow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text


def destroy(place: Installation) -> None:
    with psycopg.connect(libpq(place.env["DATABASE_URL"])) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
    shutil.rmtree(place.folder)


def real() -> Path:
    """The folder of pg_dump and pg_restore."""
    folder = find_client(0)
    assert folder is not None
    return folder


def save(folder: Path, env: Mapping[str, str], programs: Path | None = None) -> Path:
    tools = Tools(programs or real())
    return make(folder, env, tools, passphrase="", settings_file=Path("/nowhere")).path


@dataclass
class Elsewhere:
    """A place without keys, with an empty database of the operator's."""

    env: Mapping[str, str]
    var: Path

    @property
    def url(self) -> str:
        return self.env["DATABASE_URL"]

    @property
    def keys(self) -> Path:
        return self.var / "secrets.env"

    def restore(self, file: Path, **more: str) -> None:
        files = KeyFiles(keys=self.keys, settings=self.var / "settings.env.restored")
        restoring.restore(
            file, self.env | more, Tools(real()), passphrase=PASSPHRASE, files=files, disk=self.var
        )

    def refusal(self, file: Path, **more: str) -> str:
        with pytest.raises(Refused) as refused:
            self.restore(file, **more)
        assert not (self.var / "media" / "tmp" / "restoring").exists()
        return str(refused.value)


@pytest.fixture
def elsewhere(scene: Scene, tmp_path: Path) -> Iterator[Elsewhere]:
    with new_database("hoi_am_elsewhere") as url:
        var = tmp_path / "var"
        var.mkdir()
        without = {name: value for name, value in scene.env.items() if name not in KEY_NAMES}
        yield Elsewhere(without | {"DATABASE_URL": url, "VAR_DIR": str(var)}, var)


def test_another_machine_goes_on_where_the_first_was(scene: Scene) -> None:
    with machine() as new:
        done = new.run("restore", str(scene.calm))
        assert done.returncode == 0, done.stderr
        assert " 0 problems" in done.stdout
        assert (new.var / "secrets.env").stat().st_mode & 0o777 == 0o600
        assert pictures(new.var / "media") == scene.photos
        clone = Clone(new.root)
        servers = instances.prepare(clone, {})
        with servers.in_use():
            urls = servers.urls({}, sample=False)
            assert contents(libpq(urls["DATABASE_URL"])) == scene.tables
            env = environment.application(clone, new.env, urls, sample=False)
            reads_on(env, scene)


def reads_on(env: Mapping[str, str], scene: Scene) -> None:
    """The private link opens, and the contact is readable with the keys that were restored."""
    before = installation._settings
    # The limiter is one for the whole process: it stays off for the tests that follow.
    app = create_app(Settings.from_env({**env, "RATE_LIMITS": "0"}))
    try:
        page = app.test_client().get(urlsplit(scene.first[1]).path, follow_redirects=True)
        assert page.status_code == 200
        assert scene.first[0] in page.text
        assert "Rác chất đống ba ngày" in page.text
        sealed = rows_of(env["DATABASE_URL"], "SELECT email_enc FROM contact")
        box = Sealer(env["CONTACT_KEYS"].split(","))
        assert {box.open(row[0]) for row in sealed} == {EMAIL}
    finally:
        with app.app_context():
            db.engine.dispose()
        if before is not None:
            installation.configure(before)


def test_what_was_saved_while_people_reported_is_one_moment(
    scene: Scene, elsewhere: Elsewhere
) -> None:
    killed_halfway(elsewhere, scene.busy)
    assert is_empty(elsewhere.url)
    assert pictures(elsewhere.var / "media") != {}
    elsewhere.restore(scene.busy)
    saved = {row[0] for row in rows_of(elsewhere.url, "SELECT reference FROM ticket")}
    assert scene.early | {scene.first[0]} <= saved, "acknowledged, but not in the backup"
    there = pictures(elsewhere.var / "media").keys()
    for photo_id, state in rows_of(elsewhere.url, "SELECT id, state FROM photo"):
        shard = photo_id.hex[:2]
        if state == "stored":
            assert f"in/{shard}/{photo_id}" in there, "no worker could ever prepare it"
        else:
            assert state == "ready"
            assert {f"out/{shard}/{photo_id}-{name}.jpg" for name in VARIANTS} <= there
    keys = environment.known_keys(Clone(elsewhere.var.parent), {})
    verify = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", "flask", "--app", "wsgi", "city", "verify"],
        cwd=ROOT, env={**elsewhere.env, **keys}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verify.returncode == 0, verify.stdout + verify.stderr
    assert f"{len(saved)} tickets" in verify.stdout

    assert "The database is not empty" in elsewhere.refusal(scene.calm)
    assert {row[0] for row in rows_of(elsewhere.url, "SELECT reference FROM ticket")} == saved


def killed_halfway(place: Elsewhere, file: Path) -> None:
    """Restore as far as the database, which never gets anything; then the power goes."""
    reached = place.var / "reached"
    slow = replaced(
        place.var / "slow", "pg_restore",
        f"echo $$ > {reached}.new; mv {reached}.new {reached}; exec sleep 60",
    )  # fmt: skip
    words = ["restore", str(file), "--programs", str(slow), "--keys", str(place.keys)]
    with started(place.env, *words):
        wait(reached.exists)
    os.kill(int(reached.read_text()), signal.SIGKILL)
    assert place.keys.exists()


@contextmanager
def started(env: Mapping[str, str], *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """`python -m backup …` as `./run` starts it; killed at the end of the block."""
    command = [ROOT / ".venv" / "bin" / "python", "-m", "backup", *words]
    with subprocess.Popen(
        [*command, "--settings", "/nowhere"], cwd=ROOT, env={**env, **SEALED}
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def replaced(folder: Path, name: str, script: str) -> Path:
    """A folder with the programs of PostgreSQL, one of them replaced by a script."""
    folder.mkdir()
    for program in {"pg_dump", "pg_restore"} - {name}:
        (folder / program).symlink_to(real() / program)
    version = f'[ "$1" = --version ] && exec {real() / name} --version'
    (folder / name).write_text(f"#!/bin/sh\n{version}\n{script}\n")
    (folder / name).chmod(0o755)
    return folder


def test_what_was_erased_after_the_backup_is_erased_again(scene: Scene) -> None:
    with machine() as new:
        done = new.run("restore", str(scene.busy), str(scene.erased), **SEALED)
        assert done.returncode == 0, done.stderr
        assert "1 erased again; 0 are not in this database; 0 lines" in done.stdout
        clone = Clone(new.root)
        servers = instances.prepare(clone, {})
        with servers.in_use():
            url = servers.urls({}, sample=False)["DATABASE_URL"]
            query = """
                SELECT report.text, report.erased_at IS NULL FROM report
                JOIN ticket ON ticket.id = ticket_id WHERE reference = '%s'
            """
            assert rows_of(url, query % scene.regretted) == [(None, False)]
            assert rows_of(url, query % scene.first[0]) == [("Rác chất đống ba ngày", True)]
        # A list of its own goes on from there, and outlives what is deleted.
        assert "report" in (new.var / "erased.log").read_text()
        assert new.run("reset", "--yes").returncode == 0
        assert "report" in (new.var / "erased.log").read_text()


def test_a_restore_may_be_repeated_and_changes_nothing_then(
    scene: Scene, elsewhere: Elsewhere
) -> None:
    for _ in range(2):
        elsewhere.restore(scene.calm)
        assert contents(libpq(elsewhere.url)) == scene.tables
        assert pictures(elsewhere.var / "media") == scene.photos


def test_a_backup_that_fails_or_is_killed_leaves_nothing(
    scene: Scene, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    elsewhere.restore(scene.calm)
    env = scene.env | elsewhere.env
    folder = tmp_path / "files"
    endless = replaced(tmp_path / "endless", "pg_dump", "exec cat /dev/zero")
    with started(env, "make", str(folder), "--programs", str(endless)):
        wait(lambda: any(path.stat().st_size > 1e6 for path in folder.glob(".*.part")))
    assert len(list(folder.iterdir())) == 1
    failing = replaced(tmp_path / "failing", "pg_dump", "echo pg_dump: error: no >&2; exit 1")
    with pytest.raises(Refused, match=r"^pg_dump failed: pg_dump: error: no$"):
        save(folder, env, failing)
    assert list(folder.iterdir()) == []
    file = save(folder, env)
    assert list(folder.iterdir()) == [file]
    assert restoring.look(file, "")[0].rows == restoring.look(scene.calm, "")[0].rows


def test_the_file_is_private_and_opens_by_its_passphrase_only(scene: Scene) -> None:
    assert scene.busy.stat().st_mode & 0o777 == 0o600
    assert scene.busy.name.endswith("Z.tar.enc")
    assert scene.calm.name.endswith("Z.tar")
    assert EMAIL.encode() not in scene.busy.read_bytes()
    about, manifest = restoring.look(scene.busy, PASSPHRASE)
    assert about.rows["ticket"] > len(scene.early)
    assert manifest.photos_missing == 0
    with pytest.raises(Refused, match="The passphrase is not the one"):
        restoring.look(scene.busy, "an other long word for it")


def test_what_does_not_fit_is_refused_before_anything_is_touched(
    scene: Scene, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    assert "has other keys" in elsewhere.refusal(scene.calm, SECRET_KEY="k" * 40)
    content = scene.calm.read_bytes()
    changed = tmp_path / "changed.tar"

    def refusal_with(old: bytes, new: bytes) -> str:
        assert old in content
        changed.write_bytes(content.replace(old, new, 1))
        return elsewhere.refusal(changed)

    assert "newer version" in refusal_with(b'"revision": "0', b'"revision": "9')
    assert "has the format 2" in refusal_with(b'"format": 1', b'"format": 2')
    assert "PostgreSQL 99" in refusal_with(b'"postgres": 1', b'"postgres":99')
    assert "is of the city" in refusal_with(b'"pack": "q', b'"pack": "x')
    with pytest.raises(Refused, match=r"^1,100,000,000 MB are needed at .*tmp"):
        check_room(tmp_path / "not" / "there", 1e15)
    stranger = elsewhere.var / "media" / "out" / "aa" / "stranger.jpg"
    stranger.parent.mkdir(parents=True)
    stranger.touch()
    assert "photos that are not in the backup" in elsewhere.refusal(scene.calm)
    assert not elsewhere.keys.exists()
    assert is_empty(elsewhere.url)
