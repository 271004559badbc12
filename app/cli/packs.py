"""`flask city load-pack`, `import-areas` and `succeed`: the installation's data, by hand.

A refusal ends with exit status 1 and says all that is wrong; nothing is half done.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from app.catalog.models import City
from app.catalog.queries import today
from app.cli.root import city, refusals
from app.core.db import current_session, transaction
from app.core.installation import settings
from app.core.time import now
from app.packs.boundary_file import NotBoundaries, read_features
from app.packs.reader import PackInvalid, read_pack
from app.packs.service import (
    AreaImport,
    ImportRefused,
    OtherCity,
    import_areas,
    load_pack,
    preview_areas,
    succeed,
)

SHOWN = 20


@city.command("load-pack")
@click.option("--check", is_flag=True, help="Only read and check the pack.")
@click.option("--if-empty", is_flag=True, help="Do nothing where a pack was loaded before.")
def load_pack_command(check: bool, if_empty: bool) -> None:  # noqa: FBT001 - click passes options so
    """Bring the database into the state of the city pack (CITY_PACK)."""
    try:
        content = read_pack(settings().city_pack)
        if check:
            click.echo(f"{content.city.code} {content.city.version}: no faults")
            return
        if if_empty and (there := current_session().get(City, 1)) is not None:
            if there.code != content.city.code:
                raise OtherCity(there.code)  # noqa: TRY301 - as the loading itself would
            return
        with transaction() as session:
            loaded = load_pack(session, content, now())
    except PackInvalid as invalid:
        raise click.ClickException(
            "\n".join(str(problem) for problem in invalid.problems)
        ) from None
    except OtherCity as other:
        raise click.ClickException(f"this database belongs to the city {other}") from None
    if loaded.untouched:
        click.echo("nothing to do")
    for verb, counts in (
        ("added", loaded.added), ("changed", loaded.changed), ("ended", loaded.ended),
    ):  # fmt: skip
        for table, count in sorted(counts.items()):
            click.echo(f"{verb} {count} {table}")


@city.command("import-areas")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where the boundaries come from, and their licence.")
@click.option("--valid-from", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--preview", is_flag=True, help="Only say what would change.")
@click.option("--force", is_flag=True, help="Load in spite of missing units or overlaps.")
def import_areas_command(
    file: Path,
    source: str,
    valid_from: datetime,
    preview: bool,  # noqa: FBT001
    force: bool,  # noqa: FBT001
) -> None:
    """Load the units' real boundaries from a GeoJSON file (plain or gzip)."""
    if valid_from.date() > today(current_session(), now()):
        # A new shape supersedes the former one when it is loaded, not on its day.
        raise click.BadParameter("the boundaries hold at once; choose today or an earlier day")
    try:
        features = read_features(file)
        if preview:
            _echo(preview_areas(current_session(), features))
            return
        with transaction() as session:
            result = import_areas(
                session, features, source=source, valid_from=valid_from.date(), now=now(),
                forced=force,
            )  # fmt: skip
    except NotBoundaries as error:
        raise click.ClickException(str(error)) from None
    except ImportRefused as refused:
        _echo(refused.preview)
        loadable = refused.preview.loadable
        hint = "look at the list above, then repeat with --force" if loadable else "nothing to load"
        raise click.ClickException(
            "features are refused" if refused.preview.refused else hint
        ) from None
    _echo(result)
    click.echo(f"loaded {len(result.first) + len(result.replacing)} units")


def _echo(preview: AreaImport) -> None:
    for line in describe(preview):
        click.echo(line)


def describe(preview: AreaImport) -> Iterator[str]:
    """Yield the lines that say what an import would do."""
    units = len(preview.first) + len(preview.replacing)
    yield f"features: {preview.features}; units: {units}; vertices: {preview.vertices}"
    yield f"first real shape: {len(preview.first)}; replacing: {len(preview.replacing)}"
    for name, codes in (
        ("missing units", preview.missing),
        ("unknown codes", preview.unknown),
        ("not units, ignored", preview.ignored),
    ):
        yield f"{name}: {', '.join(codes) or 'none'}"
    yield f"refused features: {len(preview.refused)}"
    for refused in preview.refused[:SHOWN]:
        yield f"  feature {refused.number} ({refused.code or 'no code'}) {refused.flaw}"
    yield from _more(len(preview.refused))
    yield f"overlaps: {len(preview.overlaps)}"
    for overlap in preview.overlaps[:SHOWN]:
        yield (
            f"  {overlap.first} and {overlap.second}: {overlap.area_m2:,.0f} m2"
            f" at {overlap.at.lat:.5f}, {overlap.at.lon:.5f}"
        )
    yield from _more(len(preview.overlaps))
    yield f"gaps: {len(preview.gaps)}"
    for gap in preview.gaps[:SHOWN]:
        touching = ", ".join(gap.units) or "no unit"
        place = f"{gap.at.lat:.5f}, {gap.at.lon:.5f}"
        yield f"  {gap.area_m2:,.0f} m2 between {touching} at {place}"
    yield from _more(len(preview.gaps))


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  … and {count - SHOWN} more"


@city.command("succeed")
@click.argument("code")
@click.argument("successor")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]))
def succeed_command(code: str, successor: str, on: datetime) -> None:
    """Let the agency SUCCESSOR take over from the agency CODE on a date."""
    with refusals(), transaction() as session:
        former = succeed(session, code, successor, on=on.date(), today=today(session, now()))
    click.echo(f"{former.code} ends on {former.valid_to}, then {former.successor_code}")
