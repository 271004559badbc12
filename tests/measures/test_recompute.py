"""Whoever has the open data gets the published figures, to the digit; a wrong one is found."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.measures.reckoning.definitions import METRICS, SUGGESTIONS
from app.measures.service import differing
from tests.factories.tickets import submitted
from tests.measures.scene import Season, exported, freeze_all, recomputed, rows_of
from tests.measures.suggested import Suggestions


@pytest.mark.parametrize("seed", [1])
def test_the_published_figures_follow_from_the_open_data(
    session: Session, client: FlaskClient, tmp_path: Path, seed: int
) -> None:
    season = Season(session, seed)
    season.suggestions = Suggestions(session, seed)
    season.left_alone = submitted(session, at=season.at).ticket.id
    season.pass_by(days=45)
    freeze_all(session, season.at)
    season.pass_by(days=70)
    freeze_all(session, season.at)
    files = exported(client, tmp_path)
    published = tmp_path / "figures.csv"
    result = recomputed(files, "--compare", published)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    rows = rows_of(published)
    assert f"{len(rows)} figures recomputed" in result.stdout
    assert {row["metric"] for row in rows} == set(METRICS), "a season shows every figure"

    assert differing(session) == []
    suggestions = [row for row in rows if row["metric"] in SUGGESTIONS]
    for some in (rows, suggestions):
        told_wrong_is_found(files, published, some[len(some) // 2])


def told_wrong_is_found(files: list[Path], published: Path, row: dict[str, str]) -> None:
    old = published.read_text("utf-8")
    line = re.search(rf"^.*,{row['key']},{row['metric']},.*$", old, re.MULTILINE)
    assert line is not None
    published.write_text(old.replace(line[0], line[0] + "9"), "utf-8")
    assert recomputed(files, "--compare", published).returncode == 1
    published.write_text(old, "utf-8")
