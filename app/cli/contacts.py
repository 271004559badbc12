"""Commands on what residents left with us.

`index-contacts` is for contacts from before there were keys; `open-original` for an original that
somebody has a right to, such as an investigator: no page shows it; `erase-again` for a restored
database: what was erased after the backup is erased there too.
"""

import sys
from collections import Counter
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import erase_contact, index_contacts, withdraw_consent
from app.accounts.models import Contact
from app.catalog.queries import profile
from app.cli.root import city
from app.core import erased
from app.core.db import current_session, transaction
from app.core.erased import Erased
from app.core.errors import NotFound
from app.core.time import now
from app.core.words.i18n import translate
from app.following.models import Follower
from app.following.service import end
from app.media.redaction.service import original
from app.reports.models import Report
from app.reports.service import end_contact, erase, keep_private

BATCH = 500
DONE, NOT_HERE, UNREADABLE = "done", "not here", "unreadable"


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


@city.command("erase-again")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def erase_again_command(file: Path) -> None:
    """Erase what FILE names (var/erased.log of the installation that was backed up).

    May be stopped and started again. Exit status 1 if a line could not be read.
    """
    counted: Counter[str] = Counter()
    for line in erased.lines(file):
        with transaction() as session:
            counted[UNREADABLE if line is None else _again(session, line)] += 1
    click.echo(
        f"{counted[DONE]} erased again; {counted[NOT_HERE]} are not in this database;"
        f" {counted[UNREADABLE]} lines cannot be read"
    )
    sys.exit(1 if counted[UNREADABLE] else 0)


def _again(session: Session, line: Erased) -> str:
    kind, _, purpose = line.kind.partition(":")
    match kind:
        case erased.REPORT | erased.PRIVATE:
            report = session.get(Report, line.number)
            if report is None or not line.is_of(report.id, report.idempotency_key):
                return NOT_HERE
            (erase if kind == erased.REPORT else keep_private)(session, report, now=now())
        case erased.CONTACT | erased.CONSENT:
            contact = session.get(Contact, line.number)
            if contact is None or not line.is_of(contact.id, contact.mark):
                return NOT_HERE
            if kind == erased.CONSENT:
                withdraw_consent(session, contact, purpose, now=now())
            else:
                _end(session, contact)
        case _:
            return UNREADABLE
    return DONE


def _end(session: Session, contact: Contact) -> None:
    """Erase a contact; whoever it belongs to is not reached any more."""
    report = session.scalar(select(Report).where(Report.contact_id == contact.id))
    follower = session.scalar(select(Follower).where(Follower.contact_id == contact.id))
    if report is not None:
        end_contact(session, report, now=now())
    elif follower is not None:
        end(session, follower, now=now())
    else:
        erase_contact(session, contact, now=now())
