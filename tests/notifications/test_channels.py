"""The e-mail channel against a real server that accepts, refuses, hangs and drops."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.notifications.channels import (
    FileChannel,
    Message,
    PermanentFailure,
    SmtpChannel,
    TemporaryFailure,
    Unreachable,
    channel_for,
)
from config import Mail

PORT = 8160
MESSAGE = Message(
    key="12.abc",
    to="reporter@people.example",
    sender_name="Phản ánh hiện trường",
    subject="Phản ánh ZZ-26-7F3K2M: đã có kết quả",
    body="Đã xử lý.\n.\nXin cảm ơn ông/bà.\n",
    lang="vi",
)


class Server:
    """Answers as it is told, and keeps what it accepted."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipient_answer = self.data_answer = self.sender_answer = "250 OK"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer == "drop":
            server.transport.close()
            return "250 never sent"
        if self.data_answer.startswith("250"):
            self.mails.append(
                email.message_from_bytes(envelope.content or b"", policy=email.policy.SMTP)
            )  # type: ignore[arg-type]
        return self.data_answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "451 rude" if self.data_answer == "250 rude goodbye" else "221 Bye"


@pytest.fixture
def server() -> Iterator[Server]:
    behaviour = Server()
    controller = Controller(behaviour, hostname="127.0.0.1", port=PORT)
    controller.start()
    yield behaviour
    controller.stop()


@pytest.fixture
def mail(tmp_path: Path) -> Mail:
    return Mail(
        host="127.0.0.1",
        port=PORT,
        user="",
        password="",
        starttls=False,
        sender="no-reply@city.example",
        folder=tmp_path / "mail",
        timeout_s=2,
    )


def test_a_message_arrives_whole(server: Server, mail: Mail) -> None:
    SmtpChannel(mail).send(MESSAGE)
    (got,) = server.mails
    assert got["Subject"] == MESSAGE.subject
    assert got["From"] == "Phản ánh hiện trường <no-reply@city.example>"
    assert got["To"] == MESSAGE.to
    assert got["Message-ID"] == "<12.abc@city.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Content-Language"] == "vi"
    assert got["Date"].datetime.tzinfo is not None
    assert got.get_content_charset() == "utf-8"
    assert got.get_content().replace("\r\n", "\n") == MESSAGE.body


def test_the_same_message_has_the_same_id(server: Server, mail: Mail) -> None:
    for _ in range(2):
        SmtpChannel(mail).send(MESSAGE)
    assert server.mails[0]["Message-ID"] == server.mails[1]["Message-ID"]


def test_accepted_is_accepted_however_rude_the_goodbye(server: Server, mail: Mail) -> None:
    server.data_answer = "250 rude goodbye"
    SmtpChannel(mail).send(MESSAGE)
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("where", "answer", "kind", "code"),
    [
        (
            "recipient_answer",
            "450 Mailbox of reporter@people.example busy",
            TemporaryFailure,
            "smtp_450",
        ),
        ("recipient_answer", "550 No reporter@people.example here", PermanentFailure, "smtp_550"),
        ("data_answer", "451 Try again", TemporaryFailure, "smtp_451"),
        ("data_answer", "554 Spam", PermanentFailure, "smtp_554"),
        ("data_answer", "drop", Unreachable, "disconnected"),
        ("sender_answer", "553 You may not send", Unreachable, "sender_553"),
    ],
)
def test_refusals(
    server: Server, mail: Mail, where: str, answer: str, kind: type[Exception], code: str
) -> None:
    setattr(server, where, answer)
    with pytest.raises(kind) as caught:
        SmtpChannel(mail).send(MESSAGE)
    assert type(caught.value) is kind
    assert str(caught.value) == code
    assert server.mails == []


def test_a_server_that_hangs(mail: Mail) -> None:
    with socket.create_server(("127.0.0.1", PORT + 1)), pytest.raises(Unreachable) as caught:
        SmtpChannel(replace(mail, port=PORT + 1, timeout_s=1)).send(MESSAGE)
    assert caught.value.code == "timeout"


def test_no_server_at_all(mail: Mail) -> None:
    with pytest.raises(Unreachable) as caught:
        SmtpChannel(replace(mail, port=PORT + 2)).send(MESSAGE)
    assert caught.value.code == "unreachable"


def test_a_server_without_encryption_gets_nothing(server: Server, mail: Mail) -> None:
    with pytest.raises(Unreachable) as caught:
        SmtpChannel(replace(mail, starttls=True)).send(MESSAGE)
    assert caught.value.code == "no_tls"
    assert server.mails == []


def test_a_password_is_not_sent_in_clear_and_its_refusal_can_be_mended(
    server: Server, mail: Mail
) -> None:
    with pytest.raises(Unreachable):
        SmtpChannel(replace(mail, user="city", password="secret")).send(MESSAGE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "x@people.example\r\nBcc: y@people.example",
        "two@a.example, three@b.example",
    ],
)
def test_what_is_no_address_is_final(server: Server, mail: Mail, address: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        SmtpChannel(mail).send(replace(MESSAGE, to=address))
    assert caught.value.code == "bad_address"
    assert server.mails == []


def test_no_header_can_be_added(server: Server, mail: Mail) -> None:
    evil = replace(
        MESSAGE, subject="Hello\r\nBcc: other@people.example", sender_name="A\nX-Evil: 1"
    )
    SmtpChannel(mail).send(evil)
    (got,) = server.mails
    assert got["Bcc"] is None
    assert got["X-Evil"] is None
    assert got["Subject"] == "Hello Bcc: other@people.example"


def test_addresses_in_other_scripts(server: Server, mail: Mail) -> None:
    SmtpChannel(mail).send(replace(MESSAGE, to="reporter@tiếngviệt.example"))
    assert (
        server.mails[0]["To"].endswith("@xn--tingvit-8ya92i.example")
        or "xn--" in server.mails[0]["To"]
    )


def test_an_address_the_server_cannot_carry(server: Server, mail: Mail) -> None:
    with pytest.raises(PermanentFailure), suppress(TemporaryFailure):
        SmtpChannel(mail).send(replace(MESSAGE, to="nguyễn@people.example"))


def test_files(mail: Mail) -> None:
    channel = channel_for(replace(mail, host=""))
    assert isinstance(channel, FileChannel)
    for _ in range(2):
        channel.send(MESSAGE)
    (file,) = mail.folder.iterdir()
    assert file.name == "12.abc.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    got = email.message_from_bytes(file.read_bytes(), policy=email.policy.SMTP)
    assert got["Subject"] == MESSAGE.subject


def test_a_full_disk_is_temporary(mail: Mail, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Unreachable):
        FileChannel(replace(mail, folder=blocked / "mail")).send(MESSAGE)


def test_messages_do_not_show_themselves() -> None:
    assert "people.example" not in repr(MESSAGE)
    assert "cảm ơn" not in repr(MESSAGE)
