"""One request to an outside service, whose every wait has an end.

1. No redirect is followed and no more than a little of the answer is read.
2. The time-out is for the whole call, however slowly the other side drips.
3. What went wrong is said in a code of ours; addresses and answers stay here.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import urlsplit

from app.notifications.channels.base import PermanentFailure, TemporaryFailure, Unreachable

ANSWER_BYTES = 65_536
# The service is there and says that it is busy.
BUSY = frozenset({408, 425, 429})
# Our own key or address for the service is wrong, which the operator can mend.
OURS = frozenset({401, 403, 404, 405, 407})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. `body`: at most `ANSWER_BYTES`."""

    status: int
    body: bytes


def call(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    peer: Callable[[str], bool] = lambda _address: True,
) -> Answer:
    """Send one request. peer: whether an address may be talked to. Raises Unreachable.

    An answer with any status is an answer.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    over = Event()
    late = Timer(timeout_s, lambda: _cut(connection, over))
    late.daemon = True
    late.start()
    try:
        connection.connect()
        if not peer(connection.sock.getpeername()[0]):
            raise PermanentFailure("forbidden_address")
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        answer = Answer(status=response.status, body=response.read(ANSWER_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable("timeout" if over.is_set() else _code(error)) from None
    finally:
        late.cancel()
        connection.close()
    # The library takes a connection that we cut for the end of an answer.
    if over.is_set():
        raise Unreachable("timeout")
    return answer


def _cut(connection: HTTPConnection, over: Event) -> None:
    """Wake whoever waits for this connection."""
    over.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _code(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "no_tls"
    return "disconnected" if isinstance(error, HTTPException) else "unreachable"


def refusal(status: int, name: str) -> TemporaryFailure | PermanentFailure:
    """Return what a status that is no success means."""
    code = f"{name}_{status}"
    if status in BUSY:
        return TemporaryFailure(code)
    if status in OURS or not 400 <= status < 500:
        return Unreachable(code)
    return PermanentFailure(code)
