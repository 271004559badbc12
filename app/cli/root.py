"""`flask city …`: the group of our commands, and how a refusal looks on a terminal.

What the installation lacks (a database that answers, tables, a pack) is one sentence and exit
status 1, for every command.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.catalog.queries import NoCity
from app.core.errors import Rejection, Rejections
from app.core.words.i18n import SOURCE_LANGUAGE, translate, use_language

UNPREPARED = "this database is not prepared: start ./run once, or `flask city migrate`"
NO_PACK = "no city pack is loaded: start ./run once, or `flask city load-pack`"
_FORMULA = re.compile(r"[\t\r]|\s*[=+@-]")
_NUMBER = re.compile(r"[-+]?[0-9]*[.,]?[0-9]+([eE][-+]?[0-9]+)?")


class CityGroup(AppGroup):
    """Says what an installation lacks in a sentence, whichever command meets it."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raises ClickException."""
        try:
            return super().invoke(ctx)
        except NoCity:
            raise click.ClickException(NO_PACK) from None
        except UnicodeError:  # bytes from the terminal that are no UTF-8
            raise click.ClickException("what was typed is not UTF-8 text") from None
        except OperationalError as error:
            reason = str(error.orig).strip().partition("\n")[0]
            raise click.ClickException(f"the database gave up: {reason}") from None
        except ProgrammingError as error:
            if isinstance(error.orig, UndefinedTable | UndefinedColumn):
                raise click.ClickException(UNPREPARED) from None
            raise


city = CityGroup("city", help="The commands of this installation.")


@contextmanager
def refusals() -> Iterator[None]:
    """Show what was refused, one English line each, and end with exit status 1."""
    try:
        yield
    except (Rejection, Rejections) as refused:
        items = refused.items if isinstance(refused, Rejections) else (refused,)
        with use_language(SOURCE_LANGUAGE):
            lines = [translate(item.message, **item.params) for item in items]
        raise click.ClickException("\n".join(lines)) from None


def plain_cells(row: Mapping[str, str]) -> dict[str, str]:
    """Return a row whose cells no spreadsheet takes for formulas; numbers stay as they are."""
    return {name: _plain_cell(value) for name, value in row.items() if name is not None}


def _plain_cell(value: str | None) -> str:
    if not value or not _FORMULA.match(value):
        return value or ""
    return value if _NUMBER.fullmatch(value.strip()) else f"'{value}"


@contextmanager
def readable() -> Iterator[None]:
    """Say of a file that is no CSV in UTF-8 that it is none."""
    try:
        yield
    except UnicodeDecodeError:
        raise click.ClickException("the file is not UTF-8 text") from None
    except csv.Error as error:
        raise click.ClickException(f"the file is no CSV: {error}") from None
