"""Proofs that an address is somebody's: a code for a phone, a link for a mailbox. No account.

1. Asking is answered alike whether or not the address is known; how often it makes a message is
   the matter of `asking`.
2. A code has six digits, lives ten minutes and bears five attempts of each browser that asked:
   others who ask for the same address neither use it up nor learn anything.
3. Only keyed hashes are stored. Code and link work once.
4. What was proved holds for a short while, in a session whose cookie no script reads.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.models import ContactProof, ResidentSession
from app.accounts.reach.blind import contact_key
from app.core.crypto import new_token, token_hash
from app.core.installation import sealer

LIFETIME = timedelta(minutes=10)
SESSION_LIFETIME = timedelta(minutes=30)
ATTEMPTS = 5
HOUR = timedelta(hours=1)
PHONE, EMAIL = "phone", "email"


def secret_hash(kind: str, key: bytes, secret: str) -> bytes:
    """Return what is stored of a link's token, or of the code of one address."""
    return token_hash(secret) if kind == EMAIL else contact_key("code", f"{key.hex()}{secret}")


def check_code(
    session: Session, proof_id: int, phone: str, typed: str, *, now: datetime
) -> ContactProof | None:
    """Use up an attempt; return the proof if the code is right for this phone."""
    proof = session.get(ContactProof, proof_id, with_for_update=True, populate_existing=True)
    key = contact_key(PHONE, phone)
    if proof is None or proof.contact_key != key or not _open(proof, now):
        return None
    proof.attempts += 1
    session.flush()
    if not hmac.compare_digest(secret_hash(PHONE, key, typed), proof.secret_hash):
        return None
    # Whoever shares the code has it no longer: it works once.
    session.execute(
        update(ContactProof)
        .where(ContactProof.contact_key == key, ContactProof.secret_hash == proof.secret_hash)
        .values(used_at=now)
    )
    session.flush()
    return proof


def find_link(session: Session, token: str, *, now: datetime) -> ContactProof | None:
    """Return the proof of a link that still works; nothing is used up."""
    query = select(ContactProof).where(ContactProof.secret_hash == token_hash(token))
    proof = session.scalars(query.with_for_update()).first()
    return proof if proof is not None and _open(proof, now) else None


def use_link(session: Session, token: str, *, now: datetime) -> ContactProof | None:
    """Use up a link; None where it does not work any more."""
    proof = find_link(session, token, now=now)
    if proof is not None:
        proof.used_at = now
        session.flush()
    return proof


def _open(proof: ContactProof, now: datetime) -> bool:
    return proof.used_at is None and now < proof.expires_at and proof.attempts < ATTEMPTS


def open_session(
    session: Session,
    keys: Iterable[bytes],
    former: ResidentSession | None,
    *,
    now: datetime,
    phone: str = "",
    identity: bytes | None = None,
) -> str:
    """Start a session in which these addresses are proved, with what the former one had.

    Returns the cookie's token, which is a new one each time.
    """
    token, known = new_token(), set(keys)
    row = ResidentSession(
        token_hash=token_hash(token),
        proven=sorted(known | set(former.proven if former else ())),
        phone_enc=sealer().seal(phone or None) or (former.phone_enc if former else None),
        identity=identity or (former.identity if former else None),
        created_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    session.add(row)
    if former is not None:
        session.delete(former)
    session.flush()
    return token


def session_of(session: Session, token: str, *, now: datetime) -> ResidentSession | None:
    """Return the session of a cookie, if it is not over."""
    if not token:
        return None
    query = select(ResidentSession).where(ResidentSession.token_hash == token_hash(token))
    found = session.scalars(query).first()
    return found if found is not None and now < found.expires_at else None


def proven_phone(found: ResidentSession | None) -> str:
    """Return the phone that was proved, in E.164, or an empty text."""
    return (sealer().open(found.phone_enc) or "") if found is not None else ""


def sweep(session: Session, *, now: datetime) -> int:
    """Delete what is over: an hour is kept for counting. Returns how many."""
    proofs = delete(ContactProof).where(ContactProof.created_at < now - HOUR)
    over = delete(ResidentSession).where(ResidentSession.expires_at < now)
    gone = [
        *session.scalars(proofs.returning(ContactProof.id)),
        *session.scalars(over.returning(ResidentSession.id)),
    ]
    return len(gone)
