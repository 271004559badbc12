"""`flask city due` and `flask city calendar`: the clock and its days, by the ticket's functions."""

import csv
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.agencies.queries import agency as agency_of
from app.catalog.queries import calendar_rows, profile
from app.cli.root import city, plain_cells, readable, refusals
from app.core.db import current_session
from app.core.words.i18n import pick
from app.tickets.clock import ClockExhausted, ClockKind, WorkingClock, add_time
from app.tickets.due import clock_for, timetable_id_for

MAX_HOURS = 20_000.0


@city.command("due")
@click.option("--start", help="When the clock starts, ISO 8601 with offset (or UTC).")
@click.option("--working-hours", type=str, help="The budget in working hours, for example 16.")
@click.option("--agency", default=None, help="Whose hours; without it the city's default hours.")
@click.option("--csv", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def due_command(
    start: str | None, working_hours: str | None, agency: str | None, path: Path | None
) -> None:
    """Say when a budget of working hours is used up."""
    clock = _clock(current_session(), agency)
    if path is not None:
        _csv(clock, path)
    elif start is None or working_hours is None:
        raise click.UsageError("give --start and --working-hours, or --csv FILE")
    else:
        try:
            due = _due(clock, start, working_hours)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{_utc(due)}  ({due:%A %Y-%m-%d %H:%M %Z})")


def _clock(session: Session, agency: str | None) -> WorkingClock:
    if agency is not None:
        with refusals():
            agency_of(session, agency)
    row = timetable_id_for(session, agency or "")
    return clock_for(session, row, profile(session).calendar_version)


def _csv(clock: WorkingClock, path: Path) -> None:
    with readable(), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        if not {"created_utc", "working_hours"} <= set(columns):
            raise click.UsageError("the file needs the columns created_utc and working_hours")
        if "due_utc" not in columns:
            columns.append("due_utc")
        writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore", lineterminator="\n")
        writer.writerow(plain_cells({name: name for name in columns}))
        for row in reader:
            writer.writerow(plain_cells(row | {"due_utc": _row(clock, row)}))


def _row(clock: WorkingClock, row: dict[str, str]) -> str:
    try:
        return _utc(_due(clock, row["created_utc"] or "", row["working_hours"] or ""))
    except ValueError:
        return "invalid"


def _due(clock: WorkingClock, start: str, hours: str) -> datetime:
    """Return the due instant. Raises ValueError in words."""
    try:
        begins = datetime.fromisoformat(start.strip())
    except ValueError:
        raise ValueError("the start is not an ISO 8601 instant") from None
    try:
        budget = float(hours)
    except ValueError:
        raise ValueError("the working hours are not a number") from None
    if not 0 <= budget <= MAX_HOURS:
        raise ValueError(f"the working hours must be between 0 and {MAX_HOURS:.0f}")
    if begins.tzinfo is None:
        begins = begins.replace(tzinfo=UTC)
    try:
        due = add_time(clock, ClockKind.WORKING, begins, timedelta(hours=budget))
        return due.astimezone(clock.zone)
    except (ClockExhausted, OverflowError):
        raise ValueError("the hours do not hold so much working time within ten years") from None


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@city.command("calendar")
@click.option("--year", type=int, default=None, help="Only this year.")
def calendar_command(year: int | None) -> None:
    """List the holidays and make-up days of the present calendar version."""
    session = current_session()
    version = profile(session).calendar_version
    rows = [row for row in calendar_rows(session, version) if year in (None, row.day.year)]
    click.echo(f"calendar version {version}, {len(rows)} days")
    for row in rows:
        replaces = f" for {row.replaces}" if row.replaces else ""
        mark = "" if row.confirmed else "  (not confirmed)"
        click.echo(f"{row.day} {row.day:%a}  {row.kind}{replaces}  {pick(row.names)}{mark}")
