"""What `./run` can do, one function for each word."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from launcher import Refusal, backups, call, checks, doctor, environment, say, serving
from launcher.clone import Clone
from launcher.locks import Lock
from launcher.services import instances, place
from launcher.software import browser, installation
from launcher.supervisor import stop_signals

HELP = """Usage: ./run [command]

  (nothing)          set up what is missing, then run the service until Ctrl-C
  demo               the same with sample tickets, in a database of its own
  test [arguments]   run the tests (arguments go to pytest; tests/acceptance only if named)
  bench [options]    measure speed in databases that are thrown away (--help tells more)
  check              lint, formatting, types, import contracts
  flask …            a command of the application, for example: ./run flask city --help
  backup [DIR]       save database, photos and keys into one file (in var/backups unless told)
  restore FILE       bring such a file into an installation that is empty; --check only reads it
  setup              only set up: everything that needs the network
  doctor             tell what is there and what is missing
  reset [--yes]      delete databases, queue, photos, mail and logs of this clone
  help               this text

HOST and PORT choose the address (127.0.0.1, 8000). DATABASE_URL and REDIS_URL name servers to use
instead of private ones. Settings may stand in var/settings.env. Everything: docs/operator.md."""


TRAINING = "train-categories"


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; return the exit status."""
    word, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    commands: dict[str, Callable[[Clone, list[str]], int]] = {
        "": run,
        "demo": demo,
        "test": test,
        "bench": bench,
        "check": check,
        "flask": flask,
        "backup": backups.backup,
        "restore": backups.restore,
        "setup": setup,
        "doctor": report,
        "reset": reset,
    }
    if word in {"help", "-h", "--help"}:
        print(HELP)
        return 0
    if word not in commands:
        say(f"There is no command {word!r}.\n\n{HELP}")
        return 2
    # SIGINT too: shells let what they start in the background ignore it.
    for number in stop_signals():
        signal.signal(number, _interrupt)
    clone = Clone.here()
    try:
        if word not in {"test", "bench", "check"}:  # they never meet the installation's own servers
            environment.adopt_settings(clone, os.environ)
        return commands[word](clone, rest)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        say(f"This did not work: {error}.")
        return 1


def run(clone: Clone, rest: list[str]) -> int:
    """Set up and serve until told to stop."""
    _no_arguments(rest)
    return serving.serve(clone, sample=False)


def demo(clone: Clone, rest: list[str]) -> int:
    """Serve sample tickets from a database of their own."""
    _no_arguments(rest)
    return serving.serve(clone, sample=True)


def test(clone: Clone, rest: list[str]) -> int:
    """Run pytest on the private servers, in databases that are thrown away; unasked, all of it."""
    installation.ensure_tests(clone)
    servers = instances.prepare(clone, os.environ, purpose="test")
    found = browser.ensure(clone)
    if not rest:
        with servers.in_use():
            return checks.run_lanes(clone)
    named = any(checks.OUTSIDE in argument for argument in rest)
    left_out = [] if named else [f"--ignore={checks.OUTSIDE}"]
    command = [str(clone.python), "-m", "pytest", *left_out, *rest]
    with servers.in_use(), _scratch() as folder:
        urls = servers.test_urls(os.environ)
        env = environment.for_tests(clone, os.environ, urls, folder) | found
        return call(command, env, clone.root)


def bench(clone: Clone, rest: list[str]) -> int:
    """Run the benchmarks on the servers that the tests use."""
    installation.ensure_tests(clone)
    servers = instances.prepare(clone, os.environ, purpose="test")
    command = [str(clone.python), "-m", "bench", *rest]
    with servers.in_use(), _scratch() as folder:
        env = environment.for_tests(clone, os.environ, servers.test_urls(os.environ), folder)
        if servers.postgres is not None:
            env |= {"PGBENCH": servers.postgres.server.program("pgbench")}
        return call(command, env, clone.root)


def check(clone: Clone, rest: list[str]) -> int:
    """Run the tools; every one of them, so that one run tells everything."""
    _no_arguments(rest)
    installation.ensure_runtime(clone)
    installation.ensure_tools(clone)
    return checks.run(clone)


def flask(clone: Clone, rest: list[str]) -> int:
    """Run a command of the application, beside a running `./run` or alone."""
    installation.ensure_runtime(clone)
    if TRAINING in rest:
        installation.ensure_training(clone)
    servers = instances.prepare(clone, os.environ)
    told = serving.running(clone)
    sample = bool(told and told.get("sample"))
    command = [str(clone.python), "-m", "flask", "--app", "wsgi", *rest]
    with servers.in_use():
        urls = servers.urls(os.environ, sample=sample)
        given = {"BASE_URL": str(told["url"]), **os.environ} if told else os.environ
        env = environment.application(clone, given, urls, sample=sample)
        if told is None:
            if servers.postgres is not None:  # only ./run changes a server of the operator's
                serving.prepare_database(clone, env, servers, accounts=False)
        elif sample:
            say("(joining the running demonstration and its sample database)")
        return call(command, env, Path.cwd())


def setup(clone: Clone, rest: list[str]) -> int:
    """Do everything that needs the network, start nothing."""
    _no_arguments(rest)
    installation.ensure_runtime(clone)
    given = instances.given_urls(os.environ)
    if len(given) < 2:
        instances.prepare(clone, {**os.environ, **given})
    say("Set up. ./run starts the service.")
    return 0


def report(clone: Clone, rest: list[str]) -> int:
    """Tell what is there and what is missing."""
    _no_arguments(rest)
    return doctor.report(clone, os.environ)


def reset(clone: Clone, rest: list[str]) -> int:
    """Delete the data of this clone, after asking."""
    if rest not in ([], ["--yes"]):
        raise Refusal("Usage: ./run reset [--yes]")
    if not clone.var.exists():
        say("There is nothing to delete.")
        return 0
    with Lock(clone.var / "run.lock") as lock:
        if not lock.try_alone():
            raise Refusal("The service runs in this folder: stop it first.")
        found = place.find(clone)
        outside = found is not None and clone.var not in found.home.parents
        also = f" and {found.home}" if found is not None and outside else ""
        say(f"This deletes all data under {clone.var}{also}")
        say("(databases, queue, photos, mail, logs). The keys in var/secrets.env stay, and")
        say(f"{backups.folder(clone)}.")
        if not rest and not _confirmed():
            say("Nothing was deleted.")
            return 1
        if not instances.existing(clone).stop_unused():
            raise Refusal("Another command of this folder uses the servers: stop it first.")
        place.remove(clone)
        for path in clone.var.iterdir():
            # Locks stay: another command may wait for one of them at this moment.
            # What was erased stays so, whichever backup is restored next.
            if path in (backups.folder(clone), backups.erased(clone, os.environ)):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.suffix not in {".env", ".lock", ".users"}:
                path.unlink()
    say("Deleted.")
    return 0


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise Refusal("Nobody is there to confirm: ./run reset --yes")
    return input("Type yes to go on: ").strip().lower() == "yes"


def _no_arguments(rest: list[str]) -> None:
    if rest:
        raise Refusal(f"Unknown argument {rest[0]!r}; ./run help tells more.")


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hoi-am-test-") as folder:
        yield Path(folder)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
