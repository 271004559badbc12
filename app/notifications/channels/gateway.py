"""Short messages by one HTTP request each: any provider of SMS or of Zalo messages.

1. The provider is described by settings: address, method, names of its fields, one secret header,
   and which answers mean "accepted" or "never". docs/operator.md has examples.
2. The message's key goes along as `Idempotency-Key`, and as `{key}` where the provider wants it in
   the body. "Conflict" means that it was taken before.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from app.accounts.reach.phones import is_mobile, national
from app.notifications.channels.base import Message, PermanentFailure, TemporaryFailure
from app.notifications.channels.calls import Answer, call, refusal
from config import Gateway

TAKEN_BEFORE = 409
_PLACE = re.compile(r"\{[a-z_]+\}")
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class GatewayChannel:
    """One provider. `name`: sms or zalo."""

    def __init__(self, name: str, gateway: Gateway) -> None:
        self._name, self._gateway = name, gateway

    @property
    def name(self) -> str:
        """Return which channel this is."""
        return self._name

    def send(self, message: Message) -> None:
        """Hand the message over; done when the provider says that it accepted it."""
        if not is_mobile(message.to):
            raise PermanentFailure("no_mobile")
        gateway, body = self._gateway, filled(self._gateway.body, _values(message))
        url, payload = gateway.url, None
        headers = {"Idempotency-Key": message.key, "Accept": "application/json"}
        if gateway.header[0]:
            headers[gateway.header[0]] = gateway.header[1]
        if gateway.method == "GET":
            url += ("&" if "?" in url else "?") + urlencode(body)
        else:
            payload = _payload(gateway.format, body)
            headers["Content-Type"] = _TYPES[gateway.format]
        answer = call(gateway.method, url, payload, headers, timeout_s=gateway.timeout_s)
        self._judge(answer)

    def _judge(self, answer: Answer) -> None:
        """Raises what the answer means, unless the message was accepted."""
        if answer.status == TAKEN_BEFORE:
            return
        gateway = self._gateway
        if _says(answer, gateway.never):
            raise PermanentFailure(f"{self._name}_refused")
        if not 200 <= answer.status < 300:
            raise refusal(answer.status, self._name)
        if gateway.success[0] and not _says(answer, gateway.success):
            raise TemporaryFailure(f"{self._name}_not_accepted")


def _payload(kind: str, body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body) if kind == "json" else urlencode(body)
    return text.encode()


def _values(message: Message) -> dict[str, str]:
    return {
        "{to}": message.to,
        "{to_digits}": message.to.removeprefix("+"),
        "{to_national}": national(message.to),
        "{sender}": message.sender_name,
        "{text}": message.short,
        "{key}": message.key,
        "{link}": message.link,
        "{reference}": message.reference,
        "{template}": message.template,
        "{lang}": message.lang,
    }


def filled(template: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """Return the template with its placeholders replaced in one pass: values hold none."""
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    if not isinstance(template, str):
        return template
    return _PLACE.sub(lambda found: values.get(found[0], found[0]), template)


def _says(answer: Answer, rule: tuple[str, frozenset[str]]) -> bool:
    """Tell whether the field that the rule names has one of its values."""
    path, values = rule
    if not path:
        return False
    try:
        found: Any = json.loads(answer.body)
    except ValueError:
        return False
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return _word(found) in values


def _word(value: object) -> str:
    """Return a JSON scalar as the operator writes it."""
    return json.dumps(value) if isinstance(value, bool | None) else str(value)
