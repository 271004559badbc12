"""`./run` and `./run demo`: prepare the database, then keep web, workers and schedule alive.

1. One run for each clone at a time: the lock's file tells the second one where the first answers.
2. Migrations run at every start that finds newer code; the city pack is loaded into an empty
   database only; sign-ins are made up only where nobody can sign in yet, and shown once.
3. The demonstration never meets real tickets: its database is its own. Where making its tickets
   was interrupted, that database is made anew: half a course would look like a whole one.
"""

import errno
import hashlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from launcher import Refusal, environment, say
from launcher.clone import Clone
from launcher.environment import Address
from launcher.locks import Lock, only_one
from launcher.services import instances
from launcher.services.postgres import DATABASES
from launcher.software import installation
from launcher.supervisor import Child, Supervisor, clean_up

PROGRAMS = ("tick", "route", "media", "schedule")  # `python -m workers …`, one process each
BEGUN = "load-demo-begun"  # noted before the step that takes long
_RULE = "─" * 72


def serve(clone: Clone, *, sample: bool) -> int:
    """Run the service until told to stop; return the exit status. Raises Refusal."""
    address = Address.read(os.environ)
    clone.make_var()
    with Lock(clone.var / "run.lock") as lock:
        _take(lock)
        lock.write(json.dumps({"pid": os.getpid(), "url": address.url, "sample": sample}))
        clean_up(clone.root)
        check_port(address)
        installation.ensure_runtime(clone)
        if sample:
            _check_sample_database(os.environ)
        servers = instances.prepare(clone, os.environ)
        try:
            servers.start()
            env = environment.application(
                clone, os.environ, servers.urls(os.environ, sample=sample), sample=sample
            )
            sign_ins = prepare_database(clone, env, servers, accounts=True)
            hurried = _supervise(clone, env, servers, _banner(env, sign_ins, sample=sample))
            servers.leave(at_once=hurried)
        finally:
            servers.leave()
            lock.write("")
    say("Stopped.")
    return 0


def running(clone: Clone) -> dict[str, object] | None:
    """Return what the run of this clone told about itself (url, sample); None if nothing runs."""
    if not (clone.var / "run.lock").exists():
        return None
    with Lock(clone.var / "run.lock") as lock:
        if lock.try_alone():
            return None
        return _told(lock.read())


def prepare_database(
    clone: Clone, env: Mapping[str, str], servers: instances.Instances, *, accounts: bool
) -> str:
    """Bring the database up to date; return the first sign-ins as text, mostly empty.

    accounts: make sign-ins where nobody can sign in yet. What was done to a private database is
    noted beside it, so that the next start does only what newer code asks for.
    """
    sample = env["SAMPLE_CONTENT"] == "1"
    steps = [("migrate",), ("load-pack", "--if-empty")]
    # Before the sample tickets, whose invented staff cannot sign in but count as accounts.
    steps += [("first-accounts",)] if accounts else []
    steps += [("load-demo", "--if-empty")] if sample else []
    with only_one(clone.var / "prepare.lock", "Another command prepares the database; waiting …"):
        notes = Notes.of(clone, env, servers)
        if notes.half_a_course and servers.postgres is not None:
            say("An earlier start was interrupted while it made sample tickets; making them anew.")
            servers.postgres.recreate(DATABASES[1])
            notes.forget()
        waiting = [step for step in steps if step[0] not in notes.done]
        if waiting:
            say("Preparing the database …")
        said: dict[str, str] = {}
        try:
            for step in waiting:
                if step[0] == "load-demo":
                    say("Making sample tickets (the first time this takes a while) …")
                    notes.add(BEGUN)
                said[step[0]] = _city(clone, env, *step)
                notes.add(step[0])
        except BaseException:
            if sign_ins := said.get("first-accounts", "").strip():
                say(sign_ins)  # the passwords are shown nowhere else
            raise
        return said.get("first-accounts", "")


@dataclass
class Notes:
    """Which steps a private database has behind it, with the code and the pack of today."""

    path: Path | None
    mark: str
    done: list[str]
    half_a_course: bool = False

    @classmethod
    def of(cls, clone: Clone, env: Mapping[str, str], servers: instances.Instances) -> "Notes":
        """Read them. A server of the operator's has none: others may change it meanwhile."""
        mark = code_mark(clone, env)
        if servers.postgres is None:
            return cls(None, mark, [])
        name = "prepared-demo" if env["SAMPLE_CONTENT"] == "1" else "prepared"
        path = servers.postgres.place.home / name
        first, *done = path.read_text().split() if path.exists() else [""]
        half = BEGUN in done and "load-demo" not in done
        return cls(path, mark, done if first == mark else [], half)

    def forget(self) -> None:
        """Note that nothing is done any more."""
        self.done.clear()
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def add(self, step: str) -> None:
        """Note a step that is done."""
        self.done.append(step)
        if self.path is not None:
            self.path.write_text(" ".join([self.mark, *self.done]))


def _supervise(
    clone: Clone, env: Mapping[str, str], servers: instances.Instances, banner: str
) -> bool:
    """Run everybody until told to stop; return whether it has to be quick."""
    python = str(clone.python)
    web = [python, "-m", "granian", "--interface", "asgi", "--host", env["HOST"]]
    web += ["--port", env["PORT"], "--workers", "2"]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws"]
    web += ["--log-level", "warning", "--no-access-log", "asgi:served"]
    workers = [Child(name, [python, "-m", "workers", name]) for name in PROGRAMS]
    supervisor = Supervisor(
        children=[Child("web", web, remind=True), *workers],
        folder=clone.root,
        environment=env,
        health_url=f"{Address.read(env).url}/healthz",
        announce=lambda: print(banner, flush=True),
        revive=servers.revive,
    )
    try:
        supervisor.run()
    except Refusal:
        if "sign-in" in banner.lower():
            say(banner)  # the passwords are shown nowhere else
        raise
    return supervisor.hurried


def _banner(env: Mapping[str, str], sign_ins: str, *, sample: bool) -> str:
    address = Address.read(env)
    lines = [_RULE, f"Hồi Âm answers at  {address.url}"]
    if env["BASE_URL"].rstrip("/") != address.url:
        lines.append(f"Its public address: {env['BASE_URL']}")
    if sample:
        lines.append("SAMPLE DATA: every ticket here is invented. Do not use it for real reports.")
    if sign_ins.strip():
        lines += ["", "First sign-ins (shown only now):", sign_ins.strip()]
    lines += ["", "Ctrl-C stops everything; the data stay.", _RULE]
    return "\n".join(lines)


def _city(clone: Clone, env: Mapping[str, str], *words: str) -> str:
    """Run `flask city …`; return its standard output. Raises Refusal with its last words."""
    done = subprocess.run(
        [clone.python, "-m", "flask", "--app", "wsgi", "city", *words],
        cwd=clone.root,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    with (clone.log / "setup.log").open("a") as log:
        log.write(done.stderr)
    if done.returncode != 0:
        words_text = " ".join(words)
        last = last_words(done.stderr.strip() or done.stdout)
        raise Refusal(
            f"`flask city {words_text}` failed: {last}\n(details in {clone.log / 'setup.log'})"
        )
    return done.stdout


def last_words(output: str) -> str:
    """Return the line that says why a command failed, or all lines about wrong settings."""
    said = [line for line in output.splitlines() if line.strip()]
    if said[:1] == ["Settings:"]:
        return "\n".join(said)
    # An application that cannot be imported: Flask tells why, then wonders about the command.
    usage = next((number for number, line in enumerate(said) if line.startswith("Usage:")), None)
    return (said[:usage] or said or ["no reason given"])[-1].strip()


def check_port(address: Address) -> None:
    """Raise Refusal if the web server could not listen there."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refusal(f"HOST={address.host} is not an address of this machine.") from None
    family, kind, protocol, _, target = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(target)
        except PermissionError:
            raise Refusal(f"Only root may use port {address.port}: PORT=8000 ./run") from None
        except OSError as error:
            raise Refusal(_why_not(address, error)) from None


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = address.port + 1 if address.port < 65_535 else 8000
        return (
            f"Port {address.port} is taken by another program; choose another: PORT={other} ./run"
        )
    return f"{address.host}:{address.port} cannot be used: {error.strerror}."


def _check_sample_database(env: Mapping[str, str]) -> None:
    url = env.get("DATABASE_URL", "").strip()
    if url and not urlsplit(url).path.endswith("_demo"):
        raise Refusal(
            "./run demo fills a database with invented tickets, so the one that DATABASE_URL names"
            " must be its own: a name that ends in _demo."
        )


def _take(lock: Lock) -> None:
    for _ in range(5):
        if lock.try_alone():
            return
        time.sleep(0.1)  # somebody who only asks whether we run holds it for a moment
    raise Refusal(_already(lock.read()))


def _already(text: str) -> str:
    told = _told(text)
    where = f": {told['url']} (process {told['pid']})" if told else ""
    return f"Hồi Âm already runs in this folder{where}; stop that one first."


def _told(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def code_mark(clone: Clone, env: Mapping[str, str]) -> str:
    """Return a hash of the migrations, the city packs and the choice among them."""
    digest = hashlib.sha256(env.get("CITY_PACK", "").encode())
    for folder in (clone.root / "migrations", clone.root / "cities"):
        for path in sorted(folder.rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(clone.root)).encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()
