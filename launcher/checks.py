"""`./run check`: lint, formatting, types and import contracts, in their own environment.

The types of the application's packages are looked up where they are installed (`.venv`), those of
packages that have none in the stubs beside mypy (`.venv-tools`): each interpreter is shown both.
"""

import os
import subprocess
import sysconfig

from launcher import say
from launcher.clone import Clone

TYPED = ("app", "geo", "workers", "backup", "config", "wsgi.py", "launcher", "bench")


def run(clone: Clone) -> int:
    """Run every tool, say which failed; return 0 if none did, else 1."""
    python = str(clone.tools / "bin" / "python")
    typed = [name for name in TYPED if (clone.root / name).exists()]
    strict = ["--strict", "--python-executable", str(clone.python)]
    steps = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy", *strict, *typed],
        # Through the interpreter: a first line with a very long path would not start.
        "lint-imports": [python, str(clone.tools / "bin" / "lint-imports")],
    }
    inherited = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    env = {**inherited, "PYTHONPATH": f"{clone.root}{os.pathsep}{_packages(clone)}"}
    failed = []
    for name, command in steps.items():
        say(f"── {name}")
        if subprocess.run(command, cwd=clone.root, env=env, check=False).returncode != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def _packages(clone: Clone) -> str:
    """Return the folder of the packages in `.venv-tools`."""
    return sysconfig.get_path("purelib", "venv", {"base": str(clone.tools)})
