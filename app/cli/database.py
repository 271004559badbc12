"""`flask city migrate`: the database's structure."""

import click

from app.cli.migrate import current, upgrade
from app.cli.root import city
from app.core.db import db, transaction
from app.core.time import now
from app.map_index import service as map_index
from app.measures import service as measures


@city.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    before = current(db.engine)
    upgrade(db.engine)
    after = current(db.engine)
    if before == after:
        click.echo(f"the database is up to date (revision {after})")
    else:
        click.echo(f"the database went from revision {before or 'none'} to {after}")


@city.command("rebuild")
def rebuild_command() -> None:
    """Count every ticket anew for the map, and for the months that may still change.

    The service may run meanwhile.
    """
    with transaction() as session:
        map_index.rebuild(session)
    click.echo("the counts of the map have been made anew")
    with transaction() as session:
        measures.rebuild(session, now=now())
    click.echo("the figures of the months that are not frozen have been made anew")
