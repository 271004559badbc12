"""`flask city index-contacts`: contacts from before there were keys are found again."""

import click

from app.accounts.contacts import index_contacts
from app.catalog.queries import profile
from app.cli.root import city
from app.core.db import current_session, transaction

BATCH = 500


@city.command("index-contacts")
def index_contacts_command() -> None:
    """Let "My reports" find reports whose contact was left before revision 0009.

    In batches, beside the running service; may be stopped and started again.
    """
    region = profile(current_session()).phone_region
    done = left = 0
    after: int | None = 0
    while after is not None:
        with transaction() as session:
            batch = index_contacts(session, after=after, limit=BATCH, region=region)
        done, left, after = done + batch.done, left + batch.left, batch.last
    click.echo(f"{done} contacts indexed, {left} cannot be")
