"""Which open tickets are offered: judged on pairs, and what must hold whatever the weights."""

import random
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.core.words.text import plain
from app.reports.similarity import (
    FARTHEST,
    OFFERED,
    THRESHOLD,
    Candidate,
    Draft,
    best,
    likeness,
    nearness,
    score,
)
from tests import oracles
from tests.factories.tickets import DAY, MONDAY
from tests.reports.similar_pairs import PAIRS

# Two matters of one category on one spot cannot be told apart by words in two languages: a person
# looks at what is offered, so that missing the right one costs more than offering a wrong one.
GOOD_PRECISION, GOOD_RECALL = 0.85, 0.95


def judged(session: Session) -> list[tuple[bool, float, str]]:
    """(same?, score, line) for each pair, with the reaches of the home pack."""
    known = {row.code: row for row in session.query(Category)}
    found = []
    for line in PAIRS.strip().splitlines():
        verdict, categories, metres, days, text, there = line.split("|")
        mine, _, theirs = categories.partition(">")
        theirs = theirs or mine
        draft = Draft(
            category=mine, group=known[mine].group_code, reach_m=known[mine].reach_m, text=text,
            accuracy_m=10, at=MONDAY,
        )  # fmt: skip
        candidate = Candidate(
            ticket_id=1, category=theirs, group=known[theirs].group_code, distance_m=float(metres),
            accuracy_m=10, received_at=MONDAY - int(days) * DAY,
            texts=() if there == "-" else (there,),
        )  # fmt: skip
        found.append((verdict == "same", score(draft, candidate), line))
    return found


def measured(pairs: list[tuple[bool, float, str]], threshold: float) -> tuple[float, float]:
    offered = [same for same, value, _line in pairs if value >= threshold]
    wanted = sum(same for same, _value, _line in pairs)
    return sum(offered) / len(offered), sum(offered) / wanted


def test_what_people_judged(session: Session) -> None:
    pairs = judged(session)
    assert len(pairs) >= 80
    precision, recall = measured(pairs, THRESHOLD)
    tally = oracles.tally("similar reports")
    tally.update(pairs=len(pairs), precision_percent=round(100 * precision))
    tally.update(recall_percent=round(100 * recall))
    wrong = [f"{value:.2f} {line}" for same, value, line in pairs if same != (value >= THRESHOLD)]
    assert precision >= GOOD_PRECISION, wrong
    assert recall >= GOOD_RECALL, wrong


def draft(**changes: object) -> Draft:
    values = {"category": "road", "group": "streets", "reach_m": 40.0, "at": MONDAY, **changes}
    return Draft(**values)  # type: ignore[arg-type]


def candidate(**changes: object) -> Candidate:
    values = {
        "ticket_id": 1, "category": "road", "group": "streets", "distance_m": 10.0,
        "received_at": MONDAY - DAY, **changes,
    }  # fmt: skip
    return Candidate(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rác chất đống trước chợ", "rac chat dong truoc cho"),
        ("Đèn đường không sáng", "DEN DUONG KHONG SANG"),
        ("ổ gà sâu", unicodedata.normalize("NFD", "Ổ gà sâu!!!")),
    ],
)
def test_marks_case_and_form_do_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) == 1.0


def test_marks_count_where_both_have_them() -> None:
    assert plain("bàn đá") == plain("bán đá")
    assert likeness("bàn", "bán") < likeness("ban", "bán")


def test_farther_later_and_other_never_score_more() -> None:
    rng = random.Random(7)
    for _ in range(300):
        metres, days = rng.uniform(0, 200), rng.randrange(60)
        near = candidate(distance_m=metres, received_at=MONDAY - days * DAY)
        farther = candidate(distance_m=metres + 20, received_at=MONDAY - days * DAY)
        older = candidate(distance_m=metres, received_at=MONDAY - (days + 9) * DAY)
        value = score(draft(), near)
        assert 0.0 <= value <= 1.0
        assert score(draft(), farther) <= value
        assert score(draft(), older) <= value
        other = candidate(distance_m=metres, category="lighting")
        assert score(draft(), other) == 0.0


def test_a_vague_position_reaches_farther_but_not_without_end() -> None:
    far = candidate(distance_m=70.0)
    exact, vague = nearness(draft(), far), nearness(draft(accuracy_m=35.0), far)
    assert exact < vague == nearness(draft(accuracy_m=35.0), far)
    lost = nearness(draft(accuracy_m=5_000.0), candidate(distance_m=500.0))
    assert lost == 0.0
    assert nearness(draft(), candidate(distance_m=40.0 * FARTHEST + 1)) == 0.0


def test_few_are_offered_the_likeliest_first() -> None:
    many = [candidate(ticket_id=n, distance_m=float(n)) for n in range(1, 40)]
    random.Random(1).shuffle(many)
    found = best(draft(), many)
    assert [entry.ticket_id for entry, _ in found] == list(range(1, OFFERED + 1))
    assert all(value >= THRESHOLD for _, value in found)
    assert best(draft(), [candidate(distance_m=119.0)]) == []


def test_what_was_reported_in_the_future_is_just_fresh() -> None:
    early = candidate(received_at=MONDAY + timedelta(hours=1))
    assert score(draft(), early) == score(draft(), candidate(received_at=MONDAY))
