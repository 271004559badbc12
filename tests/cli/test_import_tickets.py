"""Tickets of another system: their dates and ends stay, their histories are lawful, none comes twice."""

import csv
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.models import ServiceTarget
from app.core.time import frozen
from app.core.work.outbox import EventOutbox
from app.map_index.service import differing, fold
from app.reports.models import Report
from app.reports.service.former import known_as
from app.tickets.models import Ticket
from tests.factories.tickets import IN_NEXT_CITY, IN_WARD, WARD, WARD_AREA, events, kinds, wrong

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
HEAD = ("nr", "in", "by", "out", "state", "what", "who", "said", "where", "y", "x")
MAPPING = {
    "source": "old", "timezone": "Asia/Ho_Chi_Minh", "dates": "%Y-%m-%d %H:%M",
    "columns": {
        "number": "nr", "received": "in", "due": "by", "ended": "out", "status": "state",
        "category": "what", "agency": "who", "outcome": "said", "answer": "said", "text": "where",
        "lat": "y", "lon": "x",
    },
    "statuses": {"new": "assigned", "begun": "in_progress", "done": "ended"},
    "categories": {"values": {"dirt": "waste"}},
    "agencies": {"values": {"ward": WARD}},
    "outcomes": {"starts": {"Cleared": "fixed", "Cleared, was nothing": "nothing_found"}},
    "words_public": "true",
}  # fmt: skip


def row(number: str = "1", **changes: str) -> dict[str, str]:
    cells = {
        "nr": number, "in": "2026-03-02 08:00", "by": "2026-03-05 17:15", "out": "2026-03-04 10:00",
        "state": "done", "what": "dirt", "who": "ward", "said": "Cleared by the team, 0912345678",
        "where": "Heap of waste", "y": str(IN_WARD.lat), "x": str(IN_WARD.lon),
    }  # fmt: skip
    return cells | changes


class Place:
    """A folder with a table and a mapping, and the command."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.mapping = folder / "mapping.yaml"
        self.mapping.write_text(yaml.safe_dump(MAPPING), "utf-8")
        self.code = 0

    def run(
        self, rows: Iterable[dict[str, str]], *words: str, name: str = "table.csv"
    ) -> list[str]:
        path = self.folder / name
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, HEAD)
            writer.writeheader()
            writer.writerows(rows)
        return self.on(path, *words)

    def on(self, path: Path, *words: str) -> list[str]:
        args = ["city", "import-tickets", str(path), "--mapping", str(self.mapping), *words]
        with frozen(NOW):
            done = self.app.test_cli_runner().invoke(args=args)
        self.code = done.exit_code
        return done.stdout.splitlines() + done.stderr.splitlines() * bool(done.exit_code)


@pytest.fixture
def place(app: Flask, session: Session, tmp_path: Path) -> Place:
    return Place(app, tmp_path)


def ticket(session: Session, number: str = "1") -> Ticket:
    query = select(Ticket).join(Report, Report.ticket_id == Ticket.id)
    return session.scalars(query.where(Report.idempotency_key == known_as("old", number))).one()


def test_what_ended_in_time_has_its_whole_life(place: Place, session: Session) -> None:
    assert place.run([row()])[-1] == "1 lines: 1 taken over, 0 known, 0 refused"
    found = ticket(session)
    assert kinds(session, found) == ["open", "publish", "assign", "resolve", "close"]
    assert (found.status, found.outcome_code, found.agency_code) == ("closed", "fixed", WARD)
    assert found.received_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert found.outcome_due_at == datetime(2026, 3, 5, 10, 15, tzinfo=UTC)
    assert found.outcome_at == datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    assert found.overdue_at is None
    assert (found.area_code, found.content) == (WARD_AREA, "published")
    assert {event.recorded_at for event in events(session, found)} == {NOW}
    assert wrong(session, NOW) == []


def test_what_ended_late_was_overdue(place: Place, session: Session) -> None:
    place.run([row(out="2026-03-09 10:00")])
    found = ticket(session)
    assert kinds(session, found)[3:6] == ["reply_overdue", "overdue", "resolve"]
    assert found.overdue_at == found.outcome_due_at
    assert wrong(session, NOW) == []


def test_a_date_that_ends_before_the_receipt_stays(place: Place, session: Session) -> None:
    place.run([row(by="2026-02-27 17:00")])
    assert ticket(session).outcome_due_at == datetime(2026, 2, 27, 10, 0, tzinfo=UTC)
    assert wrong(session, NOW) == []


def test_without_a_date_the_packs_promise_holds(place: Place, session: Session) -> None:
    place.run([row(by="")])
    found = ticket(session)
    assert found.promised_from == found.received_at
    assert session.get_one(ServiceTarget, found.target_id).version > 0
    assert wrong(session, NOW) == []


def test_nothing_new_is_promised_by_what_was_promised_there(place: Place, session: Session) -> None:
    place.run([row()])
    carried = session.scalars(select(ServiceTarget).where(ServiceTarget.version < 0)).one()
    assert carried.valid_from == carried.valid_to
    assert carried.outcome_s == timedelta(days=4).total_seconds()


def test_what_is_open_is_with_its_agency(place: Place, session: Session) -> None:
    place.run([row("1", state="new"), row("2", state="begun")])
    assert (ticket(session, "1").status, ticket(session, "2").status) == ("assigned", "in_progress")
    assert ticket(session, "1").intake_due_at is not None
    assert ticket(session, "2").intake_due_at is None
    assert wrong(session, NOW) == []


def test_a_number_comes_once(place: Place, session: Session) -> None:
    assert place.run([row(), row()])[-1] == "2 lines: 1 taken over, 1 known, 0 refused"
    assert place.run([row(), row("2")])[-1] == "2 lines: 1 taken over, 1 known, 0 refused"
    assert session.scalar(select(func.count()).select_from(Ticket)) == 2


def test_a_dry_run_keeps_nothing(place: Place, session: Session) -> None:
    told = place.run([row(), row("2", who="army")], "--dry-run")
    assert told[-2] == "2 lines: 1 taken over, 0 known, 1 refused"
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0
    assert session.scalar(select(func.count()).where(ServiceTarget.version < 0)) == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nr": ""}, "it has no number"),
        ({"in": ""}, "it does not say when it was received"),
        ({"in": "02.03.2026"}, "received: '02.03.2026' is not such a date"),
        ({"in": "2027-03-02 08:00"}, "received: '2027-03-02 08:00' has not come yet"),
        ({"out": "2026-03-02 07:59"}, "it ended before it was received"),
        ({"out": ""}, "it does not say when it ended"),
        ({"state": "lost"}, "the status 'lost' is not in the mapping"),
        ({"what": "noise"}, "the category 'noise' is not in the mapping"),
        ({"who": "army"}, "the agency 'army' is not in the mapping"),
        ({"said": "Gone"}, "the outcome 'Gone' is not in the mapping"),
        ({"y": "north"}, f"'north', '{IN_WARD.lon}' is no place"),
        ({"where": "x" * 20_001}, "text is longer than 20000 characters"),
        (
            {"y": str(IN_NEXT_CITY.lat), "x": str(IN_NEXT_CITY.lon)},
            "the place is outside the city",
        ),
    ],
)
def test_what_cannot_be_taken_over_is_named(
    place: Place, session: Session, changes: dict[str, str], reason: str
) -> None:
    told = place.run([row("7", **changes), row("8")])
    assert told[0].endswith(f": {reason}")
    assert told[0].startswith("line 2 (")
    assert told[-1] == "2 lines: 1 taken over, 0 known, 1 refused"
    assert ticket(session, "8").status == "closed"


def test_refusals_go_into_a_file(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    place.run([row("=1+1", who="army")], "--refused", str(path))
    assert path.read_text("utf-8").splitlines() == [
        "line,number,reason",
        "2,'=1+1,the agency 'army' is not in the mapping",
    ]


def test_an_answer_needs_words_here_too(place: Place) -> None:
    mapping = MAPPING | {"columns": {**MAPPING["columns"]}}  # type: ignore[dict-item]
    del mapping["columns"]["answer"]  # type: ignore[attr-defined]
    place.mapping.write_text(yaml.safe_dump(mapping), "utf-8")
    told = place.run([row(said="Cleared, was nothing")])
    assert told[0] == "line 2 (1): its history is refused: text_missing"


def test_words_are_masked_and_wait_where_they_were_not_public(
    place: Place, session: Session
) -> None:
    place.run([row(where="Call 0912345678")])
    report = session.scalars(select(Report)).one()
    assert "0912345678" not in (report.public_text or "")
    place.mapping.write_text(yaml.safe_dump(MAPPING | {"words_public": "false"}), "utf-8")
    place.run([row("2")])
    assert ticket(session, "2").content == "pending"


def test_nobody_is_told_and_the_map_knows(place: Place, session: Session) -> None:
    place.run([row(), row("2", state="new")])
    assert session.scalar(select(func.count()).select_from(EventOutbox)) == 0
    while fold(session, limit=500):
        pass
    assert differing(session) == 0


def test_a_packed_table_is_read(place: Place, session: Session) -> None:
    place.run([row()], name="table.csv.gz")
    assert ticket(session).status == "closed"


def test_all_faults_of_a_mapping_are_said_at_once(place: Place) -> None:
    bad = MAPPING | {
        "timezone": "Moon/Sea", "dates": "%H:%M", "statuses": {"new": "begun"}, "more": "1",
        "agencies": {"values": {"ward": "ARMY"}},
    }  # fmt: skip
    place.mapping.write_text(yaml.safe_dump(bad), "utf-8")
    told = "\n".join(place.run([row()]))
    assert place.code == 1
    for fault in ("time zone", "year, month and day", "statuses.new", "more", "values.ward"):
        assert fault in told


def test_a_table_without_the_columns_is_refused(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("nr,in\n1,2\n", "utf-8")
    (told,) = place.on(path)
    missing = set(told.removeprefix("Error: the table has no column ").split(", "))
    assert missing == set(HEAD) - {"nr", "in"}
    path.write_bytes(b"nr,\xff\n")
    assert "not UTF-8" in "\n".join(place.on(path))
    packed = tmp_path / "half.csv.gz"
    packed.write_bytes(gzip.compress(b"nr\n" * 1000)[:20])
    assert "not whole" in "\n".join(place.on(packed))
