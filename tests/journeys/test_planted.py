"""A planted e-mail address and phone number appear nowhere that is not their reader's own page.

1. They are planted everywhere a person can put them: contact, words, address, the photo's metadata,
   a reply, a disagreement; and by the agency in its answer and the metadata of its photo.
2. After the whole life of the ticket everything public is searched: every open address of the URL
   map in both languages, tiles of every depth, headers, error pages, photos to the byte; and what
   nobody should need to read: what the processes printed, everything in Redis, the public copies
   and parameters in the database.
3. A contact that was given as a contact only is nowhere in the whole database in clear.
"""

import gzip
import io
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import asinh, floor, pi, radians, tan
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from PIL import Image
from redis import Redis
from requests import Response
from sqlalchemy import create_engine, inspect, text

from app.core.time import now
from app.core.web import assets
from app.core.web.access import ATTRIBUTE
from geo.morton import POINTS_FROM_Z
from tests.installation import Installation
from tests.journeys.person import Person
from tests.journeys.way import COORDINATOR, OFFICER, PASSWORD, reference_of

MAIL, PHONE, DIGITS = "Planted.Zq7@example.org", "0987 651 423", "987651423"
CONTACT_MAIL, CONTACT_PHONE, CONTACT_DIGITS = (
    "only.contact.xk9@example.net",
    "0356 912 784",
    "356912784",
)
# Where no other journey goes: at the map's deepest level two tickets of one spot share a sign.
PLACE = {"lat": "20.9531", "lon": "107.0792"}
NAME = "Nguyễn Thị Zqxwv"
NEEDLES = ("planted.zq7", CONTACT_MAIL.split("@", maxsplit=1)[0], "zqxwv", DIGITS, CONTACT_DIGITS)
# Whoever has one of these in the address holds somebody's own link.
PRIVATE = {
    "signature", "seal", "token", "follow_code", "stop_code", "follower_code", "code", "key",
    "proof_token", "address_seal", "mail_code",
}  # fmt: skip
DEEPEST = POINTS_FROM_Z + 1


def said(words: str) -> str:
    return f"{words}, gọi {PHONE} hoặc {MAIL}"


def photo(colour: str) -> bytes:
    """A photo whose metadata hold both, in three places."""
    image = Image.new("RGB", (640, 480), colour)
    exif = Image.Exif()
    exif[0x013B], exif[0x010E] = f"{MAIL} {PHONE}", f"{CONTACT_MAIL} {CONTACT_PHONE}"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (20.0, 57.0, 3.6), "E", (107.0, 4.0, 48.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif.tobytes(), comment=f"{MAIL} {PHONE}".encode())
    return buffer.getvalue()


def found_in(raw: bytes | str) -> set[str]:
    """Which needles stand in it, however they are written: escaped, in capitals, with dots."""
    content = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    plain = unquote(content).lower().replace("&#64;", "@").replace("\\u0040", "@")
    digits = re.sub(r"(?<=\d)[\s().,;:_/+-]{1,2}(?=\d)", "", plain)
    return {needle for needle in NEEDLES if needle in plain or needle in digits}


def test_the_search_itself_finds_them() -> None:
    for written in (
        PHONE, "+84 987 651 423", "0987.651.423", "0987-651-423", "(0987) 651-423", MAIL.upper(),
        quote(MAIL), json.dumps({"a": MAIL}), NAME, f"<b>{CONTACT_MAIL}</b>",
    ):  # fmt: skip
        assert found_in(written), written
    assert found_in(photo("navy")) >= {"planted.zq7", DIGITS}
    assert not found_in("2026-11-25T20:38:22 QN-26-7F3K2M 987651 planted")


@pytest.fixture(scope="module")
def life(installation: Installation) -> str:
    """The reference of a ticket that has seen everything."""
    resident, officer, checker = (Person(installation.url, "vi") for _ in range(3))
    officer.sign_in(OFFICER, PASSWORD)
    checker.sign_in(COORDINATOR, PASSWORD)
    resident.open("/report?category=waste")
    resident.send("/photo", files=[("photos", photo("olive"))])
    resident.send("/place", address=said("Ngõ 5"), **PLACE)
    resident.send("/what", text=said("Rác chất đống"))
    resident.send("/details")
    resident.send("/check")
    path = re.search(r'href="(/follow/[^"]+)"', resident.page)
    assert path, resident.words()
    own, reference = path.group(1), reference_of(path.group(1))
    desk = f"/desk/tickets/{reference}"
    resident.wait_for(own, "Hạn trả lời kết quả")
    resident.open(own)
    resident.send(
        "/contact", name=NAME, email=CONTACT_MAIL, phone=CONTACT_PHONE, consent_updates="1", consent_text="2026-11b",
        consent_questions="1",
    )  # fmt: skip
    assert resident.status == 200, resident.words()
    publish(checker, reference)
    officer.open(desk)
    officer.send("/accept")
    officer.open(desk)
    officer.send("/pause", code="reporter", until=in_two_days(), text=said("Ở đâu?"))
    assert officer.status == 200, officer.words()
    resident.open(own)
    resident.send("/reply", text=said("Sau chợ"))
    assert resident.status == 200, resident.words()
    officer.open(desk)
    officer.send(
        "/resolve", files=[("photos", photo("teal"))], code="fixed", text=said("Đã thu gom")
    )
    assert officer.status == 200, officer.words()
    resident.open(own)
    resident.send("/dispute", code="partly", text=said("Vẫn còn"))
    assert resident.status == 200, resident.words()
    publish(checker, reference)
    reader = Person(installation.url, "vi")
    words = reader.wait_for(f"/tickets/{reference}", "Vẫn còn")
    assert "Rác chất đống" in words
    assert "Sau chợ" in words
    wait_until(lambda: reader.open(f"/tickets/{reference}") and reader.page.count("<img") >= 2)
    wait_until(lambda: any(CONTACT_MAIL in mail for mail in installation.mails()))
    return reference


def in_two_days() -> str:
    return (now() + timedelta(days=2)).date().isoformat()


def publish(checker: Person, reference: str) -> None:
    """Publish as soon as nothing changes any more: a photo that gets ready makes the form old."""
    end = time.monotonic() + 60
    while True:
        checker.open(f"/desk/check/{reference}")
        checker.send(f"{reference}/publish")
        if checker.status == 200:
            return
        assert time.monotonic() < end, checker.words()
        time.sleep(0.3)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.3)


def addresses(app: Flask, reference: str, page: str) -> Iterator[str]:
    """Every open address that is nobody's own, with arguments that lead to the ticket."""
    photos = sorted(set(re.findall(r"/photos/[^/]+/([0-9a-f-]{36})-", page)))
    values: dict[str, list[object]] = {
        "reference": [reference], "lang": ["vi", "en"], "photo": list(photos),
        "variant": ["large", "medium", "thumb"], "kind": ["reports", "pin", "ticket"],
        "digest": ["0"], "slug": ["privacy", "terms"], "version": [assets.version()],
        "name": ["leaflet.js"], "filename": ["app.css"], "number": [1],
        "month": [f"{now():%Y-%m}"], "form": ["csv", "geojson"], "by": ["areas", "agencies"], "member": ["06685"],
    }  # fmt: skip
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if "GET" not in (rule.methods or ()) or rule.arguments & PRIVATE:
            continue
        if rule.endpoint != "static" and (access is None or not access.open):
            continue
        if {"x", "y", "z"} <= rule.arguments:
            yield from tiles(app, rule.endpoint, rule.arguments)
            continue
        unknown = rule.arguments - set(values)
        assert not unknown, f"{rule.rule}: tell this test what {unknown} can be"
        for chosen in combinations(values, sorted(rule.arguments)):
            yield adapter.build(rule.endpoint, chosen)
    for query in ("?q=x", "?category=waste", "?overdue=1", "?agency=UBND-06685", "?area=06685"):
        yield f"/tickets{query}"
        yield f"/map{query}"
    yield from ("/report?category=waste", f"/lookup?reference={reference}", "/no-such-page")
    yield from (f"/tickets/{reference}x", f"/api/v1/reports/{reference}x", f"/photos/{reference}/x")


def is_file(answer: Response) -> bool:
    return answer.headers.get("Content-Type") == "application/gzip"


def combinations(values: dict[str, list[object]], names: list[str]) -> Iterator[dict[str, object]]:
    if not names:
        yield {}
        return
    for value in values[names[0]]:
        for rest in combinations(values, names[1:]):
            yield {names[0]: value, **rest}


def tiles(app: Flask, endpoint: str, names: set[str]) -> Iterator[str]:
    adapter = app.url_map.bind("localhost")
    lat, lon = float(PLACE["lat"]), float(PLACE["lon"])
    for z in range(DEEPEST + 1):
        x = floor((lon + 180) / 360 * 2**z)
        y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
        for lang in ("vi", "en") if "lang" in names else ("",):
            yield adapter.build(
                endpoint, {"z": z, "x": x, "y": y} | ({"lang": lang} if lang else {})
            )


def test_nothing_public_holds_them(app: Flask, installation: Installation, life: str) -> None:
    problems, visited = [], 0
    installation.flask("rebuild")  # the months whose events can be downloaded
    for lang in ("vi", "en"):
        reader = Person(installation.url, lang)
        page = reader.open(f"/tickets/{life}") and reader.page
        for path in addresses(app, life, page):
            answer = reader.web.get(installation.url + path, timeout=30)
            visited += 1
            assert answer.status_code < 500, path
            content = gzip.decompress(answer.content) if is_file(answer) else answer.content
            seen = found_in(content) | found_in(str(answer.headers)) | found_in(answer.url)
            if seen:
                problems.append(f"{path}: {seen}")
            if answer.headers.get("Content-Type") == "image/jpeg":
                picture = Image.open(io.BytesIO(answer.content))
                assert not dict(picture.getexif()), path
                assert "comment" not in picture.info, path
    assert problems == []
    assert visited > 150


def test_errors_do_not_repeat_them(installation: Installation, life: str) -> None:
    """What is refused is shown to its sender only, by the page itself and never in a header."""
    sender = Person(installation.url, "vi")
    for path, fields in (
        ("/api/v1/reports", {"category": "no-such", "text": said("x")}),
        ("/api/v1/reports", {"category": "waste", "text": said("x"), "contact": {"email": PHONE}}),
    ):
        answer = sender.web.post(
            installation.url + path, json=fields, headers={"Origin": installation.url}, timeout=30
        )
        assert answer.status_code == 422, life
        assert not found_in(answer.content)
        assert not found_in(str(answer.headers))


def test_what_the_processes_printed_and_what_is_queued(
    installation: Installation, life: str
) -> None:
    logs = sorted((installation.folder / "logs").glob("*.log"))
    assert len(logs) >= 4, life
    for log in logs:
        assert found_in(log.read_bytes()) == set(), log.name
    client = Redis.from_url(installation.env["REDIS_URL"])
    # A queue may be empty at this moment, so the schedule's next jobs are read as they come.
    seen = 0
    for _ in range(200):
        for key in client.scan_iter(count=1000):
            seen += 1
            assert found_in(key) | found_in(client.dump(key) or b"") == set(), key
            for value in values_of(client, key):
                assert found_in(value) == set(), key
        if seen > 50:
            break
    assert seen


def values_of(client: Redis, key: bytes) -> list[bytes]:
    """Return everything a key holds; what a job says is compressed in the dump."""
    kind = client.type(key)
    if kind == b"string":
        found = [client.get(key) or b""]
    elif kind == b"hash":
        found = [part for pair in client.hgetall(key).items() for part in pair]
    elif kind == b"list":
        found = client.lrange(key, 0, -1)
    elif kind == b"zset":
        found = client.zrange(key, 0, -1)
    elif kind == b"set":
        found = list(client.smembers(key))
    else:
        found = []
    unpacked = []
    for value in found:
        try:
            unpacked.append(zlib.decompress(value))
        except zlib.error:
            continue
    return [*found, *unpacked]


# Where the words that a person wrote are kept as they were written, for the agency.
ORIGINALS = {
    ("report", "text"),
    ("report", "address"),
    ("event_text", "body"),
    ("proposal", "body"),
}


def test_the_database_keeps_them_in_the_originals_only(
    installation: Installation, life: str
) -> None:
    engine = create_engine(installation.env["DATABASE_URL"])
    problems = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for column in inspect(engine).get_columns(table):
                name = column["name"]
                query = text(f'SELECT string_agg("{name}"::text, E\'\\n\') FROM "{table}"')
                seen = found_in(connection.scalar(query) or "")
                if (table, name) in ORIGINALS:
                    # What was given as a contact only is in no text at all.
                    seen -= {"planted.zq7", DIGITS}
                if seen:
                    problems.append(f"{table}.{name}: {seen}")
    engine.dispose()
    assert problems == [], life


def test_the_copies_on_the_disk_have_no_metadata(installation: Installation, life: str) -> None:
    copies = list((installation.folder / "media").rglob("*.jpg"))
    assert len(copies) >= 6, life
    for path in copies:
        assert found_in(path.read_bytes()) == set(), path.name
