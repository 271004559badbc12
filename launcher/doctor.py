"""`./run doctor`: what is there, what is missing, what to type. Changes nothing."""

import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from launcher import Refusal, serving
from launcher.clone import Clone
from launcher.environment import Address
from launcher.services import instances, place
from launcher.software import apt, binaries, browser, installation

_ROOM_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One line of the report. Only what is `needed` and not `good` makes the exit status 1."""

    good: bool
    text: str
    needed: bool = True


def report(clone: Clone, env: Mapping[str, str]) -> int:
    """Print every finding; return 0 if the service could start, else 1."""
    findings = list(examine(clone, env))
    for finding in findings:
        sign = "ok     " if finding.good else ("MISSING" if finding.needed else "note   ")
        print(f"{sign} {finding.text}")
    bad = any(finding.needed and not finding.good for finding in findings)
    print("./run installs what it may of that." if bad else "All is well.")
    return 1 if bad else 0


def examine(clone: Clone, env: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything that a start needs."""
    yield Finding(good=True, text=f"Python {platform.python_version()} ({sys.executable})")
    for venv, name in (
        (clone.venv, "requirements.txt"),
        (clone.venv, "requirements-dev.txt"),
        (clone.tools, "requirements-tools.txt"),
    ):
        current = installation.is_current(venv, clone.root / name)
        there = "in" if current else "are not in"
        text = f"packages of {name} {there} {venv.name}"
        yield Finding(current, text, name == "requirements.txt")
    given = instances.given_urls(env)
    if "DATABASE_URL" not in given:
        yield from _postgres()
    if "REDIS_URL" not in given:
        redis = binaries.find_redis()
        yield Finding(redis is not None, f"Redis 6.2 or newer ({redis or 'none'})")
    if given and clone.python.exists():
        yield _given(clone, given)
    yield from _private(clone)
    keys = (clone.var / "secrets.env").exists()
    yield Finding(keys, f"{'keys' if keys else 'no keys yet'} in var/secrets.env", needed=False)
    yield _running(clone, env)
    free = shutil.disk_usage(clone.root).free
    yield Finding(free > _ROOM_BYTES, f"{free / 1e9:.0f} GB free on the disk", needed=False)
    chromium = env.get("CHROMIUM") or browser.find(clone)
    yield Finding(bool(chromium), f"Chromium for tests ({chromium or 'none'})", needed=False)


def _postgres() -> Iterator[Finding]:
    servers = binaries.installed_postgres()
    chosen = binaries.choose_postgres(servers, None)
    if chosen is not None:
        yield Finding(good=True, text=f"PostgreSQL {chosen.major} with PostGIS ({chosen.programs})")
        return
    have = ", ".join(str(server.major) for server in servers) or "none"
    yield Finding(good=False, text=f"PostgreSQL 14 or newer with PostGIS (installed: {have})")
    if platform.system() == "Darwin":
        yield Finding(good=False, text=f"type: {apt.BREW_LINE}", needed=False)


def _given(clone: Clone, given: Mapping[str, str]) -> Finding:
    try:
        instances.check(clone, given, "look")
    except Refusal as refusal:
        return Finding(good=False, text=str(refusal))
    return Finding(good=True, text=f"{' and '.join(given)} will do")


def _private(clone: Clone) -> Iterator[Finding]:
    where = place.find(clone)
    if where is None:
        yield Finding(good=False, text="no data of private servers yet", needed=False)
        return
    yield Finding(good=True, text=f"data in {where.home}, sockets in {where.sockets}")
    servers = instances.existing(clone)
    for name, server in (("PostgreSQL", servers.postgres), ("Redis", servers.redis)):
        if server is not None:
            state = "runs" if server.answers() else "is stopped"
            yield Finding(good=True, text=f"the private {name} {state}")


def _running(clone: Clone, env: Mapping[str, str]) -> Finding:
    told = serving.running(clone)
    if told is not None:
        what = "the demonstration" if told.get("sample") else "the service"
        return Finding(good=True, text=f"{what} runs: {told.get('url', 'starting')}")
    address = Address.read(env)
    try:
        serving.check_port(address)
    except Refusal as refusal:
        return Finding(good=False, text=str(refusal))
    return Finding(good=True, text=f"{address.host}:{address.port} is free")
