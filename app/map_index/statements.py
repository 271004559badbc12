"""The SQL of the pyramid: one expression for "how does a state count", used by all.

1. A state (a ticket, or a noted change of one) counts under its map word; what has none, because
   it was merged, withdrawn or spam, does not count.
2. Overdue is what is open and was noted as overdue: an event, so that only changes change counts.
3. Cells of level `L` are `map_key >> 2 * (BITS - L)`. Kept are `LEVELS`; other levels are made of
   the next finer one.
4. A cell is kept twice: for each category, area and agency; and `whole`, all problems together,
   which is what most people look at, and few rows however many tickets there are.
"""

from functools import cache
from typing import Final

from sqlalchemy import TextClause, text

from app.tickets.problem_table import OPEN
from app.tickets.words import MAP_WORDS
from geo.morton import BITS

LEVELS: Final = (11, 13, 15, 17, 19)
FINEST: Final = LEVELS[-1]


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _when(status: str, outcome: str | None, word: str) -> str:
    ended = "" if outcome is None else f" AND outcome_code = {_quoted(outcome)}"
    return f"WHEN status = {_quoted(status)}{ended} THEN {_quoted(word)}"


WORD: Final = "CASE {} ELSE '' END".format(
    " ".join(
        _when(status, outcome, word)
        for (status, outcome), word in MAP_WORDS.items()
        if word is not None
    )
)
"""A state's map word, or ''."""

IS_OPEN: Final = "status IN ({})".format(", ".join(_quoted(status) for status in sorted(OPEN)))

PROBLEMS: Final = "category_code NOT IN (SELECT code FROM category WHERE kind = 'suggestion')"
"""Suggestions are counted under their own categories; who names none asks for problems."""

_TICKETS = """
    SELECT 1 AS sign, id, map_key, category_code, status, outcome_code,
           overdue_at IS NOT NULL AS overdue, area_code, agency_code
    FROM ticket WHERE NOT private
"""
_CELL_KEY = "whole, level, cell, category_code, word, overdue, area_code, agency_code"
_AREA_KEY = "area_code, agency_code, category_code, word, overdue"
_SUMS = "n, id_sum, column_sum, row_sum"
# Rows are written in one order, so that two writers wait for each other but not for ever.
_EACH_CELL = "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
_CELLS_IN_ORDER = "ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"
_AREAS_IN_ORDER = "ORDER BY 1, 2, 3, 4, 5"
_INTO_CELLS = f"INSERT INTO map_cell ({_CELL_KEY}, {_SUMS})"
_INTO_AREAS = f"INSERT INTO map_area ({_AREA_KEY}, n)"


def _changes(table: str) -> str:
    return f"""
    SELECT sign, ticket_id AS id, map_key, category_code, status, outcome_code, overdue,
           area_code, agency_code
    FROM {table}
"""  # noqa: S608 - our own constants


def _counting(states: str) -> str:
    """Return states with the word and the lateness that they count under."""
    return f"""
    SELECT sign, id, map_key, category_code, {WORD} AS word, overdue AND {IS_OPEN} AS overdue,
           coalesce(area_code, '') AS area_code, coalesce(agency_code, '') AS agency_code
    FROM ({states}) AS state
"""  # noqa: S608 - our own constants


def _parts(counting: str, levels: str) -> str:
    return f"""
    SELECT false AS whole, level, map_key >> (2 * ({BITS} - level)) AS cell, category_code, word,
           overdue, area_code, agency_code, sum(sign) AS n, sum(sign * id) AS id_sum,
           sum(sign * map_axis(map_key)) AS column_sum,
           sum(sign * map_axis(map_key >> 1)) AS row_sum
    FROM {counting} AS counting CROSS JOIN unnest({levels}) AS level
    WHERE map_key IS NOT NULL AND word <> ''
    {_EACH_CELL}
"""  # noqa: S608 - our own constants


def _every_level(counting: str) -> str:
    """Return the parts of all levels, by way of the finest: each state is looked at once."""
    finest = _parts(counting, f"ARRAY[{FINEST}]")
    return f"""
    SELECT false AS whole, coarser AS level, cell >> (2 * ({FINEST} - coarser)) AS cell,
           category_code, word, overdue, area_code, agency_code, sum(n) AS n,
           sum(id_sum) AS id_sum, sum(column_sum) AS column_sum, sum(row_sum) AS row_sum
    FROM ({finest}) AS finest CROSS JOIN unnest(ARRAY{list(LEVELS)}) AS coarser
    {_EACH_CELL}
"""  # noqa: S608 - our own constants


def _by_cell(parts: str) -> str:
    return f"""
    WITH part AS MATERIALIZED ({parts})
    SELECT * FROM part
    UNION ALL
    SELECT true, level, cell, '', word, overdue, '', '', sum(n), sum(id_sum), sum(column_sum),
           sum(row_sum)
    FROM part WHERE {PROBLEMS}
    {_EACH_CELL}
"""  # noqa: S608 - our own constants


def _by_area(counting: str) -> str:
    return f"""
    SELECT {_AREA_KEY}, sum(sign) AS n FROM {counting} AS counting
    WHERE area_code <> '' AND word <> ''
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - our own constants


def _added(table: str, key: str, sums: str) -> str:
    new = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums.split(", "))
    return f"ON CONFLICT ({key}) DO UPDATE SET {new}"


FOLD: Final = f"""
WITH taken AS (
    DELETE FROM map_change WHERE id IN (
        SELECT id FROM map_change ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING *
),
folded AS MATERIALIZED ({_counting(_changes("taken"))}),
cells AS (
    {_INTO_CELLS} {_by_cell(_every_level("folded"))} {_CELLS_IN_ORDER}
    {_added("map_cell", _CELL_KEY, _SUMS)}
),
areas AS (
    {_INTO_AREAS} {_by_area("folded")} {_AREAS_IN_ORDER} {_added("map_area", _AREA_KEY, "n")}
)
SELECT count(*) FROM taken
"""  # noqa: S608 - our own constants

# One statement, one snapshot: a ticket is counted here, or its change stays to be folded.
COUNT_ALL: Final = f"""
WITH folded AS (DELETE FROM map_change),
every AS MATERIALIZED ({_counting(_TICKETS)}),
areas AS ({_INTO_AREAS} {_by_area("every")} {_AREAS_IN_ORDER})
{_INTO_CELLS} {_by_cell(_parts("every", f"ARRAY[{FINEST}]"))} {_CELLS_IN_ORDER}
"""  # noqa: S608 - our own constants

COARSER: Final = f"""
{_INTO_CELLS}
SELECT whole, CAST(:level AS smallint), cell >> (2 * (:finer - :level)), category_code, word,
       overdue, area_code, agency_code, sum(n), sum(id_sum), sum(column_sum), sum(row_sum)
FROM map_cell WHERE level = :finer
{_EACH_CELL}
{_CELLS_IN_ORDER}
"""  # noqa: S608 - our own constants

EMPTY: Final = ("DELETE FROM map_cell", "DELETE FROM map_area")
DROP_ZEROES: Final = tuple(f"{each} WHERE n = 0" for each in EMPTY)

_UNFOLDED = f"({_counting(_changes('map_change'))})"
_IN_TILE = f"({_counting(_changes('map_change WHERE map_key >= :low AND map_key < :high'))})"


@cache
def tile(kept: str) -> TextClause:
    """Return the SQL for the cells of a range of keys, folded or not; with whom it is alone in one.

    kept: a condition on category_code, area_code, agency_code, word and overdue. Parameters: whole
    (it is on word and overdue alone), low, high, level, shift (how many bits a cell of the answer
    is coarser than one of the level) and those of the condition.
    """
    return text(f"""
    SELECT n, late, column_sum, row_sum, one.* FROM (
    SELECT sum(n) AS n, coalesce(sum(n) FILTER (WHERE overdue), 0) AS late, sum(id_sum) AS id_sum,
           sum(column_sum) AS column_sum, sum(row_sum) AS row_sum, cell >> :shift AS shown
    FROM (
        SELECT {_CELL_KEY}, {_SUMS} FROM map_cell
        WHERE whole = :whole AND level = :level AND cell >= :low >> (2 * ({BITS} - :level))
          AND cell < :high >> (2 * ({BITS} - :level))
        UNION ALL ({_by_cell(_parts(_IN_TILE, "ARRAY[:level]"))})
    ) AS counted
    WHERE whole = :whole AND {kept}
    GROUP BY cell >> :shift
    HAVING sum(n) > 0
    ) AS found
    LEFT JOIN LATERAL (
        SELECT reference, category_code, status, outcome_code FROM ticket
        WHERE id = CASE WHEN found.n = 1 THEN CAST(found.id_sum AS bigint) END LIMIT 1
    ) AS one ON true
    ORDER BY n DESC, shown
    """)  # noqa: S608 - our own constants


@cache
def by_area(kept: str) -> TextClause:
    """Return the SQL for the numbers of each area: all that count and those that are overdue.

    kept: a condition on agency_code, category_code, word and overdue.
    """
    return text(f"""
    SELECT area_code, sum(n) AS n, coalesce(sum(n) FILTER (WHERE overdue), 0) AS overdue
    FROM (
        SELECT {_AREA_KEY}, n FROM map_area UNION ALL {_by_area(_UNFOLDED)}
    ) AS counted
    WHERE {kept}
    GROUP BY 1
    HAVING sum(n) > 0
    """)  # noqa: S608 - our own constants


def _differing(key: str, sums: str, counted: str, truth: str) -> str:
    wrong = " OR ".join(f"sum(side * {name}) <> 0" for name in sums.split(", "))
    return f"""
SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT 1 AS side, * FROM ({counted}) AS counted
        UNION ALL SELECT -1, * FROM ({truth}) AS truth
    ) AS both_sides
    GROUP BY {key} HAVING {wrong}
) AS differing
"""  # noqa: S608 - our own constants


_TRUTH = f"({_counting(_TICKETS)})"
# How many counts are not those of the tickets, in one statement and so at one moment.
DIFFERING: Final = (
    _differing(
        _CELL_KEY,
        _SUMS,
        f"SELECT {_CELL_KEY}, {_SUMS} FROM map_cell"  # noqa: S608 - our own constants
        f" UNION ALL ({_by_cell(_every_level(_UNFOLDED))})",
        _by_cell(_every_level(_TRUTH)),
    ),
    _differing(
        _AREA_KEY,
        "n",
        f"SELECT {_AREA_KEY}, n FROM map_area UNION ALL {_by_area(_UNFOLDED)}",  # noqa: S608
        _by_area(_TRUTH),
    ),
)
