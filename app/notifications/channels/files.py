"""Writes one file for each short message: for trials, and where no gateway is set yet."""

import json
from pathlib import Path

from app.media.files import write
from app.notifications.channels.base import Message, Unreachable


class LogFileChannel:
    """The files are as private as the mail folder: they hold what a person would get."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder

    @property
    def name(self) -> str:
        """Return which channel this stands for."""
        return self._name

    def send(self, message: Message) -> None:
        """Write the file; the same message again replaces it."""
        document = {
            "to": message.to,
            "sender": message.sender_name,
            "text": message.short,
            "link": message.link,
            "template": message.template,
            "lang": message.lang,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        try:
            write(self._folder / f"{message.key}.json", text.encode())
        except OSError:
            raise Unreachable("folder") from None
