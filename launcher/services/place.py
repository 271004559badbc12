"""Where the private instances keep their data and sockets, and as which user they run.

1. `var/instances` is a folder, or a link to one. What exists there stays where it is.
2. PostgreSQL refuses to run as root: for root the servers run as the user who owns the data
   already, else `postgres`, else `nobody`.
3. Where that user cannot enter the clone (root's home), or the file system keeps no permissions,
   the data lie in a folder of the system named after the clone; `var/instances` links to it.
4. Socket paths may not exceed about 100 characters: sockets lie beside the data where that is short
   and plain, else in a folder of the system's temporary directory that only the servers' user owns.
"""

import contextlib
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import Refusal, say
from launcher.clone import Clone

SYSTEM_PLACE = Path("/var/lib/hoi-am")
LONGEST_SOCKET_FOLDER = 80
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
_OWNER_FILE = "clone-path"


@dataclass(frozen=True)
class Account:
    """The operating system's user that runs the servers."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Tell whether that is who we are."""
        return self.uid == os.geteuid()

    def run(
        self, command: Sequence[str], *, log: Path | None = None, script: str = ""
    ) -> tuple[int, str]:
        """Run `command` as this user with `script` as its input.

        Returns (exit status, output); the output is empty if it was sent to a `log`.
        """
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PG")
        }
        environment |= {"LC_ALL": "C", "HOME": "/"}
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(log.open("ab")) if log else subprocess.PIPE
            done = subprocess.run(
                command,
                cwd="/",
                env=environment,
                input=script,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                user=None if self.is_us else self.uid,
                group=None if self.is_us else self.gid,
                extra_groups=None if self.is_us else [],
            )
        return done.returncode, done.stdout or ""

    def folder(self, path: Path) -> Path:
        """Create a folder that only this user may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)
        return path


@dataclass(frozen=True)
class Place:
    """The folder of the instances, the folder of their sockets, and their user."""

    home: Path
    sockets: Path
    account: Account


def find(clone: Clone) -> Place | None:
    """Return the place of instances that exist already, without changing anything."""
    link = clone.var / "instances"
    if not link.is_dir() or _belongs_to_another(link, clone):
        return None
    home = link.resolve()
    owner = home.stat()
    account = Account(owner.st_uid, owner.st_gid)
    return Place(home, _socket_folder(home, account), account)


def prepare(clone: Clone) -> Place:
    """Return the place of the instances, created if need be. Raises Refusal."""
    existing = find(clone)
    if existing is None or existing.account.uid == 0:  # 0: stopped halfway through its creation
        account = _account()
        home = _make_home(clone, account)
        existing = Place(home, _socket_folder(home, account), account)
    elif os.geteuid() != 0 and not existing.account.is_us:
        name = _user_name(existing.account.uid)
        raise Refusal(f"{clone.var}/instances belongs to the user {name}: start as that user.")
    elif not _is_usable(existing.home, existing.account):
        raise Refusal(
            f"The user {_user_name(existing.account.uid)}, who owns the data in {existing.home},"
            f" cannot enter it: move that folder to {SYSTEM_PLACE} and link var/instances to it."
        )
    _make_sockets(existing)
    return existing


def remove(clone: Clone) -> None:
    """Delete data and sockets of this clone's instances, which must have been stopped."""
    link = clone.var / "instances"
    place = find(clone)
    if place is not None:
        shutil.rmtree(place.sockets, ignore_errors=True)
        shutil.rmtree(place.home)
    if link.is_symlink():
        link.unlink()


def socket_folder(home: Path, uid: int, temporary: Path) -> Path:
    """Return where sockets may lie: short, and of characters that need no quoting anywhere."""
    beside = home / "s"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and _PLAIN.fullmatch(str(beside)):
        return beside
    return temporary / f"hoi-am-{uid}-{Clone(home).mark}"


def _socket_folder(home: Path, account: Account) -> Path:
    # Not $TMPDIR: it may differ between two terminals of one person.
    return socket_folder(home, account.uid, Path("/tmp"))


def _make_sockets(place: Place) -> None:
    place.account.folder(place.home)
    path = place.sockets
    try:
        path.mkdir(mode=0o700)
        os.chown(path, place.account.uid, place.account.gid)
    except FileExistsError:
        pass
    found = path.lstat()
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077 == 0
    if not private or found.st_uid != place.account.uid:
        raise Refusal(f"{path} is not a private folder of ours: somebody else made it; remove it.")


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(user.pw_uid, user.pw_gid)
    raise Refusal("There is neither a user postgres nor nobody: create one (adduser --system).")


def _make_home(clone: Clone, account: Account) -> Path:
    link = clone.var / "instances"
    if link.is_symlink():
        link.unlink()
    try:
        link.mkdir(mode=0o700, exist_ok=True)
        os.chown(link, account.uid, account.gid)
    except OSError:
        pass
    if link.is_dir() and _is_usable(link, account):
        return link.resolve()
    if link.is_dir():
        link.rmdir()
    home = _system_folder(clone, account)
    link.symlink_to(home)
    return home


def _is_usable(path: Path, account: Account) -> bool:
    """Tell whether the account can enter and write, and permissions are kept as they were set."""
    if stat.S_IMODE(path.stat().st_mode) != 0o700:
        return False
    probe = 'cd "$1" && : > probe && rm probe'
    status, _ = account.run(["/bin/sh", "-c", probe, "sh", str(path)])
    return status == 0


def _system_folder(clone: Clone, account: Account) -> Path:
    if os.geteuid() == 0:
        base = SYSTEM_PLACE
        base.mkdir(mode=0o755, parents=True, exist_ok=True)
    else:
        base = Path.home() / ".local" / "share" / "hoi-am"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
    home, number = base / clone.mark, 1
    while home.exists():
        # What an earlier clone at this path left is never taken over: its keys are gone.
        if _maker(home) == clone.root:
            say(f"Note: {home} holds data of an earlier clone at {clone.root}.")
        number += 1
        home = base / f"{clone.mark}-{number}"
    account.folder(home)
    (home / _OWNER_FILE).write_text(str(clone.root))
    if not _is_usable(home, account):
        raise Refusal(f"{home} cannot be used for the data of private instances.")
    return home


def _maker(home: Path) -> Path | None:
    """Return the clone that a folder of the system was made for."""
    try:
        return Path((home / _OWNER_FILE).read_text())
    except OSError:
        return None


def _belongs_to_another(link: Path, clone: Clone) -> bool:
    """Tell whether the link was copied: the clone that made it is still there and uses it."""
    maker = _maker(link.resolve()) if link.is_symlink() else None
    if maker is None or maker == clone.root:
        return False
    theirs = maker / "var" / "instances"
    return theirs.is_symlink() and theirs.resolve() == link.resolve()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
