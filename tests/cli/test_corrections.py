"""`flask city export-corrections`: masked words of reports whose category somebody is sure of."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.training.corpus import read_examples
from app.core.time import now
from app.reports import service
from app.tickets.models import Ticket
from tests.desk.scene import a_ticket, do, member
from tests.factories.tickets import report_of, resolve

PHONE = "0912345678"


def export(app: Flask, file: Path) -> str:
    done = app.test_cli_runner().invoke(
        args=["city", "export-corrections", str(file)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return str(done.output)


def published(session: Session, text: str) -> Ticket:
    ticket = a_ticket(session, text=text)
    do(session, ticket, "publish", member(session, "screener"))
    return ticket


def corrected(session: Session, text: str) -> Ticket:
    ticket = published(session, text)
    do(session, ticket, "correct", member(session), category_code="drainage")
    do(session, ticket, "publish", member(session, "screener"))
    return ticket


def confirmed(session: Session, text: str) -> Ticket:
    ticket = published(session, text)
    resolve(session, ticket, at=now())
    service.confirm(session, report_of(session, ticket), now=now())
    return ticket


def test_only_what_somebody_is_sure_of_is_written(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    corrected(session, f"Cống nghẹt,\nnước tràn. Gọi {PHONE}")
    confirmed(session, "Mặt đường vỡ")
    published(session, "Chưa ai xem loại")
    session.commit()
    file = tmp_path / "own.csv"
    assert "2 texts" in export(app, file)
    read = read_examples([file], {"drainage", "road"})
    assert [(row.text, row.category, row.lang) for row in read] == [
        ("Cống nghẹt, nước tràn. Gọi", "drainage", "en"),
        ("Mặt đường vỡ", "road", "en"),
    ]
    assert PHONE not in file.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [file]


def withdrawn(session: Session, ticket: Ticket) -> None:
    service.erase(session, report_of(session, ticket), now=now())


def kept_private(session: Session, ticket: Ticket) -> None:
    service.keep_private(session, report_of(session, ticket), now=now())


def hidden(session: Session, ticket: Ticket) -> None:
    do(session, ticket, "hide", member(session, "screener"), code="insult")


def private(_session: Session, ticket: Ticket) -> None:
    ticket.private, ticket.map_key = True, None


def sample(_session: Session, ticket: Ticket) -> None:
    ticket.sample = True


@pytest.mark.parametrize("close", [withdrawn, kept_private, hidden, private, sample])
def test_what_is_not_public_is_not_written(
    app: Flask, session: Session, tmp_path: Path, close: Callable[[Session, Ticket], None]
) -> None:
    ticket = corrected(session, "Cống nghẹt")
    close(session, ticket)
    session.commit()
    file = tmp_path / "own.csv"
    assert "0 texts" in export(app, file)
    assert file.read_text(encoding="utf-8") == "text,category,lang\n"


def test_a_text_is_no_formula(app: Flask, session: Session, tmp_path: Path) -> None:
    corrected(session, "=1+1 cống nghẹt")
    session.commit()
    file = tmp_path / "own.csv"
    export(app, file)
    assert "\n'=1+1 cống nghẹt,drainage,en" in file.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_said(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(
        args=["city", "export-corrections", str(tmp_path / "no" / "own.csv")]
    )
    assert done.exit_code == 1
    assert "No such file" in done.output
