"""`flask city train-categories`: make the pack's model of likely categories, and measure it.

A refusal ends with exit status 1 and says all that is wrong; no file is half written.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import click

from app.cli.root import city
from app.cli.training.corpus import (
    BadCorpus,
    Example,
    described,
    digest,
    enough,
    read_examples,
    read_spellings,
)
from app.core.installation import settings
from app.packs.reader import PackInvalid, read_pack

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NO_LIBRARY = (
    "scikit-learn is not installed: ./run flask city train-categories installs it, or\n"
    "pip install --require-hashes -r requirements-train.txt"
)


@city.command("train-categories")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--also", multiple=True, type=FILE, help="Texts to learn from, not to measure on.")
@click.option("--spellings", type=FILE, help="How words of short messages are meant.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--rounds", default=1, show_default=True, help="How often to measure in five parts.")
@click.option("--curve", is_flag=True, help="Measure with less to learn from; make no model.")
def train_categories(
    files: tuple[Path, ...],
    also: tuple[Path, ...],
    spellings: Path | None,
    out: Path | None,
    rounds: int,
    *,
    curve: bool,
) -> None:
    """Learn from FILES (text,category,lang) what a text is about."""
    try:
        content = read_pack(settings().city_pack)
        known = {part.code for part in content.categories}
        measured = read_examples(files, known)
        enough(measured)
        learnt = [*read_examples(also, known), *described(content.categories)]
        meant = read_spellings(spellings)
    except BadCorpus as bad:
        raise click.ClickException(str(bad)) from None
    except PackInvalid as invalid:
        raise click.ClickException(str(invalid)) from None
    if curve:
        for line in _library("trials").curve(measured, learnt, meant):
            click.echo(line)
        return
    _train(measured, learnt, meant, out or settings().city_pack / "categories.model",
           rounds=rounds)  # fmt: skip


def _train(
    measured: list[Example],
    learnt: list[Example],
    meant: dict[str, str],
    out: Path,
    *,
    rounds: int,
) -> None:
    trials, fit = _library("trials"), _library("fit")
    click.echo(f"{len(measured)} texts measured, {len(learnt)} more to learn from")
    for line in trials.report(trials.measure(measured, learnt, meant, rounds=rounds)):
        click.echo(line)
    made = fit.fit([*measured, *learnt], meant, corpus=digest(measured, learnt, meant))
    fresh = out.with_suffix(".new")
    fresh.write_bytes(made)
    fresh.replace(out)
    click.echo(f"{out}: {len(made)} bytes. `flask city load-pack` brings it into use.")


def _library(name: str) -> ModuleType:
    """Return the module that needs scikit-learn."""
    try:
        return import_module(f"app.cli.training.{name}")
    except ModuleNotFoundError:
        raise click.ClickException(NO_LIBRARY) from None
