"""What is there in the end, compared with what clients were told and the post office received.

1. `calm` waits until nothing is left to do. With `hurry` it lets the leases of killed workers and
   the pauses between attempts end at once, as if minutes had passed; else it waits for them.
2. `Reckoning.zeros` are the promises. A message that was received twice is explained when the post
   office had not said that it kept it, or when its sender or the database was down before the
   sender could note it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from tests.faults.clients import Load
from tests.faults.post_office import PostOffice
from tests.faults.supervised import DISK_FULL, Supervised

Moment = tuple[float, float, str]

SETTLE_S = 3.0
# Between the server's answer and the note in the database, on a busy machine.
NOTING_S = 3.0
SENDERS = {"worker tick", "schedule", "the supervisor"}
DATABASE = {"postgres backend", "postmaster", DISK_FULL}
RECOVERY_S = 20.0

WAITING = """
    SELECT (SELECT count(*) FROM ticket WHERE status = 'received' AND agency_code IS NULL
               AND NOT in_triage)
         + (SELECT count(*) FROM event_outbox)
         + (SELECT count(*) FROM delivery WHERE state IN ('pending', 'leased'))
         + (SELECT count(*) FROM photo WHERE state = 'stored')
"""
LEASED = (
    "UPDATE delivery SET next_attempt_at = now() WHERE state = 'leased'",
    "UPDATE photo SET lease_until = now() WHERE state = 'stored' AND lease_until > now()",
)
PAUSED = "UPDATE delivery SET next_attempt_at = now() WHERE state = 'pending'"

REPORTS = "SELECT idempotency_key, id, ticket_id FROM report WHERE idempotency_key = ANY(%s)"
UNROUTED = """
    SELECT count(*) FROM ticket
    WHERE id = ANY(%s) AND status = 'received' AND agency_code IS NULL
"""
TWICE = """
    SELECT count(*) FROM (SELECT ticket_id FROM ticket_event
    WHERE kind IN ('assign', 'triage') AND ticket_id = ANY(%s)
    GROUP BY ticket_id HAVING count(*) > 1) AS twice
"""
WAYS = """
    SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY took), 0),
           coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY took), 0),
           coalesce(max(took), 0)
    FROM (SELECT extract(epoch FROM min(event.recorded_at) - ticket.received_at)::float AS took
          FROM ticket JOIN ticket_event AS event ON event.ticket_id = ticket.id
          WHERE event.kind IN ('assign', 'triage') AND ticket.id = ANY(%s)
          GROUP BY ticket.id) AS ways
"""
TOLD = """
    SELECT recipient FROM delivery
    WHERE state = 'sent' AND template IN ('receipt', 'being_sorted') AND recipient = ANY(%s)
"""
PHOTOS = """
    SELECT report_photo.client_uuid, photo.id FROM report_photo
    JOIN photo ON photo.id = report_photo.photo_id
    WHERE photo.state = 'ready' AND report_photo.client_uuid = ANY(%s)
"""


def calm(place: Supervised, *, hurry: bool, seconds: float = 900.0) -> float:
    """Wait until everybody is alive and nothing is left to do; return how long that took."""
    began = time.monotonic()
    place.wait_ready()
    time.sleep(SETTLE_S)
    with place.connect() as database:
        if hurry:
            for statement in LEASED:
                database.execute(statement)
        while True:
            if hurry:
                database.execute(PAUSED)
            row = database.execute(WAITING).fetchone()
            if row == (0,):
                return time.monotonic() - began
            assert time.monotonic() - began < seconds, f"{row} still wait:\n{place.words()}"
            time.sleep(0.5)


@dataclass
class Reckoning:
    """The figures of one run."""

    zeros: dict[str, int] = field(default_factory=dict)
    counts: dict[str, object] = field(default_factory=dict)
    verified: str = ""

    def lines(self) -> list[str]:
        """Return the table."""
        rows = [*self.counts.items(), *self.zeros.items()]
        return [f"  {name:.<58} {value}" for name, value in rows] + [f"  verify: {self.verified}"]


def reckon(place: Supervised, load: Load) -> Reckoning:
    """Compare. Call it when all is calm."""
    found = Reckoning()
    with place.connect() as database:
        keys = [report.key for report in load.acknowledged]
        rows = database.execute(REPORTS, (keys,)).fetchall()
        reports = {row[0]: row[1] for row in rows}
        tickets = [row[2] for row in rows]
        told = [f"report:{reports.get(each.key)}" for each in load.acknowledged if each.reachable]
        sent = {row[0] for row in database.execute(TOLD, (told,))}
        photos = [photo for report in load.acknowledged for photo in report.photos]
        ready = {row[0]: row[1] for row in database.execute(PHOTOS, (photos,))}
        deliveries = database.execute("SELECT id FROM delivery WHERE state = 'sent'").fetchall()
        owed = database.execute("SELECT count(*) FROM delivery WHERE state <> 'sent'").fetchone()
        found.zeros |= {
            "refused without a reason": len(load.refused),
            "acknowledged reports missing": sum(key not in reports for key in keys),
            "unrouted": _number(database.execute(UNROUTED, (tickets,)).fetchone()),
            "routed twice": _number(database.execute(TWICE, (tickets,)).fetchone()),
            "reporters never told": len(set(told) - sent),
            "messages given up, dropped or waiting": _number(owed),
            "acknowledged photos lost": sum(not _there(place, ready.get(each)) for each in photos),
        }
        ways = database.execute(WAYS, (tickets,)).fetchone()
    assert ways is not None
    received = {int(name[1:].partition(".")[0]) for name in place.office.received}
    twice = _twice(place.office, place.moments)
    found.zeros["messages noted as sent, never received"] = len(
        {row[0] for row in deliveries} - received
    )
    found.zeros["sent twice, unexplained"] = twice.get("unexplained", 0)
    found.counts |= {
        "reports acknowledged": len(keys),
        "answers": dict(load.answers.most_common()),
        "repeats that were recognised (200)": load.answers["POST 200"] + load.answers["PUT 200"],
        "photos acknowledged": len(photos),
        "messages received": len(received),
        "of them twice, and why": twice or 0,
        "created → routed, s, p50 / p99 / max": " / ".join(f"{each:.2f}" for each in ways),
        "slowest answer, s": f"{load.slowest_s:.1f}",
    }
    verify = place.flask("verify")
    found.verified = verify.stdout.strip().replace("\n", "; ") or verify.stderr.strip()
    found.zeros["exit status of verify"] = verify.returncode
    return found


def _number(row: object) -> int:
    assert isinstance(row, tuple)
    return int(row[0])


def _there(place: Supervised, photo: UUID | None) -> bool:
    """Tell whether a photo that is said to be ready lies on the disk, all of its copies."""
    if photo is None:
        return False
    folder = place.clone.var / "media" / "out" / photo.hex[:2]
    return all(
        (Path(folder) / f"{photo}-{name}.jpg").is_file() for name in ("large", "medium", "thumb")
    )


def _twice(office: PostOffice, moments: Sequence[Moment]) -> dict[str, int]:
    """Count the repeats by what explains each."""
    found: dict[str, int] = {}
    for receipts in office.received.values():
        for before in receipts[:-1]:
            why = "not told" if not before.told else _cause(before.at, moments)
            found[why] = found.get(why, 0) + 1
    return found


def _cause(at: float, moments: Sequence[Moment]) -> str:
    """Return what kept the sender from noting a message that was kept `at` this time."""
    for began, ended, kind in moments:
        if kind in SENDERS and began - NOTING_S <= at <= ended + 0.1:
            return "sender killed"
        if kind in DATABASE and began - NOTING_S <= at <= ended + RECOVERY_S:
            return "database away"
    return "unexplained"
