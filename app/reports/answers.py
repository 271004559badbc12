"""Answers to a category's questions: checked against the pack, and what they mean.

1. Unknown questions are dropped (an older form may still be open); wrong values are refused.
2. A required question is asked, never enforced against a report that came without a form: an
   emergency must not fail on a missing detail. The desk sees that it is open.
3. An option may raise the severity of the report.
4. An option may say that it is about another category, one step and no further. The report keeps
   what was chosen and answered; its ticket begins in the other category, with its clock and rules.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.models import Category
from app.catalog.queries import category as category_of
from app.core.errors import NotFound, Rejection
from app.core.words.i18n import N_


def check_answers(category: Category, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that belong to the category's questions. Raises Rejection."""
    checked: dict[str, Any] = {}
    for question in category.questions:
        code = question["code"]
        if code in answers:
            checked[code] = _check(question, answers[code])
    return checked


def _check(question: Mapping[str, Any], answer: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    options = {option["code"] for option in question.get("options", ())}
    first = answer[0] if isinstance(answer, list) and answer else answer
    good: bool
    value: Any
    match question["type"]:
        case "many":
            chosen = answer if isinstance(answer, list) else [answer]
            good, value = set(chosen) <= options, chosen
        case "one":
            good, value = first in options, first
        case "yes_no":
            good, value = (
                str(first).lower() in {"yes", "no", "true", "false"},
                ("yes" if str(first).lower() in {"yes", "true"} else "no"),
            )
        case "number":
            good, value = _is_number(str(first)), str(first)
        case "date":
            good, value = _is_date(str(first)), str(first)
        case _:
            good, value = True, str(first)
    if not good:
        raise Rejection(
            "bad_answer",
            N_("This answer does not fit the question."),
            field=f"answers.{question['code']}",
        )
    return value


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a ticket begins with."""

    category: Category
    severity: str


def subject_of(session: Session, chosen: Category, answers: Mapping[str, Any]) -> Subject:
    """Return what a report is about: as it was chosen, and as the answers say."""
    settled = _led_to(session, chosen, answers)
    raised = next(_meant(chosen, answers, "severity"), None)
    return Subject(category=settled, severity=raised or settled.severity_code)


def _led_to(session: Session, chosen: Category, answers: Mapping[str, Any]) -> Category:
    code = next(_meant(chosen, answers, "category"), None)
    if code is None:
        return chosen
    try:
        return category_of(session, code)
    except NotFound:  # the pack is just being replaced, the questions are a few seconds old
        return chosen


def _meant(category: Category, answers: Mapping[str, Any], key: str) -> Iterator[str]:
    """Give what the chosen options stand for, in the order of the questions."""
    for question in category.questions:
        meant = question.get(key) or {}
        given = answers.get(question["code"])
        for option in given if isinstance(given, list) else [given]:
            if option in meant:
                yield str(meant[option])
