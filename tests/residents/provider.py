"""A real OpenID Connect provider on this machine: its own keys, its own memory, its own mischief."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.notifications.outside import Got, Outside, outside


@dataclass
class Provider:
    """Whom it lets in, and what it tells; `wrong` changes the claims of the next token."""

    server: Outside
    client_id: str = "hoi-am"
    client_secret: str = "s3cret-of-the-client"
    subject: str = "person-0001-planted"
    phone: str | None = "+84912345678"
    verified: bool | None = True
    in_token: bool = True
    wrong: dict[str, Any] = field(default_factory=dict)
    sign_with: RSAKey | None = None
    unsigned: bool = False
    other_userinfo: bool = False
    issuer_says: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    @property
    def issuer(self) -> str:
        return self.server.url

    def let_in(self, address: str) -> str:
        """The person signs in there: return where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        assert asked["client_id"] == self.client_id
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def answer(self, got: Got) -> tuple[int, bytes]:
        path = urlsplit(got.path).path
        if path == "/.well-known/openid-configuration":
            return 200, self._configuration()
        if path == "/keys":
            return 200, json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        if path == "/token":
            return self._token(got)
        if path == "/userinfo":
            return self._userinfo(got)
        return 404, b"{}"

    def _configuration(self) -> bytes:
        found = {
            "issuer": self.issuer_says or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        return json.dumps(found).encode()

    def _token(self, got: Got) -> tuple[int, bytes]:
        typed = {name: values[0] for name, values in parse_qs(got.body.decode()).items()}
        asked = self.codes.pop(typed.get("code", ""), None)
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(typed.get("code_verifier", "").encode()).digest()
        )
        if (
            asked is None
            or got.headers.get("Authorization") != f"Basic {basic}"
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
            or asked["redirect_uri"] != typed.get("redirect_uri")
        ):
            return 400, b'{"error": "invalid_grant"}'
        access = secrets.token_urlsafe(12)
        self.tokens.add(access)
        answer = {"access_token": access, "token_type": "Bearer", "id_token": self._id(asked)}
        return 200, json.dumps(answer).encode()

    def _id(self, asked: dict[str, str]) -> str:
        moment = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": self.subject,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
        }
        if self.in_token:
            claims |= self._phone()
        claims = {k: v for k, v in (claims | self.wrong).items() if v is not None}
        if self.unsigned:
            parts = [{"alg": "none"}, claims]
            texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
            return b".".join([*texts, b""]).decode()
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.sign_with or self.key)

    def _phone(self) -> dict[str, Any]:
        found = {"phone_number": self.phone, "phone_number_verified": self.verified}
        return {name: value for name, value in found.items() if value is not None}

    def _userinfo(self, got: Got) -> tuple[int, bytes]:
        if got.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, b"{}"
        subject = "another" if self.other_userinfo else self.subject
        return 200, json.dumps({"sub": subject, **self._phone()}).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run the provider for the time of the block."""
    with outside() as server:
        found = Provider(server)
        server.answer = found.answer
        yield found
