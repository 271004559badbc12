"""The table of a suggestion's publication: from the draft to the public page. Pure.

1. A draft is nobody's business. What was sent is read by a screener within the pack's target.
2. It is published, or refused with a public code and a text. What was refused stays visible unless
   its code says that it is unlawful.
3. What is public can be hidden with a public code, and published again. By itself it is hidden
   where somebody finds to be shown in it, until a person has decided.
4. Who wrote it may withdraw it until an agency has accepted it; that is for good.
"""

from typing import Final

from app.tickets.lifecycle import Role, Special, Table, Verb
from app.tickets.problem_table import guards as g
from app.tickets.problem_table import line
from app.tickets.tables import guards as s

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
SCREENING: Final = "screening"
PUBLISHED: Final = "published"
REFUSED: Final = "refused"
HIDDEN: Final = "hidden"
WITHDRAWN: Final = "withdrawn"
PUBLICATIONS: Final = (DRAFT, SUBMITTED, SCREENING, PUBLISHED, REFUSED, HIDDEN, WITHDRAWN)
WAITING: Final = frozenset({SUBMITTED, SCREENING})
CHECKERS = (Role.SCREENER, Role.COORDINATOR)

PUBLICATION_TABLE = Table(
    name="publication",
    initial=DRAFT,
    rows=(
        line(Verb.SUBMIT, frozenset({DRAFT}), (Role.REPORTER,), SUBMITTED),
        line(Verb.SCREEN, frozenset({SUBMITTED}), CHECKERS, SCREENING),
        line(Verb.PUBLISH, WAITING | {HIDDEN}, CHECKERS, PUBLISHED),
        line(Verb.PUBLISH, frozenset({PUBLISHED}), CHECKERS, Special.SAME),
        line(Verb.REFUSE, WAITING, CHECKERS, REFUSED, s.REFUSAL, g.TEXT),
        line(Verb.HIDE, frozenset({PUBLISHED, REFUSED}), CHECKERS, HIDDEN, g.CODE),
        line(Verb.HIDE, frozenset({PUBLISHED}), (Role.SYSTEM,), HIDDEN, g.CODE),
        line(Verb.PUBLISH, frozenset({HIDDEN}), (Role.SYSTEM,), PUBLISHED),
        line(Verb.WITHDRAW, WAITING | {PUBLISHED}, (Role.REPORTER,), WITHDRAWN),
    ),
    open_=frozenset(),
    paused=frozenset(),
    ended=frozenset(),
)
PUBLISHING: Final = frozenset(row.verb for row in PUBLICATION_TABLE.rows)
