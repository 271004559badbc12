"""`flask city load-demo`: a few hundred invented tickets at every stage of life.

Only in a database for samples (SAMPLE_CONTENT=1): every ticket is marked, nothing is mailed.
"""

import random

import click
import yaml
from sqlalchemy import func, select

from app.cli.demo.course import Course
from app.cli.root import city
from app.core.db import current_session
from app.core.installation import settings
from app.tickets.models import Ticket


@city.command("load-demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are tickets already.")
@click.option("--count", default=320, show_default=True, help="How many tickets.")
@click.option("--seed", default=20_251, show_default=True)
def load_demo_command(if_empty: bool, count: int, seed: int) -> None:  # noqa: FBT001
    """Fill a database for samples with invented tickets."""
    if not settings().sample_content:
        raise click.ClickException("this is not a database for samples (SAMPLE_CONTENT=1)")
    if current_session().scalar(select(func.count()).select_from(Ticket)):
        if if_empty:
            return
        raise click.ClickException("there are tickets already")
    samples = yaml.safe_load((settings().city_pack / "samples.yaml").read_text("utf-8"))
    Course(samples, random.Random(seed)).run(count)  # noqa: S311 - a course to be repeated
    click.echo(f"{count} sample tickets")
