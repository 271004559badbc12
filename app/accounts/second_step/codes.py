"""Codes of the second step: those that an app makes (TOTP), and those on paper. Pure.

1. An app's code holds for its half minute, the one before and the one after: clocks differ.
2. A code is read as people type it: spaces, dashes and case do not matter.
3. A code on paper has 78 random bits: its plain hash cannot be guessed.
"""

import hmac
import secrets
from datetime import datetime

import pyotp
import segno

from app.core.crypto import REFERENCE_ALPHABET

STEP_S = 30
PAPER_CODES = 10
GROUPS, GROUP = 4, 4


def new_secret() -> str:
    """Return what an app and we share: 160 bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, issuer: str) -> str:
    """Return the otpauth address that an app reads. issuer: the service's name."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def picture_of(address: str) -> str:
    """Return the address as a QR code, an SVG element of its own colours."""
    code = segno.make_qr(address, error="m")
    return code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def normal(typed: str) -> str:
    """Bring a typed code into the form that is compared."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def step_of(secret: str, typed: str, *, now: datetime, after: int) -> int | None:
    """Return the time step whose code this is, later than the step `after`; None for none."""
    app, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    for step in (present - 1, present, present + 1):
        fits = hmac.compare_digest(app.generate_otp(step).encode(), normal(typed).encode())
        if fits and step > after:
            return step
    return None


def new_paper_codes() -> list[str]:
    """Return fresh codes to write down, in groups that can be read out."""
    return [
        "-".join(
            "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)
        )
        for _ in range(PAPER_CODES)
    ]
