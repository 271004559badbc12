"""The servers that a command works with: private ones, shared by all commands of a clone, or given.

1. Every command that uses the private servers holds a shared lock; who leaves last stops them. The
   kernel releases the locks of killed commands, so nothing is ever counted wrongly.
2. Starting and stopping happens under a second lock, one command at a time.
3. Servers named by DATABASE_URL or REDIS_URL are checked and used as they are, never stopped.
4. Without Redis the service works, only slower: that it does not start is said, and goes on.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher import Refusal, say
from launcher.clone import Clone
from launcher.locks import Lock, only_one
from launcher.services import place
from launcher.services.postgres import ADMIN, DATABASES, ROLE, PostgresInstance
from launcher.services.redis_server import RedisInstance
from launcher.services.revival import Revival, look_after
from launcher.software import binaries

_WAITING = "Another command starts or stops the servers of this folder; waiting for it …"
TEST_DATABASES = range(2, 16)  # of Redis; 0 is the application's, 1 the demonstration's


@dataclass
class Instances:
    """The private servers of a clone that this command uses; None where the operator named one."""

    clone: Clone
    postgres: PostgresInstance | None
    redis: RedisInstance | None
    given_major: int | None = None  # version of a PostgreSQL that the operator named
    with_queue: bool = True  # else Redis is not started, though whoever leaves last stops it
    _users: Lock | None = None
    _test_lock: Lock | None = field(default=None, init=False)
    _revivals: list[Revival] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._revivals = [Revival(each) for each in (self.postgres, self.redis) if each]

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Start the servers, and leave them when the body ends, however it ends."""
        try:
            self.start()
            yield
        finally:
            self.leave()

    def start(self) -> None:
        """Start what does not run, and count ourselves as a user. Raises Refusal."""
        if self.postgres is None and self.redis is None:
            return
        with only_one(self.clone.var / "instances.lock", _WAITING):
            self._users = Lock(self.clone.var / "instances.users")
            self._users.wait_shared()
            if self.redis is not None and self.with_queue:
                _start_queue(self.redis)
            if self.postgres is not None:
                self.postgres.start()
                self.postgres.create_databases()

    def revive(self) -> list[str]:
        """Have what died started again, without waiting; return what there is to say."""
        with Lock(self.clone.var / "instances.lock") as lock:
            # Whoever holds it starts or stops servers at this moment: the next look will tell.
            return look_after(self._revivals) if lock.try_alone() else []

    def leave(self, *, at_once: bool = False) -> None:
        """Stop the servers unless another command uses them."""
        if self._test_lock is not None:
            self._test_lock.close()
        if self._users is None:
            return
        with only_one(self.clone.var / "instances.lock", _WAITING):
            alone = self._users.try_alone()
            self._users.close()
            self._users = None
            if alone:
                self._stop(at_once=at_once)

    def stop_unused(self) -> bool:
        """Stop the servers if nobody uses them; return whether that is so."""
        with (
            only_one(self.clone.var / "instances.lock", _WAITING),
            Lock(self.clone.var / "instances.users") as users,
        ):
            if not users.try_alone():
                return False
            self._stop(at_once=False)
        return True

    def programs(self) -> Path:
        """Return the folder of a pg_dump and pg_restore that fit. Raises Refusal."""
        if self.postgres is not None:
            return self.postgres.server.programs
        return binaries.ensure_client(self.given_major or 0, self.clone.log / "setup.log")

    def urls(self, env: Mapping[str, str], *, sample: bool) -> dict[str, str]:
        """Return DATABASE_URL and REDIS_URL of the application (or of the demonstration)."""
        urls = given_urls(env)
        if self.postgres is not None:
            urls["DATABASE_URL"] = self.postgres.url(ROLE, DATABASES[int(sample)])
        if self.redis is not None:
            urls["REDIS_URL"] = self.redis.url(int(sample))
        return urls

    def test_urls(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return URLs for tests: a role that may create databases, an empty Redis of our own."""
        urls = given_urls(env)
        if self.postgres is not None:
            urls["DATABASE_URL"] = self.postgres.url(ADMIN, "postgres")
        if self.redis is not None:
            number = self._reserve_test_database()
            self.redis.empty(number)
            urls["REDIS_URL"] = self.redis.url(number)
        return urls

    def _reserve_test_database(self) -> int:
        for number in TEST_DATABASES:
            lock = Lock(self.clone.var / f"redis-{number}.lock")
            if lock.try_alone():
                self._test_lock = lock
                return number
            lock.close()
        raise Refusal("Too many test runs at once in this folder.")

    def _stop(self, *, at_once: bool) -> None:
        if self.postgres is not None:
            self.postgres.stop("immediate" if at_once else "fast")
        if self.redis is not None and at_once:
            self.redis.kill()
        elif self.redis is not None:
            self.redis.stop()


def _start_queue(redis: RedisInstance) -> None:
    try:
        redis.start()
    except Refusal as refusal:
        say(f"{refusal} Going on without it: the schedule's sweeps do its work.")


def given_urls(env: Mapping[str, str]) -> dict[str, str]:
    """Return those of DATABASE_URL and REDIS_URL that the operator set, in the app's spelling."""
    urls = {}
    if database := env.get("DATABASE_URL", "").strip():
        for prefix in ("postgresql://", "postgres://"):
            if database.startswith(prefix):
                database = "postgresql+psycopg://" + database.removeprefix(prefix)
        urls["DATABASE_URL"] = database
    if redis := env.get("REDIS_URL", "").strip():
        urls["REDIS_URL"] = redis
    return urls


def prepare(clone: Clone, env: Mapping[str, str], *, purpose: str = "run") -> Instances:
    """Return the servers for a command, not yet started. Checks those that were given.

    purpose: `run`, `test` (which must be able to create databases) or `save` (which needs no
    Redis: a queue that is away keeps nobody from saving the database). Raises Refusal.
    """
    given, with_queue = given_urls(env), purpose != "save"
    asked = {name: url for name, url in given.items() if with_queue or name == "DATABASE_URL"}
    major = check(clone, asked, purpose) if asked else None
    if len(given) == 2 or (asked and not with_queue):
        return Instances(clone, None, None, major)
    clone.make_var()
    log = clone.log / "setup.log"
    # Programs first: installing them creates the user that the data will belong to.
    server = redis = None
    if "DATABASE_URL" not in given:
        server = binaries.ensure_postgres(_major(clone), log)
    if "REDIS_URL" not in given:
        redis = binaries.ensure_redis(log) if with_queue else binaries.find_redis()
    with only_one(clone.var / "instances.lock", _WAITING):
        where = place.prepare(clone)
    return Instances(
        clone,
        PostgresInstance(where, server) if server else None,
        RedisInstance(where, redis) if redis else None,
        major,
        with_queue,
    )


def existing(clone: Clone) -> Instances:
    """Return the private servers whose data exist, without creating anything."""
    where, redis = place.find(clone), binaries.find_redis()
    if where is None:
        return Instances(clone, None, None)
    major = _major(clone)
    server = binaries.choose_postgres(binaries.installed_postgres(), major) if major else None
    return Instances(
        clone,
        PostgresInstance(where, server) if server else None,
        RedisInstance(where, redis) if redis else None,
    )


def _major(clone: Clone) -> int | None:
    """Return the version of PostgreSQL that made this clone's data, or None if there are none."""
    where = place.find(clone)
    try:
        return int((where.home / "postgres" / "PG_VERSION").read_text()) if where else None
    except (OSError, ValueError):
        return None


def check(clone: Clone, given: Mapping[str, str], purpose: str) -> int | None:
    """Ask the given servers, by the application's own drivers, whether they will do.

    Returns the major version of the PostgreSQL, None where none is given. Raises Refusal.
    """
    script = Path(__file__).with_name("outside.py")
    done = subprocess.run(
        [clone.python, "-I", script, purpose],
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Refusal(f"The given servers could not be checked: {done.stderr.strip()}") from None
    for line in answer["warnings"]:
        say(f"Note: {line}")
    if answer["missing"]:
        raise Refusal("\n".join(answer["missing"]))
    major = answer["postgres"]
    return int(major) if major is not None else None
