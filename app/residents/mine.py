"""A browser that has proved an address: its cookie, and its list of reports."""

from dataclasses import dataclass
from datetime import datetime

from flask import Request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.contacts import email_of
from app.accounts.models import ResidentSession
from app.accounts.reach import asking, phones, proofs
from app.accounts.reach.ways import BY_PHONE, EMAIL, offered, texted_regions
from app.accounts.schemas import EMAIL_PATTERN
from app.catalog.queries import profile
from app.core.crypto import sign, signature_matches
from app.core.errors import Rejection
from app.core.installation import settings
from app.core.time import now
from app.core.web.devices import network_hash
from app.core.words.i18n import N_, language
from app.core.words.text import clean_line
from app.notifications.service import send_proof
from app.reports.links import follow_signature
from app.reports.queries import reports_with
from app.tickets.words.view import TicketView, ticket_view

MAX_ADDRESS = 254


def cookie_name() -> str:
    """Return the session cookie's name; the prefix binds it to this host and to https."""
    return "__Host-mine" if settings().web.secure_cookies else "mine"


def current(session: Session, request: Request) -> ResidentSession | None:
    """Return what this browser has proved, if anything."""
    return proofs.session_of(session, request.cookies.get(cookie_name(), ""), now=now())


def proved_phone(session: Session, request: Request) -> str:
    """Return the phone that this browser has proved (E.164), or an empty text."""
    return proofs.proven_phone(current(session, request))


def news_way(session: Session, found: ResidentSession) -> tuple[str, str]:
    """Return by which proved address news would come: its kind and itself; else both empty."""
    if email := email_of(session, found.proven):
        return EMAIL, email
    phone = proofs.proven_phone(found) if by_phone() else ""
    return (proofs.PHONE, phone) if phone else ("", "")


def remember(response: Response, token: str) -> Response:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(), token, max_age=proofs.SESSION_LIFETIME, path="/",
        secure=settings().web.secure_cookies, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def forget(response: Response) -> Response:
    """Take the session away."""
    response.delete_cookie(
        cookie_name(), path="/", secure=settings().web.secure_cookies, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


@dataclass(frozen=True, kw_only=True)
class MyReport:
    """One line of the list. `follow`: (reference, signature)."""

    view: TicketView
    received_at: datetime
    signature: str
    withdrawn: bool


def my_reports(session: Session, found: ResidentSession) -> list[MyReport]:
    """Return the reports with which a proved address was left."""
    return [
        MyReport(
            view=ticket_view(session, ticket, now=now(), audience=report.audience),
            received_at=report.received_at,
            signature=follow_signature(report),
            withdrawn=report.withdrawn_at is not None,
        )
        for report, ticket in reports_with(session, found.proven)
    ]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A browser that waits for a code (phone given) or a link. proof: signed, or empty."""

    address: str
    by_phone: bool
    proof: str

    @property
    def shown(self) -> str:
        """The address as people write it."""
        return phones.shown(self.address) if self.by_phone else self.address


def by_phone() -> str | None:
    """Return the way on which codes are sent, if there is one."""
    return next((way for way in offered() if way in BY_PHONE), None)


def ask(session: Session, typed: str, *, known_only: bool, field: str) -> Waiting:
    """Send a code to a phone or a link to a mailbox. Raises Rejection for what is neither.

    The answer is the same whether the address is known, unknown, or asked for too often. Raises
    TooMany when no code can be paid for any more.
    """
    typed = clean_line(typed)[: MAX_ADDRESS + 1]
    if "@" in typed:
        return _ask_by_mail(session, typed, field)
    way = by_phone()
    if way is None:
        raise Rejection("no_sms", N_("Codes cannot be sent to phones here."), field=field)
    city = profile(session)
    number = phones.texted(typed, city.phone_region, texted_regions(city.phone_region), field=field)
    asked = asking.ask(
        session, proofs.PHONE, number, way, known_only=known_only, network=network_hash(), now=now()
    )
    if asked is None:
        return Waiting(address=number, by_phone=True, proof=_signed(0))
    if asked.secret:
        send_proof(session, asked, number, lang=language(), known_only=known_only, now=now())
    return Waiting(address=number, by_phone=True, proof=_signed(asked.proof.id))


def _ask_by_mail(session: Session, typed: str, field: str) -> Waiting:
    if not EMAIL_PATTERN.fullmatch(typed) or len(typed) > MAX_ADDRESS:
        raise Rejection("bad_email", N_("This is not an e-mail address."), field=field)
    asked = asking.ask(
        session, proofs.EMAIL, typed, EMAIL, known_only=True, network=network_hash(), now=now()
    )
    if asked is not None and asked.secret:
        send_proof(session, asked, typed, lang=language(), known_only=True, now=now())
    return Waiting(address=typed, by_phone=False, proof="")


def _signed(proof_id: int) -> str:
    return f"{proof_id}.{sign(settings().secrets.secret_key, 'proof', proof_id)}"


def signed_number(proof: str) -> int:
    """Return the number of the browser's own proof; 0 for anything else."""
    number = proof.partition(".")[0]
    key = settings().secrets.secret_key
    good = signature_matches(proof.partition(".")[2], key, "proof", number)
    return int(number) if good else 0


def prove_phone(
    session: Session, former: ResidentSession | None, proof: str, phone: str, typed: str
) -> str | None:
    """Check a code; return the token of the session that it opens, or None."""
    code = "".join(ch for ch in typed if ch.isascii() and ch.isdecimal())
    found = proofs.check_code(session, signed_number(proof), phone, code, now=now())
    if found is None:
        return None
    return proofs.open_session(session, [found.contact_key], former, now=now(), phone=phone)
