"""`flask city …`: the group of our commands, and how a refusal looks on a terminal."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import SOURCE_LANGUAGE, translate, use_language

city = AppGroup("city", help="The commands of this installation.")


@contextmanager
def refusals() -> Iterator[None]:
    """Show what was refused, one English line each, and end with exit status 1."""
    try:
        yield
    except (Rejection, Rejections) as refused:
        items = refused.items if isinstance(refused, Rejections) else (refused,)
        with use_language(SOURCE_LANGUAGE):
            lines = [translate(item.message, **item.params) for item in items]
        raise click.ClickException("\n".join(lines)) from None


@contextmanager
def readable() -> Iterator[None]:
    """Say of a file that is no CSV in UTF-8 that it is none."""
    try:
        yield
    except UnicodeDecodeError:
        raise click.ClickException("the file is not UTF-8 text") from None
    except csv.Error as error:
        raise click.ClickException(f"the file is no CSV: {error}") from None
