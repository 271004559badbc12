"""E-mail, through a mail server or as files.

News can be ended by one click in the mail program (RFC 8058), without opening anything.
"""

import smtplib
import ssl
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import localtime

from app.core.words.text import clean_line
from app.media.files import write
from app.notifications.channels.base import (
    Channel,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from config import Mail

EMAIL = "email"
IMPLICIT_TLS_PORT = 465


class _Link(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A link stays in one piece; the library would encode a long one like words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Link)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def channel_for(mail: Mail) -> Channel:
    """Return the e-mail channel that the settings ask for."""
    return SmtpChannel(mail) if mail.host else FileChannel(mail)


def as_email(message: Message, mail: Mail) -> EmailMessage:
    """Build the e-mail. Raises PermanentFailure for an address that cannot be one."""
    document = EmailMessage(policy=_POLICY)
    domain = mail.sender.rpartition("@")[2]
    try:
        document["From"] = Address(clean_line(message.sender_name), addr_spec=mail.sender)
        document["To"] = Address(addr_spec=_ascii_domain(message.to))
    except (ValueError, MessageError, IndexError):
        raise PermanentFailure("bad_address") from None
    # Headers take one line: what came from people cannot add another header.
    document["Subject"] = clean_line(message.subject)
    document["Date"] = localtime()
    document["Message-ID"] = f"<{message.key}@{domain}>"
    document["Auto-Submitted"] = "auto-generated"
    document["X-Auto-Response-Suppress"] = "All"
    if message.stop_link:
        document["List-Unsubscribe"] = f"<{message.stop_link}>"
        document["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    document.set_content(message.body, charset="utf-8")
    # After the content, which replaces every Content-* header.
    document["Content-Language"] = message.lang
    return document


def _ascii_domain(address: str) -> str:
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


class FileChannel:
    """Writes one .eml file for each message: for trials, and where no mail server is set."""

    name = EMAIL

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def send(self, message: Message) -> None:
        """Write the file; the same message again replaces it."""
        document = as_email(message, self._mail)
        try:
            write(self._mail.folder / f"{message.key}.eml", document.as_bytes())
        except OSError:
            raise Unreachable("folder") from None


class SmtpChannel:
    """Hands messages to a mail server, one connection each."""

    name = EMAIL

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def send(self, message: Message) -> None:
        """Hand the message over; done when the server has accepted it."""
        document = as_email(message, self._mail)
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:
            raise Unreachable(f"smtp_{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(_connection_code(error)) from None
        try:
            server.send_message(document, self._mail.sender, [str(document["To"])])
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from None
        finally:
            # Accepted is accepted, however badly the server says goodbye.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        mail = self._mail
        domain = mail.sender.rpartition("@")[2] or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        # The own name is given because looking it up may take longer than the time-out.
        if mail.port == IMPLICIT_TLS_PORT:
            server = smtplib.SMTP_SSL(
                mail.host, mail.port, domain, timeout=mail.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(mail.host, mail.port, domain, timeout=mail.timeout_s)
        try:
            if mail.starttls and mail.port != IMPLICIT_TLS_PORT:
                server.starttls(context=context)
            if mail.user:
                server.login(mail.user, mail.password)
        except BaseException:
            server.close()
            raise
        return server


def _connection_code(error: Exception) -> str:
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return "no_tls"
    return "timeout" if _timed_out(error) else "unreachable"


def _timed_out(error: BaseException) -> bool:
    """The library turns a time-out while reading into "disconnected"; the cause is below."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _failure(error: Exception) -> TemporaryFailure | PermanentFailure:
    """Sort a failure after the connection stood: the recipient's, or the server's."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code = next(iter(error.recipients.values()))[0]
        case smtplib.SMTPSenderRefused():
            # Our own address is refused: the operator can mend that.
            return Unreachable(f"sender_{error.smtp_code}")
        case smtplib.SMTPResponseException():
            code = error.smtp_code
        case smtplib.SMTPNotSupportedError():
            return PermanentFailure("address_not_supported")
        case _:
            return Unreachable("timeout" if _timed_out(error) else "disconnected")
    if 500 <= code < 600:
        return PermanentFailure(f"smtp_{code}")
    return TemporaryFailure(f"smtp_{code}")
