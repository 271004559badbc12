"""Likely categories: the model's file, its question, and what the city makes of the answer."""

import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog import queries
from app.catalog.likely import likely_categories
from app.catalog.likely.model import LARGEST_FILE, Head, NotAModel, read, write
from app.catalog.likely.wording import views
from app.catalog.models import Category, City
from tests.conftest import environment

PACK = Path(__file__).parents[2] / "cities" / "quang_ninh"
FILE = PACK / "categories.model"


def codes(session: Session, text: str) -> list[str]:
    return [row.code for row in likely_categories(session, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đèn đường trước nhà tôi tắt ba hôm nay", "lighting"),
        ("den duong truoc nha toi tat ba hom nay", "lighting"),
        ("đèn đg tắt r, ko ai sửa", "lighting"),
        ("The street lamp in front of our house is out", "lighting"),
        ("RÁC CHẤT ĐỐNG KHÔNG AI THU GOM", "waste"),
        ("hồ sơ của tôi quá hạn mà chưa có kết quả", "admin"),
    ],
)
def test_people_write_with_marks_without_short_or_in_english(
    session: Session, text: str, expected: str
) -> None:
    assert codes(session, text)[0] == expected


def test_both_unicode_forms_are_one_text(session: Session) -> None:
    import unicodedata

    text = "Nước máy đục ngầu, có mùi lạ"
    assert codes(session, unicodedata.normalize("NFD", text)) == codes(session, text)


@pytest.mark.parametrize("text", ["", "   ", "12345 67/8", "?!…", "ẩ", "日本語のテキスト", "😀😀"])
def test_of_a_text_that_it_does_not_know_it_says_nothing(session: Session, text: str) -> None:
    assert codes(session, text) == []


def test_at_most_three_and_never_the_one_for_everything_else(session: Session) -> None:
    for text in ("nước", "đường", "xe tải chở rác đổ xuống cống làm ngập đường, mùi hôi thối"):
        found = codes(session, text)
        assert len(found) <= 3
        assert len(set(found)) == len(found)
        assert "other" not in found


def test_what_is_no_longer_offered_is_not_suggested(session: Session) -> None:
    text = "Đèn đường không sáng"
    assert codes(session, text)[0] == "lighting"
    session.execute(update(Category).where(Category.code == "lighting").values(active=False))
    assert "lighting" not in codes(session, text)


def test_a_city_without_a_model_suggests_nothing(session: Session) -> None:
    city = session.get_one(City, 1)
    city.profile = {**city.profile, "category_model": None}
    session.flush()
    queries.forget_kept()
    try:
        assert codes(session, "Đèn đường không sáng") == []
        city.profile = {**city.profile, "category_model": "0" * 64}  # being loaded just now
        session.flush()
        queries.forget_kept()
        assert codes(session, "Đèn đường không sáng") == []
    finally:
        session.rollback()
        queries.forget_kept()


def test_the_end_point_answers_in_the_readers_language(client: FlaskClient) -> None:
    body = {"text": "Đèn đường không sáng", "lang": "en"}
    answer = client.post("/api/v1/likely-categories", json=body)
    assert answer.status_code == 200
    assert answer.json["categories"][0]["code"] == "lighting"
    assert answer.json["categories"][0]["name"] == "Street lighting"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", [None, 5, ["a"], {"a": 1}, True])
def test_what_is_no_text_is_refused_in_words(client: FlaskClient, text: object) -> None:
    answer = client.post("/api/v1/likely-categories?lang=vi", json={"text": text})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "text"
    assert answer.json["title"] == "Vui lòng viết nội dung cần phản ánh."


def test_the_text_is_not_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    client.post("/api/v1/likely-categories", json={"text": "zebra-in-the-drain"})
    assert "zebra" not in caplog.text + "".join(capfd.readouterr())


def test_the_file_is_small_and_its_answer_is_quick() -> None:
    content = FILE.read_bytes()
    assert len(content) <= LARGEST_FILE
    tracemalloc.start()
    model = read(content)
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= 5_000_000
    text = "Đường trước cổng trường có nhiều ổ gà, mưa xuống là ngập, xe máy hay ngã. " * 4
    quickest = min(_time(lambda: model.likely(text)) for _ in range(20))
    print(f"model: {len(content)} bytes, {held} bytes in memory, {quickest * 1000:.1f} ms a text")


def _time(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def test_a_very_long_text_takes_no_longer() -> None:
    model = read(FILE.read_bytes())
    beginning = "Đèn đường không sáng, tối om. " * 40
    assert model.likely(beginning + "rác " * 100_000) == model.likely(beginning[:1_000])


def test_probabilities_add_up_and_are_in_order() -> None:
    found = read(FILE.read_bytes()).likely("Rác chất đống trước cổng trường")
    assert sum(entry.probability for entry in found) == pytest.approx(1)
    shares = [entry.probability for entry in found]
    assert shares == sorted(shares, reverse=True)


HEAD = Head(
    categories=("a", "b"), bias=(0.0, 0.5), step=0.1, sharpness=1.0, spellings={}, corpus=""
)
GRAMS = ["wmột", "wđường", "pduong", "pan", "wan", "c an", "can ", "cmot"]


def test_a_file_is_read_as_it_was_written() -> None:
    rarity, weights = bytes([25] * 8), bytes([10, 246] * 8)
    model = read(write(HEAD, GRAMS, rarity, weights))
    assert model.head == HEAD
    assert [entry.category for entry in model.likely("một đường an")] == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not compressed", FILE.read_bytes()[:5000],
        write(HEAD, GRAMS, bytes(7), bytes(16)), write(HEAD, GRAMS, bytes(8), bytes(15)),
        write(Head(categories=(), bias=(), step=1.0, sharpness=1.0, spellings={}, corpus=""), [], b"", b""),
        write(Head(categories=("a",), bias=(0.0,), step=1.0, sharpness=1.0, spellings={}, corpus="", format=2), [], b"", b""),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(NotAModel):
        read(content)


def test_three_views_of_a_text() -> None:
    written, bare, letters = views("Đèn ko sáng 30 hôm", {"ko": "không"})
    assert written["wđèn"] == written["wđèn không"] == bare["pden"] == bare["pkhong sang"] == 1
    assert letters["cden "] == 1
    assert not any("30" in gram for gram in [*written, *bare, *letters])


def test_the_web_process_needs_nothing_of_the_training(database_url: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; from app import create_app; from config import Settings\n"
        "create_app(Settings.from_env(os.environ))\n"
        "print(sorted({'sklearn', 'scipy', 'joblib'} & sys.modules.keys()))"
    )
    env = {**os.environ, **environment(database_url, tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=PACK.parents[1], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "[]"
