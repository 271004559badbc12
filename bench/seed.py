"""Fill a database with invented tickets, as set-based SQL: a million takes a minute or two.

Statuses, categories, agencies and positions are spread as in a city of a few years: a fifth is
open, positions cluster around the units' points. Foreign keys are not checked while filling (the
values come from the tables themselves); every index is kept.
"""

import random
from collections.abc import Sequence

from sqlalchemy import Connection, text

from app.core.crypto import REFERENCE_ALPHABET, REFERENCE_LENGTH
from geo.morton import map_key
from geo.point import LonLat

STEP = 100_000
SPREAD = 0.01  # standard deviation around a unit's point, in degrees
# Words as residents write them: some in every twelfth report, house numbers in few.
WHAT = (
    "Ổ gà sâu", "Rác chất đống", "Đèn đường không sáng", "Nắp cống bị vỡ", "Nước ngập sau mưa",
    "Cây đổ chắn lối đi", "Vỉa hè bị lấn chiếm", "Tiếng ồn ban đêm", "Chó thả rông",
    "Dây điện rủ xuống thấp", "Ống nước rò rỉ", "Bãi xe chắn lối thoát hiểm",
)  # fmt: skip
STREETS = (
    "Trần Hưng Đạo", "Lê Thánh Tông", "Nguyễn Văn Cừ", "Hai Bà Trưng", "Lý Thường Kiệt",
    "Quang Trung", "Bà Triệu", "Điện Biên Phủ", "Ngô Quyền", "Phan Đình Phùng", "Đặng Văn Ngữ",
    "Tô Hiệu", "Cao Thắng", "Hoàng Diệu", "Lương Văn Can", "Đoàn Thị Điểm", "Yết Kiêu",
)  # fmt: skip

_AREAS = """
CREATE TEMP TABLE bench_area AS
SELECT row_number() OVER (ORDER BY a.code) - 1 AS n, a.code, g.code AS agency,
       ST_X(a.point) AS lon, ST_Y(a.point) AS lat,
       (SELECT min(t.id) FROM agency_timetable t) AS timetable
FROM area a JOIN agency g ON g.area_code = a.code
WHERE a.kind = 'unit' AND a.point IS NOT NULL
"""
_CATEGORIES = """
CREATE TEMP TABLE bench_category AS
SELECT row_number() OVER (ORDER BY c.code) - 1 AS n, c.code, c.severity_code, t.id AS target
FROM category c
JOIN LATERAL (SELECT min(id) AS id FROM service_target s
              WHERE s.category_code = c.code AND s.severity_code = c.severity_code) t ON true
WHERE c.active AND c.privacy <> 'restricted' AND c.public_detail = 'full' AND t.id IS NOT NULL
"""
_POINTS = """
CREATE TEMP TABLE bench_point
    (i bigint, reference text, area int, lon double precision, lat double precision, key bigint)
"""
_TICKETS = """
INSERT INTO ticket (reference, kind, status, content, category_code, severity_code, agency_code,
    place, area_code, map_key, received_at, updated_at, assigned_at, promised_from, target_id,
    timetable_id, calendar_version, first_reply_due_at, outcome_due_at, outcome_at, outcome_code,
    closed_at, events_count, in_triage)
SELECT s.reference, 'problem',
       CASE WHEN :unrouted THEN 'received' WHEN share < 0.05 THEN 'assigned'
            WHEN share < 0.20 THEN 'in_progress' WHEN share < 0.22 THEN 'resolved'
            ELSE 'closed' END,
       CASE WHEN :unrouted THEN 'pending' ELSE 'published' END,
       c.code, c.severity_code, CASE WHEN :unrouted THEN NULL ELSE a.agency END,
       ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), a.code, s.key,
       t.received, t.received,
       CASE WHEN NOT :unrouted THEN t.received END, CASE WHEN NOT :unrouted THEN t.received END,
       CASE WHEN NOT :unrouted THEN c.target END, CASE WHEN NOT :unrouted THEN a.timetable END,
       CASE WHEN NOT :unrouted THEN 1 END,
       CASE WHEN NOT :unrouted THEN t.received + interval '1 day' END,
       CASE WHEN NOT :unrouted THEN t.received + interval '5 days' END,
       CASE WHEN NOT :unrouted AND share >= 0.20 THEN t.received + interval '3 days' END,
       CASE WHEN NOT :unrouted AND share >= 0.20 THEN 'fixed' END,
       CASE WHEN NOT :unrouted AND share >= 0.22 THEN t.received + interval '10 days' END,
       CASE WHEN :unrouted THEN 1 ELSE 2 END, false
FROM (SELECT *, random() AS share, random() AS age FROM bench_point) s
JOIN bench_area a ON a.n = s.area
JOIN bench_category c ON c.n = (s.i * 104729) % (SELECT count(*) FROM bench_category)
CROSS JOIN LATERAL (SELECT CASE WHEN :unrouted THEN now()
    WHEN share < 0.20 THEN now() - age * interval '60 days'
    ELSE now() - age * interval '1000 days' END AS received) t
"""
_REPORTS = """
INSERT INTO report (ticket_id, idempotency_key, body_hash, channel, lang, received_at,
    category_code, text, public_text, place, answers)
SELECT id, gen_random_uuid(), decode('00', 'hex'), 'web', 'vi', received_at, category_code,
       words, words, place, '{}'
FROM ticket t CROSS JOIN LATERAL (
    SELECT concat((CAST(:what AS text[]))[1 + t.id % :whats], ' trước nhà số ', t.id * 7919 % 397,
                  ' đường ', (CAST(:streets AS text[]))[1 + t.id / 5 % :street_count],
                  ', đã báo tổ dân phố lần ', t.id % 9) AS words) w
WHERE id > :above
"""
_EVENTS = """
INSERT INTO ticket_event (ticket_id, seq, kind, public, actor_role, agency_code, from_status,
    to_status, occurred_at, recorded_at, params)
SELECT t.id, e.seq, e.kind, true, e.role, CASE WHEN e.seq = 2 THEN t.agency_code END, e.before,
       e.after, t.received_at, t.received_at,
       CASE WHEN e.seq = 2 THEN jsonb_build_object('agency', t.agency_code, 'reason', 'rule_area',
                                                   'area', t.area_code, 'category', t.category_code)
            ELSE jsonb_build_object('category', t.category_code, 'channel', 'web') END
FROM ticket t JOIN (VALUES (1, 'open', 'reporter', NULL, 'received'),
                           (2, 'assign', 'system', 'received', 'assigned'))
              AS e(seq, kind, role, before, after) ON e.seq <= t.events_count
WHERE t.id > :above
"""


def fill(connection: Connection, count: int, *, unrouted: bool = False) -> None:
    """Add `count` tickets with report and events. `connection` belongs to a superuser.

    unrouted: as they are a moment after intake, for the router to find.
    """
    connection.execute(text("SET session_replication_role = replica"))
    for name in ("bench_area", "bench_category", "bench_point"):
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    for statement in (_AREAS, _CATEGORIES, _POINTS):
        connection.execute(text(statement))
    centres = connection.execute(text("SELECT lon, lat FROM bench_area ORDER BY n")).all()
    prefix = connection.execute(
        text("SELECT profile ->> 'reference_prefix' FROM city")
    ).scalar_one()
    start = _highest(connection)
    for first in range(start + 1, start + count + 1, STEP):
        above = _highest(connection)
        numbers = range(first, min(first + STEP, start + count + 1))
        _copy_points(connection, numbers, prefix, centres)
        connection.execute(text(_TICKETS), {"unrouted": unrouted})
        words = {"what": [*WHAT], "whats": len(WHAT)}
        words |= {"streets": [*STREETS], "street_count": len(STREETS)}
        connection.execute(text(_REPORTS), {"above": above, **words})
        connection.execute(text(_EVENTS), {"above": above})
    connection.execute(text("SET session_replication_role = origin"))


def _highest(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT coalesce(max(id), 0) FROM ticket")).scalar_one()
    return found


def _reference(prefix: str, number: int) -> str:
    """Return a code as real ones look, of a year that no real one is of."""
    base = len(REFERENCE_ALPHABET)
    code, left = "", number * 15_485_863 % base**REFERENCE_LENGTH
    for _ in range(REFERENCE_LENGTH):
        left, digit = divmod(left, base)
        code += REFERENCE_ALPHABET[digit]
    return f"{prefix}-20-{code}"


def _copy_points(
    connection: Connection, numbers: range, prefix: str, centres: Sequence[Sequence[float]]
) -> None:
    """Draw positions around the units' points, half of them in the first ten units."""
    chance = random.Random(numbers.start)
    connection.execute(text("TRUNCATE bench_point"))
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY bench_point FROM STDIN") as copy:
        for number in numbers:
            crowd = len(centres) if chance.random() < 0.5 else min(10, len(centres))
            area = chance.randrange(crowd)
            lon, lat = centres[area]
            point = LonLat(lon=chance.gauss(lon, SPREAD), lat=chance.gauss(lat, SPREAD))
            code = _reference(prefix, number)
            copy.write_row((number, code, area, point.lon, point.lat, map_key(point)))
