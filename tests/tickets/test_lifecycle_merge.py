"""The sentences of the design about merging and splitting, each as a case."""

from datetime import timedelta

import pytest

from app.tickets.facts import Other
from app.tickets.lifecycle import Effect, Facts, Role, Status, Verb
from app.tickets.problem_table import OPEN
from tests.tickets.life import COORDINATOR, DAY, NOW, Life, do, in_triage, refusal, ticket

S, OFFICER, M, C = Role.SYSTEM, Role.OFFICER, Role.MANAGER, Role.COORDINATOR
INTO = Other(reference="T-2", status="assigned")


@pytest.mark.parametrize("status", sorted(OPEN))
@pytest.mark.parametrize("role", [OFFICER, M, C])
def test_an_open_ticket_merges_into_another_and_its_clock_runs_on(
    status: Status, role: Role
) -> None:
    taken = do(ticket(status), Verb.MERGE, role, into=INTO)
    assert (taken.target, taken.clock) == ("merged", None)
    assert taken.agency == ticket(status).agency
    assert taken.effects == {Effect.MERGES}


@pytest.mark.parametrize(
    ("into", "code"),
    [
        (None, "other_missing"),
        (Other(reference="T-1", status="assigned"), "other_is_same"),
        (Other(reference="T-2", status="merged"), "other_not_open"),
        (Other(reference="T-2", status="closed"), "other_not_open"),
        (Other(reference="T-2", status="resolved"), "other_not_open"),
    ],
)
def test_only_into_another_open_unmerged_ticket(into: Other | None, code: str) -> None:
    assert refusal(ticket(Status.ASSIGNED), Verb.MERGE, OFFICER, into=into) == code


@pytest.mark.parametrize("status", sorted(OPEN))
@pytest.mark.parametrize("role", [M, C])
def test_unmerge_goes_back_to_the_status_before(status: Status, role: Role) -> None:
    facts = ticket(Status.MERGED, previous_status=status)
    taken = do(facts, Verb.UNMERGE, role)
    assert (taken.target, taken.agency, taken.clock) == (status, "roads", None)


def test_unmerge_until_thirty_days_after_the_other_was_closed() -> None:
    facts = ticket(Status.MERGED, other_closed_at=NOW - 30 * DAY)
    assert do(facts, Verb.UNMERGE, M).target == "in_progress"
    late = NOW + timedelta(microseconds=1)
    assert refusal(facts, Verb.UNMERGE, M, now=late) == "too_late"


def test_unmerge_needs_to_know_where_it_was() -> None:
    assert refusal(ticket(Status.MERGED, previous_status=None), Verb.UNMERGE, C) == "too_late"


@pytest.mark.parametrize("facts", [in_triage(), ticket(Status.RECEIVED)])
def test_triage_comes_back_to_triage_and_the_unrouted_is_routed(facts: Facts) -> None:
    life = Life()
    life.facts = facts
    life.act(Verb.MERGE, C, into=INTO)
    assert not life.facts.in_triage  # it does not stand in the coordinator's list meanwhile
    life.act(Verb.UNMERGE, C)
    assert (life.facts.status, life.facts.agency) == ("received", facts.agency)
    assert life.facts.in_triage == (facts.agency == COORDINATOR)


def test_split_needs_the_ticket_that_carries_on_with_the_other_part() -> None:
    assert refusal(ticket(Status.ASSIGNED), Verb.SPLIT, OFFICER) == "other_missing"
    taken = do(ticket(Status.ASSIGNED), Verb.SPLIT, OFFICER, into=INTO)
    assert (taken.target, taken.goes_to) == ("assigned", "keep")
