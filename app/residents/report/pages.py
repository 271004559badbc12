"""What the pages of the report's way show, put together for their templates."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from app.agencies.queries import active
from app.catalog.models import Category
from app.catalog.profile import EmergencyNumber
from app.catalog.queries import offered, profile, today
from app.core.installation import settings
from app.core.time import now
from app.core.words.i18n import pick, translate
from app.media.models import Photo
from app.residents.place import PlacePart, place_part, read_place
from app.residents.report.steps import NUMBERS, Step, before
from app.residents.similar import Offer, offers, wanted_of

Pairs = list[tuple[str, str]]
CHOSEN = frozenset({"one", "many", "yes_no"})


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a category, in words. options: (code, text)."""

    code: str
    type: str
    text: str
    required: bool
    options: Pairs

    def said(self, answer: str | list[str]) -> str:
        """Return the question with its answer."""
        words = dict(self.options) or {"yes": translate("Yes"), "no": translate("No")}
        codes = answer if isinstance(answer, list) else [answer]
        shown = [words.get(code, code) if self.type in CHOSEN else code for code in codes]
        return f"{self.text} {', '.join(shown)}"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A category that can be chosen, and what it asks. agencies: (code, name), if it asks that."""

    category: Category
    questions: list[Question]
    emergency: list[EmergencyNumber]
    agencies: Pairs

    @property
    def asks(self) -> bool:
        """Tell whether there is a page of details."""
        return bool(self.questions or self.agencies)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Choices under one heading."""

    name: str
    choices: list[Choice]


@dataclass(frozen=True, kw_only=True)
class StepPage:
    """One step, or (`whole`) the first one with all others behind it.

    body: what was typed so far. changing: one came back from the end. unfinished: it goes on from
    an earlier visit. proved: the phone that this browser has proved, as it is shown.
    """

    step: Step
    key: uuid.UUID
    body: Mapping[str, Any]
    photos: Sequence[Photo]
    errors: Mapping[str, list[str]]
    changing: bool
    unfinished: bool
    groups: list[Group]
    chosen: Choice | None
    place: PlacePart
    max_files: int
    offers: Sequence[Offer]
    proved: str

    @property
    def more(self) -> bool:
        """Tell whether there is something to ask or to offer before the end."""
        return bool(self.offers) or (self.chosen is not None and self.chosen.asks)

    @property
    def number(self) -> int:
        """The number of the step among four."""
        return NUMBERS[self.step]

    @property
    def back(self) -> Step | None:
        """The step before this one."""
        chosen = self.chosen.category if self.chosen else None
        return before(self.step, chosen, changing=self.changing)

    @property
    def place_words(self) -> str:
        """Where it is, as far as it was told."""
        point = [str(self.body.get(name) or "") for name in ("lat", "lon")]
        area = dict(self.place.areas).get(str(self.body.get("stated_area")), "")
        said = [str(self.body.get(name) or "") for name in ("address", "area_name", "coordinates")]
        parts = [*said, area, ", ".join(filter(None, point))]
        return " · ".join(filter(None, parts))

    @property
    def answered(self) -> list[str]:
        """What was answered to the questions of the category, in words."""
        if self.chosen is None:
            return []
        answers = self.body.get("answers") or {}
        said = [question.said(answers[question.code]) for question in self.chosen.questions
                if answers.get(question.code)]  # fmt: skip
        agency = dict(self.chosen.agencies).get(str(self.body.get("about_agency")))
        return [*said, agency] if agency else said

    @property
    def choices(self) -> list[Choice]:
        """Everything that can be chosen."""
        return [choice for group in self.groups for choice in group.choices]


def step_page(
    session: Session,
    step: Step,
    key: uuid.UUID,
    body: Mapping[str, Any],
    *,
    photos: Sequence[Photo] = (),
    errors: Mapping[str, list[str]] = MappingProxyType({}),
    changing: bool = False,
    unfinished: bool = False,
    proved: str = "",
) -> StepPage:
    """Return what the page of a step shows."""
    groups = _groups(session)
    known = {choice.category.code: choice for group in groups for choice in group.choices}
    return StepPage(
        step=step,
        key=key,
        body=body,
        photos=photos,
        errors=errors,
        changing=changing,
        unfinished=unfinished,
        groups=groups,
        chosen=known.get(str(body.get("category", ""))),
        place=place_part(session, read_place(session, body) if "chosen_area" in errors else None),
        max_files=settings().media.max_files,
        offers=_offers(session, body) if step is Step.DETAILS else (),
        proved=proved,
    )


def _offers(session: Session, body: Mapping[str, Any]) -> list[Offer]:
    """Return what others have reported already, where it is known what and where it is."""
    wanted = wanted_of(session, body)
    return offers(session, wanted, now=now()) if wanted else []


def _groups(session: Session) -> list[Group]:
    """Return the choices by group, both in the pack's order."""
    city = profile(session)
    agencies = [(row.code, pick(row.names)) for row in active(session, today(session, now()))]
    agencies.sort(key=_by_name)
    found: dict[str, list[Choice]] = {}
    for row in offered(session):
        choice = Choice(
            category=row,
            questions=[_question(item) for item in row.questions],
            emergency=[entry for entry in city.emergency if entry.number in row.emergency_numbers],
            agencies=agencies if row.asks_about_agency else [],
        )
        found.setdefault(row.group_code, []).append(choice)
    return [Group(name=pick(city.groups.get(code)), choices=rows) for code, rows in found.items()]


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def _question(item: Mapping[str, Any]) -> Question:
    return Question(
        code=item["code"],
        type=item["type"],
        text=pick(item["names"]),
        required=bool(item.get("required")),
        options=[(part["code"], pick(part["names"])) for part in item.get("options", ())],
    )
