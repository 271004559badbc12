"""A mail server that works well, or hangs, refuses, is closed, drops or forgets, as it is told."""

import asyncio
import email
import email.policy
import time
from collections import defaultdict
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WELL = "well"
HANGS = "hangs"  # accepts the connection, never answers MAIL
REFUSES = "refuses"  # this recipient not now
CLOSED = "closed"  # nobody listens
DROPS = "drops"  # ends the connection in the middle of a message
FORGETS = "forgets"  # keeps the message, ends the connection before it has said so
CLOSING_S = 30.0
MOODS = (HANGS, REFUSES, CLOSED, DROPS, FORGETS)


@dataclass(frozen=True)
class Receipt:
    """A message that was kept: when, and whether the sender was told so."""

    at: float
    told: bool


class PostOffice:
    """Listens on 127.0.0.1; `received` holds what was kept, by Message-ID."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mood = WELL
        self.connections: set[asyncio.Transport] = set()
        self.received: dict[str, list[Receipt]] = defaultdict(list)
        self._better = asyncio.Event()
        self._controller: Controller | None = None

    def open(self) -> None:
        """Listen."""
        if self._controller is None:
            self._controller = _Controller(self)
            self._controller.start()

    def close(self) -> None:
        """Stop listening."""
        if self._controller is not None:
            self._wake()
            loop = self._controller.loop
            asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result(CLOSING_S)
            self._controller.stop()
            self._controller = None

    def change(self, mood: str) -> None:
        """Behave differently from now on."""
        self._wake()
        self.mood = mood
        if mood == CLOSED:
            self.close()
        else:
            self.open()

    async def _hang_up(self) -> None:
        """End every connection: the library's own stop leaves them lying about."""
        assert self._controller is not None
        if self._controller.server is not None:
            self._controller.server.close()
        for _ in range(20):  # who was accepted a moment ago appears a moment later
            for transport in list(self.connections):
                transport.abort()
            await asyncio.sleep(0.01)

    def _wake(self) -> None:
        """Let those whom it kept waiting go on."""
        if self._controller is not None:
            self._controller.loop.call_soon_threadsafe(self._better.set)
            self._better = asyncio.Event()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == HANGS:
            await self._better.wait()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == REFUSES:
            return "450 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.SMTP)
        told = self.mood != FORGETS
        self.received[str(message["Message-ID"])].append(Receipt(time.time(), told))
        if not told:
            server.transport.close()
        return "250 OK"


class _Server(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line = transport
        self.event_handler.connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.connections.discard(self._line)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.mood == DROPS:
            await self.push("354 go on")
            self.transport.close()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def __init__(self, office: PostOffice) -> None:
        super().__init__(office, hostname="127.0.0.1", port=office.port)

    def factory(self) -> SMTP:
        return _Server(self.handler, ident="post office")
