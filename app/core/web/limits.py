"""Rate limits: in Redis, or in each process's memory while Redis is away.

1. The key is a keyed hash of the network address (IPv6: of its /64): neither Redis nor a log shows
   who came. A mobile network shares addresses, so limits on an address are generous and only stop
   floods.
2. An address that somebody gives is nobody's proof: how often one may be given is limited, wherever
   the senders are, so that no stranger's mailbox or phone is flooded through us.
3. `RATE_LIMITS=0` switches them off, for benchmarks.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, request
from flask_limiter import Limiter, RateLimitExceeded

from app.core.crypto import sign
from app.core.installation import settings
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
