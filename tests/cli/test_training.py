"""`flask city train-categories`, and that the committed model is what the committed texts make."""

import csv
from pathlib import Path

import pytest
from flask import Flask

from app.catalog.likely.model import read
from app.cli.training import trials
from app.cli.training.corpus import (
    Example,
    described,
    digest,
    read_examples,
    read_spellings,
)
from app.packs.reader import read_pack

PACK = Path(__file__).parents[2] / "cities" / "quang_ninh"
CORPUS = PACK / "corpus"
# What docs/categories.md says of the first part of the first round.
FIRST_PART = 0.85


@pytest.fixture(scope="module")
def texts() -> tuple[list[Example], list[Example], dict[str, str]]:
    categories = read_pack(PACK).categories
    known = {part.code for part in categories}
    measured = read_examples([CORPUS / "train_vi.csv", CORPUS / "train_en.csv"], known)
    also = read_examples([CORPUS / "more_vi.csv", CORPUS / "more_en.csv"], known)
    spellings = read_spellings(CORPUS / "spellings.csv")
    return measured, [*also, *described(categories)], spellings


def test_the_committed_model_was_made_from_the_committed_texts(texts) -> None:
    model = read((PACK / "categories.model").read_bytes())
    assert model.head.corpus == digest(*texts), "train it again (docs/categories.md)"


def test_no_text_is_measured_and_learnt_at_once(texts) -> None:
    measured, learnt, _spellings = texts
    assert not {e.text.lower() for e in measured} & {e.text.lower() for e in learnt}


def test_the_accuracy_is_as_documented(texts) -> None:
    measured, learnt, spellings = texts
    learning, judging = next(trials.parts(measured, 0))
    judged = trials.judge([*learning, *learnt], judging, spellings)
    found = trials.share(judged, 3)
    print(f"likely categories, first part: among three {found:.1%} of {len(judged)}")
    assert found == pytest.approx(FIRST_PART, abs=0.03)


def corpus(file: Path, rows: list[tuple[str, str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("text", "category", "lang"), *rows])
    return file


def small() -> list[tuple[str, str, str]]:
    waste = ["rác đầy đường", "thùng rác tràn", "đổ trộm rác", "xe rác không đến", "rác bốc mùi"]
    light = ["đèn tắt", "đèn đường hỏng", "ngõ tối không đèn", "bóng đèn cháy", "cột đèn đổ"]
    return [(t, "waste", "vi") for t in waste] + [(t, "lighting", "vi") for t in light]


def run(app: Flask, *arguments: object):
    return app.test_cli_runner().invoke(
        args=["city", "train-categories", *map(str, arguments)], catch_exceptions=False
    )


def test_the_command_writes_a_model_that_answers(app: Flask, tmp_path: Path) -> None:
    file, out = corpus(tmp_path / "own.csv", small()), tmp_path / "own.model"
    done = run(app, file, "--out", out)
    assert done.exit_code == 0, done.output
    assert "all: first" in done.output
    found = read(out.read_bytes()).likely("đèn đường tắt")
    assert found[0].category == "lighting"
    again = tmp_path / "again.model"
    assert run(app, file, "--out", again).exit_code == 0
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("x", "unicorns", "vi")], "there is no category 'unicorns'"),
        ([(" ", "waste", "vi")], "there is no text"),
        ([("rác", "waste", "vi")], "at least two categories"),
        (small()[:7], "too few of lighting"),
    ],
)
def test_a_bad_corpus_is_refused_and_nothing_is_written(
    app: Flask, tmp_path: Path, rows: list[tuple[str, str, str]], words: str
) -> None:
    out = tmp_path / "own.model"
    done = run(app, corpus(tmp_path / "own.csv", rows), "--out", out)
    assert done.exit_code == 1
    assert words in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"text,category\n", b"text,category,lang\nx,waste\n", b"text,category,lang\n\xff"],
)
def test_what_is_no_corpus_is_said(app: Flask, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(content)
    done = run(app, file, "--out", tmp_path / "own.model")
    assert done.exit_code == 1
    assert "own.csv" in done.output


def test_the_curve_takes_less_and_judges_bare_words_too(tmp_path: Path, app: Flask) -> None:
    rows = [(f"Ổ gà số {n} giữa đường", "road", "vi") for n in range(10)]
    rows += [(f"Rác thải chất đống {n} ngày", "waste", "vi") for n in range(10)]
    file = corpus(tmp_path / "few.csv", rows)
    out = tmp_path / "no.model"
    done = run(app, file, "--curve", "--out", out)
    assert done.exit_code == 0, done.output
    sizes = [int(line.split()[2]) for line in done.output.splitlines() if "learnt from" in line]
    assert len(sizes) == len(trials.SHARES)
    assert sizes == sorted(set(sizes))
    assert done.output.count("vi, bare: first") == len(sizes)
    assert not out.exists(), "it measures, and makes no model"
