"""`./run backup` and `./run restore`: start the servers, then `python -m backup` does the work.

1. The installation's own tickets are saved and restored, never those of the demonstration.
2. A backup is made beside a running service; a restore only where none runs.
3. Redis is no part of it: it need not be there.
4. After a restore the tables are brought up to date, and `flask city verify` judges them as they
   were at the backup's moment: what waited then is not blamed for the time since.
5. Then what was erased after that moment is erased again, by the list that outlives the database.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launcher import Refusal, call, environment, say
from launcher.clone import Clone
from launcher.locks import Lock
from launcher.services import instances
from launcher.software import installation

_NO_KEYS = "There is nothing to save: this installation has no keys yet, so it never ran."
_USAGE = "Usage: ./run restore FILE [LIST], or ./run restore --check FILE"
_NO_LIST = (
    "There is no list of what was erased since the backup (var/erased.log): what residents took"
    " back meanwhile is here again. Bring it, and type: ./run flask city erase-again LIST"
)


def folder(clone: Clone) -> Path:
    """Return where backups go unless told otherwise."""
    return clone.var / "backups"


def backup(clone: Clone, rest: list[str]) -> int:
    """Make a backup file; print its path."""
    if len(rest) > 1 or rest[:1] == ["--help"]:
        raise Refusal("Usage: ./run backup [DIR]")
    into = Path(rest[0]).absolute() if rest else folder(clone)
    if len(environment.known_keys(clone, os.environ)) < len(environment.KEYS):
        raise Refusal(_NO_KEYS)
    installation.ensure_runtime(clone)
    servers = instances.prepare(clone, os.environ, purpose="save")
    with servers.in_use():
        env = environment.application(clone, os.environ, _urls(servers), sample=False)
        words = ["make", str(into), "--programs", str(servers.programs())]
        words += ["--settings", str(clone.var / "settings.env")]
        return call(_command(clone, *words), env | _passphrase(os.environ), clone.root)


def restore(clone: Clone, rest: list[str]) -> int:
    """Bring a backup file into this installation, or only look whether it is whole."""
    words = [word for word in rest if word != "--check"]
    most = 1 if "--check" in rest else 2
    if not 1 <= len(words) <= most or any(word.startswith("-") for word in words):
        raise Refusal(_USAGE)
    file, *given = (Path(word).absolute() for word in words)
    if given and not given[0].is_file():
        raise Refusal(f"{_USAGE} ({given[0]} is not there)")
    installation.ensure_runtime(clone)
    if "--check" in rest:
        env = environment.application(clone, os.environ, {}, sample=False, keys={})
        return call(_command(clone, "look", str(file)), env | _passphrase(os.environ), clone.root)
    clone.make_var()
    with Lock(clone.var / "run.lock") as lock:
        if not lock.try_alone():
            raise Refusal("The service runs in this folder: stop it first.")
        servers = instances.prepare(clone, os.environ, purpose="save")
        with servers.in_use():
            return _restore(clone, servers, file, given[0] if given else None)


def erased(clone: Clone, env: Mapping[str, str]) -> Path:
    """Return where the application keeps the list of what was erased."""
    var = Path(env.get("VAR_DIR", "").strip() or clone.var)
    return Path(env.get("ERASED_LOG", "").strip() or var / "erased.log").absolute()


def _restore(clone: Clone, servers: instances.Instances, file: Path, given: Path | None) -> int:
    urls = _urls(servers)
    words = ["restore", str(file), "--programs", str(servers.programs())]
    words += ["--keys", str(clone.var / "secrets.env")]
    words += ["--settings", str(clone.var / "settings.env.restored")]
    if servers.postgres is not None:
        words += ["--disk", str(servers.postgres.place.home)]
    keys = environment.known_keys(clone, os.environ)
    env = environment.application(clone, os.environ, urls, sample=False, keys=keys)
    made_at = _output(_command(clone, *words), env | _passphrase(os.environ), clone)
    if made_at is None:
        return 1
    env = environment.application(clone, os.environ, urls, sample=False)
    say("Bringing the tables up to date and checking every ticket …")
    flask = [str(clone.python), "-m", "flask", "--app", "wsgi", "city"]
    status = call([*flask, "migrate"], env, clone.root)
    if not status:
        status = call([*flask, "verify", "--as-of", made_at], env, clone.root)
        list_ = given or erased(clone, env)
        if list_.is_file():
            say("Erasing what was erased since …")
            status = call([*flask, "erase-again", str(list_)], env, clone.root) or status
        else:
            say(_NO_LIST)
    if status:
        say("The data are restored as they were saved; what stands above was not right then.")
    else:
        say("Restored. ./run starts the service.")
    if (clone.var / "settings.env.restored").exists():
        say("The saved settings lie in var/settings.env.restored; they are not in force.")
    return status


def _urls(servers: instances.Instances) -> dict[str, str]:
    """Return the URLs of the servers; that of Redis only has to be there, nobody asks it."""
    return {"REDIS_URL": "unix:///nowhere"} | servers.urls(os.environ, sample=False)


def _output(command: list[str], env: Mapping[str, str], clone: Clone) -> str | None:
    """Return what a command in the foreground printed; None where it failed."""
    with subprocess.Popen(command, env=env, cwd=clone.root, stdout=subprocess.PIPE) as running:
        try:
            printed, _ = running.communicate()
        except BaseException:
            running.terminate()
            raise
    return printed.decode().strip() if running.returncode == 0 else None


def _command(clone: Clone, *words: str) -> list[str]:
    return [str(clone.python), "-m", "backup", *words]


def _passphrase(env: Mapping[str, str]) -> dict[str, str]:
    return {name: env[name] for name in environment.PASSPHRASE if name in env}
