"""The way of a report, one thing at a time: photo, place, what, details, check.

1. Every step owns some fields; what is wrong with one of them is told on its own page.
2. A step is checked when it is left, by the same parser and the same verbs that take the report in
   at the end, so that nobody hears at the end what could be said at once.
3. Only a report without any word or photo, or without a category, keeps anybody from going on: a
   place may be unknown and every question may be left out.
4. A contact is asked for at the end, where the category wants one, and never kept in the draft.
"""

import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Request
from sqlalchemy.orm import Session

from app.accounts.reach.contact_policy import OPTIONAL
from app.catalog.models import Category
from app.catalog.queries import category as category_of
from app.core.errors import NotFound, Rejection, Rejections
from app.core.words.i18n import N_
from app.core.words.text import clean
from app.reports.answers import check_answers
from app.reports.schemas import SubmitReport
from app.residents.forms import contact_body, report_body
from app.residents.place import NAMES, parse_placed_report, read_place
from app.routing.service import preview


class Step(StrEnum):
    """One page of the way; details have one only where the category asks something."""

    PHOTO = "photo"
    PLACE = "place"
    WHAT = "what"
    DETAILS = "details"
    CHECK = "check"


NUMBERS = {Step.PHOTO: 1, Step.PLACE: 2, Step.WHAT: 3, Step.DETAILS: 3, Step.CHECK: 4}
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.PHOTO: ("category", "website", "opened"),
    Step.PLACE: NAMES,
    Step.WHAT: ("text", "category", "urgent"),
    Step.DETAILS: ("answers", "about_agency"),
    Step.CHECK: ("name", "phone", "do_not_publish", "legal_kind", "legal_asked"),
}
# Where a field can be put right; what is about no field of ours is told at the end.
_OWNERS = {
    **{name: step for step, names in FIELDS.items() for name in names},
    "photos": Step.PHOTO,
    "place": Step.PLACE,
    "stated_area": Step.PLACE,
}
SEVERAL = N_("This name means several places. Which one is it today?")
# Stands in for what other steps ask, when one of them is checked by itself.
_REST = {"category": "-", "text": "-"}


def step_named(name: str) -> Step:
    """Return the step of an address. Raises NotFound."""
    try:
        return Step(name)
    except ValueError:
        raise NotFound("unknown_page", N_("There is nothing at this address.")) from None


def owner(field: str) -> Step:
    """Return the step on which a field can be put right."""
    return _OWNERS.get(field.partition(".")[0], Step.CHECK)


def typed(request: Request, step: Step, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a step as they were typed, without what no column can hold.

    What was answered before (`kept`) belongs to its category, and goes with it.
    """
    body = report_body(request)
    found = {name: _cleaned(body[name]) for name in FIELDS[step] if name in body}
    if found.get("category", kept.get("category")) != kept.get("category"):
        found |= {"answers": {}, "about_agency": ""}
    return found


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - a text, or answers by question
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return {clean(name): _cleaned(item) for name, item in value.items()}


def check_step(session: Session, step: Step, body: Mapping[str, Any], *, photos: int) -> None:
    """Raises Rejection or Rejections about the fields of this step."""
    rest = {} if step is Step.WHAT else _REST
    own = {name: body[name] for name in FIELDS[step] if body.get(name)}
    command = parse(session, rest | own, key=uuid.uuid4(), photos=photos)
    if step is Step.PLACE:
        _check_place(session, own, command)
    if step is Step.WHAT:
        _known(session, command.category)
    if step is Step.DETAILS and body.get("category"):
        check_answers(_known(session, str(body.get("category", ""))), command.answers)


def _check_place(session: Session, own: Mapping[str, Any], command: SubmitReport) -> None:
    """Raises Rejection outside the service area, and where a name means several places."""
    if command.place is not None:
        preview(session, command.place)
    if read_place(session, own).question and own.get("asked_name") != own.get("area_name"):
        raise Rejection("several_places", SEVERAL, field="chosen_area")


def parse(
    session: Session, body: Mapping[str, Any], *, key: uuid.UUID, photos: int
) -> SubmitReport:
    """Return what is sent under a key. Raises Rejections."""
    asked = {"key": str(key)} | _contact(session, body)
    return parse_placed_report(session, {**body, **asked}, photos_expected=bool(photos))


def _contact(session: Session, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contact, if the category wants one."""
    try:
        wanted = category_of(session, str(body.get("category", ""))).contact_policy != OPTIONAL
    except NotFound:
        return {}
    return {"contact": contact_body(body)} if wanted else {}


def _known(session: Session, code: str) -> Category:
    try:
        return category_of(session, code)
    except NotFound as unknown:
        raise Rejection(unknown.code, unknown.message, field=unknown.field) from None


def asks(category: Category | None) -> bool:
    """Tell whether a category has a page of details."""
    return category is not None and bool(category.questions or category.asks_about_agency)


def after(step: Step, *, more: bool, changing: bool) -> Step:
    """Return where one goes on.

    more: there is something to ask or to offer. changing: one came back to put something right.
    """
    if step is Step.WHAT and more:
        return Step.DETAILS
    if changing or step in {Step.WHAT, Step.DETAILS}:
        return Step.CHECK
    return Step.PLACE if step is Step.PHOTO else Step.WHAT


def before(step: Step, category: Category | None, *, changing: bool) -> Step | None:
    """Return where one came from; the first step has nothing before it."""
    if changing and step is not Step.CHECK:
        return Step.CHECK
    match step:
        case Step.PHOTO:
            return None
        case Step.PLACE:
            return Step.PHOTO
        case Step.WHAT:
            return Step.PLACE
        case Step.CHECK if asks(category):
            return Step.DETAILS
        case _:
            return Step.WHAT


def in_order(step: Step, errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return what is wrong in the order in which the page of a step has its fields."""
    order = (*FIELDS[step], "")
    return dict(
        sorted(errors.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1)
    )


def refused_step(error: Rejection | Rejections) -> Step:
    """Return the first step on which something of a refused report is to be put right."""
    items = error.items if isinstance(error, Rejections) else (error,)
    return min((owner(item.field or "") for item in items), key=list(Step).index)
