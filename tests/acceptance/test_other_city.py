"""Another city's requests, with its own due dates, taken over: our verdicts are that city's own."""

import csv
import gzip
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.acceptance import other_city
from tests.acceptance.verdicts import compared
from tests.installation import Installation, new_database

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
TABLE = SHARED / "311" / "boston_2015_full.csv.gz"
ROWS, EACH = 3_000, 40  # one row of forty, through the whole year


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "some.csv.gz"
    chosen = islice(other_city.rows(TABLE), 0, None, EACH)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        first = next(chosen)
        writer = csv.DictWriter(stream, list(first))
        writer.writeheader()
        writer.writerows([first, *islice(chosen, ROWS - 1)])
    return path


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, table: Path
) -> Iterator[tuple[Installation, Path]]:
    folder = tmp_path_factory.mktemp("other")
    made = other_city.build(folder, table)
    with new_database("hoi_am_other") as url:
        settings = {"CITY_PACK": str(made.pack)}
        found = Installation(folder, url, os.environ["REDIS_URL"], settings)
        found.flask("migrate")
        found.flask("load-pack")
        yield found, made.mapping


def test_it_is_taken_over_and_the_verdicts_are_the_citys_own(
    place: tuple[Installation, Path], table: Path
) -> None:
    installation, mapping = place
    words = ("import-tickets", str(table), "--mapping", str(mapping))
    kept = installation.flask(*words, "--dry-run").splitlines()
    assert kept[-1].startswith("nothing was kept")
    told = installation.flask(*words).splitlines()[-1]
    assert told == kept[-2]
    again = installation.flask(*words).splitlines()[-1]
    assert ": 0 taken over, " in again
    engine = create_engine(installation.env["DATABASE_URL"])
    with engine.connect() as connection:
        verdicts = compared(connection, table)
    engine.dispose()
    assert verdicts.agree > ROWS // 2
    assert verdicts.differ == []
    assert verdicts.late > 100
    assert " 0 problems" in installation.flask("verify").splitlines()[-1]
