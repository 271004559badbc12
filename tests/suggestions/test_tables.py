"""Both tables of a suggestion: the same properties as the problem's."""

from datetime import timedelta
from random import Random

import pytest

from app.core.words.i18n import translate, use_language
from app.tickets import words
from app.tickets.facts import Act, Facts, Role, Status, Verb
from app.tickets.lifecycle import Clock, Refused, Table, step, targets
from app.tickets.tables import (
    ANSWER_TABLE,
    FIRST,
    PUBLICATION_TABLE,
    SUGGESTION,
    able,
    row_for,
    take,
)
from app.tickets.tables import guards as s
from app.tickets.tables.answer import ANY, ENDED, OPEN
from app.tickets.tables.publication import PUBLICATIONS, PUBLISHING
from app.tickets.words import suggestion as own_words
from tests.factories.tickets import DAY, MONDAY

TABLES = [ANSWER_TABLE, PUBLICATION_TABLE]
FINAL = {
    "answer": {Status.DECLINED, Status.CLOSED, Status.MERGED},
    "publication": {"refused", "withdrawn"},
}
STATUSES = {"answer": set(ANY), "publication": set(PUBLICATIONS)}


def exits(table: Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in table.rows:
        for source in row.sources:
            found.setdefault(source, set()).update(targets(table, row, source))
    return found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_status_is_reachable_and_has_an_exit_or_is_final(table: Table) -> None:
    first = FIRST[SUGGESTION] if table is ANSWER_TABLE else table.initial
    reached, fresh = {str(first)}, {str(first)}
    while fresh:
        fresh = set().union(*(exits(table).get(one, set()) for one in fresh)) - reached
        reached |= fresh
    assert reached == {str(one) for one in STATUSES[table.name]}
    stays = {one for one in reached if not exits(table).get(one, set()) - {one}}
    allowed = FINAL[table.name] | ({"refused"} if table is PUBLICATION_TABLE else set())
    assert stays <= allowed
    assert FINAL[table.name] - stays <= {"refused"}  # what was refused can still be hidden


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_in_no_row_is_refused(table: Table) -> None:
    for verb in Verb:
        for status in STATUSES[table.name]:
            for role in Role:
                if table.row(verb, status, role) is None:
                    with pytest.raises(Refused) as refused:
                        step(table, Facts(status=status), Act(verb=verb, role=role, now=MONDAY))
                    assert refused.value.code == "not_now"


def test_every_word_stands_in_both_languages() -> None:
    mine = [
        *own_words.PUBLICATION.values(), *own_words.STATUS.values(), *own_words.EVENTS.values(),
        *own_words.CODES.values(), *(words.STATUS[status] for status in ANY),
        *(words.EVENTS[row.verb] for table in TABLES for row in table.rows),
    ]  # fmt: skip
    assert set(own_words.PUBLICATION) == set(PUBLICATIONS)
    assert set(own_words.DECISIONS) == s.DECISIONS
    assert set(own_words.REFUSED) == s.REFUSALS
    with use_language("vi"):
        assert [word for word in mine if translate(word) == word] == []


def suggestion(**changes: object) -> Facts:
    values: dict[str, object] = {
        "kind": SUGGESTION, "status": "unpublished", "publication": "submitted",
    }  # fmt: skip
    return Facts(**(values | changes))  # type: ignore[arg-type]


def test_a_verb_of_the_publication_needs_both_tables() -> None:
    fresh = suggestion()
    taken, public = take(fresh, Act(verb=Verb.PUBLISH, role=Role.SCREENER, now=MONDAY))
    assert (taken.target, public) == ("received", "published")
    assert Verb.PUBLISH in able(fresh, Role.SCREENER, MONDAY)
    gone = suggestion(status="closed", publication="withdrawn")
    assert row_for(gone, Verb.PUBLISH, Role.SCREENER) is None
    with pytest.raises(Refused):
        take(gone, Act(verb=Verb.PUBLISH, role=Role.SCREENER, now=MONDAY))
    assert not PUBLISHING & set(able(gone, Role.COORDINATOR, MONDAY))


def test_no_clock_runs_before_the_publication() -> None:
    for verb, role in ((Verb.SCREEN, Role.SCREENER), (Verb.PUBLISH, Role.SCREENER)):
        taken, _ = take(suggestion(), Act(verb=verb, role=role, now=MONDAY))
        assert taken.clock is None
    open_ = suggestion(status="received", publication="published")
    act = Act(verb=Verb.ASSIGN, role=Role.SYSTEM, now=MONDAY, agency="A")
    assert take(open_, act)[0].clock is Clock.START


def test_an_answer_is_one_of_five_and_names_the_next_date_where_it_is_feasible() -> None:
    review = suggestion(
        status="in_progress", publication="published", agency="A", promise_frozen=True
    )

    def refusal(code: str, **more: object) -> str:
        act = Act(verb=Verb.ANSWER, role=Role.MANAGER, now=MONDAY, code=code, has_text=True, **more)
        try:
            return take(review, act)[0].target
        except Refused as refused:
            return refused.code

    assert refusal("fixed") == "wrong_outcome"
    for code in s.DECISIONS:
        assert refusal(code, until=MONDAY + DAY) == "answered"
        assert refusal(code) == ("date_missing" if code in s.FEASIBLE else "answered")


def test_the_answer_is_put_off_once_and_not_too_far() -> None:
    due = MONDAY + 40 * DAY
    review = suggestion(
        status="in_progress", publication="published", agency="A", promise_frozen=True,
        outcome_due_at=due, extension_limit=due + 21 * DAY,
    )  # fmt: skip

    def extend(facts: Facts, days: int) -> str:
        act = Act(
            verb=Verb.EXTEND, role=Role.OFFICER, now=MONDAY, has_text=True,
            until=due + timedelta(days=days),
        )  # fmt: skip
        try:
            return take(facts, act)[0].target
        except Refused as refused:
            return refused.code

    assert extend(review, 21) == "in_progress"
    assert extend(review, 22) == "extension_too_long"
    assert extend(review, -1) == "date_not_later"
    assert extend(suggestion(**{**vars(review), "extended": True}), 5) == "extended_already"


def test_walks_by_chance_stay_inside_the_table_and_stop_the_clock_where_it_ends() -> None:
    """From the opening on, whatever is allowed: no walk leaves the statuses of the table."""
    chance, seen = Random(7), set[str]()
    for _ in range(200):
        facts = suggestion(publication="submitted")
        for _ in range(30):
            ways = [
                (verb, role) for role in Role for verb in able(facts, role, MONDAY)
            ]  # fmt: skip
            if not ways:
                break
            verb, role = chance.choice(ways)
            code = {Verb.REFUSE: "unclear", Verb.HIDE: "insult"}.get(verb, "accepted")
            act = Act(
                verb=verb, role=role, now=MONDAY, code=code, has_text=True, until=MONDAY + DAY,
                agency=chance.choice("AB"), changes=True, same_branch=True,
            )  # fmt: skip
            try:
                taken, public = take(facts, act)
            except Refused:
                continue
            seen.add(taken.target)
            assert taken.target in ANY
            if facts.promise_frozen and facts.status in OPEN and taken.target in ENDED:
                assert taken.clock is Clock.STOP
            facts = suggestion(
                status=taken.target, publication=public, agency=taken.agency,
                promise_frozen=facts.promise_frozen or taken.clock is Clock.START,
                in_triage=taken.in_triage, transfers=facts.transfers + taken.counts_transfer,
                outcome_code="accepted" if taken.target != "declined" else "unclear",
                outcome_at=MONDAY, step_due_at=MONDAY - DAY,
            )  # fmt: skip
    assert seen == {str(one) for one in ANY} - {"merged"}
