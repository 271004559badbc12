"""Contracts of imports that import-linter cannot express; the others stand in pyproject.toml."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Run by the application's interpreter, as a script of its own.
NOT_OF_THE_LAUNCHER = {ROOT / "launcher" / "services" / "outside.py"}


def imported(path: Path) -> set[str]:
    """The top-level names of everything that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add((node.module or "").partition(".")[0])
    return names


def test_config_imports_nothing_of_ours() -> None:
    for path in (ROOT / "config").glob("*.py"):
        assert imported(path) <= sys.stdlib_module_names | {"config"}


def test_the_launcher_needs_nothing_but_python() -> None:
    files = set((ROOT / "launcher").rglob("*.py")) - NOT_OF_THE_LAUNCHER
    foreign = {
        path.relative_to(ROOT).as_posix(): sorted(rest)
        for path in files
        if (rest := imported(path) - sys.stdlib_module_names - {"launcher"})
    }
    assert len(files) > 10
    assert foreign == {}


def test_nothing_imports_the_launcher() -> None:
    guilty = [
        path.relative_to(ROOT).as_posix()
        for package in ("app", "backup", "geo", "workers", "migrations")
        for path in (ROOT / package).rglob("*.py")
        if "launcher" in imported(path)
    ]
    assert guilty == []
