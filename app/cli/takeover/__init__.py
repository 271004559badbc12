"""`flask city import-tickets`: what another system has taken in, with its history.

1. Each batch is a transaction: what was broken off goes on where it stopped, because what is there
   already is not written again.
2. `--dry-run` does everything and keeps nothing.
3. A line that cannot be taken over is refused with its reason; the others are not held up.
"""

import csv
import gzip
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.catalog.models import Category
from app.cli.root import city, plain_cells, readable
from app.cli.takeover.mapping import BadMapping, Known, read_mapping
from app.cli.takeover.rows import Rows, Unusable
from app.core.db import current_session, transaction
from app.core.time import now
from app.reports.service.former import Former, take_over

BATCH, SHOWN = 1_000, 50
REFUSED_COLUMNS = ("line", "number", "reason")
Keeps = Callable[[], AbstractContextManager[Session]]


class _Undone(Exception):  # noqa: N818 - see rule 2
    """Takes back what a dry run has written."""


@dataclass
class Account:
    """What became of the lines; `file` takes those that were refused."""

    file: IO[str] | None
    lines: int = 0
    written: int = 0
    known: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int, number: str, reason: str) -> None:
        """Note a refusal; the first ones are shown at once."""
        self.reasons[reason] += 1
        if self.reasons.total() <= SHOWN:
            click.echo(f"line {line} ({number}): {reason}")
        if self.file is not None:
            row = dict(zip(REFUSED_COLUMNS, (str(line), number, reason), strict=True))
            csv.DictWriter(self.file, REFUSED_COLUMNS).writerow(plain_cells(row))

    def lines_told(self) -> Iterator[str]:
        """Yield what to say at the end."""
        for reason, count in self.reasons.most_common():
            yield f"refused {count}: {reason}"
        done = f"{self.written} taken over, {self.known} known, {self.reasons.total()} refused"
        yield f"{self.lines} lines: {done}"


@city.command("import-tickets")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping", "mapping_file", required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the columns mean (YAML); see docs/operator.md.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing.")
@click.option(
    "--refused", "refused_file", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the lines that were refused, with reasons, as CSV.",
)  # fmt: skip
def import_tickets_command(
    file: Path, mapping_file: Path, dry_run: bool, refused_file: Path | None  # noqa: FBT001
) -> None:  # fmt: skip
    """Take over the tickets of FILE, a table of another system (CSV, plain or gzip)."""
    session = current_session()
    categories = {row.code: row for row in session.scalars(select(Category))}
    agencies = set(session.scalars(select(Agency.code)))
    session.expunge_all()
    try:
        mapping = read_mapping(mapping_file, Known(categories=categories, agencies=agencies))
    except BadMapping as bad:
        raise click.ClickException(str(bad)) from None
    with _opened(file) as stream, _refusals(refused_file) as refused, readable():
        table = csv.DictReader(stream, strict=True)
        wanted = dict.fromkeys(mapping.columns.values())
        if missing := [name for name in wanted if name not in (table.fieldnames or ())]:
            raise click.ClickException(f"the table has no column {', '.join(missing)}")
        account, rows = Account(refused), Rows(mapping, categories, now())
        keeps = _keep if not dry_run else _keep_nothing
        while batch := list(itertools.islice(_read(table, rows, account), BATCH)):
            _write(batch, account, rows.now, keeps)
            click.echo(f"{account.lines} lines …", err=True)
    for line in account.lines_told():
        click.echo(line)
    if dry_run:
        click.echo("nothing was kept: this was a dry run")


def _read(
    table: "csv.DictReader[str]", rows: Rows, account: Account
) -> Iterator[tuple[int, Former]]:
    """Yield what can be taken over, with its line."""
    for row in table:
        account.lines += 1
        try:
            yield table.line_num, rows.read(row)
        except Unusable as reason:
            number = row.get(rows.mapping.columns["number"]) or ""
            account.refuse(table.line_num, number, str(reason))


def _write(batch: list[tuple[int, Former]], account: Account, at: datetime, keeps: Keeps) -> None:
    line_of = {id(former): line for line, former in batch}
    with keeps() as session:
        done = take_over(session, [former for _line, former in batch], now=at)
    account.written += done.count
    account.known += done.known
    for former, reason in done.refused:
        account.refuse(line_of[id(former)], former.number, reason)


@contextmanager
def _keep() -> Iterator[Session]:
    with transaction() as session:
        yield session
    session.expunge_all()


@contextmanager
def _keep_nothing() -> Iterator[Session]:
    with suppress(_Undone), transaction() as session:
        yield session
        raise _Undone


@contextmanager
def _opened(file: Path) -> Iterator[IO[str]]:
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8-sig", newline="") as stream:
            yield stream
    except (gzip.BadGzipFile, EOFError):
        raise click.ClickException("the file is not whole") from None


@contextmanager
def _refusals(file: Path | None) -> Iterator[IO[str] | None]:
    if file is None:
        yield None
        return
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, REFUSED_COLUMNS).writeheader()
        yield stream
