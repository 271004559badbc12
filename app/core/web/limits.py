"""Rate limits: in Redis, or in each process's memory while Redis is away.

1. The key is a keyed hash of the network address (IPv6: of its /64): neither Redis nor a log shows
   who came. A mobile network shares addresses, so limits on an address are generous and only stop
   floods.
2. An address that somebody gives is nobody's proof: how often one may be given is limited, wherever
   the senders are, so that no stranger's mailbox or phone is flooded through us.
3. What everybody reads (lists, tiles, photos) is counted in each process's memory: a map must not
   wait for Redis. These limits only stop floods, and no shared network reaches them.
4. `RATE_LIMITS=0` switches them off, for benchmarks.
"""

import ipaddress
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from app.core.crypto import sign
from app.core.errors import TooMany
from app.core.installation import settings
from app.core.time import now
from app.core.words.i18n import N_
from config import Settings

SUBMIT = "60 per minute; 1000 per hour"
UPLOAD = "120 per minute"
LOOK_UP = "120 per minute"
SIGN_IN = "20 per minute"
WRITE = "60 per minute"
LIVE = "600 per minute"  # what a page asks while somebody types
ASK_CODE = "20 per minute; 200 per hour"
ONE_MAILBOX = "30 per day"
ONE_PHONE = "10 per day"
NETWORK_SHARE = "40 per day"
# In a minute, of one address, for each web process.
PAGES, TILES, PHOTOS = 1_200, 6_000, 3_000
MINUTE_S = 60
SUBSCRIBER_DIGITS = 9  # the same however the number begins: +84 912…, 84912…, 0912…


def client_network() -> str:
    """Return the address, or the network, that a request counts for."""
    return _network(32, 64)


def wide_network() -> str:
    """Return the network of somebody who can choose among many addresses: a /24, an IPv6 /48."""
    return _network(24, 48)


def _network(bits: int, bits6: int) -> str:
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        # A socket that takes both families; its /64 would be everybody.
        address = address.ipv4_mapped
    if address.version == 6:
        return str(ipaddress.ip_network((address, bits6), strict=False))
    if bits == 32:
        return str(address)
    return str(ipaddress.ip_network((address, bits), strict=False))


def limit_key() -> str:
    """Return what a request is counted under."""
    return sign(settings().secrets.secret_key, "limit", client_network())


class Minute:
    """Counts within the present minute. What it knows of a minute is gone with it."""

    def __init__(self) -> None:
        self._minute = 0
        self._counted: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def wait_s(self, what: str, network: str, most: int, *, at: float) -> int:
        """Count one more; return how long to wait, 0 while there were no more than `most`."""
        minute = int(at // MINUTE_S)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counted = minute, Counter()
            self._counted[what, network] += 1
            too_many = self._counted[what, network] > most
        return MINUTE_S - int(at % MINUTE_S) if too_many else 0


View = TypeVar("View", bound=Callable[..., Any])
minute = Minute()


def read_limit(what: str, most: int) -> Callable[[View], View]:
    """Limit what one address reads in a minute (rule 3)."""

    def around(view: View) -> View:
        @wraps(view)
        def limited(*args: object, **kwargs: object) -> object:
            wait = 0
            if settings().web.rate_limits:
                wait = minute.wait_s(what, client_network(), most, at=now().timestamp())
            return _too_many(wait) if wait else view(*args, **kwargs)

        return limited  # type: ignore[return-value]

    return around


def _too_many(wait: int) -> Response:
    """Refuse: with a page for a person, with next to nothing for what a page loads."""
    if "text/html" in request.headers.get("Accept", ""):
        message = N_("Too many requests. Please wait a little.")
        raise TooMany("too_many_requests", message, retry_after=wait)
    return Response(status=429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"})


limiter = Limiter(key_func=limit_key, headers_enabled=True, default_limits=[])


@contextmanager
def contact_limit(email: str, phone: str) -> Iterator[None]:
    """Count that addresses were given to write to. Raises RateLimitExceeded."""
    digits = "".join(ch for ch in phone if ch.isdecimal())[-SUBSCRIBER_DIGITS:]
    with (
        _counted(ONE_MAILBOX, "mailbox", email.strip().lower()),
        _counted(ONE_PHONE, "phone", digits),
    ):
        yield


@contextmanager
def _counted(limit: str, purpose: str, address: str) -> Iterator[None]:
    if not address:
        yield
        return
    key = sign(settings().secrets.secret_key, purpose, address)
    with limiter.limit(limit, key_func=lambda: key):
        yield


def counts_in_network(purpose: str, *about: object) -> bool:
    """Tell whether one more from this network counts today towards a public figure.

    Nobody is turned away by it: a mobile network is thousands, and only the figure stops growing.
    """
    secret = settings().secrets.secret_key
    key = sign(secret, "share", purpose, *about, wide_network())
    try:
        with limiter.limit(NETWORK_SHARE, key_func=lambda: key):
            return True
    except RateLimitExceeded:
        return False


def storage_url(redis_url: str) -> str:
    """Return Redis's URL as the limiter spells it: of unix sockets it wants to know whose."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def install(app: Flask, chosen: Settings) -> None:
    """Connect the limiter to this application's Redis."""
    app.config.update(
        RATELIMIT_ENABLED=chosen.web.rate_limits,
        RATELIMIT_STORAGE_URI=storage_url(chosen.redis_url),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_connect_timeout": 0.25,
            "socket_timeout": 0.25,
            "retry": None,
        },
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Only the first of several requests that meet a dead Redis at once falls back; the library
        # would raise in the others.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_STRATEGY="fixed-window",
        RATELIMIT_KEY_PREFIX="limit",
    )
    limiter.init_app(app)
