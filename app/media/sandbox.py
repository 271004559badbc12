"""Run `recode.py` in a short-lived process and put its copies in place.

1. The same process with the same limits, whether a worker, the schedule or a test asks.
2. The child gets no environment and no open file; its output is believed only where it parses.
3. A picture that kills its decoder is refused, never decoded for ever: attempts are counted.
4. A full disk is not the picture's fault: that is said, so that it is tried again later.
"""

import json
import logging
import signal
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from app.media import files
from app.media.recode import FULL, NO_ROOM, VARIANTS, Recoded

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("recode.py")
WALL_S = 40


def make_copies(folder: Path, photo_id: uuid.UUID, max_pixels: int) -> Recoded:
    """Decode the original of a photo and write its copies. Does not raise for a bad picture."""
    return copies_of(files.original_path(folder, photo_id), folder, photo_id, max_pixels)


def copies_of(
    source: Path,
    folder: Path,
    photo_id: uuid.UUID,
    max_pixels: int,
    areas: Sequence[Sequence[int]] = (),
) -> Recoded:
    """Write a photo's copies from a picture, with areas (in thousandths) made unreadable."""
    if not source.is_file():
        return Recoded(refused="lost")
    try:
        with files.scratch(folder) as place:
            result = _run(source, place, max_pixels, areas)
            if result.refused is None:
                for variant in VARIANTS:
                    files.move(place / f"{variant}.jpg", files.copy_path(folder, photo_id, variant))
    except OSError as error:
        return no_room(error)
    return result


def no_room(error: OSError) -> Recoded:
    """Return that our disk is full; raises the error again where it is another one."""
    if error.errno not in FULL:
        raise error
    return Recoded(refused=NO_ROOM, final=False)


def _run(source: Path, place: Path, max_pixels: int, areas: Sequence[Sequence[int]]) -> Recoded:
    words = [str(source), str(place), str(max_pixels), json.dumps([list(area) for area in areas])]
    command = [sys.executable, "-I", "-B", str(SCRIPT), *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, ids of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            timeout=WALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Recoded(refused="too_heavy", final=False)
    if done.returncode == -signal.SIGXCPU:
        return Recoded(refused="too_heavy")
    try:
        return Recoded(**json.loads(done.stdout))
    except (ValueError, TypeError):
        log.warning("a picture's decoder ended with %d", done.returncode)
        return Recoded(refused="unreadable", final=False)
