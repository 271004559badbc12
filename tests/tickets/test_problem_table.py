"""The table as such: who may do what where, what can be reached, and that all of it has words.

The matrix is written by hand from the design: a row that appears, moves or vanishes shows here.
"""

from itertools import product

import pytest

from app.core.words.i18n import translate, use_language
from app.tickets import words
from app.tickets.lifecycle import (
    Act,
    Facts,
    Guard,
    Refused,
    Role,
    Special,
    Status,
    Table,
    Transition,
    Verb,
    allowed,
    is_legal,
    step,
    targets,
)
from app.tickets.problem_table import OPEN, PROBLEM_TABLE, STATUSES, guards, needs_approval
from app.tickets.tables import ANSWER_TABLE, PUBLICATION_TABLE
from tests.tickets.life import NOW, ticket

LETTERS = {
    "S": Role.SYSTEM, "R": Role.REPORTER, "J": Role.JOINED_REPORTER, "O": Role.OFFICER,
    "M": Role.MANAGER, "P": Role.PARENT_MANAGER, "C": Role.COORDINATOR, "V": Role.OVERSIGHT,
    "W": Role.CREW, "T": Role.CONTRACTOR, "I": Role.SCREENER,
    "A": Role.ASKED, "H": Role.HELPING, "D": Role.ON_DUTY,
}  # fmt: skip
PLACES = {
    "open": "received assigned in_progress waiting",
    "owned": "assigned in_progress waiting",
    "at_work": "assigned in_progress",
    "resting": "resolved answered",
    "ended": "resolved answered closed declined",
    "any": " ".join(sorted(STATUSES)),
    "talking": " ".join(status for status in sorted(STATUSES) if status != "merged"),
}
WHO = """
assign      received SCV
triage      received S
accept      assigned OM
return      assigned OM
transfer    owned OMC
name_owner  received C      owned CM
correct     owned OMC       received C
entrust     open SOM        received C
succeed     open SC         resting SC
escalate    open SMC
remind      open S
call_duty   open S
acknowledge open OMCD
confirm_urgent open OMCD
lower       open OMCD
cooperate   owned OMC
help_accept open A
help_done   open AH
help_return open AH
help_overdue open S
pause       at_work OM
resume      waiting OMS
plan        owned OM
extend      owned OM
propose     at_work OWT     received C
approve     open M
reject      open M
resolve     at_work OMW
answer      at_work OMW     received C
decline     received C
claim_fixed open RJ
refute      open OMC
reply_overdue open S
overdue     open S
recompute   any SC
confirm     resting R
close       resting S
dispute     resting RJ      closed J
ask_reopen  closed R
reopen      closed MCPS     resting P      answered S
uphold      resting P       received V      closed MCP
appeal      declined RJ
merge       open OMC        received R      assigned R
unmerge     merged MC
split       open OMC
convert     received CI     assigned CI
withdraw    received RJ     assigned RJ
join        open SJOMC
rate        resting RJ      closed RJ
comment     talking OMCVPRJ
note        any OMPCVWTIAHD
hide        any CI
publish     any CI
redact      any CI
recheck     any CI
file_reply  talking OMC
doubt       any S
judge       talking OMPC
show_reply  talking MCI
hide_reply  talking OMCI
see_contact open MD         resting MD      received C
"""


def matrix() -> set[tuple[str, str, Role]]:
    found = set()
    for line in WHO.strip().splitlines():
        verb, *pairs = line.split()
        for statuses, letters in zip(pairs[::2], pairs[1::2], strict=True):
            for status, letter in product(PLACES.get(statuses, statuses).split(), letters):
                found.add((verb, status, LETTERS[letter]))
    return found


def table_rows() -> set[tuple[str, str, Role]]:
    return {
        (row.verb.value, source, role)
        for row in PROBLEM_TABLE.rows
        for source in row.sources
        for role in row.roles
    }


def exits() -> dict[str, set[str]]:
    """Where each status leads to; what becomes a suggestion goes on in that one's table."""
    found: dict[str, set[str]] = {status: set() for status in STATUSES}
    for row in PROBLEM_TABLE.rows:
        for source in row.sources:
            found[source] |= targets(PROBLEM_TABLE, row, source) - {Status.UNPUBLISHED}
    return found


def test_the_matrix_is_the_design() -> None:
    assert sorted(table_rows() - matrix()) == []
    assert sorted(matrix() - table_rows()) == []


def test_every_verb_but_open_has_a_row() -> None:
    tables = (PROBLEM_TABLE, ANSWER_TABLE, PUBLICATION_TABLE)
    assert {row.verb for table in tables for row in table.rows} == set(Verb) - {Verb.OPEN}


def test_anything_not_in_the_table_is_refused() -> None:
    known = matrix()
    for verb, status, role in product(Verb, sorted(STATUSES), Role):
        if (verb.value, status.value, role) in known:
            continue
        with pytest.raises(Refused) as refused:
            step(PROBLEM_TABLE, ticket(status), Act(verb=verb, role=role, now=NOW))
        assert refused.value.code == "not_now"
        assert refused.value.params == {"verb": verb, "status": status, "role": role}
        assert verb not in allowed(PROBLEM_TABLE, ticket(status), role, NOW)
        assert not any(is_legal(PROBLEM_TABLE, verb, status, to, role) for to in Status)


def test_an_unknown_status_allows_nothing() -> None:
    for role in Role:
        assert allowed(PROBLEM_TABLE, Facts(status="lost"), role, NOW) == ()


def test_every_status_is_reachable() -> None:
    reached, fresh = {PROBLEM_TABLE.initial}, {PROBLEM_TABLE.initial}
    while fresh:
        fresh = set().union(*(exits()[status] for status in fresh)) - reached
        reached |= fresh
    assert reached == STATUSES


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_every_status_has_an_exit(status: Status) -> None:
    assert exits()[status] - {status}


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_status_leads_to_an_outcome(status: Status) -> None:
    reached = {status}
    while True:
        wider = reached.union(*(exits()[each] for each in reached & OPEN))
        if wider == reached:
            break
        reached = wider
    assert {"resolved", "answered", "declined"} <= reached


def test_an_agency_never_declines() -> None:
    declining = {
        (row.verb, role)
        for row in PROBLEM_TABLE.rows
        for role in row.roles
        for source in row.sources
        if "declined" in targets(PROBLEM_TABLE, row, source) and source != "declined"
    }
    assert declining == {(Verb.DECLINE, Role.COORDINATOR), (Verb.UPHOLD, Role.OVERSIGHT)}


def test_targets_are_statuses() -> None:
    assert set().union(*exits().values()) <= STATUSES


def test_two_rows_for_one_act_are_refused() -> None:
    row = Transition(
        verb=Verb.NOTE,
        sources=frozenset({"received"}),
        target=Special.SAME,
        roles=frozenset({Role.CREW}),
    )
    with pytest.raises(ValueError, match="two rows"):
        Table(
            name="double", initial="received", rows=(row, row), open_=frozenset({"received"}),
            paused=frozenset(), ended=frozenset(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "verb", "needed"),
    [
        ("none", Verb.ANSWER, False),
        ("none", Verb.RESOLVE, False),
        ("answers_and_refusals", Verb.ANSWER, True),
        ("answers_and_refusals", Verb.DECLINE, True),
        ("answers_and_refusals", Verb.RESOLVE, False),
        ("all", Verb.RESOLVE, True),
        ("all", Verb.PAUSE, False),
        ("a setting that nobody knows", Verb.RESOLVE, True),
    ],
)
def test_what_needs_approval(setting: str, verb: Verb, needed: bool) -> None:
    assert needs_approval(setting, verb) is needed


def guards_in_use() -> list[Guard]:
    return [guard for row in PROBLEM_TABLE.rows for guard in row.guards]


def test_every_guard_is_used() -> None:
    written = {name: each for name, each in vars(guards).items() if isinstance(each, Guard)}
    assert sorted(name for name, each in written.items() if each not in guards_in_use()) == []


def test_guards_of_the_act_name_what_they_ask_for() -> None:
    asked = {
        "agency",
        "code",
        "text",
        "until",
        "proof",
        "approved",
        "category",
        "into",
        "verdict",
    }
    for guard in guards_in_use():
        assert guard.of_act == (guard.asked is not None), guard.code
        assert guard.asked is None or guard.asked in asked


def test_every_refusal_has_words_and_no_words_are_left_over() -> None:
    tables = (PROBLEM_TABLE, ANSWER_TABLE, PUBLICATION_TABLE)
    codes = {guard.code for table in tables for row in table.rows for guard in row.guards}
    assert set(words.REFUSALS) == codes | {"not_now"}


def test_every_status_has_its_words() -> None:
    assert set(words.STATUS) == set(Status)
    assert all(words.STATUS.values())


def test_every_verb_has_words_in_the_history() -> None:
    assert set(words.EVENTS) == set(Verb)


def test_open311_calls_open_what_is_open() -> None:
    assert {status: word == "open" for status, word in words.OPEN311.items()} == {
        status: status in OPEN for status in Status
    }
    assert set(words.OPEN311.values()) == {"open", "closed"}


def test_every_status_has_a_map_word_or_says_that_it_has_none() -> None:
    outcomes = guards.DONE | guards.ANSWERS | guards.UNJUDGED
    for status in Status:
        known = {outcome for each, outcome in words.MAP_WORDS if each == status}
        assert known == {None} or known == outcomes, status
    shown = set(words.MAP_WORDS.values()) - {None}
    assert shown == set(words.MAP_LABELS)


@pytest.mark.parametrize(
    ("status", "outcome", "word"),
    [
        ("received", None, "waiting"),
        ("assigned", None, "waiting"),
        ("in_progress", None, "in_progress"),
        ("in_progress", "fixed", "in_progress"),  # disputed: the old outcome does not count
        ("waiting", None, "in_progress"),
        ("resolved", "enforced", "resolved"),
        ("answered", "planned", "answered"),
        ("closed", "fixed", "resolved"),
        ("closed", "nothing_found", "answered"),
        ("closed", "withdrawn", None),
        ("closed", "spam", None),
        ("closed", "never heard of", None),
        ("declined", "not_ours", "declined"),
        ("merged", None, None),
    ],
)
def test_map_words(status: str, outcome: str | None, word: str | None) -> None:
    assert words.map_word(status, outcome) == word


@pytest.mark.parametrize(
    ("word", "vi", "en"),
    [
        ("waiting", "Chờ xử lý", "Waiting for the agency"),
        ("in_progress", "Đang xử lý", "In progress"),
        ("resolved", "Đã xử lý", "Resolved"),
        ("answered", "Đã trả lời", "Answered"),
        ("declined", "Không tiếp nhận", "Not accepted"),
    ],
)
def test_the_map_uses_the_public_words(word: str, vi: str, en: str) -> None:
    found = []
    for lang in ("vi", "en"):
        with use_language(lang):
            found.append(translate(words.MAP_LABELS[word]))
    assert found == [vi, en]
