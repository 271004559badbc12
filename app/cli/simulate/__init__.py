"""`flask city simulate`: a year of an invented city, by the verbs that people and workers use.

For a throw-away database only. At the end every ticket is owned, escalated or final, every history
fits its ticket, and the figures are printed; the exit status is 1 if anything is not so.
"""

import gc
import random
import sys
from datetime import datetime
from pathlib import Path

import click
import yaml
from sqlalchemy import func, select, text

from app.accounts.models import Account
from app.agencies.models import Agency, AgencyTimetable
from app.catalog.models import Area, Category, Code, ServiceTarget, Severity
from app.catalog.queries import profile
from app.cli.demo.scenery import draw_picture, sample_places
from app.cli.root import city
from app.cli.simulate.clockwork import sweep, wind
from app.cli.simulate.dump import lines
from app.cli.simulate.figures import dropped, figures
from app.cli.simulate.people.changes import Changes
from app.cli.simulate.people.desk import Desk
from app.cli.simulate.people.offices import Offices
from app.cli.simulate.people.residents import Residents
from app.cli.simulate.people.staff import Staff
from app.cli.simulate.world import World
from app.cli.simulate.year import Year
from app.core.db import current_session, transaction
from app.core.installation import settings
from app.core.time import frozen
from app.core.work.jobs import hints_off
from app.media.service import store
from app.tickets.models import Ticket
from app.tickets.verify import Checked, problems

SHOWN = 50
SMALL = (Category, Severity, Code, ServiceTarget, Agency, AgencyTimetable, Area, Account)


@city.command("simulate")
@click.option(
    "--tickets", type=click.IntRange(1), default=2_000, show_default=True,
    help="How many reports come in.",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="The same seed, the same year.")
@click.option("--days", type=click.IntRange(1, 1_000), default=365, show_default=True)
@click.option(
    "--begin", type=click.DateTime(["%Y-%m-%d"]), default="2026-01-01", show_default=True,
    help="The first day, in the city's time.",
)  # fmt: skip
@click.option(
    "--against", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write what due dates follow from, one JSON line for each ticket.",
)  # fmt: skip
@click.option("--despite-tickets", is_flag=True, help="Run although there are tickets already.")
def simulate_command(  # noqa: PLR0917 - each an option of the command line
    tickets: int, seed: int, days: int, begin: datetime, against: Path | None,
    despite_tickets: bool,  # noqa: FBT001 - as above
) -> None:  # fmt: skip
    """Let a year pass on a throw-away database, and look at what it leaves."""
    session = current_session()
    if session.scalar(select(func.count()).select_from(Ticket)) and not despite_tickets:
        raise click.ClickException("there are tickets already: this is for a throw-away database")
    zone = profile(session).zone
    chance = random.Random(seed)  # noqa: S311 - a year to be repeated
    year = Year(begin.replace(tzinfo=zone), days, chance, zone)
    # Millions of rows come and go: to look for cycles after every few hundred costs a tenth.
    gc.set_threshold(100_000, 20, 20)
    with hints_off():
        _live(year, chance, tickets)
    sys.exit(_reckon(year, against))


def _live(year: Year, chance: random.Random, count: int) -> None:
    samples = yaml.safe_load((settings().city_pack / "samples.yaml").read_text("utf-8"))
    with transaction() as session:
        # A throw-away database may lose its last second when the machine fails.
        session.execute(text("SET synchronous_commit = off"))
    with frozen(year.begin), transaction() as session:
        proof = store(session, draw_picture(chance), now=year.begin).id
        staff = Staff.hire(session, chance, year.begin, (year.end - year.begin).days)
    session = current_session()
    # Held here, so that nobody asks the database for the same few rows at every act.
    kept = [session.scalars(select(table)).all() for table in SMALL]
    query = select(Category).where(Category.active, Category.kind == "problem")
    world = World(
        year=year, chance=chance, staff=staff, samples=samples, places=sample_places(session),
        categories=list(session.scalars(query.order_by(Category.code))),
    )  # fmt: skip
    residents = Residents(world, [agent.code for agent in staff.agents])
    offices = Offices(world)
    world.on_change.append(residents.told)
    wind(year)
    Changes(world).plan()
    Desk(world, proof).open()
    offices.open()
    residents.open(count, offices.watch_claim)
    year.tell_months(lambda: click.echo(f"{year.at:%Y-%m}: {world.counts.total()} acts", err=True))
    year.run()
    kept.clear()
    with frozen(year.end):
        sweep(year.end)
    for name in sorted(world.refusals):
        click.echo(f"refused: {name} {world.refusals[name]}")


def _reckon(year: Year, against: Path | None) -> int:
    session = current_session()
    for name, value in figures(session):
        click.echo(f"{name}: {value}")
    lost = dropped(session, year.end)
    for reference, why in lost[:SHOWN]:
        click.echo(f"dropped: {reference} {why}")
    wrong = 0
    checked = Checked()
    for problem in problems(session, year.end, checked):
        wrong += 1
        if wrong <= SHOWN:
            click.echo(f"wrong: {problem.reference} {problem.what}")
    click.echo(f"{len(lost)} dropped, {checked.events} events checked, {wrong} problems")
    if against is not None:
        with against.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines(session))
    return 1 if lost or wrong else 0
