"""Settings of what we call ourselves: mail server, gateways, push services, an e-ID provider.

1. A gateway is described by data: where, how, what is sent, and which answers mean "accepted" or
   "never". No provider's name is in the code.
2. Everything here is off until somebody switches it on; `file` writes messages for trials.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from config.reader import Reader, is_http

# The push services of the browsers in use. `*.` stands for any name below.
PUSH_HOSTS = (
    "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"
)
GATEWAY_BODY = '{"to": "{to}", "from": "{sender}", "text": "{text}", "id": "{key}"}'


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Outgoing mail. Without a host, messages are files in `folder`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    sender: str
    folder: Path
    timeout_s: int


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A service that takes one short message by one request.

    kind: off, file or http. body: names and templates of values. success, never: (path of a field
    in the JSON answer, its values); an empty path means that the status decides.
    """

    kind: str
    url: str
    method: str
    format: str
    body: Mapping[str, Any]
    header: tuple[str, str] = field(repr=False)
    success: tuple[str, frozenset[str]]
    never: tuple[str, frozenset[str]]
    timeout_s: int
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Codes:
    """What codes to phones may cost us: where to, and how many in an hour.

    regions: of mobile numbers (ISO 3166); none: the city pack's own.
    """

    regions: tuple[str, ...]
    an_hour: int
    an_hour_network: int


@dataclass(frozen=True, kw_only=True)
class Push:
    """Web push. kind: off, file or http. hosts: push services that may be written to."""

    kind: str
    hosts: tuple[str, ...]
    contact: str
    timeout_s: int


@dataclass(frozen=True, kw_only=True)
class OpenId:
    """An OpenID Connect provider where residents prove who they are; off without an issuer."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    phone_claim: str
    names: str
    timeout_s: int


def read_mail(read: Reader, var: Path) -> Mail:
    """Read the mail server's settings."""
    return Mail(
        host=read.text("SMTP_HOST", ""),
        port=read.integer("SMTP_PORT", 587, 1, 65_535),
        user=read.text("SMTP_USER", ""),
        password=read.text("SMTP_PASSWORD", ""),
        starttls=read.flag("SMTP_STARTTLS", default=True),
        sender=read.text("MAIL_SENDER", "no-reply@localhost.invalid"),
        folder=var / "mail",
        timeout_s=read.integer("SMTP_TIMEOUT_S", 10, 1, 120),
    )


def read_codes(read: Reader) -> Codes:
    """Read where codes may go, and how many."""
    given = read.text("SMS_REGIONS", "").upper()
    regions = tuple(region.strip() for region in given.split(",") if region.strip())
    if any(not re.fullmatch("[A-Z]{2}", region) for region in regions):
        read.problems.append("SMS_REGIONS must be countries of two letters, with commas between")
    return Codes(
        regions=regions,
        an_hour=read.integer("CODES_AN_HOUR", 300, 1, 1_000_000),
        an_hour_network=read.integer("CODES_AN_HOUR_NETWORK", 60, 1, 1_000_000),
    )


def read_gateway(read: Reader, name: str, var: Path) -> Gateway:
    """Read the settings of the gateway `name` (SMS, ZALO)."""
    kind = read.choice(name, "off", ("off", "file", "http"))
    url = read.text(f"{name}_URL", "")
    if kind == "http" and not is_http(url):
        read.problems.append(f"{name}_URL must be an http(s) URL")
    form = read.choice(f"{name}_FORMAT", "json", ("json", "form"))
    return Gateway(
        kind=kind,
        url=url,
        method=read.choice(f"{name}_METHOD", "POST", ("POST", "PUT", "GET")),
        format=form,
        body=_body(read, f"{name}_BODY", read.text(f"{name}_BODY", ""), form),
        header=_header(read, f"{name}_HEADER", read.text(f"{name}_HEADER", "")),
        success=_rule(read, f"{name}_SUCCESS", read.text(f"{name}_SUCCESS", "")),
        never=_rule(read, f"{name}_NEVER", read.text(f"{name}_NEVER", "")),
        timeout_s=read.integer(f"{name}_TIMEOUT_S", 10, 1, 60),
        folder=var / name.lower(),
    )


def _body(read: Reader, name: str, raw: str, form: str) -> Mapping[str, Any]:
    """Return the template; JSON also where a form is sent, so that one default serves both."""
    if form == "form" and raw and not raw.startswith("{"):
        return dict(parse_qsl(raw, keep_blank_values=True))
    try:
        body = json.loads(raw or GATEWAY_BODY)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        read.problems.append(f"{name} must be a JSON object, or with FORMAT=form a=b&c=d")
        return {}
    return body


def _header(read: Reader, name: str, raw: str) -> tuple[str, str]:
    key, colon, value = raw.partition(":")
    if raw and (not colon or not key.strip() or not raw.isascii() or not raw.isprintable()):
        read.problems.append(f"{name} must be one header, as in Authorization: Bearer x")
    return key.strip(), value.strip()


def _rule(read: Reader, name: str, raw: str) -> tuple[str, frozenset[str]]:
    path, equals, values = raw.partition("=")
    if raw and not (path.strip() and equals and values.strip()):
        read.problems.append(f"{name} must be a field and its values, as in result.code=0,100")
    return path.strip(), frozenset(value.strip() for value in values.split(",") if value.strip())


def read_push(read: Reader) -> Push:
    """Read the settings of web push."""
    hosts = tuple(host.strip() for host in read.text("PUSH_HOSTS", PUSH_HOSTS).split(","))
    return Push(
        kind=read.choice("PUSH", "off", ("off", "file", "http")),
        hosts=tuple(host.lower() for host in hosts if host),
        contact=read.text("PUSH_CONTACT", ""),
        timeout_s=read.integer("PUSH_TIMEOUT_S", 10, 1, 60),
    )


def read_open_id(read: Reader) -> OpenId:
    """Read the settings of the e-ID provider."""
    issuer, client = read.text("OIDC_ISSUER", ""), read.text("OIDC_CLIENT_ID", "")
    if issuer and not (is_http(issuer) and client):
        read.problems.append("OIDC_ISSUER must be an http(s) URL, and OIDC_CLIENT_ID be set")
    return OpenId(
        issuer=issuer.rstrip("/"),
        client_id=client,
        client_secret=read.text("OIDC_CLIENT_SECRET", ""),
        scope=read.text("OIDC_SCOPE", "openid phone"),
        phone_claim=read.text("OIDC_PHONE_CLAIM", "phone_number"),
        names=read.text("OIDC_NAME", "e-ID"),
        timeout_s=read.integer("OIDC_TIMEOUT_S", 10, 1, 60),
    )
