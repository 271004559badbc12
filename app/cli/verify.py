"""`flask city verify`: is the installation's record right? Exit status 1 if anything is not."""

import sys
from datetime import UTC, datetime, timedelta

import click

from app.cli.root import city
from app.core.db import current_session
from app.core.time import now
from app.core.work import outbox
from app.map_index import service as map_index
from app.measures import service as measures
from app.tickets.service import strays
from app.tickets.verify import Checked, problems

SHOWN = 100
OUTBOX_LIMIT = timedelta(minutes=10)


@city.command("verify")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d %H:%M:%SZ"]),
    help='Judge what waits as if it were this moment ("2026-11-25 17:46:00Z").',
)
def verify_command(as_of: datetime | None) -> None:
    """Check every ticket against its history, and that nothing waits too long."""
    session = current_session()
    moment = as_of.replace(tzinfo=UTC) if as_of else now()
    checked = Checked()
    found = 0
    for problem in problems(session, moment, checked):
        found += 1
        if found <= SHOWN:
            click.echo(f"{problem.reference} {problem.what}")
    if found > SHOWN:
        click.echo(f"… and {found - SHOWN} more")
    if wrong := map_index.differing(session):
        found += 1
        click.echo(f"{wrong} counts of the map are not those of the tickets: flask city rebuild")
    for reference in strays(session, moment):
        found += 1
        click.echo(f"{reference} is in the hands of somebody who does not work for its agency")
    for month in measures.differing(session):
        found += 1
        click.echo(f"the figures of {month} are not those of the public events")
    oldest = outbox.oldest(session)
    if oldest is not None and moment - oldest > OUTBOX_LIMIT:
        found += 1
        click.echo(f"the outbox has been waiting since {oldest.isoformat()}")
    click.echo(f"{checked.tickets} tickets, {checked.events} events, {found} problems")
    sys.exit(1 if found else 0)
