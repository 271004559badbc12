"""`python -m backup make | restore | look`: run by `./run backup` and `./run restore`.

The installation is described by the environment, like that of the application. The passphrase
comes by BACKUP_PASSPHRASE, or stands in the file that BACKUP_PASSPHRASE_FILE names.
"""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from backup import Refused, restoring
from backup.database import Tools
from backup.file.contents import About, Manifest
from backup.making import make
from backup.target import KeyFiles

_NOT_SEALED = """NOT ENCRYPTED, since BACKUP_PASSPHRASE is not set: this file holds the keys, and
with them every reporter's contact. Keep it as you keep var/secrets.env."""


def main(arguments: Sequence[str]) -> int:
    """Carry out one verb; return the exit status."""
    given = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)
    os.umask(0o077)
    try:
        passphrase = passphrase_of(os.environ)
        if given.verb == "make":
            _make(given, passphrase)
        elif given.verb == "look":
            _tell("whole", *restoring.look(given.file, passphrase))
        else:
            _restore(given, passphrase)
    except Refused as refused:
        say(str(refused))
        return 1
    except OSError as error:
        say(f"This did not work, and nothing was changed by halves: {error}.")
        return 1
    except KeyboardInterrupt:
        say("Stopped; repeat it whenever you like.")
        return 130
    return 0


def passphrase_of(env: Mapping[str, str]) -> str:
    """Return the passphrase, or "" where none is set. Raises Refused where its file has none."""
    if given := env.get("BACKUP_PASSPHRASE", ""):
        return given
    if not (path := env.get("BACKUP_PASSPHRASE_FILE", "").strip()):
        return ""
    try:
        first = Path(path).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"BACKUP_PASSPHRASE_FILE cannot be read: {error}.") from None
    if not first:
        raise Refused(f"BACKUP_PASSPHRASE_FILE: {path} is empty.")
    return first


def say(text: str) -> None:
    """Tell the operator."""
    print(text, file=sys.stderr, flush=True)


def _make(given: argparse.Namespace, passphrase: str) -> None:
    os.nice(10)  # the service goes first
    made = make(
        given.folder,
        os.environ,
        Tools(given.programs),
        passphrase=passphrase,
        settings_file=given.settings,
    )
    _tell("saved", made.about, made.manifest)
    if not passphrase:
        say(_NOT_SEALED)
    print(made.path)


def _restore(given: argparse.Namespace, passphrase: str) -> None:
    about, manifest = restoring.restore(
        given.file,
        os.environ,
        Tools(given.programs),
        passphrase=passphrase,
        files=KeyFiles(keys=given.keys, settings=given.settings),
        disk=given.disk,
    )
    _tell("restored", about, manifest)
    print(about.made_at)


def _tell(what: str, about: About, manifest: Manifest) -> None:
    say(
        f"{about.pack} of {about.made_at}: {what}. {about.rows.get('ticket', 0):,} tickets,"
        f" {sum(about.rows.values()):,} rows in {len(about.rows)} tables,"
        f" {manifest.photos:,} photo files ({manifest.photo_bytes / 1e6:,.1f} MB)."
    )
    if manifest.photos_missing:
        say(f"{manifest.photos_missing:,} photo files were missing when it was made.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backup")
    verbs = parser.add_subparsers(dest="verb", required=True)
    make_verb = verbs.add_parser("make")
    make_verb.add_argument("folder", type=Path)
    restore_verb = verbs.add_parser("restore")
    restore_verb.add_argument("file", type=Path)
    restore_verb.add_argument("--keys", type=Path, required=True)
    restore_verb.add_argument("--disk", type=Path)
    for verb in (make_verb, restore_verb):
        verb.add_argument("--programs", type=Path, required=True)
        verb.add_argument("--settings", type=Path, required=True)
    verbs.add_parser("look").add_argument("file", type=Path)
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
