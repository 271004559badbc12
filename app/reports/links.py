"""The reporter's private link: an HMAC over the report and its version.

It can be issued again at any time and is revoked by raising `follow_version`. A short code says the
same in fewer letters, for an SMS; the one that only ends the news opens nothing.
"""

import hmac

from app.core.crypto import sign
from app.core.installation import settings
from app.reports.models import Report

FOLLOW, STOP = "short-follow", "stop"


def follow_signature(report: Report) -> str:
    """Return the signature of the report's current follow link."""
    return signature_of(report.id, report.follow_version)


def signature_of(report_id: int, version: int) -> str:
    """Return the signature of a follow link, which is made of these two numbers alone."""
    return sign(settings().secrets.follow_key, "follow", report_id, version)


def short_code(report: Report, purpose: str) -> str:
    """Return the report's number and a signature for FOLLOW or STOP."""
    key = settings().secrets.follow_key
    return f"{report.id}.{sign(key, purpose, report.id, report.follow_version)}"


def same(expected: str, given: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
