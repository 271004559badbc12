"""Which table a ticket's life follows, and what a verb asks for on both axes of a suggestion. Pure.

1. A problem has one axis. A suggestion has two: how its answer stands (the ticket's status), and
   whether it is public (`publication`). Both run on the same engine.
2. A verb of the publication must be allowed by both tables; every other by the answer's alone.
"""

from dataclasses import replace
from datetime import datetime

from app.tickets.facts import Act, Facts, Role, Status, Verb
from app.tickets.lifecycle import Step, Table, Transition, allowed, is_legal, step
from app.tickets.problem_table import PROBLEM_TABLE
from app.tickets.tables.answer import ANSWER_TABLE
from app.tickets.tables.publication import PUBLICATION_TABLE, PUBLISHING

__all__ = [
    "ANSWER_TABLE", "FIRST", "KINDS", "PROBLEM", "PUBLICATION_TABLE", "SUGGESTION", "TABLES",
    "able", "is_lawful", "row_for", "table_of", "take",
]  # fmt: skip

PROBLEM, SUGGESTION = "problem", "suggestion"
TABLES = {PROBLEM: PROBLEM_TABLE, SUGGESTION: ANSWER_TABLE}
KINDS = tuple(TABLES)
# Where a ticket of each kind begins.
FIRST = {PROBLEM: Status.RECEIVED, SUGGESTION: Status.UNPUBLISHED}


def table_of(kind: str) -> Table:
    """Return the table of a kind of ticket."""
    return TABLES[kind]


def _public_axis(facts: Facts) -> Facts:
    return replace(facts, status=facts.publication, promise_frozen=False)


def take(facts: Facts, act: Act) -> tuple[Step, str]:
    """Return the step, and the publication after it (empty for a problem). Raises Refused."""
    taken = step(table_of(facts.kind), facts, act)
    if not facts.publication or act.verb not in PUBLISHING:
        return taken, facts.publication
    return taken, step(PUBLICATION_TABLE, _public_axis(facts), act).target


def able(facts: Facts, role: Role, now: datetime) -> tuple[Verb, ...]:
    """Return the verbs that a role could use now, whatever they ask for."""
    found = allowed(table_of(facts.kind), facts, role, now)
    if not facts.publication:
        return found
    public = allowed(PUBLICATION_TABLE, _public_axis(facts), role, now)
    return tuple(verb for verb in found if verb not in PUBLISHING or verb in public)


def row_for(facts: Facts, verb: Verb, role: Role) -> Transition | None:
    """Return the row by which a role could use a verb; None where an axis has none."""
    row = table_of(facts.kind).row(verb, facts.status, role)
    if row is None or not facts.publication or verb not in PUBLISHING:
        return row
    return row if PUBLICATION_TABLE.row(verb, facts.publication, role) is not None else None


def is_lawful(kind: str, verb: Verb, before: str, after: str, role: Role) -> bool:
    """Tell whether a recorded step is in the table of its kind."""
    return is_legal(table_of(kind), verb, before, after, role)
