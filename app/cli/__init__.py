"""Commands: each module of `COMMANDS` adds its own to the group `flask city`."""

import logging
from importlib import import_module

from flask import Flask

COMMANDS = (
    "app.cli.contacts",
    "app.cli.database",
    "app.cli.demo",
    "app.cli.due",
    "app.cli.locate",
    "app.cli.packs",
    "app.cli.simulate",
    "app.cli.synthetic",
    "app.cli.takeover",
    "app.cli.training.commands",
    "app.cli.training.export",
    "app.cli.users",
    "app.cli.verify",
)


def install(app: Flask) -> None:
    """Register `flask city` with all its commands."""
    # It announces each of its parts when it is imported, in every process.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in COMMANDS:
        import_module(name)
    app.cli.add_command(import_module("app.cli.root").city)
