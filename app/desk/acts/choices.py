"""What the selects of the forms offer: only what makes sense for this ticket and verb.

1. A code is one of the city's, by the verb; of a suggestion's decision and refusal, the platform's.
2. What is kept by the request (agencies, categories, codes) is read once for all forms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.agencies.queries import active, members_of
from app.catalog.models import Category, Code
from app.catalog.queries import categories, codes_of, today
from app.core.words.i18n import N_, pick, translate
from app.desk.acts.asks.fields import Ask
from app.desk.acts.asks.suggestion import DECISION, REFUSAL
from app.tickets.facts import Role, Verb
from app.tickets.models import Ticket
from app.tickets.tables import KINDS
from app.tickets.words import VERDICTS
from app.tickets.words.suggestion import DECISIONS, REFUSED

LEVELS: Mapping[str, str] = {
    "province": N_("Departments"),
    "ward": N_("Wards and communes"),
    "utility": N_("Utilities"),
}
# Reasons that are the platform's, not a pack's.
BUILT_IN: Mapping[str, Mapping[str, str]] = {DECISION: DECISIONS, REFUSAL: REFUSED}
NOBODY = "0"
OTHER_LEVEL = N_("Other bodies")
CITY_WIDE_ROLES = frozenset({Role.COORDINATOR, Role.OVERSIGHT})


@dataclass(frozen=True)
class Choice:
    """One option."""

    value: str
    text: str


@dataclass(frozen=True)
class Group:
    """Options under a heading; an empty heading is no group."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Everything to choose from, read once for a page.

    suggested: the likely agencies first. others: categories of the other kind of ticket.
    templates: words to begin with, where words are asked for.
    """

    ticket: Ticket
    agencies: tuple[Agency, ...]
    codes: Mapping[str, tuple[Code, ...]]
    categories: tuple[Choice, ...]
    others: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    reports: tuple[Choice, ...] = ()
    templates: tuple[Choice, ...] = ()
    suggested: tuple[str, ...] = ()
    roles: Mapping[Verb, Role] = field(default_factory=dict)

    def of(self, name: str, verb: Verb, ask: Ask) -> tuple[Group, ...]:
        """Return the options of a field, in groups."""
        match name:
            case "code":
                return (self._codes(ask),)
            case "agency":
                return self._agencies(verb)
            case "category" if verb is Verb.CONVERT:
                return (Group("", self.others),)
            case _:
                plain = self._plain().get(name)
                return () if plain is None else (Group("", plain),)

    def _plain(self) -> Mapping[str, tuple[Choice, ...]]:
        return {
            "category": self.categories,
            "person": self.people,
            "report": self.reports,
            "verdict": tuple(Choice(code, translate(words)) for code, words in VERDICTS.items()),
        }

    def _codes(self, ask: Ask) -> Group:
        if ask.kind in BUILT_IN:
            pairs = BUILT_IN[ask.kind].items()
            return Group("", tuple(Choice(code, translate(words)) for code, words in pairs))
        offered = [
            row for row in self.codes.get(ask.kind, ()) if not ask.only or row.code in ask.only
        ]
        if ask.kind == "pause" and not self._may_ask_reporter():
            offered = [row for row in offered if row.code != "reporter"]
        return Group("", tuple(Choice(row.code, pick(row.names)) for row in offered))

    def _may_ask_reporter(self) -> bool:
        return self.ticket.reporter_reachable and not self.ticket.asked_reporter

    def _agencies(self, verb: Verb) -> tuple[Group, ...]:
        possible = [row for row in self.agencies if self._fits(row, verb)]
        likely = [row for code in self.suggested for row in possible if row.code == code]
        groups = [Group(translate(N_("Likely")), _choices(likely))] if likely else []
        for level in dict.fromkeys(row.level for row in possible):
            rows = [row for row in possible if row.level == level and row not in likely]
            groups.append(Group(translate(LEVELS.get(level, OTHER_LEVEL)), _choices(rows)))
        return tuple(group for group in groups if group.choices)

    def _fits(self, agency: Agency, verb: Verb) -> bool:
        ticket = self.ticket
        if agency.code == ticket.agency_code and verb is not Verb.NAME_OWNER:
            return False
        if agency.code == ticket.about_agency_code:
            return False
        if verb is not Verb.TRANSFER or self.roles.get(verb) in CITY_WIDE_ROLES:
            return True
        return self._same_branch(agency)

    def _same_branch(self, agency: Agency) -> bool:
        own = next((row for row in self.agencies if row.code == self.ticket.agency_code), None)
        if own is None:
            return False
        related = {own.parent_code} - {None}
        return (
            agency.code in related
            or agency.parent_code == own.code
            or (agency.parent_code in related)
        )


def _choices(rows: list[Agency]) -> tuple[Choice, ...]:
    return tuple(Choice(row.code, pick(row.names)) for row in rows)


@dataclass(frozen=True)
class Known:
    """The tables that every page asks for again and again, read once."""

    agencies: tuple[Agency, ...]
    categories: tuple[Category, ...]

    @classmethod
    def read(cls, session: Session, now: datetime) -> "Known":
        """Read those in force."""
        agencies = tuple(active(session, today(session, now)))
        every = (row for kind in KINDS for row in categories(session, kind))
        return cls(agencies=agencies, categories=tuple(every))


def read_choices(
    session: Session,
    ticket: Ticket,
    asks: Mapping[Verb, Ask],
    *,
    roles: Mapping[Verb, Role],
    suggested: tuple[str, ...],
    reports: tuple[Choice, ...] = (),
    templates: tuple[Choice, ...] = (),
    known: Known | None = None,
    now: datetime,
) -> Choices:
    """Read what the forms of a page offer."""
    known = known or Known.read(session, now)
    kinds = sorted({ask.kind for ask in asks.values() if ask.kind})
    return Choices(
        ticket=ticket,
        agencies=known.agencies,
        codes={kind: tuple(rows) for kind, rows in codes_of(session, kinds).items()},
        categories=tuple(
            Choice(row.code, pick(row.names)) for row in known.categories if row.kind == ticket.kind
        ),
        others=tuple(
            Choice(row.code, pick(row.names)) for row in known.categories if row.kind != ticket.kind
        ),
        people=people_of(session, ticket.agency_code, now) if Verb.ENTRUST in asks else (),
        reports=reports,
        templates=templates,
        suggested=suggested,
        roles=roles,
    )


def people_of(session: Session, agency_code: str | None, now: datetime) -> tuple[Choice, ...]:
    """Return into whose hands an agency's tickets may be put, or into nobody's."""
    found = members_of(session, [agency_code] if agency_code else [], now)
    nobody = Choice(NOBODY, translate(N_("Nobody in particular")))
    return (*(Choice(str(account.id), account.full_name) for account in found), nobody)
