"""The table of a suggestion's answer: from its publication to its delivery. Pure.

1. Nobody answers what is not public: until then the ticket is `unpublished`, and no clock of an
   answer runs; that nobody has read it in time is said, once. The promise counts from the
   publication.
2. Who has it, who helps, who is called to what waits: that is the problem's table, row by row.
   `assigned` is open, `in_progress` is under review: the first note to the public begins it.
3. Every answer is one of five decisions, with reasons; what is feasible names the next date. A
   later date for the answer is set once, and not beyond the pack's limit.
4. The author may question an answer once, within 30 days, whatever follows it meanwhile; a manager
   upholds it or answers anew. Until then nothing goes on.
5. A feasible answer is followed: milestones until it is delivered, or dropped with a reason.
   Where no step follows in time, after an answer or a milestone, it expires, visibly; a milestone
   takes it up again.
6. Supports that reach the threshold call the agency above, once.
7. One suggestion goes on as another only where its author agrees.
8. What is really a problem becomes one before an agency has accepted it or anybody supports it.
9. Nothing of it is the reporter's alone: nobody else's rating or dispute changes an answer.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.tickets.lifecycle import (
    Destination,
    Effect,
    Role,
    Special,
    Status,
    Table,
    Transition,
    Verb,
)
from app.tickets.problem_table import PROBLEM_TABLE, line
from app.tickets.problem_table import guards as g
from app.tickets.tables import guards as s

S, R, OFFICER, M, C = (
    Role.SYSTEM, Role.REPORTER, Role.OFFICER, Role.MANAGER, Role.COORDINATOR,
)  # fmt: skip
DESK, CHECKERS = (OFFICER, M), (Role.SCREENER, C)
SAME = Special.SAME

UNPUBLISHED = frozenset({Status.UNPUBLISHED})
RECEIVED = frozenset({Status.RECEIVED})
AT_WORK = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
OPEN = RECEIVED | AT_WORK
ANSWERED = frozenset({Status.ANSWERED})
IN_DELIVERY = frozenset({Status.IN_DELIVERY})
EXPIRED = frozenset({Status.EXPIRED})
DELIVERED = frozenset({Status.DELIVERED, Status.DROPPED})
GOES_ON = IN_DELIVERY | EXPIRED | DELIVERED
ENDED = ANSWERED | IN_DELIVERY | EXPIRED | DELIVERED | {Status.DECLINED, Status.CLOSED}
PUBLIC = OPEN | ANSWERED | IN_DELIVERY | EXPIRED | DELIVERED
ANY = UNPUBLISHED | OPEN | ENDED | {Status.MERGED}
ACCEPTS, OUTCOME = Effect.ACCEPTS, Effect.OUTCOME

# The rows of these verbs are the problem's, in the statuses that both have.
SHARED = (
    Verb.ASSIGN, Verb.TRIAGE, Verb.ACCEPT, Verb.RETURN, Verb.TRANSFER, Verb.NAME_OWNER,
    Verb.CORRECT, Verb.COOPERATE, Verb.HELP_ACCEPT, Verb.HELP_DONE, Verb.HELP_RETURN,
    Verb.HELP_OVERDUE, Verb.ESCALATE, Verb.REMIND, Verb.SUCCEED, Verb.PROPOSE, Verb.APPROVE,
    Verb.REJECT, Verb.REPLY_OVERDUE, Verb.OVERDUE, Verb.ENTRUST, Verb.RECOMPUTE, Verb.FILE_REPLY,
    Verb.SHOW_REPLY, Verb.HIDE_REPLY, Verb.SEE_CONTACT,
)  # fmt: skip


def _shared(verbs: Iterable[Verb]) -> tuple[Transition, ...]:
    wanted = frozenset(verbs)
    rows = [row for row in PROBLEM_TABLE.rows if row.verb in wanted]
    return tuple(replace(row, sources=row.sources & ANY) for row in rows if row.sources & ANY)


# fmt: off
_PUBLICATION = (
    line(Verb.SCREEN, UNPUBLISHED, CHECKERS, SAME),
    line(Verb.SCREEN_OVERDUE, UNPUBLISHED, (S,), SAME, s.SCREEN_LATE),
    line(Verb.PUBLISH, UNPUBLISHED, CHECKERS, Status.RECEIVED, goes_to=Destination.ROUTING),
    line(Verb.PUBLISH, ANY - UNPUBLISHED - {Status.DECLINED}, (*CHECKERS, S), SAME),
    line(Verb.REFUSE, UNPUBLISHED, CHECKERS, Status.DECLINED, s.REFUSAL, g.TEXT,
         effects=(OUTCOME,)),
    line(Verb.HIDE, ANY - UNPUBLISHED, (*CHECKERS, S), SAME, g.CODE),
    line(Verb.WITHDRAW, UNPUBLISHED | RECEIVED | {Status.ASSIGNED}, (R,), Status.CLOSED,
         effects=(OUTCOME,)),
    line(Verb.CONVERT, UNPUBLISHED | RECEIVED | {Status.ASSIGNED}, CHECKERS, Status.RECEIVED,
         g.UNSUPPORTED, g.UNREPLIED, g.TEXT, goes_to=Destination.ROUTING),
    line(Verb.AMEND, UNPUBLISHED | OPEN | ANSWERED | IN_DELIVERY, (R,), SAME, g.TEXT),
    line(Verb.CROSS, OPEN | ANSWERED, (S,), SAME, s.NOT_CROSSED, goes_to=Destination.ABOVE),
)

_ANSWER = (
    line(Verb.COMMENT, OPEN | ANSWERED | IN_DELIVERY | EXPIRED, DESK, SAME, g.TEXT,
         effects=(ACCEPTS,), replies=g.always),
    line(Verb.COMMENT, OPEN, (C,), SAME, g.TEXT, replies=g.always),
    line(Verb.NOTE, ANY, (OFFICER, M, C, Role.PARENT_MANAGER, Role.OVERSIGHT, Role.SCREENER,
                          Role.ASKED, Role.HELPING), SAME, g.TEXT),
    line(Verb.EXTEND, AT_WORK, DESK, SAME, s.EXTENDED_ONCE, g.TEXT, g.DATE, g.LATER, s.WITHIN,
         effects=(ACCEPTS,)),
    line(Verb.ANSWER, AT_WORK, DESK, Status.ANSWERED, s.DECISION, g.TEXT, s.NEXT_DATE, g.APPROVED,
         effects=(ACCEPTS, OUTCOME), replies=g.always),
    line(Verb.ANSWER, RECEIVED, (C,), Status.ANSWERED, g.IN_TRIAGE, s.DECISION, g.TEXT,
         s.NEXT_DATE, g.APPROVED, goes_to=Destination.COORDINATOR, effects=(OUTCOME,),
         replies=g.always),
    line(Verb.ASK_REOPEN, ANSWERED | GOES_ON, (R,), SAME, s.QUESTIONED_ONCE, s.IN_QUESTION,
         g.REASON, effects=(Effect.ASKS_REOPEN, Effect.COUNTS_DISPUTE)),
    line(Verb.UPHOLD, ANSWERED | GOES_ON, (M, C), SAME, g.REQUESTED, g.TEXT,
         effects=(Effect.ANSWERS_REQUEST,), replies=g.always),
    line(Verb.REOPEN, ANSWERED | GOES_ON, (M, C), Status.IN_PROGRESS, g.REQUESTED),
)

_DELIVERY = (
    line(Verb.MILESTONE, ANSWERED | IN_DELIVERY | EXPIRED, DESK, Status.IN_DELIVERY,
         s.FEASIBLE_ANSWER, s.NO_QUESTION, g.TEXT, g.DATE, s.IN_SIGHT),
    line(Verb.DELIVER, IN_DELIVERY, DESK, Status.DELIVERED, s.NO_QUESTION, g.TEXT),
    line(Verb.DROP, ANSWERED | IN_DELIVERY | EXPIRED, (M,), Status.DROPPED, s.FEASIBLE_ANSWER,
         s.NO_QUESTION, g.TEXT),
    line(Verb.EXPIRE, ANSWERED | IN_DELIVERY, (S,), Status.EXPIRED, s.FEASIBLE_ANSWER,
         s.NO_QUESTION, s.NO_STEP),
    line(Verb.REMIND, ANSWERED | IN_DELIVERY, (S,), SAME, s.FEASIBLE_ANSWER, s.NO_QUESTION),
    # An agency that ends leaves what it delivers, or should have, to its successor.
    line(Verb.SUCCEED, IN_DELIVERY | EXPIRED, (S, C), SAME, g.HAS_OWNER, g.TO_AGENCY,
         goes_to=Destination.NAMED),
    line(Verb.MERGE, OPEN, (R,), Status.MERGED, g.INTO, g.NOT_ITSELF, g.INTO_OPEN,
         effects=(Effect.MERGES,)),
)
# fmt: on

ANSWER_TABLE = Table(
    name="answer",
    initial=Status.RECEIVED,
    rows=(*_PUBLICATION, *_shared(SHARED), *_ANSWER, *_DELIVERY),
    open_=frozenset[str](OPEN),
    paused=frozenset(),
    ended=frozenset[str](ENDED),
    accepts=(Status.ASSIGNED, Status.IN_PROGRESS),
    sorted_in=Status.RECEIVED,
)
