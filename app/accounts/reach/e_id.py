"""An e-ID by OpenID Connect: authorization code with PKCE; off until an issuer is set.

1. State, nonce and verifier belong to one browser for ten minutes, sealed in its cookie.
2. Kept is a keyed hash of who the provider says it is, never a name or number of the e-ID. A phone
   counts as proved only where the provider says that it verified it.
3. Where the provider is away or says something else than it should, nobody is signed in.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from cryptography.fernet import InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.accounts.reach.blind import contact_key
from app.core.errors import Rejection
from app.core.installation import sealer, settings
from app.core.words.i18n import N_

PATIENCE = timedelta(minutes=10)
ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY_S = 60


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A way to the provider that one browser has begun. `next`: where it goes on here."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next: str
    until: datetime

    def sealed(self) -> str:
        """Return it for the browser's cookie."""
        text = json.dumps([self.state, self.nonce, self.verifier, self.next, str(self.until)])
        return (sealer().seal(text) or b"").decode()


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who came back: a keyed hash, and the phone as the provider verified it (or empty)."""

    key: bytes = field(repr=False)
    phone: str = field(repr=False)


def is_on() -> bool:
    """Tell whether this installation has an e-ID."""
    return bool(settings().open_id.issuer)


def opened(cookie: str, now: datetime) -> Begun | None:
    """Return what the browser has begun, if it is still in time."""
    try:
        parts = json.loads(sealer().open(cookie.encode()) or "null")
    except (InvalidToken, ValueError):
        return None
    state, nonce, verifier, onward, until = parts
    begun = Begun(
        state=state, nonce=nonce, verifier=verifier, next=onward,
        until=datetime.fromisoformat(until),
    )  # fmt: skip
    return begun if now < begun.until else None


def begin(back: str, onward: str, *, now: datetime) -> tuple[str, Begun]:
    """Return the provider's address for this browser, and what to remember. Raises Rejection."""
    begun = Begun(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next=onward,
        until=now + PATIENCE,
    )
    with _failures(), _client(back) as client:
        address, _state = client.create_authorization_url(
            _endpoints()["authorization_endpoint"],
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
        )
    return str(address), begun


def finish(back: str, arguments: Mapping[str, str], begun: Begun | None) -> Identity:
    """Return who came back with a code. Raises Rejection for anything that is not right."""
    given = arguments.get("state", "")
    if begun is None or not secrets.compare_digest(given.encode(), begun.state.encode()):
        raise _refused()
    code = arguments.get("code", "")
    if not code:
        raise _refused()
    with _failures(), _client(back) as client:
        endpoints = _endpoints()
        token = client.fetch_token(
            endpoints["token_endpoint"], code=code, code_verifier=begun.verifier,
            grant_type="authorization_code", timeout=_patience(), allow_redirects=False,
        )  # fmt: skip
        claims = _verified(str(token["id_token"]), endpoints, begun.nonce)
        claims |= _more(client, endpoints, claims)
    return _identity(claims)


def _client(back: str) -> OAuth2Session:
    chosen = settings().open_id
    return OAuth2Session(
        chosen.client_id,
        chosen.client_secret or None,
        scope=chosen.scope,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if chosen.client_secret else "none",
    )


def _endpoints() -> dict[str, Any]:
    issuer = settings().open_id.issuer
    found = _document(f"{issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != issuer:
        raise ValueError("another issuer")
    return found


def _document(address: str) -> dict[str, Any]:
    answer = requests.get(address, timeout=_patience(), allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if answer.status_code != 200 or not isinstance(found, dict):
        raise ValueError("no document")
    return found


def _verified(id_token: str, endpoints: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """Return the claims of a token that is the provider's, for us, for this sign-in, and fresh."""
    keys = KeySet.import_key_set(_document(endpoints["jwks_uri"]))  # type: ignore[arg-type]
    claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    own = settings().open_id.client_id
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": endpoints["issuer"]},
        aud={"essential": True, "value": own},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(claims)
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != own:
        raise ValueError("for somebody else")
    return dict(claims)


def _more(
    client: OAuth2Session, endpoints: Mapping[str, Any], claims: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the provider tells on asking, where the phone is not in the token."""
    address, name = endpoints.get("userinfo_endpoint"), settings().open_id.phone_claim
    if name in claims or not address:
        return {}
    answer = client.get(address, timeout=_patience(), allow_redirects=False)
    answer.raise_for_status()
    told = answer.json()
    if told.get("sub") != claims["sub"]:
        raise ValueError("about somebody else")
    return {key: told[key] for key in (name, f"{name}_verified") if key in told}


def _identity(claims: Mapping[str, Any]) -> Identity:
    name = settings().open_id.phone_claim
    phone = claims.get(name) if claims.get(f"{name}_verified") is True else None
    return Identity(
        key=contact_key("identity", f"{claims['iss']}\0{claims['sub']}"),
        phone=phone if isinstance(phone, str) else "",
    )


def _patience() -> int:
    return settings().open_id.timeout_s


def _refused() -> Rejection:
    return Rejection(
        "e_id_failed", N_("You could not be recognised by your e-ID. Please try again.")
    )


class _failures:  # noqa: N801 - reads as a word of the sentence
    """Turns whatever goes wrong with the provider into one refusal that tells nothing of it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        outside = (AuthlibBaseError, JoseError, requests.RequestException)
        if kind is not None and issubclass(kind, (*outside, ValueError, KeyError, TypeError)):
            raise _refused() from None
