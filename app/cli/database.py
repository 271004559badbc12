"""`flask city migrate`: the database's structure."""

import click

from app.cli.migrate import current, upgrade
from app.cli.root import city
from app.core.db import db


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
