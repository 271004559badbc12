"""Verbs on messages: turn events into deliveries, and owe an account its link.

1. Fanning out takes events from the outbox and writes deliveries in one transaction. Each recipient
   has one row for an event, and one for what is told once: doing it twice writes nothing twice.
2. A delivery holds codes and pointers. A one-time link is sealed until it is sent and removed
   from the row afterwards: the database never shows it in clear.
3. A path that holds a token never goes into a log.
4. Nothing is sent here; see `send`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.contacts import open_contact
from app.accounts.models import Account, Contact
from app.accounts.queries import by_email, links_since
from app.accounts.reach.asking import Asked
from app.accounts.reach.ways import BY_PHONE, PUSH, ways_to
from app.accounts.rules import RESETS_AN_HOUR
from app.accounts.service import issue_link
from app.catalog.queries import profile
from app.core.crypto import sign
from app.core.installation import sealer, settings
from app.core.work.jobs import JobName, hint
from app.core.work.outbox import Consumer, take
from app.notifications import plan, queries
from app.notifications.channels import EMAIL
from app.notifications.models import Delivery
from app.notifications.plan import ACCOUNT_TEMPLATES, Template
from app.notifications.recipients.owing import Wanted, to_followers

SEALED = "sealed"
INVITATION = "invitation"
RESET = "password_reset"


def fan_out_pending(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Turn up to `limit` owed events into deliveries. Returns how many events were taken."""
    taken = take(session, Consumer.NOTIFICATIONS, limit)
    if not taken:
        return 0
    events = queries.events_by_id(session, taken)
    day = now.astimezone(profile(session).zone).date()
    wanted = [
        *_to_reporters(session, events, day),
        *to_followers(session, events, day),
        *_to_agencies(session, events),
    ]
    if wanted:
        rows: list[dict[str, Any]] = [
            {
                "event_id": event_id,
                "recipient": recipient,
                "channel": way,
                "template": template.value,
                "once": once,
                "params": {},
                "state": "pending",
                "created_at": now,
                "next_attempt_at": now,
            }
            for event_id, recipient, way, template, once in wanted
        ]
        # Row by row in one go: one statement for all would have more parameters than there may be.
        session.execute(insert(Delivery).on_conflict_do_nothing(), rows)
        hint(session, JobName.SEND_PENDING)
    return len(taken)


def _to_reporters(session: Session, events: list[queries.EventRow], day: date) -> Iterator[Wanted]:
    told = [(event, plan.for_reporter(event.happened)) for event in events]
    concerned = {event.ticket_id for event, template in told if template}
    reports = queries.reachable_reports(session, concerned) if concerned else {}
    for event, template in told:
        if template:
            once = plan.once(template, day, event.happened.lives)
            for report_id, way in reports.get(event.ticket_id, ()):
                yield event.id, f"report:{report_id}", way, template, once


def _to_agencies(session: Session, events: list[queries.EventRow]) -> Iterator[Wanted]:
    coordinator = queries.coordinator_code(session)
    told: list[tuple[int, str | None, Template | None]] = []
    for event in events:
        template = plan.for_owner(event.happened)
        if template and event.account is not None:
            yield event.id, f"account:{event.account}", EMAIL, template, None
            continue
        told.append((event.id, event.owner, template))
        sorter = event.owner or coordinator  # not the coordinator where it is about itself
        told.append((event.id, sorter, plan.for_coordinator(event.happened)))
        told += [(event.id, code, Template.AGENCY_HELP) for code in event.helping]
    codes = {code for _, code, template in told if code and template}
    reachable = queries.agencies_with_address(session, codes) if codes else frozenset()
    for event_id, code, template in told:
        if template and code in reachable:
            yield event_id, f"agency:{code}", EMAIL, template, None


def enqueue_account_mail(
    session: Session,
    account_id: int,
    template: Template | str,
    params: Mapping[str, Any],
    now: datetime,
) -> Delivery:
    """Owe an account its `invitation` or `password_reset`. params: {"path": "/desk/…token…"}.

    Raises ValueError for another template or a missing path.
    """
    chosen = Template(template)
    if chosen not in ACCOUNT_TEMPLATES or not str(params.get("path", "")).startswith("/"):
        raise ValueError("an account mail needs its template and a path on this site")
    delivery = Delivery(
        event_id=None,
        recipient=f"account:{account_id}",
        channel=EMAIL,
        template=chosen.value,
        params={SEALED: _seal(params)},
        state="pending",
        created_at=now,
        next_attempt_at=now,
    )
    session.add(delivery)
    session.flush()
    hint(session, JobName.SEND_PENDING)
    return delivery


def send_invitation(session: Session, account: Account, *, now: datetime) -> None:
    """Send a member of staff the link where the first password is chosen."""
    token = issue_link(session, account, INVITATION, now=now)
    path = {"path": f"/desk/invitation/{token}"}
    enqueue_account_mail(session, account.id, Template.INVITATION, path, now)


def send_reset(session: Session, email: str, *, now: datetime) -> None:
    """Send the link where a forgotten password is replaced, if somebody has this address."""
    account = by_email(session, email)
    if account is None or account.disabled_at is not None:
        return
    if links_since(session, account.id, RESET, now - timedelta(hours=1)) >= RESETS_AN_HOUR:
        return
    token = issue_link(session, account, RESET, now=now)
    path = {"path": f"/desk/password/reset/{token}"}
    enqueue_account_mail(session, account.id, Template.PASSWORD_RESET, path, now)


def _seal(params: Mapping[str, Any]) -> str:
    sealed = sealer().seal(json.dumps(dict(params)))
    assert sealed is not None
    return sealed.decode()


def unsealed(delivery: Delivery) -> dict[str, Any]:
    """Return the parameters in clear, for the moment of sending."""
    if SEALED not in delivery.params:
        return dict(delivery.params)
    clear = sealer().open(str(delivery.params[SEALED]).encode())
    opened: dict[str, Any] = json.loads(clear or "{}")
    return opened


def message_key(delivery_id: int) -> str:
    """Return the stable id of a message: tells nothing, and differs between installations."""
    key = settings().secrets.secret_key
    return f"{delivery_id}.{sign(key, 'message', delivery_id)}"


def send_proof(
    session: Session, asked: Asked, address: str, *, lang: str, known_only: bool, now: datetime
) -> None:
    """Owe the code or link to the address that it proves; the row never shows either in clear.

    known_only: nothing is sent to an address that nobody has left with a report. That is looked up
    when it is sent, so that asking takes equally long for all.
    """
    by_link = asked.proof.way == EMAIL
    template = Template.REPORTS_LINK if by_link else Template.CODE
    params = {
        "to": address,
        "lang": lang,
        "known_only": known_only,
        "secret": asked.secret,
    }
    session.add(
        Delivery(
            event_id=None,
            recipient=f"proof:{asked.proof.id}",
            channel=asked.proof.way,
            template=template.value,
            params={SEALED: _seal(params)},
            state="pending",
            created_at=now,
            next_attempt_at=now,
        )
    )
    session.flush()
    hint(session, JobName.SEND_PENDING)


def tell_requester(
    session: Session, request_id: int, contact: Contact, path: str, *, once: str, now: datetime
) -> None:
    """Owe the word that a request about personal data has an answer. path: of its page.

    The addresses are sealed into the row and go when it is sent: the answer may be that they were
    erased. once: the same word again owes nothing more.
    """
    opened, there = open_contact(contact), ways_to(contact)
    if not there:
        return
    to = {EMAIL: opened.email, PUSH: opened.push} | dict.fromkeys(BY_PHONE, opened.phone)
    params = {"to": {way: to[way] for way in there}, "lang": opened.lang, "path": path}
    _owe_requester(session, request_id, Template.REQUEST_ANSWERED, params, once=once, now=now)


def tell_address(
    session: Session,
    request_id: int,
    email: str,
    path: str,
    *,
    template: Template,
    lang: str,
    once: str,
    now: datetime,
) -> None:
    """Owe a message about a request to an address that was typed with it; as `tell_requester`."""
    params = {"to": {EMAIL: email}, "lang": lang, "path": path}
    _owe_requester(session, request_id, template, params, once=once, now=now)


def _owe_requester(
    session: Session,
    request_id: int,
    template: Template,
    params: Mapping[str, Any],
    *,
    once: str,
    now: datetime,
) -> None:
    row = {
        "event_id": None,
        "recipient": f"request:{request_id}",
        "channel": next(iter(params["to"])),
        "template": template.value,
        "once": once,
        "params": {SEALED: _seal(params)},
        "state": "pending",
        "created_at": now,
        "next_attempt_at": now,
    }
    session.execute(insert(Delivery).values(row).on_conflict_do_nothing())
    hint(session, JobName.SEND_PENDING)
