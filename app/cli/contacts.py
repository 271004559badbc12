"""What is sealed: contacts that are found again, originals of redacted photos.

`index-contacts` is for contacts from before there were keys; `open-original` for an original that
somebody has a right to, such as an investigator: no page shows it.
"""

from typing import BinaryIO
from uuid import UUID

import click

from app.accounts.contacts import index_contacts
from app.catalog.queries import profile
from app.cli.root import city
from app.core.db import current_session, transaction
from app.core.errors import NotFound
from app.core.words.i18n import translate
from app.media.redaction.service import original

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


@city.command("open-original")
@click.argument("photo", type=click.UUID)
@click.argument("target", type=click.File("wb", lazy=True))
def open_original_command(photo: UUID, target: BinaryIO) -> None:
    """Write the original of a redacted PHOTO (its id, as in its address) to a file."""
    try:
        target.write(original(current_session(), photo))
    except NotFound as refused:
        raise click.ClickException(translate(refused.message)) from refused
