"""The table of problem tickets: every rule of a ticket's life, as data. Pure.

1. A ticket has an owner or is in triage, except between `open` (or `correct`) and the router.
2. An agency never declines, it returns. Only the coordinator declines, from triage, with a public
   code and a text that names who is responsible, if anyone is. So what an office must approve is
   approved by its own manager.
3. The third transfer goes up: to the nearest common parent, else to the coordinator. Who has it
   then must name an owner; after that nothing is returned or transferred any more, and a
   correction leaves the owner in place. The coordinator names an owner instead of a third transfer.
4. Waiting for the reporter: only with a question, if reachable, once, at most five working days.
5. A dispute beats confirmations: who joined may still dispute what the reporter has confirmed,
   within the days of rest. The third dispute reopens nothing: the manager of the parent (of the
   oversight agency, where there is none) reopens or upholds, and until then nothing closes by
   itself.
6. A refusal can be appealed once; what the oversight agency upholds is final, and what it assigns
   cannot be declined again.
7. What is about the coordinator and comes back to it goes to the oversight agency, which assigns.
8. A `planned` answer comes back to its agency on its date.
9. Who reported may ask, within 30 days of closing, that it is opened again: one request at a time.
   Its manager or the coordinator opens it or upholds the result, and never without a request.
10. An outcome can be rated while it rests and for 30 days after closing.
11. Who is asked to help agrees, reports it done or says why not; the lead alone has the ticket, its
   dates and its outcome.
12. What waits too long is brought to the agency above, then to the coordinator; the owner stays.
13. What is said to be urgent is a claim until somebody on duty confirms it, or lowers it with a
   public reason.
14. Every pause ends: for the reporter after five working days, else within the pack's limit.
15. Whoever sees that it is fixed may say so: the staff resolves, or says in words why it is not.
16. Who reported what others had reported may merge it into theirs, until the agency has accepted.
17. A verdict of the check can be taken back: words and photos wait for the check again, and nothing
   of them is shown meanwhile.
18. Whoever leaves last ends the ticket, joined or not: none is open without a report.
19. A ticket may lie in the hands of one person of its agency; the agency stays responsible.
20. Of a report that holds two matters, another ticket carries on with one of them, with the same
   receipt; whoever reported it has the same rights in both.
21. An official reply is public once a manager, or who checks contents, says that it is free of
   personal data; that can be taken back.
22. A proof that does not fit to the ticket is looked at by a second person; neither the doubt nor
   the verdict changes anything for the reporter.
23. The staff writes to the reporter without seeing who it is. A contact can be seen by the agency's
   manager, whoever is on duty, or the coordinator in triage, while somebody works on the ticket:
   with a reason, and never where the report is about the agency that has it.
"""

from collections.abc import Iterable

from app.tickets.lifecycle import (
    Condition,
    Destination,
    Effect,
    Guard,
    Role,
    Special,
    Status,
    Table,
    Transition,
    Turn,
    Verb,
)
from app.tickets.problem_table import guards as g
from app.tickets.problem_table.guards import OPEN, needs_approval

__all__ = ["JUDGED", "OPEN", "PROBLEM_TABLE", "STATUSES", "UNACCEPTED", "line", "needs_approval"]

OWNED = OPEN - {Status.RECEIVED}
AT_WORK = OWNED - {Status.WAITING}
UNACCEPTED = frozenset({Status.RECEIVED, Status.ASSIGNED})
RESTING = frozenset({Status.RESOLVED, Status.ANSWERED})
JUDGED = RESTING | {Status.CLOSED}
ENDED = JUDGED | {Status.DECLINED}
ANY = OPEN | ENDED | {Status.MERGED}
STATUSES = ANY  # of a problem
TALKING = ANY - {Status.MERGED}
RECEIVED = frozenset({Status.RECEIVED})
ASSIGNED = frozenset({Status.ASSIGNED})
WAITING = frozenset({Status.WAITING})
ANSWERED = frozenset({Status.ANSWERED, Status.CLOSED})
CLOSED = frozenset({Status.CLOSED})

ASKED, HELPING = Role.ASKED, Role.HELPING
S, R, J, CREW = Role.SYSTEM, Role.REPORTER, Role.JOINED_REPORTER, Role.CREW
OFFICER, M, P = Role.OFFICER, Role.MANAGER, Role.PARENT_MANAGER
C, V, CONTRACTOR, SCREENER = Role.COORDINATOR, Role.OVERSIGHT, Role.CONTRACTOR, Role.SCREENER
URGENT = (OFFICER, M, C, Role.ON_DUTY)
DESK, STAFF = (OFFICER, M), (OFFICER, M, C)

SAME, PREVIOUS = Special.SAME, Special.PREVIOUS
NAMED, ROUTING, ABOVE = Destination.NAMED, Destination.ROUTING, Destination.ABOVE
COORDINATOR, COMMON_PARENT = Destination.COORDINATOR, Destination.COMMON_PARENT
COUNTS, ACCEPTS, OUTCOME = Effect.COUNTS_TRANSFER, Effect.ACCEPTS, Effect.OUTCOME


def line(
    verb: Verb,
    sources: Iterable[str],
    roles: Iterable[Role],
    target: str | Special,
    *conditions: Guard,
    goes_to: Destination = Destination.KEEP,
    effects: Iterable[Effect] = (),
    turns: tuple[Turn, ...] = (),
    replies: Condition | None = None,
) -> Transition:
    """Return one line of a table, as a table writes it."""
    return Transition(
        verb=verb,
        sources=frozenset(sources),
        roles=frozenset(roles),
        target=target,
        guards=conditions,
        goes_to=goes_to,
        effects=frozenset(effects),
        turns=turns,
        replies=replies,
    )


def _turn(
    when: Condition,
    target: str | Special,
    *effects: Effect,
    goes_to: Destination = Destination.KEEP,
) -> Turn:
    return Turn(when=when, target=target, goes_to=goes_to, effects=frozenset(effects))


# fmt: off
_OWNERSHIP = (
    line(Verb.ASSIGN, RECEIVED, (S,), Status.ASSIGNED, g.UNROUTED, g.TO_AGENCY, g.NOT_ABOUT,
         goes_to=NAMED, turns=(
             _turn(g.third_move, Status.RECEIVED, COUNTS, goes_to=COORDINATOR),
             _turn(g.moved, Status.ASSIGNED, COUNTS, goes_to=NAMED))),
    line(Verb.ASSIGN, RECEIVED, (C,), Status.ASSIGNED, g.ELSEWHERE, g.SETTLED, g.TO_AGENCY,
         g.NOT_ABOUT, g.NOT_THIRD_MOVE, goes_to=NAMED, turns=(
             _turn(g.moved, Status.ASSIGNED, COUNTS, goes_to=NAMED),)),
    line(Verb.ASSIGN, RECEIVED, (V,), Status.ASSIGNED, g.AT_OVERSIGHT, g.TO_AGENCY, g.NOT_ABOUT,
         goes_to=NAMED),
    line(Verb.TRIAGE, RECEIVED, (S,), Status.RECEIVED, g.UNROUTED, goes_to=COORDINATOR),
    line(Verb.ACCEPT, ASSIGNED, DESK, Status.IN_PROGRESS, effects=(ACCEPTS,)),
    line(Verb.RETURN, ASSIGNED, DESK, Status.RECEIVED, g.MOVABLE, g.SETTLED, g.CODE,
         goes_to=COORDINATOR, effects=(COUNTS,)),
    line(Verb.TRANSFER, OWNED, DESK, Status.ASSIGNED, g.MOVABLE, g.SETTLED, g.TO_AGENCY,
         g.TO_OTHER, g.NOT_ABOUT, g.SAME_BRANCH, goes_to=NAMED, effects=(COUNTS,), turns=(
             _turn(g.third_with_parent, Status.ASSIGNED, COUNTS, goes_to=COMMON_PARENT),
             _turn(g.third, Status.RECEIVED, COUNTS, goes_to=COORDINATOR))),
    line(Verb.TRANSFER, OWNED, (C,), Status.ASSIGNED, g.MOVABLE, g.NOT_THIRD, g.TO_AGENCY,
         g.TO_OTHER, g.NOT_ABOUT, goes_to=NAMED, effects=(COUNTS,)),
    line(Verb.NAME_OWNER, OPEN, (C,), Status.ASSIGNED, g.ELSEWHERE, g.NEARLY, g.TO_AGENCY,
         g.NOT_ABOUT, goes_to=NAMED, effects=(Effect.NAMES_OWNER,)),
    line(Verb.NAME_OWNER, OWNED, (M,), Status.ASSIGNED, g.PENDING, g.TO_AGENCY, g.NOT_ABOUT,
         goes_to=NAMED, effects=(Effect.NAMES_OWNER,)),
    line(Verb.CORRECT, OWNED, STAFF, Status.RECEIVED, g.CHANGES, goes_to=ROUTING,
         turns=(_turn(g.fixed, SAME),)),
    line(Verb.CORRECT, RECEIVED, (C,), Status.RECEIVED, g.ELSEWHERE, g.CHANGES, goes_to=ROUTING,
         turns=(_turn(g.fixed, SAME),)),
    line(Verb.ENTRUST, OPEN, (S, OFFICER, M), SAME),
    line(Verb.ENTRUST, RECEIVED, (C,), SAME, g.IN_TRIAGE),
    line(Verb.SUCCEED, OPEN | RESTING, (S, C), SAME, g.HAS_OWNER, g.TO_AGENCY,
         goes_to=NAMED),
    line(Verb.ESCALATE, OPEN, (S,), SAME, goes_to=ABOVE),
    line(Verb.ESCALATE, OPEN, (M, C), SAME, g.HAS_OWNER, g.TEXT, goes_to=ABOVE),
    line(Verb.REMIND, OPEN, (S,), SAME),
    line(Verb.CALL_DUTY, OPEN, (S,), SAME, g.CLAIMED),
    line(Verb.ACKNOWLEDGE, OPEN, URGENT, SAME, g.CLAIMED, g.UNHEARD),
    line(Verb.CONFIRM_URGENT, OPEN, URGENT, SAME, g.CLAIMED, g.FROZEN),
    line(Verb.LOWER, OPEN, URGENT, SAME, g.CLAIMED, g.FROZEN, g.TEXT),
    line(Verb.COOPERATE, OWNED, DESK, SAME, g.TO_AGENCY, g.TO_OTHER, g.NOT_ABOUT, g.NOT_PAST,
         effects=(ACCEPTS,)),
    line(Verb.COOPERATE, OWNED, (C,), SAME, g.TO_AGENCY, g.TO_OTHER, g.NOT_ABOUT, g.NOT_PAST),
    line(Verb.HELP_ACCEPT, OPEN, (ASKED,), SAME),
    line(Verb.HELP_DONE, OPEN, (ASKED, HELPING), SAME, g.TEXT),
    line(Verb.HELP_RETURN, OPEN, (ASKED, HELPING), SAME, g.CODE),
    line(Verb.HELP_OVERDUE, OPEN, (S,), SAME),
)

_WORK = (
    line(Verb.PAUSE, AT_WORK, DESK, Status.WAITING, g.CODE, g.DATE, g.REACHABLE, g.ASKED_ONCE,
         g.SHORT, g.LIMITED, g.QUESTION, effects=(ACCEPTS,), replies=g.asks, turns=(
             _turn(g.asks, Status.WAITING, ACCEPTS, Effect.ASKS_REPORTER),)),
    line(Verb.RESUME, WAITING, DESK, Status.IN_PROGRESS),
    line(Verb.RESUME, WAITING, (S,), Status.IN_PROGRESS, g.PAUSE_OVER),
    line(Verb.PLAN, OWNED, DESK, SAME, g.DATE, effects=(ACCEPTS,), replies=g.always),
    line(Verb.EXTEND, OWNED, DESK, SAME, g.TEXT, g.DATE, g.LATER, effects=(ACCEPTS,)),
    line(Verb.PROPOSE, AT_WORK, (OFFICER, CREW, CONTRACTOR), SAME, g.NOTHING_WAITS,
         effects=(ACCEPTS,)),
    line(Verb.PROPOSE, RECEIVED, (C,), SAME, g.IN_TRIAGE, g.NOTHING_WAITS),
    line(Verb.APPROVE, OPEN, (M,), SAME, g.PROPOSED),
    line(Verb.REJECT, OPEN, (M,), SAME, g.PROPOSED),
    line(Verb.RESOLVE, AT_WORK, (*DESK, CREW), Status.RESOLVED, g.DONE_CODE, g.PROOF, g.APPROVED,
         effects=(ACCEPTS, OUTCOME), replies=g.always),
    line(Verb.ANSWER, AT_WORK, (*DESK, CREW), Status.ANSWERED, g.ANSWER_CODE, g.PLANNED_DATE,
         g.TEXT, g.APPROVED, effects=(ACCEPTS, OUTCOME), replies=g.always),
    line(Verb.ANSWER, RECEIVED, (C,), Status.ANSWERED, g.IN_TRIAGE, g.ANSWER_CODE, g.PLANNED_DATE,
         g.TEXT, g.APPROVED, goes_to=COORDINATOR, effects=(OUTCOME,), replies=g.always),
    line(Verb.DECLINE, RECEIVED, (C,), Status.DECLINED, g.IN_TRIAGE, g.NOT_APPEALED, g.CODE,
         g.TEXT, g.APPROVED, goes_to=COORDINATOR, effects=(OUTCOME,), replies=g.always),
    line(Verb.CLAIM_FIXED, OPEN, (R, J), SAME, effects=(Effect.CLAIMS_FIXED,)),
    line(Verb.REFUTE, OPEN, STAFF, SAME, g.FIX_CLAIMED, g.TEXT, effects=(Effect.ANSWERS_CLAIM,)),
    line(Verb.REPLY_OVERDUE, OPEN, (S,), SAME, g.REPLY_LATE),
    line(Verb.OVERDUE, OPEN, (S,), SAME, g.LATE),
    line(Verb.RECOMPUTE, ANY, (S, C), SAME),
)

_AFTERWARDS = (
    line(Verb.CONFIRM, RESTING, (R,), Status.CLOSED, g.UNDISPUTED, effects=(Effect.CONFIRMS,)),
    line(Verb.CLOSE, RESTING, (S,), Status.CLOSED, g.UNDISPUTED, g.RESTED),
    line(Verb.DISPUTE, RESTING, (R, J), Status.IN_PROGRESS, g.UNDISPUTED, g.REASON,
         effects=(Effect.COUNTS_DISPUTE,), turns=(
             _turn(g.last_dispute, SAME, Effect.COUNTS_DISPUTE, goes_to=ABOVE),)),
    line(Verb.DISPUTE, CLOSED, (J,), Status.IN_PROGRESS, g.UNDISPUTED, g.CONFIRMED, g.REASON,
         effects=(Effect.COUNTS_DISPUTE,), turns=(
             _turn(g.last_dispute, SAME, Effect.COUNTS_DISPUTE, goes_to=ABOVE),)),
    line(Verb.ASK_REOPEN, CLOSED, (R,), SAME, g.JUDGED, g.IN_REOPENING, g.NOT_REQUESTED, g.REASON,
         effects=(Effect.ASKS_REOPEN,)),
    line(Verb.REOPEN, CLOSED, (M, C), Status.IN_PROGRESS, g.REQUESTED),
    line(Verb.REOPEN, RESTING, (P,), Status.IN_PROGRESS, g.DISPUTED),
    line(Verb.REOPEN, CLOSED, (P,), Status.IN_PROGRESS, g.DISPUTED, g.IN_REOPENING),
    line(Verb.REOPEN, ANSWERED, (S,), Status.IN_PROGRESS, g.PLAN_DUE),
    line(Verb.UPHOLD, RESTING, (P,), Status.CLOSED, g.DISPUTED, replies=g.always),
    # A last dispute of what had been confirmed: it stands, and nobody has confirmed it any more.
    # Whoever asked to open it again has an answer by that as well.
    line(Verb.UPHOLD, CLOSED, (P,), SAME, g.BEATEN,
         effects=(Effect.UNCONFIRMS, Effect.ANSWERS_REQUEST), replies=g.always),
    line(Verb.UPHOLD, CLOSED, (M, C), SAME, g.REQUESTED, effects=(Effect.ANSWERS_REQUEST,),
         replies=g.always),
    line(Verb.APPEAL, frozenset({Status.DECLINED}), (R, J), Status.RECEIVED, g.NOT_APPEALED,
         g.IN_APPEAL, goes_to=Destination.OVERSIGHT, effects=(Effect.APPEALS,)),
    line(Verb.UPHOLD, RECEIVED, (V,), Status.DECLINED, g.AT_OVERSIGHT, g.APPEALED,
         replies=g.always),
    line(Verb.MERGE, OPEN, STAFF, Status.MERGED, g.ELSEWHERE, g.INTO, g.NOT_ITSELF, g.INTO_OPEN,
         effects=(Effect.MERGES,)),
    line(Verb.MERGE, UNACCEPTED, (R,), Status.MERGED, g.ALONE, g.ELSEWHERE, g.INTO, g.NOT_ITSELF,
         g.INTO_OPEN, effects=(Effect.MERGES,)),
    line(Verb.UNMERGE, frozenset({Status.MERGED}), (M, C), PREVIOUS, g.SEPARABLE),
    line(Verb.SPLIT, OPEN, STAFF, SAME, g.INTO),
    line(Verb.CONVERT, UNACCEPTED, (SCREENER, C), Status.UNPUBLISHED, g.ELSEWHERE, g.ALONE,
         g.UNSUPPORTED, g.UNREPLIED, g.TEXT, goes_to=ROUTING),
    line(Verb.WITHDRAW, UNACCEPTED, (R,), Status.CLOSED, effects=(OUTCOME,), turns=(
        _turn(g.several, SAME, Effect.REPORT_LEAVES),)),
    line(Verb.WITHDRAW, UNACCEPTED, (J,), SAME, effects=(Effect.REPORT_LEAVES,), turns=(
        _turn(g.alone, Status.CLOSED, OUTCOME),)),
    line(Verb.JOIN, OPEN, (S, J, OFFICER, M, C), SAME),
    line(Verb.RATE, JUDGED, (R, J), SAME, g.JUDGED, g.IN_RATING),
)

_TALK = (
    line(Verb.COMMENT, TALKING, DESK, SAME, g.TEXT, effects=(ACCEPTS,), replies=g.always),
    line(Verb.COMMENT, TALKING, (C, V, P), SAME, g.TEXT, replies=g.always),
    line(Verb.COMMENT, TALKING, (R, J), SAME, g.TEXT),
    line(Verb.NOTE, ANY, (OFFICER, M, P, C, V, CREW, CONTRACTOR, SCREENER, ASKED, HELPING,
                         Role.ON_DUTY), SAME, g.TEXT),
    line(Verb.HIDE, ANY, (C, SCREENER), SAME, g.CODE),
    line(Verb.PUBLISH, ANY, (C, SCREENER), SAME),
    line(Verb.RECHECK, ANY, (C, SCREENER), SAME, g.CHECKED),
    line(Verb.REDACT, ANY, (C, SCREENER), SAME),
    line(Verb.DOUBT, ANY, (S,), SAME),
    line(Verb.JUDGE, TALKING, (OFFICER, M, P, C), SAME, g.VERDICT, g.WHY_NOT),
    line(Verb.FILE_REPLY, TALKING, STAFF, SAME),
    line(Verb.SHOW_REPLY, TALKING, (M, C, SCREENER), SAME, replies=g.always),
    line(Verb.HIDE_REPLY, TALKING, (*STAFF, SCREENER), SAME),
    line(Verb.SEE_CONTACT, OPEN | RESTING, (M, Role.ON_DUTY), SAME, g.NOT_ABOUT_OWN, g.TEXT),
    line(Verb.SEE_CONTACT, RECEIVED, (C,), SAME, g.IN_TRIAGE, g.TEXT),
)
# fmt: on

PROBLEM_TABLE = Table(
    name="problem",
    initial=Status.RECEIVED,
    rows=(*_OWNERSHIP, *_WORK, *_AFTERWARDS, *_TALK),
    open_=frozenset[str](OPEN),
    paused=frozenset[str](WAITING),
    ended=frozenset[str](ENDED),
    accepts=(Status.ASSIGNED, Status.IN_PROGRESS),
    sorted_in=Status.RECEIVED,
)
