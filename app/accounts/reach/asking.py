"""Asking for a code or a link: how often it makes a message, and what else happens then.

1. In an hour an address gets five messages on asks of one network, ten on asks of all.
2. Beyond that nobody is refused: what is still valid in that mailbox or phone serves for this ask
   too, and a new message goes only when there is none, one in ten minutes. So a stranger who asks
   and asks floods nobody and keeps the owner from nothing.
3. Who shares a code guesses with attempts of their own; so sharing is limited as well, by network
   and in all. It ends silently: the answer tells nobody how often others asked.
4. A code costs money. The whole installation and each network have so many an hour; beyond that
   asking is refused in words, whatever the address is.
5. An ask that goes to known addresses only may have sent nothing. It is counted and shared among
   its like, so that nobody who proves a new phone waits for a code that never went out.
6. Asks that count the same go one by one: those for one mailbox, and all for phones.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.accounts.models import ContactProof
from app.accounts.reach.blind import contact_key
from app.accounts.reach.proofs import EMAIL, HOUR, LIFETIME, PHONE, secret_hash
from app.accounts.reach.ways import BY_PHONE
from app.core.crypto import new_token
from app.core.db import one_by_one
from app.core.errors import TooMany
from app.core.installation import settings
from app.core.words.i18n import N_

NETWORK_AN_HOUR, ALL_AN_HOUR = 5, 10
SHARED_NETWORK, SHARED_ALL = 5, 20
DIGITS = 6
USED_UP = "codes_used_up"
HOUR_S = int(HOUR.total_seconds())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A proof and its secret: six digits, or the token of a link. Empty: it went out before."""

    proof: ContactProof
    secret: str = field(repr=False)


def ask(
    session: Session,
    kind: str,
    value: str,
    way: str,
    *,
    known_only: bool,
    network: bytes | None,
    now: datetime,
) -> Asked | None:
    """Make a proof for an address in normal form, or share one. None: not even that (rule 3).

    network: the digest of where this comes from. Raises TooMany (rule 4).
    """
    key = contact_key(kind, value)
    one_by_one(session, "proof", PHONE if kind == PHONE else key.hex())
    latest = _of(session, key, known_only=known_only, now=now)
    sent = [proof for proof in latest if proof.sent]
    valid = next((proof for proof in sent if not proof.used_at and now < proof.expires_at), None)
    if valid is not None and _enough(sent, network, NETWORK_AN_HOUR, ALL_AN_HOUR):
        shared = [proof for proof in latest if not proof.sent]
        if _enough(shared, network, SHARED_NETWORK, SHARED_ALL):
            return None
        return Asked(proof=_share(session, valid, network, now), secret="")
    if kind == PHONE:
        _check_cost(session, network, now)
    secret = new_token() if kind == EMAIL else f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    proof = ContactProof(
        contact_key=key,
        way=way,
        secret_hash=secret_hash(kind, key, secret),
        created_at=now,
        expires_at=now + LIFETIME,
        sent=True,
        known_only=known_only,
        network_hash=network,
    )
    session.add(proof)
    session.flush()
    return Asked(proof=proof, secret=secret)


def _of(session: Session, key: bytes, *, known_only: bool, now: datetime) -> Sequence[ContactProof]:
    """Return the asks of one kind for an address within the last hour, the latest first."""
    query = (
        select(ContactProof)
        .where(ContactProof.contact_key == key, ContactProof.created_at > now - HOUR)
        .where(ContactProof.known_only == known_only)
        .order_by(ContactProof.id.desc())
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _enough(proofs: Sequence[ContactProof], network: bytes | None, own: int, most: int) -> bool:
    return len(proofs) >= most or sum(proof.network_hash == network for proof in proofs) >= own


def _share(
    session: Session, valid: ContactProof, network: bytes | None, now: datetime
) -> ContactProof:
    """Let this ask use what went out before; a link is in the mailbox already."""
    if valid.way not in BY_PHONE:
        return valid
    proof = ContactProof(
        contact_key=valid.contact_key,
        way=valid.way,
        secret_hash=valid.secret_hash,
        created_at=now,
        expires_at=valid.expires_at,
        sent=False,
        known_only=valid.known_only,
        network_hash=network,
    )
    session.add(proof)
    session.flush()
    return proof


def _check_cost(session: Session, network: bytes | None, now: datetime) -> None:
    """Raises TooMany when so many codes went out in the last hour (rule 4)."""
    most = settings().codes
    if _codes(session, ContactProof.network_hash == network, now) >= most.an_hour_network:
        raise TooMany(
            "codes_of_network",
            N_("Too many codes were asked for in your network. Please try again in an hour."),
            retry_after=HOUR_S,
        )
    if _codes(session, true(), now) >= most.an_hour:
        raise TooMany(
            USED_UP,
            N_("Too many codes were asked for, so none is sent now. Please try again in an hour."),
            retry_after=HOUR_S,
        )


def _codes(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count()).where(
        ContactProof.sent, ContactProof.way.in_(BY_PHONE), ContactProof.created_at > now - HOUR
    )
    return session.scalar(query.where(which)) or 0
