"""`./run bench year [--tickets N] [--seed S] …`: a simulated year, and its due dates once more.

The year passes in a database that is thrown away; afterwards every due date is walked minute by
minute by the tests' oracle (`tests.tickets.year_oracle`), which shares no code with the clock.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.installation import ROOT, Installation, new_database
from tests.tickets.year_oracle import Calendar, compare


def main(words: list[str]) -> int:
    """Let a year pass, walk its due dates, say how long it took."""
    options = _options(words)
    scratch = tempfile.TemporaryDirectory(prefix="hoi-am-year-")
    with scratch as name, new_database("hoi_am_year") as url:
        folder = Path(name)
        place = Installation(folder, url, os.environ["REDIS_URL"])
        place.flask("migrate")
        place.flask("load-pack")
        facts = folder / "facts.jsonl"
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "city", "simulate"]
        command += ["--tickets", str(options.tickets), "--seed", str(options.seed)]
        command += ["--days", str(options.days), "--against", str(facts)]
        began = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=dict(place.env), check=False).returncode
        print(f"{time.monotonic() - began:.0f} s for {options.tickets} reports", flush=True)
        if not facts.exists():  # it has said why
            return status or 1
        told = compare(facts, Calendar.read(ROOT))
    for line in told.lines():
        print(line)
    return status or (1 if told.wrong else 0)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench year")
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    return parser.parse_args(words)
