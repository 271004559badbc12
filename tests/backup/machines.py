"""Folders that stand for machines: each with a launcher of its own and the code of this clone."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSPHRASE = "a long word for the safe"


class Machine:
    """A clone in which `./run` can be called. `env` is all that its commands inherit."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self.root = root
        self.var = root / "var"
        self.env = dict(env) | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run `./run …` to its end."""
        return subprocess.run(
            [self.root / "run", *words], cwd="/", env=self.env | more, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300,
        )  # fmt: skip


@contextmanager
def machine(**env: str) -> Iterator[Machine]:
    """Make a machine that was never started; whatever it started is gone afterwards."""
    # Not under pytest's own folder: no other user, such as PostgreSQL's, may enter that.
    root = Path(tempfile.mkdtemp(prefix="hoi-am-machine-")).resolve()
    root.chmod(0o711)
    shutil.copy(ROOT / "run", root)
    shutil.copytree(ROOT / "launcher", root / "launcher")
    names = ("app", "backup", "geo", "workers", "migrations", "cities", "config", "wsgi.py")
    for name in (*names, "pyproject.toml", "requirements.txt", ".venv"):
        (root / name).symlink_to(ROOT / name)
    made = Machine(root, env)
    try:
        yield made
    finally:
        done = made.run("reset", "--yes")
        assert done.returncode == 0, done.stderr
        shutil.rmtree(root)
