"""Each act of the desk on real rows: status, owner, dates, counters, one event."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.queries import category
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound, Rejection
from app.reports.service import confirm, dispute, withdraw
from app.routing.service import route_pending
from app.tickets.facts import Act, Role, Verb
from app.tickets.models import Cooperation, Proposal, Ticket, TicketPhoto
from app.tickets.service.step.apply import Said, apply
from app.tickets.service.step.judging import facts_of, roles_now
from geo.point import LonLat
from tests.factories.tickets import (
    DAY,
    HOUR,
    MONDAY,
    WARD,
    accepted_ticket,
    act,
    coordinator,
    count,
    events,
    kinds,
    manager,
    officer,
    photo,
    report_of,
    resolve,
    routed_ticket,
    triage_ticket,
    wrong,
)

OFFICE, WATCH = "VP-UBND", "TTRA"
NEXT_WARD, THIRD_WARD = "UBND-06673", "UBND-06676"


def refused(session: Session, ticket: Ticket, verb: str, actor: Actor, **brings: object) -> str:
    """The code of the refusal; nothing on the ticket has changed."""
    before = (ticket.status, ticket.agency_code, ticket.row_version, ticket.events_count)
    with pytest.raises(Rejection) as found:
        act(session, ticket, verb, actor, **brings)
    after = (ticket.status, ticket.agency_code, ticket.row_version, ticket.events_count)
    assert after == before
    return found.value.code


def approval(session: Session, agency: str, setting: str) -> None:
    session.get_one(Agency, agency).approval = setting
    session.flush()


# Who may


def test_a_version_that_is_not_the_present_one_changes_nothing(session: Session) -> None:
    ticket = routed_ticket(session)
    assert refused(session, ticket, "accept", officer(session), expected_version=1) == (
        "changed_meanwhile"
    )


@pytest.mark.parametrize("role", ["officer", "manager"])
def test_another_agency_sees_no_such_ticket(session: Session, role: str) -> None:
    ticket = routed_ticket(session)
    stranger = {"officer": officer, "manager": manager}[role](session, NEXT_WARD)
    with pytest.raises(NotFound) as found:
        act(session, ticket, "accept", stranger)
    assert found.value.code == "unknown_reference"


def test_what_the_desk_does_not_offer_is_no_act(session: Session) -> None:
    ticket = routed_ticket(session)
    for verb in ("open", "confirm", "overdue", "succeed", "recompute", "nonsense", ""):
        assert refused(session, ticket, verb, coordinator(session)) == "unknown_act"


def test_verbs_now_are_what_can_be_done_now(session: Session) -> None:
    ticket, by = routed_ticket(session), officer(session)
    before = roles_now(session, ticket, by, MONDAY)
    assert {Verb.ACCEPT, Verb.RETURN, Verb.RESOLVE} <= set(before)
    assert Verb.RESUME not in before
    act(session, ticket, "pause", by, code="weather", until=MONDAY + DAY)
    assert Verb.RESUME in roles_now(session, ticket, by, MONDAY)
    assert roles_now(session, ticket, officer(session, NEXT_WARD), MONDAY) == {}


# Work


def test_accepting_is_one_event_and_no_reply(session: Session) -> None:
    ticket = routed_ticket(session)
    due, version, by = ticket.outcome_due_at, ticket.row_version, officer(session)
    act(session, ticket, "accept", by, at=MONDAY + HOUR)
    assert (ticket.status, ticket.first_replied_at) == ("in_progress", None)
    assert (ticket.outcome_due_at, ticket.row_version) == (due, version + 1)
    last = events(session, ticket)[-1]
    assert (last.kind, last.from_status, last.to_status) == ("accept", "assigned", "in_progress")
    assert (last.actor_role, last.actor_account_id, last.agency_code) == (
        "officer", by.account_id, WARD,
    )  # fmt: skip
    assert refused(session, ticket, "accept", by) == "not_now"


def test_a_substantive_act_accepts_by_itself(session: Session) -> None:
    ticket = routed_ticket(session)
    act(session, ticket, "comment", officer(session), text="Đang đến, gọi 0912345678")
    assert (ticket.status, ticket.first_replied_at) == ("in_progress", MONDAY)


def test_resolving_asks_for_a_proof_where_the_category_does(session: Session) -> None:
    ticket, by = routed_ticket(session, category="road"), manager(session)
    assert category(session, "road").proof_required
    assert refused(session, ticket, "resolve", by, code="fixed") == "proof_missing"
    assert refused(session, ticket, "resolve", by, code="explained") == "wrong_outcome"
    assert refused(session, ticket, "resolve", by, code="nothing") == "unknown_code"
    proof = photo(session)
    act(session, ticket, "resolve", by, at=MONDAY + HOUR, code="fixed", photo_ids=[proof.id])
    assert (ticket.status, ticket.outcome_code) == ("resolved", "fixed")
    assert ticket.outcome_at == ticket.first_replied_at == MONDAY + HOUR
    kept = session.scalars(select(TicketPhoto)).one()
    assert (kept.ticket_id, kept.photo_id, kept.role) == (ticket.id, proof.id, "proof")
    assert wrong(session) == []


def test_a_photo_that_nobody_stored_is_refused(session: Session) -> None:
    ticket = routed_ticket(session)
    missing = photo(session)
    session.delete(missing)
    session.flush()
    code = refused(
        session, ticket, "resolve", manager(session), code="fixed", photo_ids=[missing.id]
    )
    assert code == "unknown_photo"


def test_a_planned_answer_needs_its_date_and_comes_back(session: Session) -> None:
    ticket, by = routed_ticket(session), manager(session)
    said = {"code": "planned", "text": "Sẽ làm trong tháng tới."}
    assert refused(session, ticket, "answer", by, **said) == "date_missing"
    act(session, ticket, "answer", by, until=MONDAY + 20 * DAY, **said)
    assert (ticket.status, ticket.planned_for) == ("answered", MONDAY + 20 * DAY)


def test_a_pause_stops_the_clock_and_a_resume_goes_on_with_what_is_left(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    due = ticket.outcome_due_at
    act(session, ticket, "pause", by, at=MONDAY + HOUR, code="weather", until=MONDAY + 5 * DAY)
    assert (ticket.status, ticket.pause_code) == ("waiting", "weather")
    assert ticket.outcome_due_at is None
    act(session, ticket, "resume", by, at=MONDAY + HOUR + DAY)
    assert (ticket.status, ticket.pause_code, ticket.paused_until) == ("in_progress", None, None)
    assert due is not None
    assert ticket.outcome_due_at == due + DAY  # both are working days
    assert wrong(session) == []


def test_the_reporter_is_asked_once_and_only_if_reachable(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    brings = {"code": "reporter", "until": MONDAY + 2 * DAY, "text": "Ở đâu?"}
    assert refused(session, ticket, "pause", by, **brings) == "reporter_not_reachable"
    ticket.reporter_reachable = True
    too_long = brings | {"until": MONDAY + 9 * DAY}
    assert refused(session, ticket, "pause", by, **too_long) == "pause_too_long"
    act(session, ticket, "pause", by, **brings)
    assert (ticket.asked_reporter, ticket.first_replied_at) == (True, MONDAY)
    act(session, ticket, "resume", by)
    assert refused(session, ticket, "pause", by, **brings) == "reporter_asked_already"


def test_an_extension_stands_beside_the_frozen_date(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    due = ticket.outcome_due_at
    assert due is not None
    said = {"text": "Cần thêm vật tư."}
    assert refused(session, ticket, "extend", by, until=due - HOUR, **said) == "date_not_later"
    assert refused(session, ticket, "extend", by, until=due + DAY) == "text_missing"
    act(session, ticket, "extend", by, until=due + DAY, **said)
    assert (ticket.extended_to, ticket.outcome_due_at) == (due + DAY, due)
    assert wrong(session) == []


def test_helpers_are_asked_once_each_until_the_leads_date(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    due = ticket.outcome_due_at
    assert due is not None
    act(session, ticket, "cooperate", by, agency_code="SNNMT", until=due + DAY)
    again = refused(session, ticket, "cooperate", by, agency_code="SNNMT")
    assert again == "asked_to_help_already"
    asked = session.scalars(select(Cooperation).where(Cooperation.ticket_id == ticket.id)).one()
    assert (asked.agency_code, asked.due_at) == ("SNNMT", due)
    assert refused(session, ticket, "cooperate", by, agency_code=WARD) == "same_agency"
    assert refused(session, ticket, "cooperate", by, agency_code="NONE") == "unknown_agency"


# Whose it is


def test_returned_then_placed_by_the_coordinator(session: Session) -> None:
    ticket, by = routed_ticket(session), officer(session)
    dates = (ticket.first_reply_due_at, ticket.outcome_due_at)
    assert refused(session, ticket, "return", by) == "reason_missing"
    act(session, ticket, "return", by, code="not_competent", text="Không thuộc phường")
    assert (ticket.status, ticket.agency_code, ticket.in_triage) == ("received", OFFICE, True)
    assert ticket.transfers == 1
    assert route_pending(session, now=MONDAY) == 0
    act(session, ticket, "assign", coordinator(session), agency_code=NEXT_WARD)
    assert (ticket.status, ticket.agency_code, ticket.in_triage) == ("assigned", NEXT_WARD, False)
    assert (ticket.first_reply_due_at, ticket.outcome_due_at) == dates
    assert wrong(session) == []


def test_the_coordinator_places_and_declines_from_triage(session: Session) -> None:
    by = coordinator(session)
    placed, declined = triage_ticket(session), triage_ticket(session)
    act(session, placed, "assign", by, agency_code="SNNMT")
    assert (placed.status, placed.transfers) == ("assigned", 0)
    approval(session, OFFICE, "none")
    assert refused(session, declined, "decline", by) == "reason_missing"
    assert refused(session, declined, "decline", by, code="fixed") == "unknown_code"
    act(session, declined, "decline", by, at=MONDAY + HOUR, code="before_court", text="Đang ở Tòa")
    assert (declined.status, declined.outcome_code) == ("declined", "before_court")
    assert declined.outcome_at == MONDAY + HOUR
    assert wrong(session) == []


def test_an_agency_never_declines(session: Session) -> None:
    ticket = routed_ticket(session)
    assert refused(session, ticket, "decline", manager(session), code="abusive") == "not_now"


def test_a_transfer_keeps_the_dates_and_counts(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    dates = (ticket.first_reply_due_at, ticket.outcome_due_at)
    assert refused(session, ticket, "transfer", by) == "agency_missing"
    assert refused(session, ticket, "transfer", by, agency_code="PCQN") == "other_branch"
    act(session, ticket, "transfer", by, agency_code=NEXT_WARD)
    assert (ticket.status, ticket.agency_code, ticket.transfers) == ("assigned", NEXT_WARD, 1)
    assert (ticket.first_reply_due_at, ticket.outcome_due_at) == dates


def test_the_third_transfer_goes_up_and_an_owner_is_named(session: Session) -> None:
    ticket = routed_ticket(session)
    act(session, ticket, "transfer", officer(session, WARD), agency_code=NEXT_WARD)
    act(session, ticket, "transfer", officer(session, NEXT_WARD), agency_code=THIRD_WARD)
    assert refused(session, ticket, "transfer", coordinator(session), agency_code=WARD) == (
        "name_owner_instead"
    )
    act(session, ticket, "transfer", officer(session, THIRD_WARD), agency_code=WARD)
    assert (ticket.agency_code, ticket.transfers) == (OFFICE, 3)
    assert not ticket.owner_named
    by = coordinator(session)
    act(session, ticket, "name_owner", by, agency_code=WARD)
    assert (ticket.agency_code, ticket.status, ticket.owner_named) == (WARD, "assigned", True)
    for verb, brings in (
        ("transfer", {"agency_code": NEXT_WARD}),
        ("return", {"code": "not_competent"}),
    ):
        assert refused(session, ticket, verb, officer(session), **brings) == "owner_is_named"
    assert wrong(session) == []


def test_never_to_the_agency_that_it_is_about(session: Session) -> None:
    ticket = routed_ticket(session, about_agency=NEXT_WARD)
    code = refused(session, ticket, "transfer", officer(session), agency_code=NEXT_WARD)
    assert code == "agency_complained_about"


def test_a_corrected_ticket_is_routed_again_and_keeps_its_dates(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    due = ticket.outcome_due_at
    assert refused(session, ticket, "correct", by, category_code="waste") == "nothing_changes"
    assert refused(session, ticket, "correct", by, category_code="none") == "unknown_category"
    act(session, ticket, "correct", by, category_code="power")
    assert (ticket.status, ticket.agency_code, ticket.transfers) == ("received", None, 0)
    assert route_pending(session, now=MONDAY) == 1
    assert (ticket.agency_code, ticket.transfers) == ("PCQN", 1)
    assert ticket.outcome_due_at == due
    assert wrong(session) == []


def test_a_correction_to_the_same_agency_is_not_counted(session: Session) -> None:
    ticket = accepted_ticket(session)
    nearby = LonLat(lon=107.081, lat=20.952)
    act(session, ticket, "correct", officer(session), place=nearby)
    route_pending(session, now=MONDAY)
    assert (ticket.agency_code, ticket.transfers) == (WARD, 0)
    assert events(session, ticket)[-2].params["place"] is True


# Approval


def test_a_proposal_waits_for_a_manager(session: Session) -> None:
    approval(session, WARD, "all")
    ticket, by = accepted_ticket(session), officer(session)
    proof = photo(session)
    act(session, ticket, "resolve", by, code="fixed", text="Đã dọn", photo_ids=[proof.id])
    waiting = session.scalars(select(Proposal)).one()
    assert (ticket.status, waiting.verb, waiting.proposed_by) == (
        "in_progress", "resolve", by.account_id,
    )  # fmt: skip
    assert (kinds(session, ticket)[-1], events(session, ticket)[-1].public) == ("propose", False)
    assert refused(session, ticket, "approve", by) == "not_now"
    boss = manager(session)
    act(session, ticket, "approve", boss, at=MONDAY + HOUR)
    assert (ticket.status, ticket.outcome_at) == ("resolved", MONDAY + HOUR)
    assert (waiting.approved, waiting.decided_by) == (True, boss.account_id)
    assert kinds(session, ticket)[-2:] == ["approve", "resolve"]
    assert session.scalars(select(TicketPhoto.photo_id)).one() == proof.id
    assert wrong(session) == []


def test_a_rejected_proposal_changes_nothing_else(session: Session) -> None:
    ticket, by = accepted_ticket(session), officer(session)
    act(session, ticket, "answer", by, code="explained", text="Không có gì")
    assert count(session, Proposal) == 1
    again = refused(session, ticket, "answer", by, code="explained", text="x")
    assert again == "proposal_waiting"
    boss = manager(session)
    act(session, ticket, "reject", boss, text="Chưa rõ")
    assert (ticket.status, ticket.outcome_code) == ("in_progress", None)
    assert session.scalars(select(Proposal.approved)).one() is False
    assert refused(session, ticket, "approve", boss) == "nothing_proposed"
    act(session, ticket, "answer", by, code="explained", text="Rõ hơn")
    assert count(session, Proposal) == 2


def test_managers_need_nobody_else(session: Session) -> None:
    approval(session, WARD, "all")
    ticket = resolve(session, accepted_ticket(session))
    assert (ticket.status, count(session, Proposal)) == ("resolved", 0)


# Merging


def test_the_earliest_receipt_and_the_nearer_promise_win(session: Session) -> None:
    early, late = routed_ticket(session), routed_ticket(session, at=MONDAY + 2 * DAY)
    by, before = officer(session), (early.received_at, early.outcome_due_at)
    act(session, early, "merge", by, at=MONDAY + 2 * DAY, target_reference=late.reference)
    assert (early.status, early.merged_into_id) == ("merged", late.id)
    assert (late.received_at, late.outcome_due_at) == before
    assert late.reports_count == 2
    assert kinds(session, late)[-1] == "join"
    assert wrong(session, MONDAY + 2 * DAY) == []


def test_a_merged_ticket_can_stand_alone_again(session: Session) -> None:
    one, other, by = accepted_ticket(session), routed_ticket(session), officer(session)
    due = one.outcome_due_at
    act(session, one, "merge", by, target_reference=other.reference)
    assert refused(session, one, "unmerge", by) == "not_now"
    act(session, one, "unmerge", manager(session), at=MONDAY + DAY)
    assert (one.status, one.merged_into_id, one.outcome_due_at) == ("in_progress", None, due)
    assert other.reports_count == 1
    assert wrong(session, MONDAY + DAY) == []


def test_a_pause_outlives_a_merge(session: Session) -> None:
    one, other, by = accepted_ticket(session), routed_ticket(session), officer(session)
    act(session, one, "pause", by, code="weather", until=MONDAY + 3 * DAY)
    act(session, one, "merge", by, target_reference=other.reference)
    act(session, one, "unmerge", manager(session), at=MONDAY + DAY)
    assert (one.status, one.pause_code, one.paused_until) == (
        "waiting", "weather", MONDAY + 3 * DAY,
    )  # fmt: skip
    assert wrong(session, MONDAY + DAY) == []


@pytest.mark.parametrize(
    ("into", "code"), [("itself", "other_is_same"), ("resolved", "other_not_open"), ("", None)]
)
def test_what_cannot_be_merged_into(session: Session, into: str, code: str | None) -> None:
    ticket, by = routed_ticket(session), officer(session)
    reference = {"itself": ticket.reference, "": ""}.get(into)
    if reference is None:
        reference = resolve(session, accepted_ticket(session)).reference
    assert refused(session, ticket, "merge", by, target_reference=reference) == (
        code or "other_missing"
    )


def test_one_year_later_nothing_is_separated(session: Session) -> None:
    one, other = routed_ticket(session), routed_ticket(session)
    act(session, one, "merge", officer(session), target_reference=other.reference)
    resolve(session, other)
    confirm(session, report_of(session, other), now=MONDAY + DAY)
    by = manager(session)
    late = MONDAY + 40 * DAY
    assert refused(session, one, "unmerge", by, at=late) == "too_late"


# What reporters decide


def test_the_reporter_confirms_once(session: Session) -> None:
    ticket = resolve(session, accepted_ticket(session))
    sent = report_of(session, ticket)
    confirm(session, sent, now=MONDAY + DAY)
    assert (ticket.status, ticket.confirmed, ticket.closed_at) == ("closed", True, MONDAY + DAY)
    with pytest.raises(Conflict):
        confirm(session, sent, now=MONDAY + DAY)
    assert wrong(session) == []


def test_nothing_is_confirmed_before_there_is_a_result(session: Session) -> None:
    with pytest.raises(Conflict):
        confirm(session, report_of(session, accepted_ticket(session)), now=MONDAY)


def test_a_dispute_reopens_with_at_least_a_working_day(session: Session) -> None:
    ticket = resolve(session, accepted_ticket(session))
    late = MONDAY + 6 * DAY + HOUR
    dispute(session, report_of(session, ticket), "not_done", "Vẫn còn, gọi 0912345678", now=late)
    assert (ticket.status, ticket.disputes, ticket.outcome_code) == ("in_progress", 1, None)
    assert ticket.outcome_at is None
    assert ticket.outcome_due_at is not None
    assert ticket.outcome_due_at >= late + DAY / 2
    assert wrong(session) == []


def test_a_dispute_needs_a_reason_that_exists(session: Session) -> None:
    ticket = resolve(session, accepted_ticket(session))
    sent = report_of(session, ticket)
    for code, words in ((None, ""), ("nonsense", "x")):
        with pytest.raises(Rejection):
            dispute(session, sent, code, words, now=MONDAY + DAY)
    assert ticket.disputes == 0


def test_the_third_dispute_goes_to_the_parent_and_closes_nothing(session: Session) -> None:
    ticket = accepted_ticket(session)
    sent = report_of(session, ticket)
    for number in range(1, 4):
        at = MONDAY + number * DAY
        resolve(session, ticket, at=at)
        dispute(session, sent, "not_done", "", now=at + HOUR)
        assert ticket.disputes == number
    assert (ticket.status, ticket.escalations) == ("resolved", 1)
    with pytest.raises(Conflict):
        dispute(session, sent, "not_done", "", now=MONDAY + 4 * DAY)
    with pytest.raises(Conflict):
        confirm(session, sent, now=MONDAY + 4 * DAY)
    boss = manager(session, OFFICE)
    act(session, ticket, "reopen", boss, at=MONDAY + 4 * DAY, text="Làm lại")
    assert ticket.status == "in_progress"
    assert wrong(session) == []


def test_the_parent_may_uphold_the_third(session: Session) -> None:
    ticket = accepted_ticket(session)
    for number in range(1, 4):
        at = MONDAY + number * DAY
        resolve(session, ticket, at=at)
        dispute(session, report_of(session, ticket), "not_done", "", now=at + HOUR)
    act(session, ticket, "uphold", manager(session, OFFICE), at=MONDAY + 4 * DAY, text="Đã làm")
    assert (ticket.status, ticket.outcome_code) == ("closed", "fixed")
    assert wrong(session) == []


def test_a_third_dispute_with_an_agency_without_a_parent_goes_to_the_oversight(
    session: Session,
) -> None:
    ticket = accepted_ticket(session, category="power")
    owner = session.get_one(Agency, ticket.agency_code)
    assert owner.parent_code is None
    watch, stranger = manager(session, WATCH), manager(session, "SXD")
    for number in range(1, 4):
        with pytest.raises(NotFound):
            act(session, ticket, "uphold", watch, at=MONDAY + number * DAY)
        resolve(session, ticket, at=MONDAY + number * DAY)
        at = MONDAY + number * DAY + HOUR
        dispute(session, report_of(session, ticket), "not_done", "", now=at)
    assert events(session, ticket)[-1].params["above"] == WATCH
    later = MONDAY + 4 * DAY
    with pytest.raises(NotFound):
        act(session, ticket, "uphold", stranger, at=later, text="Đã làm")
    act(session, ticket, "uphold", watch, at=later, text="Đã làm")
    assert (ticket.status, ticket.outcome_code) == ("closed", "fixed")
    assert wrong(session) == []


def test_a_sole_reporter_takes_everything_back(session: Session) -> None:
    ticket = routed_ticket(session)
    withdraw(session, report_of(session, ticket), now=MONDAY + HOUR)
    assert (ticket.status, ticket.outcome_code) == ("closed", "withdrawn")
    assert wrong(session) == []


def test_work_that_has_begun_is_not_taken_back(session: Session) -> None:
    ticket = accepted_ticket(session)
    with pytest.raises(Conflict):
        withdraw(session, report_of(session, ticket), now=MONDAY + HOUR)


def test_one_of_two_reporters_leaves_and_the_work_goes_on(session: Session) -> None:
    into, other = routed_ticket(session), routed_ticket(session)
    act(session, other, "merge", officer(session), target_reference=into.reference)
    withdraw(session, report_of(session, into), now=MONDAY + HOUR)
    assert (into.status, into.reports_count) == ("assigned", 1)
    assert kinds(session, into)[-1] == "withdraw"
    assert wrong(session) == []


# Appeal: there is no screen for it yet


def test_a_refusal_is_reviewed_once_by_the_oversight_agency(session: Session) -> None:
    approval(session, OFFICE, "none")
    ticket = triage_ticket(session)
    act(session, ticket, "decline", coordinator(session), code="abusive", text="x")
    reporter = Actor(role="reporter")
    facts = facts_of(session, ticket, MONDAY + DAY)
    appeal = Act(verb=Verb.APPEAL, role=Role.REPORTER, now=MONDAY + DAY)
    apply(session, ticket, facts, appeal, Said(), actor=reporter, now=MONDAY + DAY)
    assert (ticket.status, ticket.agency_code, ticket.at_oversight) == ("received", WATCH, True)
    assert route_pending(session, now=MONDAY + DAY) == 0
    assert ticket.outcome_due_at is not None
    assert ticket.outcome_due_at > MONDAY + DAY
    watch = officer(session, WATCH)
    act(session, ticket, "uphold", watch, at=MONDAY + 2 * DAY, text="Giữ nguyên")
    assert (ticket.status, ticket.appealed, ticket.at_oversight) == ("declined", True, False)
    facts = facts_of(session, ticket, MONDAY + 3 * DAY)
    again = Act(verb=Verb.APPEAL, role=Role.REPORTER, now=MONDAY + 3 * DAY)
    with pytest.raises(Conflict) as found:
        apply(session, ticket, facts, again, Said(), actor=reporter, now=MONDAY + 3 * DAY)
    assert found.value.code == "appealed_already"
    assert wrong(session) == []


# Content


def test_what_was_merged_is_hidden_and_looked_at_again_with_the_other(session: Session) -> None:
    into, part, by = routed_ticket(session), routed_ticket(session), coordinator(session)
    act(session, part, "merge", by, target_reference=into.reference)
    act(session, into, "publish", by)
    assert (into.content, part.content) == ("published", "published")
    act(session, into, "hide", by, code="child")
    assert (part.content, part.hidden_code) == ("hidden", "child")
    act(session, into, "recheck", by)
    assert (into.content, part.content, part.hidden_code) == ("pending", "pending", None)
    assert wrong(session) == []


def test_the_check_publishes_hides_and_says_why(session: Session) -> None:
    ticket, by = routed_ticket(session), coordinator(session)
    assert refused(session, ticket, "hide", by) == "reason_missing"
    act(session, ticket, "publish", by, at=MONDAY + timedelta(minutes=5))
    assert (ticket.content, ticket.checked_at) == ("published", MONDAY + timedelta(minutes=5))
    act(session, ticket, "hide", by, at=MONDAY + HOUR, code="child")
    assert (ticket.content, ticket.hidden_code) == ("hidden", "child")
    assert ticket.status == "assigned"
    act(session, ticket, "publish", by, at=MONDAY + 2 * HOUR)
    assert (ticket.content, ticket.hidden_code) == ("published", None)
    assert wrong(session) == []
