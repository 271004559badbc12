"""The sentences of the design about who has a ticket, each as a case."""

import pytest

from app.tickets.lifecycle import Clock, Destination, Effect, Role, Status, Verb, allowed
from app.tickets.problem_table import OPEN, PROBLEM_TABLE
from tests.tickets.life import (
    COORDINATOR,
    DAY,
    NOW,
    Life,
    at_oversight,
    do,
    in_triage,
    refusal,
    ticket,
)

S, OFFICER, M = Role.SYSTEM, Role.OFFICER, Role.MANAGER
P, C = Role.PARENT_MANAGER, Role.COORDINATOR
OWNED = sorted(OPEN - {Status.RECEIVED})


@pytest.mark.parametrize("role", [S, C])
def test_assign_gives_a_new_ticket_its_owner_and_starts_the_promise(role: Role) -> None:
    taken = do(ticket(Status.RECEIVED), Verb.ASSIGN, role, agency="roads")
    assert (taken.target, taken.agency, taken.clock) == ("assigned", "roads", Clock.START)
    assert not taken.counts_transfer
    assert not taken.first_reply
    assert not taken.in_triage


def test_triage_goes_to_the_coordinator_with_a_promise() -> None:
    taken = do(ticket(Status.RECEIVED), Verb.TRIAGE, S)
    assert (taken.target, taken.goes_to) == ("received", Destination.COORDINATOR)
    assert taken.in_triage
    assert taken.clock is Clock.START


def test_from_triage_to_an_agency_the_promise_stays() -> None:
    taken = do(in_triage(), Verb.ASSIGN, C, agency="roads")
    assert (taken.target, taken.in_triage, taken.clock) == ("assigned", False, None)
    assert not taken.counts_transfer


@pytest.mark.parametrize("verb", [Verb.ASSIGN, Verb.TRIAGE])
def test_the_router_leaves_a_ticket_that_has_an_owner(verb: Verb) -> None:
    assert refusal(in_triage(), verb, S, agency="roads") == "has_owner"
    assert refusal(at_oversight(), verb, S, agency="roads") == "has_owner"


def test_an_assignment_names_an_agency_but_never_the_one_complained_about() -> None:
    assert refusal(ticket(Status.RECEIVED), Verb.ASSIGN, S) == "agency_missing"
    about = ticket(Status.RECEIVED, about_agency="ward")
    for role in (S, C):
        assert refusal(about, Verb.ASSIGN, role, agency="ward") == "agency_complained_about"
    away = ticket(Status.ASSIGNED, about_agency="ward")
    for verb, role in ((Verb.TRANSFER, OFFICER), (Verb.TRANSFER, C)):
        code = refusal(away, verb, role, agency="ward", same_branch=True)
        assert code == "agency_complained_about"
    late = ticket(Status.ASSIGNED, about_agency="ward", transfers=3)
    for role in (M, C):
        assert refusal(late, Verb.NAME_OWNER, role, agency="ward") == "agency_complained_about"


@pytest.mark.parametrize("role", [OFFICER, M])
def test_accept(role: Role) -> None:
    taken = do(ticket(Status.ASSIGNED), Verb.ACCEPT, role)
    assert (taken.target, taken.agency, taken.clock) == ("in_progress", "roads", None)
    assert taken.accepts
    assert not taken.first_reply  # accepting is not an answer


ACCEPTING = [
    (Verb.PLAN, {"until": NOW + DAY}),
    (Verb.EXTEND, {"until": NOW + 9 * DAY, "has_text": True}),
    (Verb.COOPERATE, {"agency": "parks"}),
    (Verb.COMMENT, {"has_text": True}),
    (Verb.PROPOSE, {}),
    (Verb.PAUSE, {"code": "weather", "until": NOW + DAY}),
    (Verb.RESOLVE, {"code": "fixed"}),
    (Verb.ANSWER, {"code": "explained", "has_text": True}),
]


@pytest.mark.parametrize(("verb", "brings"), ACCEPTING)
def test_a_substantive_act_accepts_by_itself(verb: Verb, brings: dict[str, object]) -> None:
    taken = do(ticket(Status.ASSIGNED), verb, OFFICER, **brings)
    assert taken.accepts
    assert taken.target not in {"received", "assigned"}
    assert not do(ticket(Status.IN_PROGRESS), verb, OFFICER, **brings).accepts


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.IN_PROGRESS])
def test_a_note_or_the_coordinators_word_accepts_nothing(status: Status) -> None:
    for verb, role in ((Verb.NOTE, OFFICER), (Verb.COMMENT, C), (Verb.COMMENT, P)):
        taken = do(ticket(status), verb, role, has_text=True)
        assert (taken.target, taken.accepts) == (status, False)


def test_return_needs_a_reason_goes_to_the_coordinator_and_counts() -> None:
    assert refusal(ticket(Status.ASSIGNED), Verb.RETURN, OFFICER) == "reason_missing"
    taken = do(ticket(Status.ASSIGNED), Verb.RETURN, OFFICER, code="not_ours")
    assert (taken.target, taken.goes_to) == ("received", Destination.COORDINATOR)
    assert taken.in_triage
    assert taken.counts_transfer
    assert taken.clock is None


@pytest.mark.parametrize("status", OWNED)
def test_transfer_keeps_the_dates_and_counts(status: Status) -> None:
    taken = do(ticket(status), Verb.TRANSFER, OFFICER, agency="parks", same_branch=True)
    assert (taken.target, taken.agency, taken.counts_transfer) == ("assigned", "parks", True)
    assert taken.clock is (Clock.RESUME if status == "waiting" else None)
    assert not taken.accepts


def test_agencies_transfer_within_their_branch_the_coordinator_anywhere() -> None:
    for role in (OFFICER, M):
        assert refusal(ticket(Status.ASSIGNED), Verb.TRANSFER, role, agency="x") == "other_branch"
    assert do(ticket(Status.ASSIGNED), Verb.TRANSFER, C, agency="x").agency == "x"
    same = {"agency": "roads", "same_branch": True}
    assert refusal(ticket(Status.ASSIGNED), Verb.TRANSFER, OFFICER, **same) == "same_agency"
    assert refusal(ticket(Status.ASSIGNED), Verb.TRANSFER, C) == "agency_missing"


def test_the_third_transfer_goes_to_the_common_parent() -> None:
    twice = ticket(Status.IN_PROGRESS, transfers=2)
    brings = {"agency": "parks", "same_branch": True, "common_parent": "works"}
    taken = do(twice, Verb.TRANSFER, OFFICER, **brings)
    assert (taken.target, taken.goes_to) == ("assigned", Destination.COMMON_PARENT)
    assert (taken.agency, taken.counts_transfer) == ("works", True)


@pytest.mark.parametrize("parent", [None, "works"])
def test_without_a_common_parent_it_goes_to_the_coordinator(parent: str | None) -> None:
    twice = ticket(Status.IN_PROGRESS, transfers=2, about_agency="works")
    taken = do(twice, Verb.TRANSFER, OFFICER, agency="x", same_branch=True, common_parent=parent)
    assert (taken.target, taken.goes_to) == ("received", Destination.COORDINATOR)
    assert taken.in_triage


def test_the_coordinator_names_an_owner_instead_of_a_third_transfer() -> None:
    twice = ticket(Status.ASSIGNED, transfers=2)
    assert refusal(twice, Verb.TRANSFER, C, agency="parks") == "name_owner_instead"
    taken = do(twice, Verb.NAME_OWNER, C, agency="parks")
    assert (taken.target, taken.agency) == ("assigned", "parks")
    assert Effect.NAMES_OWNER in taken.effects
    assert not taken.counts_transfer
    once = ticket(Status.ASSIGNED, transfers=1)
    assert refusal(once, Verb.NAME_OWNER, C, agency="parks") == "no_owner_to_name"


def test_after_the_third_transfer_the_owner_must_be_named_first() -> None:
    late = ticket(Status.ASSIGNED, transfers=3)
    moves = {"agency": "parks", "same_branch": True, "code": "not_ours"}
    for verb in (Verb.RETURN, Verb.TRANSFER):
        assert refusal(late, verb, M, **moves) == "owner_must_be_named"
    assert refusal(in_triage(transfers=3), Verb.ASSIGN, C, agency="x") == "owner_must_be_named"
    for role, agency in ((M, "roads"), (M, "parks"), (C, "parks")):
        assert do(late, Verb.NAME_OWNER, role, agency=agency).agency == agency
    assert refusal(late, Verb.NAME_OWNER, OFFICER, agency="parks") == "not_now"


def test_the_parents_manager_names_no_owner_before_the_third_transfer() -> None:
    twice = ticket(Status.ASSIGNED, transfers=2)
    assert refusal(twice, Verb.NAME_OWNER, M, agency="parks") == "no_owner_to_name"


def test_once_the_owner_is_named_nothing_moves_any_more() -> None:
    named = ticket(Status.ASSIGNED, transfers=3, owner_named=True)
    moves = {"agency": "parks", "same_branch": True, "code": "not_ours"}
    for verb, role in ((Verb.RETURN, OFFICER), (Verb.TRANSFER, M), (Verb.TRANSFER, C)):
        assert refusal(named, verb, role, **moves) == "owner_is_named"
    for role in (M, C):
        assert refusal(named, Verb.NAME_OWNER, role, agency="parks") == "no_owner_to_name"
    assert {Verb.RETURN, Verb.TRANSFER}.isdisjoint(allowed(PROBLEM_TABLE, named, OFFICER, NOW))


@pytest.mark.parametrize("status", OWNED)
@pytest.mark.parametrize("role", [OFFICER, M, C])
def test_a_correction_routes_again_and_keeps_the_dates(status: Status, role: Role) -> None:
    assert refusal(ticket(status), Verb.CORRECT, role) == "nothing_changes"
    taken = do(ticket(status), Verb.CORRECT, role, changes=True)
    assert (taken.target, taken.goes_to, taken.agency) == ("received", Destination.ROUTING, None)
    assert taken.clock is (Clock.RESUME if status == "waiting" else None)
    assert not taken.counts_transfer
    assert not taken.in_triage


def test_a_correction_counts_only_when_the_agency_changes() -> None:
    again = ticket(Status.RECEIVED, former_agency="roads", promise_frozen=True)
    for role in (S, C):
        assert not do(again, Verb.ASSIGN, role, agency="roads").counts_transfer
        assert do(again, Verb.ASSIGN, role, agency="parks").counts_transfer
        assert do(again, Verb.ASSIGN, role, agency="parks").clock is None


def test_a_third_move_by_correction_goes_to_the_coordinator_who_names_the_owner() -> None:
    again = ticket(Status.RECEIVED, former_agency="roads", promise_frozen=True, transfers=2)
    taken = do(again, Verb.ASSIGN, S, agency="parks")
    assert (taken.target, taken.goes_to) == ("received", Destination.COORDINATOR)
    assert taken.in_triage
    assert taken.counts_transfer
    assert refusal(again, Verb.ASSIGN, C, agency="parks") == "name_owner_instead"
    assert do(again, Verb.ASSIGN, C, agency="roads").target == "assigned"


@pytest.mark.parametrize("changes", [{"owner_named": True}, {"transfers": 3}])
def test_a_correction_leaves_a_named_owner_in_place(changes: dict[str, object]) -> None:
    for status in OWNED:
        taken = do(ticket(status, **changes), Verb.CORRECT, OFFICER, changes=True)
        assert (taken.target, taken.agency) == (status, "roads")
        assert taken.clock is None


def test_an_escalation_changes_neither_status_nor_owner() -> None:
    for status in OPEN:
        facts = ticket(status, agency="roads")
        taken = do(facts, Verb.ESCALATE, M, has_text=True)
        assert (taken.target, taken.goes_to) == (status, Destination.ABOVE)
        assert taken.agency == "roads"
        assert refusal(facts, Verb.ESCALATE, M) == "text_missing"
    assert refusal(ticket(Status.RECEIVED), Verb.ESCALATE, C, has_text=True) == "not_now"
    assert do(in_triage(), Verb.ESCALATE, C, has_text=True).in_triage


def test_a_successor_takes_over_where_the_ticket_stands() -> None:
    for status in (*OWNED, Status.RESOLVED, Status.ANSWERED):
        taken = do(ticket(status), Verb.SUCCEED, S, agency="roads2")
        assert (taken.target, taken.agency, taken.clock) == (status, "roads2", None)
    assert do(in_triage(), Verb.SUCCEED, S, agency="office2").in_triage
    assert refusal(ticket(Status.RECEIVED), Verb.SUCCEED, S, agency="roads2") == "not_now"


def test_a_life_with_three_transfers() -> None:
    life = Life()
    life.act(Verb.ASSIGN, S, agency="roads")
    for agency in ("parks", "water"):
        life.act(Verb.TRANSFER, OFFICER, agency=agency, same_branch=True, common_parent="works")
    life.act(Verb.TRANSFER, M, agency="roads", same_branch=True, common_parent="works")
    assert (life.facts.agency, life.facts.transfers) == ("works", 3)
    life.act(Verb.NAME_OWNER, M, agency="roads")
    life.act(Verb.CORRECT, OFFICER, changes=True)
    assert (life.facts.status, life.facts.agency) == ("assigned", "roads")
    life.act(Verb.RESOLVE, OFFICER, code="fixed")
    assert [moment.kind for moment in life.moments] == ["started", "stopped"]


def test_a_life_through_triage() -> None:
    life = Life()
    life.act(Verb.TRIAGE, S)
    assert (life.facts.agency, life.facts.in_triage) == (COORDINATOR, True)
    life.act(Verb.ASSIGN, C, agency="roads")
    life.act(Verb.RETURN, OFFICER, code="not_ours")
    assert (life.facts.agency, life.facts.in_triage) == (COORDINATOR, True)
    life.act(Verb.DECLINE, C, code="not_ours", has_text=True)
    assert (life.facts.status, life.facts.in_triage) == ("declined", False)
