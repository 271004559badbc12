"""`flask city migrate`: the database's structure."""

import click

from app.cli.migrate import current, upgrade
from app.cli.root import city
from app.core.db import db, transaction
from app.map_index.service import rebuild


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
    """Count every ticket anew for the map; the service may run meanwhile."""
    with transaction() as session:
        rebuild(session)
    click.echo("the counts of the map have been made anew")
