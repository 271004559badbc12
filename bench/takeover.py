"""`./run bench import TABLE`: a year of another city's requests, taken over into its own pack.

Pack and mapping are made from the table (`tests.acceptance.other_city`), in a database that is
thrown away. Afterwards our verdicts are compared with that city's own, and `verify` is asked.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine

from tests.acceptance import other_city
from tests.acceptance.verdicts import compared
from tests.installation import ROOT, Installation, new_database

SHOWN = 30


def main(words: list[str]) -> int:
    """Take it over, say how long that took and what differs."""
    parser = argparse.ArgumentParser(prog="./run bench import")
    parser.add_argument("table", type=Path, help="CSV, plain or gzip")
    table = parser.parse_args(words).table.resolve()
    scratch = tempfile.TemporaryDirectory(prefix="hoi-am-import-")
    with scratch as name, new_database("hoi_am_import") as url:
        folder = Path(name)
        made = other_city.build(folder, table)
        settings = {"CITY_PACK": str(made.pack)}
        place = Installation(folder, url, os.environ["REDIS_URL"], settings)
        place.flask("migrate")
        place.flask("load-pack")
        status = _run(place, "import-tickets", str(table), "--mapping", str(made.mapping))
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        with engine.connect() as connection:
            verdicts = compared(connection, table)
        engine.dispose()
        print(f"{verdicts.agree} verdicts agree, {verdicts.late} of them late")
        print(f"{len(verdicts.differ)} differ, {verdicts.missing} were refused")
        for line in verdicts.differ[:SHOWN]:
            print(line)
        return _run(place, "verify") or status or (1 if verdicts.differ else 0)


def _run(place: Installation, *words: str) -> int:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "city", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(place.env), check=False, stderr=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = f"{time.monotonic() - began:.0f} s, {spent:.0f} s of processor"
    print(f"{words[0]}: {took}, at most {after.ru_maxrss // 1024} MB", flush=True)
    return done.returncode
