"""The question about legal complaints and denunciations, on sentences labelled by hand."""

import pytest

from app.core.words.text import plain
from app.reports.legal import looks_legal
from tests.reports.legal_sentences import ASK, DO_NOT


def test_there_are_enough_of_both() -> None:
    assert len(ASK) + len(DO_NOT) >= 80
    assert min(len(ASK), len(DO_NOT)) >= 40


@pytest.mark.parametrize("sentence", ASK)
def test_these_are_asked_about(sentence: str) -> None:
    assert looks_legal(sentence)


@pytest.mark.parametrize("sentence", DO_NOT)
def test_these_are_not(sentence: str) -> None:
    assert not looks_legal(sentence)


def test_without_diacritics_the_answer_is_nearly_always_the_same() -> None:
    known = [(text, True) for text in ASK] + [(text, False) for text in DO_NOT]
    wrong = [text for text, asked in known if looks_legal(plain(text)) is not asked]
    # "nhà to cao" and "tố cáo …" look the same then; to ask once too often costs one tap.
    assert len(wrong) <= 3, wrong
