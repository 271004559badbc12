"""The house rules that a linter cannot see."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from app.core.web.access import ATTRIBUTE
from app.core.work.jobs import QUEUE_OF, JobName

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "backup", "geo", "workers")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
SETTINGS = sorted((ROOT / "config").glob("*.py"))
SOURCES += [*SETTINGS, ROOT / "wsgi.py", ROOT / "asgi.py"]
MAY_COMMIT = {"routes", "cli", "core", "workers", "gate", "backup"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            names.add(
                target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            )
    return names


def test_every_named_job_is_defined_and_has_a_queue() -> None:
    from workers import jobs

    assert set(jobs.BY_NAME) == set(JobName) == set(QUEUE_OF)
    for name in JobName:
        assert callable(getattr(jobs, name.value))


def test_every_job_is_swept() -> None:
    from workers.schedule import PERIODIC

    assert {entry.job for entry in PERIODIC} == set(JobName)


def test_every_route_declares_its_access(app: Flask) -> None:
    undeclared = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, ATTRIBUTE)
    ]
    assert undeclared == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_edges_open_transactions_and_nobody_commits_elsewhere(path: Path) -> None:
    found = calls(ast.parse(path.read_text("utf-8")))
    parts = set(path.relative_to(ROOT).with_suffix("").parts)
    if not parts & MAY_COMMIT:
        assert "transaction" not in found
    if "core" not in parts:
        assert "commit" not in found
        assert "rollback" not in found


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_services_do_not_read_the_request(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if "service" not in parts and "queries" not in parts:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "flask":
            assert not {alias.name for alias in node.names} & {
                "request",
                "session",
                "g",
                "current_app",
            }


def test_only_create_app_imports_routes() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = ".".join(path.relative_to(ROOT).parts[:3]).startswith(
                    ".".join(node.module.split(".")[:3])
                )
                assert ".routes" not in node.module or inside, relative(path)


def test_no_citys_name_in_code_templates_or_translations() -> None:
    words = re.compile(
        r"qu[aả]ng[ _-]?ninh|h[aạ][ _-]?long|h[aả]i[ _-]?ph[oò]ng|vi[eệ]t[ _-]?nam\b|boston",
        re.IGNORECASE,
    )
    places = [*SOURCES, *(ROOT / "app").rglob("*.html"), *(ROOT / "app").rglob("*.js")]
    places += (ROOT / "app" / "translations").rglob("*.po")
    guilty = [relative(path) for path in places if words.search(path.read_text("utf-8"))]
    assert guilty == []


def test_modules_stay_small() -> None:
    long = {
        relative(path): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_packages_stay_small() -> None:
    crowded = {}
    for package in PACKAGES:
        for folder in (ROOT / package).rglob("*"):
            if folder.is_dir() and (folder / "__init__.py").exists():
                count = len([p for p in folder.glob("*.py") if p.name != "__init__.py"])
                if count > 9:
                    crowded[relative(folder)] = count
    assert crowded == {}


def test_banned_words_are_not_names() -> None:
    banned = re.compile(r"\b(process|handle|manage|manager|util|utils|helper|helpers|data|info)\b")
    roles = {"manager"}
    for path in SOURCES:
        assert not banned.search(path.stem.replace("_", " ")) or path.stem in roles, relative(path)


def test_every_setting_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in SETTINGS)
    names = set(re.findall(r'(?:read|self)\.\w+\(\s*"([A-Z_]+)"', source))
    # A gateway's settings are named after its channel.
    endings = re.findall(r'\(f"\{name\}(_[A-Z_]+)"', source)
    names |= {channel + ending for channel in ("SMS", "ZALO") for ending in endings}
    assert len(names) > 40
    documented = (ROOT / "docs" / "operator.md").read_text("utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


TO_KEEP = {"snapshot.html"}  # sent as a file to keep, never shown under our address


def test_templates_hold_no_inline_code() -> None:
    inline = re.compile(
        r"\|\s*safe\b|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=\s*[\"']|<style|<script(?![^>]*\bsrc=)|javascript:",
        re.IGNORECASE,
    )
    guilty = [
        relative(path)
        for path in (ROOT / "app" / "templates").rglob("*.html")
        if path.name not in TO_KEEP and inline.search(path.read_text("utf-8"))
    ]
    assert guilty == []
    scripts = [
        relative(path)
        for path in (ROOT / "app" / "static").rglob("*.js")
        if re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text("utf-8")
        )
    ]
    assert scripts == []


def test_the_image_has_what_it_runs() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = {
        word
        for line in re.findall(r"^COPY (.+)$", lines, re.MULTILINE)
        for word in line.split()[:-1]
    }
    started = {f"{name}.py" for name in re.findall(r'"(\w+):\w+"', lines)}
    assert started
    assert started <= copied
    assert {"app", "geo", "workers", "migrations", "cities", "config", "wsgi.py"} <= copied
