"""Scripts hold no words: they get them from the page, which says them in its language.

1. A script writes no sentence of its own: none of its texts reads like one.
2. What a page hands over in `data-…` is translated, not typed.
3. Each name that a script reads from `labels` or from the page is among those that the server
   gives; all of these are marked strings, and `test_translations` sees that each is translated.
4. Words of a city pack are there in each of its languages.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from geo.city_map import BaseLabels, PinLabels, ReportLabels

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "app" / "static").glob("*.js"))
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
CITIES = sorted(path.parent for path in (ROOT / "cities").glob("*/city.yaml"))
COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`])//[^\n]*", re.DOTALL)
TEXT = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`")
# Two words beside each other, the first with a capital letter; or any letter that English lacks.
SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]{2,}|[À-ÖØ-öø-ỹ]")
TYPED = re.compile(r"""\bdata-[\w-]+="(?=[^"{]*[A-Za-zÀ-ỹ]{2,} [a-zÀ-ỹ]{2,})[^"{]*\"""")
LABEL = re.compile(r"\blabels\.(\w+)")


def texts_of(script: str) -> list[str]:
    plain = COMMENT.sub("", script)
    return [next(filter(None, found.groups()), "") for found in TEXT.finditer(plain)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_words_of_its_own(script: Path) -> None:
    found = [text for text in texts_of(script.read_text(encoding="utf-8")) if SENTENCE.search(text)]
    assert found == []


def test_a_sentence_would_be_found() -> None:
    assert SENTENCE.search(texts_of("x.textContent = 'Please wait';")[0])
    assert SENTENCE.search(texts_of("say(`Đang gửi ${n}`)")[0])
    assert texts_of("/* 'Please wait' */ // 'Please wait'") == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_what_a_page_hands_over_is_translated(template: Path) -> None:
    assert TYPED.findall(template.read_text(encoding="utf-8")) == []


def test_each_label_of_the_place_step_is_given_and_translated() -> None:
    wanted = set(LABEL.findall((ROOT / "app/static/report_place.js").read_text(encoding="utf-8")))
    page = (ROOT / "app/templates/residents/report/place.html").read_text(encoding="utf-8")
    assert "coarse" in wanted
    assert wanted - set(re.findall(r"'(\w+)': _\(", page)) == set()


def test_each_label_of_a_map_is_one_that_the_server_must_give() -> None:
    given = {
        name for kind in (BaseLabels, PinLabels, ReportLabels) for name in kind.__annotations__
    }
    for script in SCRIPTS:
        if script.name.startswith("citymap"):
            wanted = set(LABEL.findall(script.read_text(encoding="utf-8")))
            assert wanted - given == set(), script.name


def test_what_a_script_reads_from_a_page_is_there() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for script in SCRIPTS:
        if script.name.startswith("citymap"):  # its settings are those of the test before
            continue
        code = script.read_text(encoding="utf-8")
        written = set(re.findall(r"dataset\.(\w+) = ", code))
        for name in set(re.findall(r"dataset\.(\w+)", code)) - written:
            kebab = re.sub(r"([A-Z])", lambda found: "-" + found[1].lower(), name)
            assert f"data-{kebab}" in pages, f"{script.name}: data-{kebab}"


def words_in(node: Any, languages: set[str], where: str) -> Iterator[str]:
    """Say where some languages are there and others are not."""
    if isinstance(node, list):
        for number, part in enumerate(node):
            yield from words_in(part, languages, f"{where}[{number}]")
    elif isinstance(node, dict):
        if languages & node.keys() and not all(node.get(lang) for lang in languages):
            yield where
        for name, part in node.items():
            yield from words_in(part, languages, f"{where}.{name}")


@pytest.mark.parametrize("city", CITIES, ids=lambda path: path.name)
def test_a_pack_has_all_its_words_in_all_its_languages(city: Path) -> None:
    languages = set(yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))["languages"])
    missing = []
    for file in sorted(city.glob("*.yaml")):
        if file.stem != "samples":  # invented reports: each is written in one language
            node = yaml.safe_load(file.read_text(encoding="utf-8"))
            missing += words_in(node, languages, file.name)
    assert missing == []
    slugs = {path.name.split(".")[0] for path in (city / "pages").glob("*.yaml")}
    pages = {path.name for path in (city / "pages").glob("*.yaml")}
    assert pages == {f"{slug}.{lang}.yaml" for slug in slugs for lang in languages}


def test_a_missing_language_would_be_found() -> None:
    node = {"names": {"vi": "Đường"}, "parts": [{"names": {"vi": "a", "en": ""}}]}
    assert list(words_in(node, {"vi", "en"}, "x")) == ["x.names", "x.parts[0].names"]
