"""`flask city load-synthetic`: a city of many tickets, to try and to measure with.

For a throw-away database only. A block of lives is lived by the engine, with everything that
`verify` looks at; the rest are copies of it at other places. The map is counted anew at the end.
Broken off half-way it leaves a sound database with that block alone; to begin again, empty it.
"""

import random

import click
import yaml
from sqlalchemy import func, select

from app.cli.root import city
from app.cli.synthetic.filling import HISTORIES, ROWS_ONLY, fill
from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now
from app.tickets.models import Ticket


@city.command("load-synthetic")
@click.option("--tickets", type=click.IntRange(1, 20_000_000), default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--map-only", is_flag=True,
    help="Beyond the first 20,000 only what the map needs: no reports, no histories.",
)  # fmt: skip
def load_synthetic_command(tickets: int, seed: int, map_only: bool) -> None:  # noqa: FBT001 - click passes options so
    """Fill a throw-away database with invented tickets."""
    if not settings().trial:
        raise click.ClickException(
            "this is no trial (TRIAL=1): its tickets would look like real ones"
        )
    session = current_session()
    if session.scalar(select(func.count()).select_from(Ticket)):
        raise click.ClickException("there are tickets already: this is for a throw-away database")
    samples = yaml.safe_load((settings().city_pack / "samples.yaml").read_text("utf-8"))["reports"]

    def words(category: str, number: int) -> str:
        texts = samples.get(category) or samples["other"]
        return str(texts[number % len(texts)])

    total = fill(
        tickets, chance=random.Random(seed), words=words, at=now(),  # noqa: S311 - to be repeated
        tables=ROWS_ONLY if map_only else HISTORIES,
        tell=lambda said: click.echo(said, err=True),
    )  # fmt: skip
    click.echo(f"{total} tickets")
