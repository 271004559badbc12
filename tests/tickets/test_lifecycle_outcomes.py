"""The sentences of the design about outcomes and what comes after them, each as a case."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from app.tickets.lifecycle import Clock, Destination, Effect, Role, Status, Verb, allowed
from app.tickets.problem_table import OPEN, PROBLEM_TABLE, STATUSES
from tests.tickets.life import DAY, NOW, Life, at_oversight, do, in_triage, refusal, ticket

S, R, J, OFFICER = Role.SYSTEM, Role.REPORTER, Role.JOINED_REPORTER, Role.OFFICER
M, P, C, V = Role.MANAGER, Role.PARENT_MANAGER, Role.COORDINATOR, Role.OVERSIGHT
RESTING = [Status.RESOLVED, Status.ANSWERED]
TICK = timedelta(microseconds=1)


# Outcomes


@pytest.mark.parametrize("code", ["fixed", "enforced"])
@pytest.mark.parametrize("role", [OFFICER, M, Role.CREW])
def test_resolve(code: str, role: Role) -> None:
    taken = do(ticket(Status.IN_PROGRESS), Verb.RESOLVE, role, code=code)
    assert (taken.target, taken.clock, taken.first_reply) == ("resolved", Clock.STOP, True)
    assert Effect.OUTCOME in taken.effects


@pytest.mark.parametrize("code", [None, "explained", "withdrawn", "spam", "not_ours"])
def test_resolve_is_for_what_was_done(code: str | None) -> None:
    assert refusal(ticket(Status.IN_PROGRESS), Verb.RESOLVE, OFFICER, code=code) == "wrong_outcome"


def test_proof_where_the_category_asks_for_it() -> None:
    facts = ticket(Status.IN_PROGRESS, proof_required=True)
    assert refusal(facts, Verb.RESOLVE, OFFICER, code="fixed") == "proof_missing"
    assert do(facts, Verb.RESOLVE, OFFICER, code="fixed", proof=True).target == "resolved"
    answer = do(facts, Verb.ANSWER, OFFICER, code="explained", has_text=True)
    assert answer.target == "answered"


@pytest.mark.parametrize("code", ["explained", "nothing_found"])
def test_answer(code: str) -> None:
    at_work = ticket(Status.IN_PROGRESS)
    assert refusal(at_work, Verb.ANSWER, OFFICER, code=code) == "text_missing"
    taken = do(at_work, Verb.ANSWER, OFFICER, code=code, has_text=True)
    assert (taken.target, taken.clock, taken.first_reply) == ("answered", Clock.STOP, True)
    assert refusal(at_work, Verb.ANSWER, OFFICER, code="fixed", has_text=True) == "wrong_outcome"


def test_a_planned_answer_has_a_date_and_comes_back_on_it() -> None:
    planned = {"code": "planned", "has_text": True}
    for until in (None, NOW):
        code = refusal(ticket(Status.IN_PROGRESS), Verb.ANSWER, M, until=until, **planned)
        assert code == "date_missing"
    taken = do(ticket(Status.IN_PROGRESS), Verb.ANSWER, M, until=NOW + DAY, **planned)
    assert taken.target == "answered"
    for status in (Status.ANSWERED, Status.CLOSED):
        facts = ticket(status, outcome_code="planned", planned_for=NOW)
        assert refusal(facts, Verb.REOPEN, S, now=NOW - TICK) == "too_early"
        again = do(facts, Verb.REOPEN, S)
        assert (again.target, again.agency, again.clock) == ("in_progress", "roads", Clock.RESTART)
    other = ticket(Status.ANSWERED, planned_for=NOW)
    assert refusal(other, Verb.REOPEN, S) == "too_early"


def test_a_contractor_only_proposes() -> None:
    verbs = {row.verb for row in PROBLEM_TABLE.rows if Role.CONTRACTOR in row.roles}
    assert verbs == {Verb.PROPOSE, Verb.NOTE}


@pytest.mark.parametrize(
    ("setting", "verb", "code"),
    [
        ("answers_and_refusals", Verb.ANSWER, "explained"),
        ("all", Verb.ANSWER, "explained"),
        ("all", Verb.RESOLVE, "fixed"),
    ],
)
def test_an_act_that_needs_approval(setting: str, verb: Verb, code: str) -> None:
    facts = ticket(Status.IN_PROGRESS, approval=setting)
    brings = {"code": code, "has_text": True}
    for role in (OFFICER, Role.CREW):
        assert refusal(facts, verb, role, **brings) == "needs_approval"
        assert do(facts, verb, role, approved=True, **brings).clock is Clock.STOP
    assert do(facts, verb, M, **brings).clock is Clock.STOP


def test_a_refusal_can_need_approval_too() -> None:
    facts = in_triage(approval="answers_and_refusals")
    assert refusal(facts, Verb.DECLINE, C, code="not_ours", has_text=True) == "needs_approval"
    assert (
        do(facts, Verb.DECLINE, C, code="not_ours", has_text=True, approved=True).target
        == "declined"
    )
    assert do(facts, Verb.PROPOSE, C).clock is None


def test_a_proposal_waits_while_the_clock_runs() -> None:
    taken = do(ticket(Status.ASSIGNED), Verb.PROPOSE, OFFICER)
    assert (taken.target, taken.clock, taken.first_reply) == ("in_progress", None, False)
    waiting = ticket(Status.IN_PROGRESS, proposal_waiting=True)
    assert refusal(waiting, Verb.PROPOSE, OFFICER) == "proposal_waiting"
    for verb in (Verb.APPROVE, Verb.REJECT):
        assert do(waiting, verb, M).target == "in_progress"
        assert refusal(ticket(Status.IN_PROGRESS), verb, M) == "nothing_proposed"
        assert refusal(waiting, verb, OFFICER) == "not_now"


def test_the_coordinator_declines_from_triage_with_a_code_and_words() -> None:
    facts, brings = in_triage(), {"code": "not_ours", "has_text": True}
    assert refusal(facts, Verb.DECLINE, C) == "reason_missing"
    assert refusal(facts, Verb.DECLINE, C, code="not_ours") == "text_missing"
    taken = do(facts, Verb.DECLINE, C, **brings)
    assert (taken.target, taken.goes_to) == ("declined", Destination.COORDINATOR)
    assert (taken.clock, taken.first_reply, taken.in_triage) == (Clock.STOP, True, False)


def test_nothing_is_declined_while_an_agency_has_it_or_before_routing() -> None:
    brings = {"code": "not_ours", "has_text": True}
    for status in (Status.ASSIGNED, Status.IN_PROGRESS):
        assert refusal(ticket(status), Verb.DECLINE, C, **brings) == "not_now"
        assert refusal(ticket(status), Verb.PROPOSE, C) == "not_now"
    assert refusal(ticket(Status.RECEIVED), Verb.DECLINE, C, **brings) == "not_in_triage"


def test_the_coordinator_answers_from_triage() -> None:
    brings = {"code": "explained", "has_text": True}
    assert do(in_triage(), Verb.ANSWER, C, **brings).target == "answered"
    assert refusal(ticket(Status.RECEIVED), Verb.ANSWER, C, **brings) == "not_in_triage"
    assert refusal(ticket(Status.ASSIGNED), Verb.ANSWER, C, **brings) == "not_now"


# Confirm, close, dispute


@pytest.mark.parametrize("status", RESTING)
def test_the_reporter_confirms(status: Status) -> None:
    taken = do(ticket(status), Verb.CONFIRM, R)
    assert (taken.target, taken.clock) == ("closed", None)
    assert Effect.CONFIRMS in taken.effects
    assert refusal(ticket(status), Verb.CONFIRM, J) == "not_now"


@pytest.mark.parametrize("status", RESTING)
def test_after_seven_days_it_is_closed_by_itself(status: Status) -> None:
    facts = ticket(status, outcome_at=NOW - 7 * DAY)
    assert refusal(facts, Verb.CLOSE, S) == "too_early"
    taken = do(facts, Verb.CLOSE, S, now=NOW + TICK)
    assert (taken.target, taken.clock) == ("closed", None)
    assert Effect.CONFIRMS not in taken.effects


@pytest.mark.parametrize("role", [R, J])
@pytest.mark.parametrize("brings", [{"code": "not_done"}, {"has_text": True}])
def test_a_dispute_with_a_reason_reopens(role: Role, brings: dict[str, object]) -> None:
    facts = ticket(Status.RESOLVED)
    assert refusal(facts, Verb.DISPUTE, role) == "reason_missing"
    taken = do(facts, Verb.DISPUTE, role, **brings)
    assert (taken.target, taken.agency, taken.clock) == ("in_progress", "roads", Clock.RESTART)
    assert Effect.COUNTS_DISPUTE in taken.effects


def test_one_dispute_for_each_outcome() -> None:
    facts = ticket(Status.ANSWERED, disputed_this_outcome=True)
    for verb, role in ((Verb.DISPUTE, J), (Verb.CONFIRM, R)):
        assert refusal(facts, verb, role, has_text=True) == "disputed_already"


def test_a_dispute_beats_the_reporters_confirmation_within_the_days_of_rest() -> None:
    facts = ticket(Status.CLOSED, confirmed=True, outcome_at=NOW - 7 * DAY)
    assert do(facts, Verb.DISPUTE, J, has_text=True).clock is Clock.RESTART
    assert refusal(facts, Verb.DISPUTE, J, has_text=True, now=NOW + TICK) == "too_late"
    by_itself = ticket(Status.CLOSED, confirmed=False)
    assert refusal(by_itself, Verb.DISPUTE, J, has_text=True) == "too_late"
    assert refusal(facts, Verb.DISPUTE, R, has_text=True) == "not_now"


@pytest.mark.parametrize("status", [*RESTING, Status.CLOSED])
def test_the_third_dispute_goes_up_and_reopens_nothing(status: Status) -> None:
    taken = do(ticket(status, disputes=2, confirmed=True), Verb.DISPUTE, J, has_text=True)
    assert (taken.target, taken.goes_to, taken.clock) == (status, Destination.ABOVE, None)
    assert taken.effects == {Effect.COUNTS_DISPUTE}
    assert taken.agency == "roads"


def test_after_it_the_parent_reopens_or_upholds_and_nothing_closes_by_itself() -> None:
    facts = ticket(Status.RESOLVED, disputes=3, disputed_this_outcome=True)
    assert refusal(facts, Verb.CLOSE, S, now=NOW + 30 * DAY) == "disputed_already"
    assert do(facts, Verb.REOPEN, P).clock is Clock.RESTART
    assert do(facts, Verb.UPHOLD, P).target == "closed"
    for verb in (Verb.REOPEN, Verb.UPHOLD):
        assert refusal(ticket(Status.RESOLVED), verb, P) == "not_disputed"


# Reopen, appeal, withdraw


def test_reopening_at_the_reporters_request_within_thirty_days() -> None:
    facts = ticket(Status.CLOSED, closed_at=NOW - 30 * DAY)
    assert refusal(facts, Verb.ASK_REOPEN, R) == "reason_missing"
    taken = do(facts, Verb.ASK_REOPEN, R, has_text=True)
    assert (taken.target, taken.clock, taken.effects) == ("closed", None, {Effect.ASKS_REOPEN})
    assert refusal(facts, Verb.ASK_REOPEN, R, has_text=True, now=NOW + TICK) == "too_late"
    asked = replace(facts, reopen_asked=True)
    assert refusal(asked, Verb.ASK_REOPEN, R, has_text=True) == "requested_already"
    for role, late in product((M, C), (timedelta(0), DAY)):
        # Asked in time is asked in time, however long the answer takes.
        assert refusal(facts, Verb.REOPEN, role) == "not_requested"
        assert refusal(facts, Verb.UPHOLD, role) == "not_requested"
        taken = do(asked, Verb.REOPEN, role, now=NOW + late)
        assert (taken.target, taken.clock) == ("in_progress", Clock.RESTART)
        silent = do(replace(asked, first_replied=False), Verb.UPHOLD, role).effects
        assert silent == {Effect.ANSWERS_REQUEST, Effect.FIRST_REPLY}
        heard = do(replace(asked, first_replied=True), Verb.UPHOLD, role).effects
        assert heard == {Effect.ANSWERS_REQUEST}


@pytest.mark.parametrize("code", ["withdrawn", "spam"])
def test_what_was_never_worked_on_is_neither_reopened_nor_rated(code: str) -> None:
    facts = ticket(Status.CLOSED, outcome_code=code)
    assert refusal(facts, Verb.ASK_REOPEN, R, has_text=True) == "never_worked_on"
    assert refusal(facts, Verb.RATE, R) == "never_worked_on"
    assert do(ticket(Status.CLOSED), Verb.RATE, R).target == "closed"


@pytest.mark.parametrize("role", [R, J])
def test_an_appeal_once_within_fifteen_days(role: Role) -> None:
    facts = ticket(Status.DECLINED, outcome_at=NOW - 15 * DAY)
    taken = do(facts, Verb.APPEAL, role)
    assert (taken.target, taken.goes_to) == ("received", Destination.OVERSIGHT)
    assert (taken.clock, taken.in_triage) == (Clock.RESTART, False)
    assert Effect.APPEALS in taken.effects
    assert refusal(facts, Verb.APPEAL, role, now=NOW + TICK) == "too_late"
    again = ticket(Status.DECLINED, appealed=True)
    assert refusal(again, Verb.APPEAL, role) == "appealed_already"


def test_the_oversight_agency_assigns_or_upholds() -> None:
    assigned = do(at_oversight(), Verb.ASSIGN, V, agency="roads")
    assert (assigned.target, assigned.agency, assigned.counts_transfer) == (
        "assigned",
        "roads",
        False,
    )
    upheld = do(at_oversight(), Verb.UPHOLD, V)
    assert (upheld.target, upheld.clock, upheld.first_reply) == ("declined", Clock.STOP, True)
    for verb in (Verb.ASSIGN, Verb.UPHOLD):
        assert refusal(in_triage(), verb, V, agency="roads") == "not_appealed"


def test_what_the_oversight_agency_reviews_nobody_else_moves() -> None:
    brings = {"agency": "x", "changes": True, "code": "explained", "has_text": True}
    for verb in (Verb.ASSIGN, Verb.CORRECT, Verb.MERGE, Verb.NAME_OWNER):
        assert refusal(at_oversight(transfers=2), verb, C, **brings) == "at_oversight"
    for verb in (Verb.ANSWER, Verb.DECLINE):
        assert refusal(at_oversight(), verb, C, **brings) == "not_in_triage"


def test_what_it_assigns_cannot_be_declined_again() -> None:
    life = Life()
    life.act(Verb.TRIAGE, S)
    life.act(Verb.DECLINE, C, code="not_ours", has_text=True)
    life.act(Verb.APPEAL, R)
    life.act(Verb.ASSIGN, V, agency="roads")
    assert not life.facts.at_oversight
    life.act(Verb.RETURN, OFFICER, code="not_ours")
    assert (
        refusal(life.facts, Verb.DECLINE, C, code="not_ours", has_text=True) == "appealed_already"
    )
    assert [moment.kind for moment in life.moments] == ["started", "stopped", "restarted"]


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ASSIGNED])
def test_the_sole_reporter_withdraws_the_ticket(status: Status) -> None:
    taken = do(ticket(status), Verb.WITHDRAW, R, code="withdrawn")
    assert taken.target == "closed"
    assert taken.effects == {Effect.OUTCOME}
    assert taken.clock is (Clock.STOP if status == "assigned" else None)


@pytest.mark.parametrize("role", [R, J])
def test_with_other_reports_only_that_report_leaves(role: Role) -> None:
    taken = do(ticket(Status.ASSIGNED, sole_reporter=False), Verb.WITHDRAW, role)
    assert (taken.target, taken.clock) == ("assigned", None)
    assert taken.effects == {Effect.REPORT_LEAVES}
    assert do(in_triage(sole_reporter=False), Verb.WITHDRAW, role).in_triage


@pytest.mark.parametrize("status", sorted(STATUSES - {Status.RECEIVED, Status.ASSIGNED}))
def test_after_acceptance_nothing_is_withdrawn(status: Status) -> None:
    assert refusal(ticket(status), Verb.WITHDRAW, R) == "not_now"


# No change of status


def test_talk_changes_no_status_and_no_clock() -> None:
    for status in STATUSES:
        for role in Role:
            for verb in (Verb.NOTE, Verb.HIDE, Verb.PUBLISH, Verb.REDACT):
                if PROBLEM_TABLE.row(verb, status, role):
                    taken = do(ticket(status), verb, role, has_text=True, code="personal")
                    assert (taken.target, taken.clock) == (status, None)
                    assert not taken.effects


def test_a_claim_that_it_is_fixed_changes_nothing() -> None:
    for status in sorted(OPEN):
        taken = do(ticket(status), Verb.CLAIM_FIXED, J)
        assert (taken.target, taken.clock, taken.effects) == (status, None, {Effect.CLAIMS_FIXED})


def test_only_staff_reply() -> None:
    facts = ticket(Status.IN_PROGRESS)
    for role in (OFFICER, M, C, P, V):
        assert do(facts, Verb.COMMENT, role, has_text=True).first_reply
    for role in (R, J):
        assert not do(facts, Verb.COMMENT, role, has_text=True).first_reply
    assert refusal(facts, Verb.COMMENT, OFFICER) == "text_missing"


def test_nobody_closes_what_is_disputed_by_a_button() -> None:
    facts = ticket(Status.RESOLVED, disputed_this_outcome=True)
    assert Verb.CONFIRM not in allowed(PROBLEM_TABLE, facts, R, NOW)
    assert {Verb.REOPEN, Verb.UPHOLD} <= set(allowed(PROBLEM_TABLE, facts, P, NOW))


def test_what_was_confirmed_and_disputed_for_the_third_time_is_upheld_once() -> None:
    facts = ticket(Status.CLOSED, disputes=3, disputed_this_outcome=True, confirmed=True)
    taken = do(facts, Verb.UPHOLD, P)
    assert (taken.target, taken.clock, taken.effects & {Effect.UNCONFIRMS}) == (
        "closed",
        None,
        {Effect.UNCONFIRMS},
    )
    assert refusal(replace(facts, confirmed=False), Verb.UPHOLD, P) == "not_disputed"
