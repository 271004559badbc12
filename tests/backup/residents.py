"""People who report with contact and photo while a backup is made, and what a database holds."""

import hashlib
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests
from psycopg import sql

from backup.database import rows
from tests.journeys.way import photo

EMAIL = "resident@safe.test"


@dataclass
class Acknowledged:
    """References and private links that the service answered with."""

    follow: dict[str, str] = field(default_factory=dict)


def report(url: str, *, complete: bool) -> tuple[str, str]:
    """Report, perhaps with a contact and a photo; return (reference, private link)."""
    body: dict[str, object] = {
        "category": "waste",
        "text": "Rác chất đống ba ngày",
        "lat": 20.951,
        "lon": 107.08,
    }
    if complete:
        body["contact"] = {"email": EMAIL, "consent": ["updates"], "consent_text": "2026-11b"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = requests.post(f"{url}/api/v1/reports", json=body, headers=key, timeout=20)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    if complete:
        _add_photo(url, made)
    return made["reference"], made["follow_url"]


def _add_photo(url: str, made: dict[str, str]) -> None:
    sent = requests.put(
        f"{url}/api/v1/reports/{made['reference']}/photos/{uuid.uuid4()}",
        data=photo("olive"),
        headers={"Authorization": f"Bearer {made['follow_token']}"},
        timeout=20,
    )
    assert sent.status_code == 201, sent.text


@contextmanager
def reporting(url: str) -> Iterator[Acknowledged]:
    """Let three people report one after the other, one of them with contact and photo, during the block."""
    told, stop, failed = Acknowledged(), threading.Event(), []

    def go_on(complete: bool) -> None:
        try:
            while not stop.wait(0.5):
                reference, link = report(url, complete=complete)
                told.follow[reference] = link
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=go_on, args=(number == 0,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []


def contents(url: str) -> dict[str, str]:
    """Return a hash of everything in each table, whatever the order of its rows."""
    found = {}
    with psycopg.connect(url) as connection:
        connection.execute("SET timezone = 'UTC'")
        for name in rows(connection):
            query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(
                sql.Identifier("public", name)
            )
            digest = hashlib.sha256()
            for (row,) in connection.execute(query):
                digest.update(row.encode() + b"\n")
            found[name] = digest.hexdigest()
    return found


def pictures(media: Path) -> dict[str, str]:
    """Return the hash of each photo file, by its path."""
    return {
        path.relative_to(media).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for place in ("in", "out")
        for path in (media / place).rglob("*")
        if path.is_file()
    }
