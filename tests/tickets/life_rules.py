"""The lifecycle once more, typed from the specification's text and not from the code: an oracle.

1. `WHO` has a line for each (verb, statuses, roles) of the specification, in its letters: S system,
   R reporter, J a reporter who joined, O officer, M manager, P manager of the parent agency, C coordinator, V oversight,
   W crew, K who checks contents, A of an agency that was asked to help, H of one that agreed to.
   Nothing else may be done.
2. `life_verbs.judge` adds what the specification says in words, and returns how the ticket is
   afterwards, or None for a refusal. It knows nothing of rows, sessions and the application.
3. Where the specification is silent the reading is marked "read as".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DAY = timedelta(days=1)
OPEN = ("received", "assigned", "in_progress", "waiting")
RESTING = ("resolved", "answered")
COORDINATOR, OVERSIGHT = "VP-UBND", "TTRA"
ALONE = {"coordinator": {"C"}, "screener": {"K"}, "reporter": {"R"}, "joined": {"J"}}
HELP = {"asked": "A", "agreed": "H"}
# Read as: the owner and whoever is above it may be any of these; two have nobody above them.
PARENTS = {
    "UBND-06685": COORDINATOR, "UBND-06781": COORDINATOR, "SXD": COORDINATOR,
    "BQLVHL": COORDINATOR, OVERSIGHT: COORDINATOR, COORDINATOR: None, "PCQN": None,
}  # fmt: skip

# fmt: off
WHO: tuple[tuple[str, str, str], ...] = (
    ("assign",     "received", "C V"),
    ("accept",     "assigned", "O M"),
    ("return",     "assigned", "O M"),
    ("transfer",   "assigned in_progress waiting", "O M C"),
    ("name_owner", "received assigned in_progress waiting", "C"),
    ("name_owner", "assigned in_progress waiting", "M"),  # read as: of the common parent
    ("correct",    "assigned in_progress waiting", "O M C"),
    ("correct",    "received", "C"),                      # read as: triage looks at it too
    ("cooperate",  "assigned in_progress waiting", "O M C"),
    ("help_accept", "received assigned in_progress waiting", "A"),
    ("help_done",   "received assigned in_progress waiting", "A H"),
    ("help_return", "received assigned in_progress waiting", "A H"),
    ("acknowledge",    "received assigned in_progress waiting", "O M C"),
    ("confirm_urgent", "received assigned in_progress waiting", "O M C"),
    ("lower",          "received assigned in_progress waiting", "O M C"),
    ("pause",      "assigned in_progress", "O M"),        # any substantive act accepts by itself
    ("resume",     "waiting", "O M"),
    ("extend",     "assigned in_progress waiting", "O M"),
    ("resolve",    "assigned in_progress", "O M W"),
    ("answer",     "assigned in_progress", "O M W"),
    ("answer",     "received", "C"),
    ("decline",    "received", "C"),
    ("approve",    "received assigned in_progress waiting", "M"),
    ("reject",     "received assigned in_progress waiting", "M"),
    ("reopen",     "closed", "M C"),
    ("reopen",     "resolved answered closed", "P"),      # read as: what the third dispute asks of P
    ("uphold",     "closed", "M C"),                      # read as: the other answer to a request
    ("uphold",     "resolved answered closed", "P"),
    ("uphold",     "received", "V"),
    ("merge",      "received assigned in_progress waiting", "O M C"),
    ("merge_own",  "received assigned", "R"),             # read as: of what nobody has accepted yet
    ("unmerge",    "merged", "M C"),
    ("comment",    "received assigned in_progress waiting resolved answered closed declined",
                   "O M C V P"),
    ("note",       "received assigned in_progress waiting resolved answered closed declined merged",
                   "O M P C V W K A H"),
    ("hide",       "received assigned in_progress waiting resolved answered closed declined merged",
                   "C K"),
    ("publish",    "received assigned in_progress waiting resolved answered closed declined merged",
                   "C K"),
    ("confirm",    "resolved answered", "R"),
    ("dispute",    "resolved answered", "R J"),
    ("dispute",    "closed", "J"),                        # any dispute beats confirmations
    ("ask_reopen", "closed", "R"),
    ("appeal",     "declined", "R J"),                    # read as: who joined is refused as well
    ("reply",      "waiting", "R J"),
    ("claim_fixed", "received assigned in_progress waiting", "R J"),
    ("refute",      "received assigned in_progress waiting", "O M C"),
    ("rate",       "resolved answered closed", "R J"),
    ("withdraw",   "received assigned", "R J"),
)
# fmt: on
# The same by (verb, status): who may do it, once for each line.
MAY = {
    (verb, status): [frozenset(r.split()) for v, s, r in WHO if v == verb and status in s.split()]
    for verb, statuses, _roles in WHO
    for status in statuses.split()
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the oracle knows of a ticket. The dues are what the clock says, judged elsewhere."""

    number: int
    status: str = "received"
    agency: str | None = None
    triage: bool = False
    oversight: bool = False
    about: str | None = None
    private: bool = False
    proof_needed: bool = False
    category: str = ""
    due: datetime | None = None
    reply_due: datetime | None = None
    claimed: bool = False  # that it is urgent; nobody has confirmed or lowered it
    heard: bool = False
    said_fixed: bool = False  # and nobody of the staff has answered that yet
    claimants: frozenset[int] = frozenset()  # whose reporters have said so here, once each
    spot: str = ""  # where it is exactly; empty where nobody has said so
    hidden: bool = False  # its words and photos are not shown
    due_known: bool = False  # somebody has had it: the promise is made
    came_from: str | None = None  # whose it was until it was corrected
    moves: int = 0
    named: bool = False
    # (agency, asked | agreed | done | returned); of each agency at most one of the first two
    helpers: frozenset[tuple[str, str]] = frozenset()
    proposal: "tuple[Act, str] | None" = None
    pause: tuple[str, datetime] | None = None
    replied: bool = False
    reachable: bool = False
    asked: bool = False
    outcome: str | None = None
    outcome_at: datetime | None = None
    planned_for: datetime | None = None
    disputes: int = 0
    disputed: bool = False
    appealed: bool = False
    confirmed: bool = False
    asked_reopen: bool = False
    closed_at: datetime | None = None
    reports: int = 1
    withdrawn: bool = False
    before: str | None = None
    into: int | None = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody wants. `code`: a good one, "wrong", or None. `last`: the last instant of five
    working days from now, where the asker knows it; nobody else asks for more than hours."""

    verb: str
    at: datetime
    agency: str | None = None
    code: str | None = None
    text: bool = True
    until: datetime | None = None
    last: datetime | None = None
    photo: bool = True
    category: str | None = None
    into: Known | None = None
    through: Known | None = None  # which was merged in: whose reporter speaks


@dataclass(frozen=True)
class Person:
    """A member of staff, the reporter, or a reporter who joined (roles "reporter", "joined")."""

    role: str
    agency: str | None = None


def sees(person: Person, ticket: Known) -> bool:
    """The coordinator sees all, who checks contents all that may become public; an agency its own,
    those below it, those it was asked to help with, unless it refused, and those it decides. Nobody sees what is about their own
    agency while it is with somebody else."""
    if ticket.about is not None and ticket.about == person.agency != ticket.agency:
        return False
    if person.role == "coordinator":
        return True
    if person.role == "screener":
        return not ticket.private
    if person.agency is None:
        return False
    mine = {person.agency} | {c for c, parent in PARENTS.items() if parent == person.agency}
    helped = {code for code, state in ticket.helpers if state != "returned"}
    return ticket.agency in mine or bool(helped & mine) or "P" in letters(person, ticket)


def letters(person: Person, ticket: Known) -> set[str]:
    """Who somebody is with regard to a ticket, in the letters of the specification."""
    letter = {"officer": "O", "manager": "M", "crew": "W"}.get(person.role, "")
    found = ALONE.get(person.role, set())
    if letter and person.agency == ticket.agency:
        # An appeal is decided by who decides for the oversight agency: its officers and managers.
        decides = ticket.oversight and letter in "OM"
        found = found | {letter} | ({"V"} if decides else set())
    for code, state in ticket.helpers if letter else ():
        if code == person.agency != ticket.agency and state in HELP:
            found = found | {HELP[state]}
    if letter == "M" and ticket.agency and person.agency == above(ticket):
        found = found | {"P"}
    return found


def above(ticket: Known) -> str | None:
    """Whose manager is P. Read as: where there is no parent, or the report is about it, the
    oversight agency decides what was disputed, so that somebody can."""
    parent = PARENTS[ticket.agency or ""]
    if ticket.disputed and ticket.status in (*RESTING, "closed"):
        return OVERSIGHT if parent in (None, ticket.about) else parent
    return parent


def must_name(ticket: Known) -> bool:
    """After the third move somebody must name an owner."""
    return ticket.moves >= 3 and not ticket.named


def to_triage(ticket: Known, **changes: object) -> Known:
    """The coordinator has it; the oversight agency, if it is about the coordinator."""
    about_them = ticket.about == COORDINATOR
    return replace(
        ticket, status="received", agency=OVERSIGHT if about_them else COORDINATOR, triage=True,
        oversight=ticket.oversight or about_them, **changes,
    )  # fmt: skip


def routed(ticket: Known, agency: str | None, helping: Sequence[str] = ()) -> Known:
    """After the router: a change of agency counts, the third goes to the coordinator. Whom the
    rules ask to help is asked once in a ticket's life."""
    before = {code for code, _state in ticket.helpers}
    new = {(code, "asked") for code in helping if code not in before}
    ticket = replace(ticket, helpers=ticket.helpers | new)
    if agency is None:
        return to_triage(ticket)
    moved = ticket.came_from is not None and agency != ticket.came_from
    if moved and ticket.moves + 1 >= 3:
        return to_triage(ticket, moves=ticket.moves + 1)
    return replace(ticket, status="assigned", agency=agency, came_from=None,
                   moves=ticket.moves + moved)  # fmt: skip


def woken(ticket: Known, now: datetime) -> Known:
    """After the clock's own acts: pauses end, plans come due, what has rested for 7 days closes."""
    if ticket.status == "waiting" and ticket.pause and ticket.pause[1] <= now:
        return replace(ticket, status="in_progress", pause=None)
    planned = ticket.outcome == "planned" and ticket.planned_for is not None
    if ticket.status in ("answered", "closed") and planned and ticket.planned_for <= now:
        return reopened(ticket)
    rested = ticket.outcome_at is not None and ticket.outcome_at < now - 7 * DAY
    if ticket.status in RESTING and not ticket.disputed and rested:
        return replace(ticket, status="closed", closed_at=now)
    return ticket


def reopened(ticket: Known) -> Known:
    return replace(
        ticket,
        status="in_progress",
        outcome=None,
        outcome_at=None,
        planned_for=None,
        closed_at=None,
        asked_reopen=False,
    )
