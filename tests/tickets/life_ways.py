"""Ways through a ticket's life that chance seldom takes, with every limit to the second.

Each way says itself what may be done and what may not; the oracle and the application must agree.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone

from tests.factories.tickets import BAY, IN_NEXT_WARD, IN_WARD, NEXT_WARD, ON_BAY, WARD
from tests.tickets.life_rules import COORDINATOR, DAY, OVERSIGHT, Person
from tests.tickets.lives import JOINED, REPORTER, Lives

SECOND = timedelta(seconds=1)
CITY_WIDE = "PCQN"
CLERK, ABOVE = Person("coordinator", COORDINATOR), Person("manager", COORDINATOR)
WATCH, CHECKER = Person("officer", OVERSIGHT), Person("screener")
OFFICER, MANAGER, CREW = (Person(role, WARD) for role in ("officer", "manager", "crew"))
NEIGHBOUR = Person("manager", NEXT_WARD)
# Typed from the calendar: Monday 5 October at nine, then five working days, the last to its end;
# Monday 23 November, with Culture Day on the Tuesday.
FIVE_DAYS = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIVE_DAYS_IN_NOVEMBER = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def resolved(lives: Lives) -> int:
    """A ticket of the ward, just resolved."""
    number = lives.new(IN_WARD)
    lives.does(number, "resolve", MANAGER, code="fixed")
    return number


def closed(lives: Lives) -> int:
    """A ticket of the ward that its reporter has just confirmed."""
    number = resolved(lives)
    lives.does(number, "confirm", REPORTER)
    return number


def declined(lives: Lives) -> int:
    """A ticket of triage that the coordinator has just declined, with its manager's approval."""
    lives.take_in(None, "other", reachable=True)
    number = len(lives.known) - 1
    lives.cannot(number, "decline", CLERK, code="not_competent")  # nobody has it yet
    lives.route()
    lives.cannot(number, "decline", CLERK, code="not_competent", text=False)
    lives.does(number, "decline", CLERK, code="not_competent")
    lives.does(number, "approve", ABOVE)
    assert lives.known[number].status == "declined"
    return number


def upheld(lives: Lives) -> int:
    """A ticket of the ward that was disputed three times, and then upheld by the parent."""
    number = disputed_thrice(lives)
    lives.does(number, "uphold", ABOVE)
    return number


def disputed_thrice(lives: Lives) -> int:
    """The third dispute reopens nothing: it goes to the parent's manager."""
    number = lives.new(IN_WARD)
    for _ in range(3):
        lives.does(number, "resolve", MANAGER, code="fixed")
        lives.does(number, "dispute", REPORTER)
    assert lives.known[number].status == "resolved"
    lives.cannot(number, "dispute", REPORTER)
    lives.cannot(number, "confirm", REPORTER)
    lives.cannot(number, "reopen", MANAGER)
    return number


def merged(lives: Lives) -> tuple[int, int]:
    """Two tickets of the ward, the first merged into the second."""
    one, other = lives.new(IN_WARD), lives.new(IN_WARD)
    lives.does(one, "merge", MANAGER, into=lives.known[other])
    return one, other


def closes_after_7_days(lives: Lives) -> None:
    resting, late, disputed = resolved(lives), resolved(lives), disputed_thrice(lives)
    lives.wait_until(lives.at + 7 * DAY)
    assert lives.known[resting].status == "resolved"
    lives.does(late, "dispute", REPORTER)
    lives.wait_until(lives.at + SECOND)
    assert lives.known[resting].status == "closed"
    assert lives.known[late].status == "in_progress"
    assert lives.known[disputed].status == "resolved"
    lives.cannot(resting, "dispute", REPORTER)


def appeals_within_15_days(lives: Lives) -> None:
    early, last, late = declined(lives), declined(lives), declined(lives)
    lives.wait_until(lives.at + 15 * DAY - SECOND)
    lives.does(early, "appeal", REPORTER)
    lives.cannot(early, "assign", CLERK, agency=WARD)
    lives.cannot(early, "answer", CLERK, code="explained")
    lives.does(early, "assign", WATCH, agency=WARD)
    lives.does(early, "return", OFFICER, code="not_competent")
    lives.cannot(early, "decline", CLERK, code="not_competent")
    lives.wait_until(lives.at + SECOND)
    lives.does(last, "appeal", REPORTER)
    lives.does(last, "uphold", WATCH)
    lives.cannot(last, "appeal", REPORTER)
    lives.wait_until(lives.at + SECOND)
    lives.cannot(late, "appeal", REPORTER)


def separates_within_30_days(lives: Lives) -> None:
    pairs = [merged(lives) for _ in range(4)]
    lives.wait_until(lives.at + 400 * DAY)
    lives.does(pairs.pop()[0], "unmerge", MANAGER)  # the other is still open
    for _one, other in pairs:
        lives.does(other, "resolve", MANAGER, code="fixed")
        lives.does(other, "confirm", REPORTER)
    lives.wait_until(lives.at + 30 * DAY - SECOND)
    for (one, _other), allowed in zip(pairs, (True, True, False), strict=True):
        (lives.does if allowed else lives.cannot)(one, "unmerge", CLERK)
        lives.wait_until(lives.at + SECOND)


def opens_again_within_30_days(lives: Lives) -> None:
    early, last, late, never = (closed(lives) for _ in range(4))
    lives.cannot(early, "reopen", MANAGER)
    lives.wait_until(lives.at + 30 * DAY - SECOND)
    lives.does(early, "ask_reopen", REPORTER)
    lives.cannot(early, "ask_reopen", REPORTER)
    lives.cannot(early, "reopen", OFFICER)
    lives.does(early, "uphold", CLERK)
    lives.cannot(early, "reopen", CLERK)
    lives.wait_until(lives.at + SECOND)
    lives.does(last, "ask_reopen", REPORTER)
    lives.does(early, "ask_reopen", REPORTER)
    lives.wait_until(lives.at + SECOND)
    lives.cannot(late, "ask_reopen", REPORTER)
    lives.does(last, "reopen", MANAGER)  # asked in time
    lives.does(early, "reopen", CLERK)
    lives.cannot(never, "reopen", MANAGER)


def opens_from_above_within_30_days(lives: Lives) -> None:
    early, last, late = (upheld(lives) for _ in range(3))
    waiting = disputed_thrice(lives)
    lives.wait_until(lives.at + 30 * DAY - SECOND)
    lives.does(early, "reopen", ABOVE)
    lives.wait_until(lives.at + SECOND)
    lives.does(last, "reopen", ABOVE)
    lives.wait_until(lives.at + SECOND)
    lives.cannot(late, "reopen", ABOVE)
    lives.does(waiting, "reopen", ABOVE)  # what is not closed can wait for ever


def waits_five_working_days(lives: Lives) -> None:
    for monday, last in ((lives.at, FIVE_DAYS), (NOVEMBER, FIVE_DAYS_IN_NOVEMBER)):
        lives.wait_until(monday)
        number = lives.new(IN_WARD)
        asks = {"code": "reporter", "last": last}
        lives.cannot(number, "pause", OFFICER, until=last + SECOND, **asks)
        lives.cannot(number, "pause", OFFICER, until=last, text=False, **asks)
        lives.does(number, "pause", OFFICER, until=last, **asks)
        lives.wait_until(last - SECOND)
        assert lives.known[number].status == "waiting"
        lives.wait_until(last)
        assert lives.known[number].status == "in_progress"
        lives.cannot(number, "pause", OFFICER, until=last + SECOND, code="reporter")  # once
        beyond = (lives.at + 7 * DAY / 24).date() + 31 * DAY  # the pack's longest pause: 30 days
        midnight = datetime.combine(beyond, time(0), timezone(7 * DAY / 24)).astimezone(UTC)
        lives.cannot(number, "pause", OFFICER, until=midnight + SECOND, code="weather")
        lives.does(number, "pause", OFFICER, until=midnight - SECOND, code="weather")


def asks_who_can_be_reached(lives: Lives) -> None:
    silent, answers = lives.new(IN_WARD, reachable=False), lives.new(IN_WARD)
    soon = lives.at + DAY / 24
    lives.cannot(silent, "pause", OFFICER, code="reporter", until=soon)
    lives.does(silent, "pause", OFFICER, code="weather", until=soon)
    lives.cannot(silent, "reply", REPORTER)
    lives.does(silent, "resume", OFFICER)
    lives.does(answers, "pause", OFFICER, code="reporter", until=soon)
    lives.does(answers, "reply", REPORTER)
    assert lives.known[answers].status == "in_progress"


def owner_named_by_the_common_parent(lives: Lives) -> None:
    number = lives.new(IN_WARD)
    lives.does(number, "transfer", MANAGER, agency=NEXT_WARD)
    lives.cannot(number, "transfer", NEIGHBOUR, agency=CITY_WIDE)
    lives.does(number, "transfer", NEIGHBOUR, agency=WARD)
    lives.does(number, "transfer", OFFICER, agency=NEXT_WARD)
    assert lives.known[number].agency == COORDINATOR, "the common parent, not whom they meant"
    lives.cannot(number, "return", ABOVE, code="not_competent")
    lives.cannot(number, "transfer", ABOVE, agency=NEXT_WARD)
    lives.cannot(number, "transfer", CLERK, agency=NEXT_WARD)
    lives.does(number, "name_owner", ABOVE, agency=NEXT_WARD)
    stays_with_the_neighbour(lives, number)


def owner_named_by_the_coordinator(lives: Lives) -> None:
    number = lives.new(IN_WARD)
    for _ in range(2):
        lives.cannot(number, "name_owner", CLERK, agency=NEXT_WARD)
        lives.does(number, "return", OFFICER, code="not_competent")
        lives.does(number, "assign", CLERK, agency=WARD)
    lives.does(number, "return", OFFICER, code="not_competent")
    lives.cannot(number, "assign", CLERK, agency=NEXT_WARD)
    lives.does(number, "name_owner", CLERK, agency=NEXT_WARD)
    stays_with_the_neighbour(lives, number)


def owner_named_instead_of_the_third_move(lives: Lives) -> None:
    number = lives.new(IN_WARD)
    for agency in (NEXT_WARD, WARD):
        lives.does(number, "transfer", CLERK, agency=agency)
    lives.cannot(number, "transfer", CLERK, agency=NEXT_WARD)
    lives.does(number, "name_owner", CLERK, agency=NEXT_WARD)
    stays_with_the_neighbour(lives, number)


def stays_with_the_neighbour(lives: Lives, number: int) -> None:
    """No further return or transfer, in whatever status; a correction leaves the owner."""
    soon = lives.at + DAY / 24
    lives.cannot(number, "return", NEIGHBOUR, code="not_competent")
    for verb in ("accept", "pause", "correct"):
        lives.cannot(number, "transfer", NEIGHBOUR, agency=WARD)
        lives.cannot(number, "transfer", NEIGHBOUR, agency=COORDINATOR)
        lives.cannot(number, "transfer", CLERK, agency=WARD)
        lives.cannot(number, "name_owner", CLERK, agency=WARD)
        lives.cannot(number, "name_owner", NEIGHBOUR, agency=WARD)
        lives.does(number, verb, NEIGHBOUR, code="weather", until=soon, category="road")
        assert lives.known[number].agency == NEXT_WARD
    lives.cannot(number, "transfer", NEIGHBOUR, agency=WARD)
    lives.does(number, "resume", NEIGHBOUR)


def moved_by_corrections(lives: Lives) -> None:
    number = lives.new(IN_WARD)
    owners = []
    for category in ("power", "waste", "power"):
        by = Person("manager", lives.known[number].agency)
        lives.does(number, "correct", by, category=category)
        lives.route()
        owners.append(lives.known[number].agency)
    assert owners == [CITY_WIDE, WARD, COORDINATOR]
    assert lives.known[number].triage
    lives.does(number, "name_owner", CLERK, agency=CITY_WIDE)


def about_those_who_sort(lives: Lives) -> None:
    """What is about the coordinator is never the coordinator's, and never seen there."""
    first, number = (lives.new(place, about=COORDINATOR) for place in (None, IN_WARD))
    assert lives.known[first].agency == OVERSIGHT
    lives.does(number, "return", OFFICER, code="not_competent")
    assert lives.known[number].agency == OVERSIGHT
    lives.cannot(number, "assign", CLERK, agency=WARD)
    lives.cannot(number, "uphold", WATCH)
    lives.cannot(number, "assign", WATCH, agency=COORDINATOR)
    lives.does(number, "assign", WATCH, agency=WARD)
    for category in ("power", "waste"):
        by = Person("manager", lives.known[number].agency)
        lives.does(number, "correct", by, category=category)
        lives.route()
    assert lives.known[number].agency == OVERSIGHT
    lives.cannot(number, "note", CLERK)


def last_dispute_without_a_parent(lives: Lives) -> None:
    """Somebody can always decide it: over whom nobody stands, the oversight agency."""
    number = lives.new(IN_WARD, "power")
    own, watch = Person("manager", CITY_WIDE), Person("manager", OVERSIGHT)
    for _ in range(3):
        lives.cannot(number, "note", watch)
        lives.does(number, "resolve", own, code="fixed")
        lives.does(number, "dispute", REPORTER)
    lives.cannot(number, "reopen", ABOVE)
    lives.does(number, "uphold", watch)


def who_joined_has_a_say(lives: Lives) -> None:
    one, other = merged(lives)
    asks, leaves = lives.known[one], merged(lives)
    lives.does(other, "pause", OFFICER, code="reporter", until=lives.at + DAY / 24)
    lives.does(other, "reply", JOINED, through=asks)
    lives.does(other, "resolve", MANAGER, code="fixed")
    lives.does(other, "confirm", REPORTER)
    lives.cannot(other, "ask_reopen", JOINED, through=asks)
    lives.wait_until(lives.at + 7 * DAY)
    lives.does(other, "dispute", JOINED, through=asks)
    assert lives.known[other].status == "in_progress"
    lives.does(other, "resolve", MANAGER, code="fixed")
    lives.does(other, "confirm", REPORTER)
    lives.wait_until(lives.at + 7 * DAY + SECOND)
    lives.cannot(other, "dispute", JOINED, through=asks)
    gone = lives.known[leaves[0]]
    lives.does(leaves[1], "withdraw", JOINED, through=gone)
    lives.cannot(leaves[1], "withdraw", JOINED, through=lives.known[leaves[0]])
    lives.does(leaves[1], "withdraw", REPORTER)
    assert lives.known[leaves[1]].status == "closed"


def planned_comes_back(lives: Lives) -> None:
    number, at = lives.new(ON_BAY), lives.at + 20 * DAY
    owner = Person("officer", BAY)
    lives.cannot(number, "answer", owner, code="planned")
    lives.does(number, "answer", owner, code="planned", until=at)
    lives.wait_until(at - SECOND)
    assert lives.known[number].status == "closed"
    lives.wait_until(at)
    assert lives.known[number].status == "in_progress"


def late_after_the_second(lives: Lives) -> None:
    """A promise holds to its last instant. Accepting or moving a ticket is no reply."""
    silent, told = lives.new(IN_WARD), lives.new(IN_WARD)
    lives.does(silent, "accept", OFFICER)
    lives.does(told, "comment", OFFICER)
    for due in (lives.known[silent].reply_due, lives.known[silent].due):
        assert due is not None
        lives.wait_until(due)
        lives.wait_until(due + SECOND)
    kinds = [lives.kinds(number) for number in (silent, told)]
    assert [k.count("reply_overdue") for k in kinds] == [1, 0]
    assert [k.count("overdue") for k in kinds] == [1, 1]


def small_acts(lives: Lives) -> None:
    """Talk, checks, help, a proposal, and a report that is taken back."""
    number = lives.new(IN_NEXT_WARD)
    crew = Person("crew", NEXT_WARD)
    lives.does(number, "hide", CHECKER, code="insult")
    lives.does(number, "publish", CLERK)
    lives.does(number, "note", CHECKER)
    lives.does(number, "cooperate", NEIGHBOUR, agency=WARD)
    lives.cannot(number, "accept", OFFICER)  # who helps sees it, and does not own it
    lives.cannot(number, "resolve", OFFICER, code="fixed")
    lives.cannot(number, "help_done", NEIGHBOUR)
    lives.does(number, "help_accept", OFFICER)
    lives.cannot(number, "help_accept", MANAGER)
    lives.cannot(number, "cooperate", NEIGHBOUR, agency=WARD)
    lives.does(number, "note", OFFICER)
    lives.does(number, "help_done", MANAGER)
    lives.does(number, "cooperate", NEIGHBOUR, agency=WARD)  # again, later
    lives.does(number, "help_return", OFFICER, code="wrong_place")
    lives.does(number, "cooperate", NEIGHBOUR, agency="SXD")
    lives.does(number, "help_return", Person("officer", "SXD"), code="wrong_place")
    lives.cannot(number, "note", Person("officer", "SXD"))  # it does not see it any more
    lives.does(number, "extend", NEIGHBOUR, until=lives.at + 90 * DAY)
    lives.does(number, "comment", NEIGHBOUR)
    lives.does(number, "resolve", crew, code="fixed")
    assert lives.known[number].status == "in_progress"
    lives.cannot(number, "resolve", Person("officer", NEXT_WARD), code="fixed")
    lives.does(number, "reject", NEIGHBOUR)
    lives.does(number, "resolve", crew, code="fixed")
    lives.does(number, "approve", NEIGHBOUR)
    assert lives.known[number].status == "resolved"
    taken_back = lives.new(IN_WARD)
    lives.does(taken_back, "withdraw", REPORTER)
    lives.cannot(taken_back, "ask_reopen", REPORTER)
    with_crew = lives.new(IN_WARD)
    lives.cannot(with_crew, "decline", CLERK, code="not_competent")
    lives.does(with_crew, "resolve", CREW, code="fixed")


def urgent_claims(lives: Lives) -> None:
    """What is said to be urgent is a claim: heard, confirmed, or lowered with a reason."""
    first, second, usual = (lives.new(IN_WARD, urgent=urgent) for urgent in (True, True, False))
    for verb in ("acknowledge", "confirm_urgent", "lower"):
        lives.cannot(usual, verb, OFFICER)
        lives.cannot(first, verb, NEIGHBOUR)
        lives.cannot(first, verb, CREW)
    lives.does(first, "acknowledge", OFFICER)
    lives.cannot(first, "acknowledge", CLERK)
    lives.does(first, "confirm_urgent", CLERK)
    lives.cannot(first, "lower", OFFICER)
    due = lives.known[first].due
    assert due is not None
    assert due == lives.at + DAY / 3  # eight hours, day and night
    lives.cannot(second, "lower", OFFICER, text=False)
    lives.does(second, "lower", OFFICER)


def beaten_confirmation(lives: Lives) -> None:
    """Who joined disputes what the reporter confirmed; the third time the one above decides it."""
    for answer in ("uphold", "reopen"):
        one, other = merged(lives)
        joined = lives.known[one]
        for _ in range(3):
            lives.does(other, "resolve", MANAGER, code="fixed")
            lives.does(other, "confirm", REPORTER)
            lives.cannot(other, "uphold", ABOVE)
            lives.does(other, "dispute", JOINED, through=joined)
        assert lives.known[other].status == "closed"
        lives.does(other, "ask_reopen", REPORTER)
        lives.cannot(other, "uphold", OFFICER)
        lives.does(other, answer, ABOVE)
        assert not lives.known[other].asked_reopen
        lives.cannot(other, "uphold", ABOVE)
        lives.cannot(other, "dispute", JOINED, through=joined)
        lives.cannot(other, "uphold", CLERK)


def rated_as_long_as_it_may_be_opened(lives: Lives) -> None:
    number, gone, open_ = resolved(lives), lives.new(IN_WARD), lives.new(IN_WARD)
    lives.cannot(open_, "rate", REPORTER)
    lives.does(gone, "withdraw", REPORTER)
    lives.cannot(gone, "rate", REPORTER)
    one, other = merged(lives)
    lives.does(other, "answer", OFFICER, code="explained")
    lives.does(other, "approve", MANAGER)
    lives.does(other, "rate", JOINED, through=lives.known[one])
    lives.does(number, "rate", REPORTER)
    lives.does(number, "rate", REPORTER)  # the last word counts
    lives.does(number, "confirm", REPORTER)
    lives.wait_until(lives.at + 30 * DAY)
    lives.does(number, "rate", REPORTER)
    lives.wait_until(lives.at + SECOND)
    lives.cannot(number, "rate", REPORTER)


def said_to_be_fixed(lives: Lives) -> None:
    """Said once until the staff has answered; each reporter says it once."""
    one, other = merged(lives)
    joined = lives.known[one]
    lives.cannot(other, "refute", OFFICER)
    lives.does(other, "claim_fixed", REPORTER)
    lives.does(other, "claim_fixed", REPORTER)
    lives.cannot(other, "refute", OFFICER, text=False)
    lives.cannot(other, "refute", NEIGHBOUR)
    lives.cannot(other, "refute", CREW)
    lives.does(other, "refute", OFFICER)
    lives.cannot(other, "refute", CLERK)
    lives.does(other, "claim_fixed", REPORTER)
    assert not lives.known[other].said_fixed
    lives.does(other, "claim_fixed", JOINED, through=joined)
    lives.does(other, "resolve", MANAGER, code="fixed")
    lives.cannot(other, "claim_fixed", REPORTER)
    lives.does(other, "dispute", REPORTER)
    assert not lives.known[other].said_fixed
    assert lives.kinds(other).count("claim_fixed") == 2


def found_the_others(lives: Lives) -> None:
    """Who has just reported merges the own ticket into that of others, while nobody has it."""
    into, own, late, far = (lives.new(IN_WARD), lives.new(IN_WARD), lives.new(IN_WARD),
                            lives.new(IN_NEXT_WARD))  # fmt: skip
    about, other = lives.new(IN_WARD, about=OVERSIGHT), lives.new(IN_WARD, "road")
    pinless = lives.new(None)
    for number in (far, about, other, pinless):
        lives.cannot(own, "merge_own", REPORTER, into=lives.known[number])
        lives.cannot(number, "merge_own", REPORTER, into=lives.known[into])
    lives.cannot(own, "merge_own", REPORTER, into=lives.known[own])
    lives.cannot(own, "merge_own", REPORTER)
    lives.does(into, "hide", CHECKER, code="insult")
    lives.cannot(own, "merge_own", REPORTER, into=lives.known[into])
    lives.does(into, "publish", CHECKER)
    lives.does(own, "merge_own", REPORTER, into=lives.known[into])
    assert lives.known[into].reports == 2
    lives.does(late, "accept", OFFICER)
    lives.cannot(late, "merge_own", REPORTER, into=lives.known[into])
    lives.cannot(into, "merge_own", REPORTER, into=lives.known[late])  # others joined it
    lives.does(own, "unmerge", MANAGER)
    lives.does(late, "resolve", MANAGER, code="fixed")
    lives.cannot(own, "merge_own", REPORTER, into=lives.known[late])


WAYS: tuple[Callable[[Lives], object], ...] = (
    closes_after_7_days,
    appeals_within_15_days,
    separates_within_30_days,
    opens_again_within_30_days,
    opens_from_above_within_30_days,
    waits_five_working_days,
    asks_who_can_be_reached,
    owner_named_by_the_common_parent,
    owner_named_by_the_coordinator,
    owner_named_instead_of_the_third_move,
    moved_by_corrections,
    about_those_who_sort,
    last_dispute_without_a_parent,
    who_joined_has_a_say,
    planned_comes_back,
    late_after_the_second,
    small_acts,
    urgent_claims,
    beaten_confirmation,
    rated_as_long_as_it_may_be_opened,
    said_to_be_fixed,
    found_the_others,
)
