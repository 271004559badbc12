"""Ways to reach people, behind one interface: e-mail, SMS, Zalo, push; each also as files."""

from collections.abc import Mapping

from app.notifications.channels.base import (
    Channel,
    Gone,
    Message,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from app.notifications.channels.files import LogFileChannel
from app.notifications.channels.gateway import GatewayChannel
from app.notifications.channels.mail import EMAIL, FileChannel, SmtpChannel, channel_for
from app.notifications.channels.push import PushChannel
from config import Gateway, Settings

__all__ = [
    "EMAIL",
    "Channel",
    "FileChannel",
    "GatewayChannel",
    "Gone",
    "LogFileChannel",
    "Message",
    "PermanentFailure",
    "PushChannel",
    "SmtpChannel",
    "TemporaryFailure",
    "Unreachable",
    "channel_for",
    "channels_of",
]


def channels_of(settings: Settings) -> Mapping[str, Channel]:
    """Return the channels that are switched on, by name."""
    found = [channel_for(settings.mail), *_gateway("sms", settings.sms)]
    found += _gateway("zalo", settings.zalo)
    found += _push(settings)
    return {channel.name: channel for channel in found}


def _gateway(name: str, gateway: Gateway) -> list[Channel]:
    if gateway.kind == "off":
        return []
    if gateway.kind == "file":
        return [LogFileChannel(name, gateway.folder)]
    return [GatewayChannel(name, gateway)]


def _push(settings: Settings) -> list[Channel]:
    push = settings.push
    if push.kind == "off":
        return []
    if push.kind == "file":
        return [LogFileChannel("push", settings.var / "push")]
    return [PushChannel(push, settings.mail.sender)]
