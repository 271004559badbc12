"""What is measured, once: every figure with its name and its formula in words. Pure.

1. A figure of a month is made of what happened in that month (`history` finds it in the public
   events), and of nothing that happened after the month's cut-off.
2. Kinds: count · share: n are all, the part are those of them (or what else is counted) · median
   and p90: by nearest rank, the smallest value that half (nine tenths) do not exceed.
3. Shares are shown in percent with one decimal, rounded half up from whole numbers; times are whole
   minutes, a begun one not counted. `of` and `part` are words of `events.What`.
4. Whoever changes or adds a definition raises `VERSION`: months that are frozen keep theirs.
5. Figures of suggestions stand apart: nothing is counted for both (`suggested`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.core.words.i18n import N_
from app.measures.reckoning.events import What

VERSION: Final = 2
"""2: suggestions beside problems; what came in after a month is not open at its end any more."""
SMALL: Final = 10
"""Fewer than so many are marked: one more or less would change the figure by tenths."""


class Kind(StrEnum):
    """How a figure is made of what is counted."""

    COUNT = "count"
    SHARE = "share"
    MEDIAN = "median"
    P90 = "p90"


class Unit(StrEnum):
    """What a figure is said in. Hours are working hours, days calendar days."""

    NUMBER = "number"
    PERCENT = "percent"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure. part: what makes the part of a share; None: those `of` that are good.

    better: 1 if more is better, -1 if less is, 0 if neither.
    """

    key: str
    kind: Kind
    unit: Unit
    of: What
    part: What | None = None
    name: str
    formula: str
    better: int = 0


def _count(key: str, of: What, name: str, formula: str) -> Metric:
    return Metric(key=key, kind=Kind.COUNT, unit=Unit.NUMBER, of=of, name=name, formula=formula)


def _share(  # noqa: PLR0917 - a table below, one row for each
    key: str, of: What, name: str, formula: str, better: int, part: What | None = None
) -> Metric:
    return Metric(
        key=key, kind=Kind.SHARE, unit=Unit.PERCENT, of=of, part=part, name=name,
        formula=formula, better=better,
    )  # fmt: skip


def _time(  # noqa: PLR0917 - as above
    key: str, kind: Kind, unit: Unit, of: What, name: str, formula: str
) -> Metric:
    return Metric(key=key, kind=kind, unit=unit, of=of, name=name, formula=formula, better=-1)


HEADLINE: Final = "kept"
_PROBLEMS: Final = (
    _share(HEADLINE, What.CONCLUDED, N_("On time and not disputed"), N_(
        "Of the reports concluded in the month, the share with an outcome on time that nobody"
        " disputed. A report is concluded once: when its due date passes without an outcome, when"
        " its outcome is disputed, or when its outcome has stood for 7 days (a refusal: 15)."
    ), 1),
    _count("received", What.RECEIVED, N_("Reports received"), N_(
        "Public reports received in the month, also those merged later. For an agency: those that"
        " came to it first."
    )),
    _count("resolved", What.RESOLVED, N_("Reports resolved"), N_(
        "Outcomes of the month: the problem was fixed, or the rules were enforced."
    )),
    _count("answered", What.ANSWERED, N_("Reports answered"), N_(
        "Outcomes of the month: explained, nothing found, or planned with a date."
    )),
    _count("declined", What.DECLINED, N_("Reports not accepted"), N_(
        "Refusals of the month, each with a public reason."
    )),
    _share("reply_on_time", What.REPLY_DUE, N_("First reply on time"), N_(
        "Of the first replies that were given or due in the month, the share given by the due date."
        " A first reply is a public question, plan, answer or outcome by a person."
    ), 1),
    _share("outcome_on_time", What.OUTCOME_DUE, N_("Outcome on time"), N_(
        "Of the outcomes that were given or due in the month, the share given by the due date."
        " After a dispute or reopening the work has a due date again, and a verdict of its own."
    ), 1),
    _time("reply_median", Kind.MEDIAN, Unit.HOURS, What.REPLIED, N_("Time to first reply, median"),
          N_("Working time from receipt to the first reply given in the month, in the hours that"
             " the promise counts in: half of them took no longer.")),
    _time("reply_p90", Kind.P90, Unit.HOURS, What.REPLIED, N_("Time to first reply, 9 of 10"),
          N_("The same: nine out of ten took no longer.")),
    _time("outcome_median", Kind.MEDIAN, Unit.HOURS, What.SETTLED, N_("Time to outcome, median"),
          N_("Working time from receipt to the first outcome, of the reports with a first outcome"
             " in the month, pauses included: half of them took no longer.")),
    _time("outcome_p90", Kind.P90, Unit.HOURS, What.SETTLED, N_("Time to outcome, 9 of 10"),
          N_("The same: nine out of ten took no longer.")),
    _time("days_median", Kind.MEDIAN, Unit.DAYS, What.TOOK, N_("Days to outcome, median"), N_(
        "Calendar time from receipt to the first outcome, nights and holidays included: half of the"
        " reports with a first outcome in the month took no longer."
    )),
    _time("days_p90", Kind.P90, Unit.DAYS, What.TOOK, N_("Days to outcome, 9 of 10"),
          N_("The same: nine out of ten took no longer.")),
    _share("declined_share", What.ENDED, N_("Share not accepted"), N_(
        "Of all outcomes of the month (resolved, answered, not accepted), the share not accepted."
    ), 0, What.DECLINED),
    _share("returned_share", What.CAME, N_("Share returned"), N_(
        "Returns in the month for 100 arrivals of reports at an agency: assigned, transferred,"
        " returned or named its owner."
    ), -1, What.RETURNED),
    _share("transferred_share", What.CAME, N_("Share transferred"), N_(
        "Transfers in the month for 100 arrivals of reports at an agency."
    ), -1, What.TRANSFERRED),
    _share("disputed_share", What.RESTED, N_("Share disputed"), N_(
        "Of the outcomes that were disputed in the month or had stood for 7 days in it (a refusal:"
        " 15), the share disputed."
    ), -1),
    _share("not_durable", What.CLOSED, N_("Not durable"), N_(
        "For 100 reports closed in the month: those reported anew in the month because it came"
        " back, and closed ones opened again at their reporter's request."
    ), -1, What.CAME_BACK),
    _share("escalated_share", What.CALLED, N_("Share escalated"), N_(
        "Of the reports with a first outcome in the month, the share for which somebody above was"
        " called before."
    ), -1),
    _share("extended_share", What.PUT_OFF, N_("Share extended"), N_(
        "Of the reports with a first outcome in the month, the share with a new date before it. The"
        " first due date still counts."
    ), -1),
    _time("check_median", Kind.MEDIAN, Unit.DAYS, What.CHECKED, N_("Check of words, median"), N_(
        "Calendar time from receipt to the check of words and photos, of the reports first checked"
        " in the month: half of them waited no longer."
    )),
    _time("check_p90", Kind.P90, Unit.DAYS, What.CHECKED, N_("Check of words, 9 of 10"),
          N_("The same: nine out of ten waited no longer.")),
    _share("satisfied", What.RATED, N_("Share satisfied"), N_(
        "Of the ratings given in the month, the share “satisfied”."
    ), 1),
    _share("dissatisfied", What.RATED, N_("Share dissatisfied"), N_(
        "Of the ratings given in the month, the share “dissatisfied”."
    ), -1, What.DISSATISFIED),
    _count("open", What.OPEN, N_("Open at the end"), N_(
        "Reports without an outcome at the end of the month; of the present month: now."
    )),
    _share("open_overdue", What.OPEN, N_("Open and overdue"), N_(
        "Of the open reports, the share past its due date."
    ), -1),
    _count("open_week", What.OPEN_WEEK, N_("Open for up to 7 days"),
           N_("Of the open reports, those received up to 7 days before.")),
    _count("open_month", What.OPEN_MONTH, N_("Open for 8 to 30 days"),
           N_("Of the open reports, those received 8 to 30 days before.")),
    _count("open_quarter", What.OPEN_QUARTER, N_("Open for 31 to 90 days"),
           N_("Of the open reports, those received 31 to 90 days before.")),
    _count("open_longer", What.OPEN_LONGER, N_("Open for more than 90 days"),
           N_("Of the open reports, those received more than 90 days before.")),
)  # fmt: skip

_SUGGESTIONS: Final = (
    _count("suggestion_received", What.SUGGESTED, N_("Suggestions received"), N_(
        "Suggestions received in the month, also those not published later. For an agency: those"
        " that came to it first."
    )),
    _count("suggestion_published", What.SUGGESTION_PUBLISHED, N_("Suggestions published"), N_(
        "Suggestions published in the month, each counted once."
    )),
    _count("suggestion_refused", What.SUGGESTION_REFUSED, N_("Suggestions not published"), N_(
        "Suggestions refused in the month before they were published, each with a public reason."
    )),
    _count("suggestion_answered", What.SUGGESTION_ANSWERED, N_("Suggestions answered"), N_(
        "Official answers of the month, each with one of five decisions. An answer after a review"
        " counts again."
    )),
    _share("suggestion_reply_on_time", What.SUGGESTION_REPLY_DUE, N_("First note on time"), N_(
        "Of the first notes that were given or due in the month, the share given by the due date."
        " A first note is a public note or answer by a person; its time counts from publication."
    ), 1),
    _share("suggestion_on_time", What.SUGGESTION_ANSWER_DUE, N_("Official answer on time"), N_(
        "Of the official answers that were given or due in the month, the share given by the due"
        " date. It counts from publication; a later date that was set does not change it."
    ), 1),
    _share("suggestion_accepted", What.SUGGESTION_ANSWERED, N_("Share accepted"), N_(
        "Of the official answers of the month, the share “accepted”."
    ), 0, What.SUGGESTION_ACCEPTED),
    _share("suggestion_in_part", What.SUGGESTION_ANSWERED, N_("Share accepted in part"), N_(
        "Of the official answers of the month, the share “accepted in part”."
    ), 0, What.SUGGESTION_ACCEPTED_IN_PART),
    _share("suggestion_not_accepted", What.SUGGESTION_ANSWERED, N_("Share of answers “no”"), N_(
        "Of the official answers of the month, the share “not accepted”."
    ), 0, What.SUGGESTION_NOT_ACCEPTED),
    _share("suggestion_planned", What.SUGGESTION_ANSWERED, N_("Share planned already"), N_(
        "Of the official answers of the month, the share “already planned”."
    ), 0, What.SUGGESTION_ALREADY_PLANNED),
    _share("suggestion_handed_over", What.SUGGESTION_ANSWERED, N_("Share handed over"), N_(
        "Of the official answers of the month, the share “handed over”."
    ), 0, What.SUGGESTION_HANDED_OVER),
    _share("suggestion_delivered", What.SUGGESTION_FOLLOWED, N_("Delivered of accepted"), N_(
        "Of the accepted suggestions that came to an end in the month (delivered, dropped, or"
        " expired without a step), the share delivered."
    ), 1),
    _count("suggestion_open", What.SUGGESTION_OPEN, N_("Suggestions without an answer"), N_(
        "Published suggestions without an official answer at the end of the month; of the present"
        " month: now."
    )),
    _share("suggestion_overdue", What.SUGGESTION_OPEN, N_("Without an answer and overdue"), N_(
        "Of the suggestions without an answer, the share past its due date."
    ), -1),
)  # fmt: skip

PROBLEMS: Final[Mapping[str, Metric]] = MappingProxyType({one.key: one for one in _PROBLEMS})
SUGGESTIONS: Final[Mapping[str, Metric]] = MappingProxyType({one.key: one for one in _SUGGESTIONS})
METRICS: Final[Mapping[str, Metric]] = MappingProxyType({**PROBLEMS, **SUGGESTIONS})


def decimal(unit: Unit, value: int) -> str:
    """Return a figure's value as it is published: one decimal where it is no number of things."""
    match unit:
        case Unit.NUMBER:
            return str(value)
        case Unit.PERCENT:
            tenths = value
        case Unit.HOURS:
            tenths = (value * 10 + 30) // 60
        case Unit.DAYS:
            tenths = (value * 10 + 720) // 1_440
    return f"{tenths // 10}.{tenths % 10}"
