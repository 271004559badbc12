"""What each verb needs and does, in the words of the specification: the oracle's second half.

Every function gets the ticket, the act, the letter of who acts, the person, and each agency's
approval setting; it returns the ticket afterwards, or None where the act is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from tests.tickets.life_rules import (
    COORDINATOR,
    DAY,
    MAY,
    OPEN,
    OVERSIGHT,
    PARENTS,
    Act,
    Known,
    Person,
    letters,
    must_name,
    reopened,
    sees,
    to_triage,
)

Approval = Mapping[str, str]
Rule = Callable[[Known, Act, str, Person, Approval], Known | None]

CITY = timedelta(hours=7)  # ahead of UTC, all year
DONE, ANSWERS = ("fixed", "enforced"), ("explained", "nothing_found", "planned")


def judge(ticket: Known, act: Act, person: Person, approval: Approval) -> Known | None:
    """Return the ticket after the act, or None where it is refused."""
    lines = MAY.get((act.verb, ticket.status), [])
    who = letters(person, ticket) if lines else set()
    if not who or (person.role not in ("reporter", "joined") and not sees(person, ticket)):
        return None
    for letter in (letter for roles in lines for letter in sorted(who & roles)):
        after = RULES[act.verb](ticket, act, letter, person, approval)
        if after is not None:
            return _replied(_settled(ticket, after), act, person)
    return None


def _settled(before: Known, after: Known) -> Known:
    """What follows from where the ticket is now."""
    if after.status not in OPEN:
        after = replace(after, said_fixed=False)
    if after.status not in OPEN or after.agency != before.agency:
        after = replace(after, proposal=None)
    if after.status != "waiting" and after.status != "merged":
        after = replace(after, pause=None)
    if after.status in ("closed", "declined"):
        after = replace(after, oversight=False)
    if after.status != "closed":
        after = replace(after, closed_at=None, asked_reopen=False)
    return after if after.status == "received" else replace(after, triage=False)


def _replied(after: Known, act: Act, person: Person) -> Known:
    """The first public question, plan, answer or outcome by a person; a proposal is none."""
    ends = act.verb == "approve" or act.verb in ("resolve", "answer", "decline")
    says = (
        person.role not in ("reporter", "joined")
        and (act.verb == "comment" or (act.verb == "pause" and act.code == "reporter"))
    ) or (act.verb == "uphold" and after.status in ("closed", "declined"))
    return replace(after, replied=after.replied or says or (ends and after.status not in OPEN))


def _owner_ok(t: Known, a: Act) -> bool:
    """An agency that exists is named, and it is not the one complained about."""
    return a.agency in PARENTS and a.agency != t.about


def _good(a: Act) -> bool:
    return a.code is not None and a.code != "wrong"


def _later(a: Act) -> bool:
    return a.until is not None and a.until > a.at


def _within_30_days(t: Known, a: Act) -> bool:
    """Of closing; what has not closed is in time."""
    return t.closed_at is None or a.at <= t.closed_at + 30 * DAY


def _gone(t: Known, a: Act) -> bool:
    """Who took the own report back has no say any more."""
    return (a.through or t).withdrawn


def _accepted(t: Known, who: str) -> Known:
    """A substantive act of the agency accepts by itself."""
    return replace(t, status="in_progress") if t.status == "assigned" and who in "OMW" else t


def assign(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    if not _owner_ok(t, a):
        return None
    done = replace(t, status="assigned", agency=a.agency, came_from=None, oversight=False)
    if who == "V":
        return done if t.oversight else None
    moved = t.came_from is not None and a.agency != t.came_from
    third = moved and t.moves + 1 >= 3  # the coordinator names an owner instead
    if t.oversight or must_name(t) or third:
        return None
    return replace(done, moves=t.moves + moved)


def accept(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, status="in_progress")


def give_back(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.named or must_name(t) or not _good(a):
        return None
    return to_triage(t, moves=t.moves + 1)


def transfer(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    third = t.moves + 1 >= 3
    if t.named or must_name(t) or not _owner_ok(t, a) or a.agency == t.agency:
        return None
    moved = replace(t, status="assigned", agency=a.agency, moves=t.moves + 1, came_from=None)
    if who == "C":
        return None if third else moved
    mine, theirs = PARENTS[t.agency or ""], PARENTS[a.agency or ""]
    same_branch = (mine is not None and mine in (theirs, a.agency)) or theirs == t.agency
    if not same_branch:
        return None
    if not third:
        return moved
    common = mine if mine == theirs else None
    if common is None or common == t.about:
        return to_triage(t, moves=t.moves + 1)
    return replace(moved, agency=common)


def name_owner(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    needed = must_name(t) if who == "M" else t.moves + 1 >= 3 and not t.named
    if t.oversight or not needed or not _owner_ok(t, a):
        return None
    return replace(t, status="assigned", agency=a.agency, named=True, came_from=None)


def correct(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.oversight or a.category in (None, "nothing", t.category):
        return None
    known = replace(t, category=a.category or "")
    if t.named or must_name(t):
        return known
    had = None if t.triage else t.agency
    return replace(known, status="received", agency=None, triage=False,
                   came_from=had or t.came_from)  # fmt: skip


def cooperate(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    if not _owner_ok(t, a) or a.agency == t.agency:
        return None
    if {(a.agency, "asked"), (a.agency, "agreed")} & t.helpers:  # until it has answered
        return None
    if a.until is not None and not _later(a):
        return None
    return replace(_accepted(t, who), helpers=t.helpers | {(a.agency or "", "asked")})


def _helped(t: Known, p: Person, state: str) -> Known:
    """The one open request to that agency is answered so."""
    was = {(p.agency or "", "asked"), (p.agency or "", "agreed")}
    return replace(t, helpers=(t.helpers - was) | {(p.agency or "", state)})


def help_accept(t: Known, _a: Act, _who: str, p: Person, _s: Approval) -> Known | None:
    return _helped(t, p, "agreed")


def help_done(t: Known, a: Act, _who: str, p: Person, _s: Approval) -> Known | None:
    return _helped(t, p, "done") if a.text else None


def help_return(t: Known, a: Act, _who: str, p: Person, _s: Approval) -> Known | None:
    return _helped(t, p, "returned") if _good(a) else None


def acknowledge(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, heard=True) if t.claimed and not t.heard else None


def confirm_urgent(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, claimed=False) if t.claimed and t.due_known else None


def lower(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, claimed=False) if t.claimed and t.due_known and a.text else None


def pause(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if not _good(a) or not _later(a) or a.until is None:
        return None
    if (a.until + CITY).date() > (a.at + CITY).date() + 30 * DAY:  # the pack's longest pause
        return None
    asks = a.code == "reporter"
    too_long = a.until > (a.last or a.at + 2 * DAY)
    if asks and (not t.reachable or t.asked or too_long or not a.text):
        return None
    return replace(t, status="waiting", pause=(a.code or "", a.until), asked=t.asked or asks)


def resume(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, status="in_progress")


def extend(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    if not a.text or not _later(a) or (t.due is not None and a.until <= t.due):
        return None
    return _accepted(t, who)


def _proposed(t: Known, a: Act, who: str) -> Known | None:
    """Where the agency's setting asks for it the act waits for a manager; one at a time."""
    if t.proposal is not None:
        return None
    return replace(_accepted(t, who), proposal=(a, who))


def _waits(t: Known, a: Act, who: str, settings: Approval) -> bool:
    asked = settings.get(t.agency or "", "none")
    return who not in ("M", "approved") and (
        asked == "all" or (asked == "answers_and_refusals" and a.verb != "resolve")
    )


def _ended(t: Known, a: Act, status: str) -> Known:
    return replace(t, status=status, outcome=a.code, outcome_at=a.at, disputed=False,
                   confirmed=False, planned_for=a.until if a.code == "planned" else None)  # fmt: skip


def resolve(t: Known, a: Act, who: str, _p: Person, s: Approval) -> Known | None:
    if a.code not in DONE or (t.proof_needed and not a.photo):
        return None
    return _proposed(t, a, who) if _waits(t, a, who, s) else _ended(t, a, "resolved")


def answer(t: Known, a: Act, who: str, _p: Person, s: Approval) -> Known | None:
    if a.code not in ANSWERS or not a.text or (a.code == "planned" and not _later(a)):
        return None
    if t.status == "received" and not t.triage:
        return None
    if _waits(t, a, who, s):
        return _proposed(t, a, who)
    done = _ended(t, a, "answered")
    return replace(done, agency=COORDINATOR) if t.status == "received" else done


def decline(t: Known, a: Act, who: str, _p: Person, s: Approval) -> Known | None:
    if not t.triage or t.appealed or not _good(a) or not a.text:
        return None
    if _waits(t, a, who, s):
        return _proposed(t, a, who)
    return replace(_ended(t, a, "declined"), agency=COORDINATOR)


def approve(t: Known, a: Act, _who: str, p: Person, s: Approval) -> Known | None:
    """What was proposed takes effect, by whoever may have done it, if it still may be done."""
    if t.proposal is None:
        return None
    act, who = t.proposal
    may = any(who in roles for roles in MAY.get((act.verb, t.status), []))
    agreed = replace(act, at=a.at)
    return RULES[act.verb](replace(t, proposal=None), agreed, "approved", p, s) if may else None


def reject(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return None if t.proposal is None else replace(t, proposal=None)


def reopen(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    # Read as: the request must come within 30 days, the answer to it may come later.
    wanted = (t.disputed and _within_30_days(t, a)) if who == "P" else t.asked_reopen
    return reopened(t) if wanted else None


def uphold(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    if who == "V":
        refused = t.oversight and t.appealed
        return replace(t, status="declined", outcome_at=a.at) if refused else None
    if who == "P" and t.status == "closed":
        # Read as: what was confirmed and then disputed for the third time stands, unconfirmed; who
        # asked to open it again has an answer by that.
        beaten = t.disputed and t.confirmed
        return replace(t, confirmed=False, asked_reopen=False) if beaten else None
    if who == "P":
        return replace(t, status="closed", closed_at=a.at) if t.disputed else None
    return replace(t, asked_reopen=False) if t.asked_reopen else None


def merge(t: Known, a: Act, _who: str, p: Person, _s: Approval) -> Known | None:
    into = a.into
    if into is None or into.number == t.number or t.oversight or into.status not in OPEN:
        return None
    if not sees(p, into) or into.private != t.private:
        return None
    return replace(t, status="merged", before=t.status, into=into.number)


def merge_own(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    """Read as: into what is offered, that is in this game: the same subject on the same spot."""
    into = a.into
    if into is None or into.number == t.number or t.oversight or _gone(t, a) or t.reports > 1:
        return None
    if into.status not in OPEN or any(_closed_to_others(one) for one in (t, into)):
        return None
    if not t.spot or (t.spot, t.category) != (into.spot, into.category):
        return None
    return replace(t, status="merged", before=t.status, into=into.number)


def _closed_to_others(t: Known) -> bool:
    return t.private or t.hidden or t.about is not None


def claim_fixed(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if _gone(t, a):
        return None
    mine = (a.through or t).number
    if mine in t.claimants:
        return t
    return replace(t, claimants=t.claimants | {mine}, said_fixed=True)


def refute(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, said_fixed=False) if t.said_fixed and a.text else None


def unmerge(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    other = a.into
    if other is None or not _within_30_days(other, a):
        return None
    triage = t.before == "received" and t.agency is not None
    return replace(t, status=t.before or "", triage=triage, into=None)


def comment(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    return _accepted(t, who) if a.text else None


def note(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return t if a.text else None


def hide(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, hidden=True) if _good(a) else None


def publish(t: Known, _a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    return replace(t, hidden=False)


def confirm(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.disputed or _gone(t, a):
        return None
    return replace(t, status="closed", closed_at=a.at, confirmed=True)


def dispute(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.disputed or _gone(t, a):
        return None
    # Read as: who joined has the same 7 days, whenever the reporter confirms.
    rests = t.outcome_at is not None and a.at <= t.outcome_at + 7 * DAY
    if t.status == "closed" and not (t.confirmed and rests):
        return None
    noted = replace(t, disputed=True, disputes=t.disputes + 1)
    return noted if noted.disputes >= 3 else reopened(noted)


def ask_reopen(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.outcome == "withdrawn" or _gone(t, a) or t.asked_reopen or not _within_30_days(t, a):
        return None
    return replace(t, asked_reopen=True)


def appeal(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    late = t.outcome_at is None or a.at > t.outcome_at + 15 * DAY
    if t.appealed or late or _gone(t, a):
        return None
    return replace(t, status="received", agency=OVERSIGHT, oversight=True, appealed=True,
                   outcome_at=None)  # fmt: skip


def reply(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    asked = t.pause is not None and t.pause[0] == "reporter"
    return replace(t, status="in_progress") if asked and not _gone(t, a) else None


def rate(t: Known, a: Act, _who: str, _p: Person, _s: Approval) -> Known | None:
    if t.outcome == "withdrawn" or _gone(t, a):
        return None
    # Read as: as long as a closed ticket may be opened again.
    return t if t.closed_at is None or _within_30_days(t, a) else None


def withdraw(t: Known, a: Act, who: str, _p: Person, _s: Approval) -> Known | None:
    if _gone(t, a):
        return None
    if who == "J" and t.reports > 1:
        return replace(t, reports=t.reports - 1)
    if who == "J":  # the last one that was there
        return replace(t, status="closed", outcome="withdrawn", outcome_at=a.at,
                       closed_at=a.at, disputed=False, confirmed=False)  # fmt: skip
    if t.reports > 1:
        return replace(t, withdrawn=True, reports=t.reports - 1)
    return replace(t, status="closed", withdrawn=True, outcome="withdrawn", outcome_at=a.at,
                   closed_at=a.at, disputed=False, confirmed=False)  # fmt: skip


RULES: dict[str, Rule] = {
    "assign": assign, "accept": accept, "return": give_back, "transfer": transfer,
    "name_owner": name_owner, "correct": correct, "cooperate": cooperate, "pause": pause,
    "acknowledge": acknowledge, "confirm_urgent": confirm_urgent, "lower": lower,
    "help_accept": help_accept, "help_done": help_done, "help_return": help_return,
    "resume": resume, "extend": extend, "resolve": resolve, "answer": answer, "decline": decline,
    "approve": approve, "reject": reject, "reopen": reopen, "uphold": uphold, "merge": merge,
    "unmerge": unmerge, "comment": comment, "note": note, "hide": hide, "publish": publish,
    "confirm": confirm, "dispute": dispute, "ask_reopen": ask_reopen, "appeal": appeal,
    "reply": reply, "rate": rate, "withdraw": withdraw, "merge_own": merge_own,
    "claim_fixed": claim_fixed, "refute": refute,
}  # fmt: skip
assert RULES.keys() == {verb for verb, _status in MAY}
