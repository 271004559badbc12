"""A city with tickets in every state, people of every role, and what a visit may not do.

1. Every visit stands in a savepoint that is rolled back afterwards: each begins with the same rows.
2. `Place.visit` checks what holds for every answer whatever was sent (`answers.check`), and that a
   refusal has written nothing.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.reach import asking, proofs
from app.accounts.reach.blind import contact_key
from app.accounts.rules import ROLES
from app.accounts.schemas import ContactInput
from app.accounts.second_step import service as second_step
from app.accounts.service import disable, issue_link
from app.agencies.models import DutyShift, Membership, ReplyTemplate, SavedFilter
from app.agencies.queries import actor_of, coordinator
from app.core.crypto import token_hash
from app.core.db import Base, db
from app.core.installation import sealer, settings
from app.core.time import now
from app.core.web.access import ATTRIBUTE
from app.core.web.protection import SAFE_METHODS, csrf_token
from app.core.work.heartbeat import beat
from app.following.links import follower_code
from app.following.service import ask as ask_to_follow
from app.notices.schemas import NewNotice
from app.notices.service import tell
from app.notifications.service import fan_out_pending
from app.reports.links import FOLLOW, STOP, follow_signature, short_code
from app.reports.models import ReportPhoto
from app.reports.queries import reports_of
from app.reports.service import confirm, join, save_draft
from app.rights.queries import seal_of
from app.rights.schemas import Sender
from app.rights.service import object_to
from app.rights.service.address import seal_of_address
from app.routing.service import route_pending
from app.suggestions.models import SuggestionReason
from app.suggestions.service import reasoning
from app.tickets.mail_links import mail_code
from app.tickets.models import BulkAct, BulkTicket, Ticket
from app.tickets.queries import events_of
from tests.desk.scene import FORM, a_ticket, as_, communes, do, enter, member
from tests.factories.tickets import IN_WARD, command, photo
from tests.security.hostile.answers import check, named_language
from tests.suggestions.scene import suggested

Fields = list[tuple[str, str | bytes]]
ANYBODY = "anybody"
DRAFT = "5f0c6f2e-3a54-4f0b-9d52-8a4b0a3c9e11"
# Tables that a refusal may write to, and why.
MAY_CHANGE = {
    "sign_in_throttle": "a failed sign-in stays counted",
    "staff_session": "a session in use is prolonged, whatever it is used for",
}


@dataclass
class Place:
    """links: paths of private pages. tokens: session cookies by role. arguments: of addresses."""

    app: Flask
    connection: Connection
    tokens: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    furniture: set[tuple[str, int, int]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    visits: int = 0

    def visit(
        self,
        method: str,
        path: str,
        *,
        role: str = ANYBODY,
        lang: str = "",
        fields: Fields | None = None,
        files: dict[str, tuple[str, str, bytes]] | None = None,
        body: tuple[str, bytes] | None = None,
        headers: dict[str, str] | None = None,
        query: str = "",
        token: bool = True,
        name: str = "",
        look: Callable[[], None] = lambda: None,
    ) -> TestResponse:
        """Send one request and check the answer. `path` is percent-encoded.

        look: called after the request, before what it wrote is taken back.
        """
        self.visits += 1
        lang = lang or ("vi", "en")[self.visits % 2]
        what = f"{name}: {method} {path[:200]} as {role} ({lang})"
        client = self._client(role, lang)
        sent: dict[str, Any] = {"headers": FORM | {"Accept-Language": lang} | (headers or {})}
        if fields is not None:
            own = [("csrf_token", self.csrf(role))] if token and role != ANYBODY else []
            sent |= _form([*fields, *own], files)
        elif body is not None:
            sent |= {"content_type": body[0], "data": body[1]}
            if role != ANYBODY:
                sent["headers"].setdefault("X-CSRF-Token", self.csrf(role))
        with self._undone():
            answer = client.open(
                method=method,
                environ_overrides={
                    "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
                    "QUERY_STRING": query,
                },
                **sent,
            )
            answer.get_data()
            answer.close()
            refused = answer.status_code >= 400 and method not in SAFE_METHODS
            changed = self.rows() ^ self.furniture if refused else set()
            look()
        tables = {row[0] for row in changed} - set(MAY_CHANGE)
        with self.noted():
            named = named_language(path) if answer.status_code < 400 else ""
            check(answer, lang=named or lang, what=what)
        with self.noted():
            assert not tables, f"{what}: refused ({answer.status_code}), but wrote {tables}"
        return answer

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep what is wrong: a walk tells all of it at its end (`tell`)."""
        try:
            yield
        except AssertionError as wrong:
            self.problems.append(str(wrong).split("\nassert")[0])

    def tell(self) -> None:
        """Raises AssertionError with all that was wrong since the last time."""
        problems, self.problems = self.problems, []
        assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems[:60])

    def csrf(self, role: str) -> str:
        """The token of the forms of a signed-in person."""
        if role == ANYBODY:
            return ""
        with self.app.app_context():
            return csrf_token(settings().secrets.secret_key, token_hash(self.tokens[role]))

    def roles_of(self, endpoint: str) -> list[str]:
        """Who may come in: nobody in particular, or each of the roles."""
        access = getattr(self.app.view_functions[endpoint], ATTRIBUTE, None)
        if access is None or access.open:
            return [ANYBODY]
        return sorted(access.roles or ROLES)

    def rows(self) -> set[tuple[str, int, int]]:
        """A fingerprint of every table."""
        return fingerprint(self.connection)

    def _client(self, role: str, lang: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("lang", lang)
        client.set_cookie("draft", self.arguments.get("key", ""), path="/report")
        if role != ANYBODY:
            client.set_cookie("desk", self.tokens[role])
        return client

    @contextmanager
    def _undone(self) -> Iterator[None]:
        point = self.connection.begin_nested()
        try:
            yield
        finally:
            point.rollback()


# Shapes and the pack's tables are large and no view writes to them: counting is enough.
_COUNTED = {"area", "area_piece", "area_shape", "calendar_day", "area_code"}
_FINGERPRINT = " UNION ALL ".join(
    f"SELECT '{name}', count(*), "
    + ("0" if name in _COUNTED else "coalesce(sum(hashtext(t::text)::bigint), 0)")
    + f' FROM "{name}" t'
    for name in sorted(Base.metadata.tables)
)


def fingerprint(connection: Connection) -> set[tuple[str, int, int]]:
    """Each table with how many rows it has and a sum over their content."""
    return {tuple(row) for row in connection.execute(text(_FINGERPRINT))}


def _form(fields: Fields, files: dict[str, tuple[str, str, bytes]] | None) -> dict[str, Any]:
    if files is None:
        pairs = (f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields)
        kind = "application/x-www-form-urlencoded"
        return {"data": "&".join(pairs).encode(), "content_type": kind}
    parts = [(f'name="{name}"', "", _bytes(value)) for name, value in fields]
    for name, (file_name, kind, content) in files.items():
        shown = file_name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        parts.append((f'name="{name}"; filename="{shown}"', kind, content))
    body = b"".join(
        b"--limit\r\nContent-Disposition: form-data; " + head.encode()
        + (b"\r\nContent-Type: " + kind.encode() if kind else b"") + b"\r\n\r\n" + content + b"\r\n"
        for head, kind, content in parts
    )  # fmt: skip
    return {"data": body + b"--limit--\r\n", "content_type": "multipart/form-data; boundary=limit"}


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


@contextmanager
def set_apart(app: Flask) -> Iterator[Connection]:
    """A connection that everything goes through meanwhile; all of it is rolled back at the end."""
    with app.app_context():
        engine = db.engine
    engines = db._app_engines[app]
    connection = engine.connect()
    outer = connection.begin()
    engines[None] = connection  # type: ignore[assignment]
    with app.app_context():
        db.session.configure(join_transaction_mode="create_savepoint")
    try:
        yield connection
    finally:
        engines[None] = engine
        with app.app_context():
            db.session.configure(join_transaction_mode="conditional_savepoint")
        outer.rollback()
        connection.close()


@contextmanager
def furnished(app: Flask) -> Iterator[Place]:
    """A place whose rows are gone afterwards."""
    with set_apart(app) as connection:
        place = Place(app, connection)
        with app.app_context():
            _furnish(place, db.session())
            db.session.remove()
        place.furniture = place.rows()
        yield place


def _furnish(place: Place, session: Session) -> None:
    for role in sorted(ROLES):
        client = place.app.test_client()
        account = as_(client, session, role)
        cookie = client.get_cookie("desk")
        assert cookie is not None
        place.tokens[role] = cookie.value
        if role == "officer":
            enter(client, session, account)  # a second browser, whose session can be ended
        if role == "crew":
            _second_step(session, account)
        if role == "intake":
            second_step.begin(session, account)
    officer, office = member(session), member(session, "coordinator")
    coordinator(session).approval = "none"
    contact = ContactInput(email="nam@example.invalid", consent=("questions", "updates"))
    tickets = {
        "assigned": a_ticket(session, contact=contact),
        "accepted": a_ticket(session),
        "asked": a_ticket(session, contact=contact),
        "resolved": a_ticket(session, category="waste"),
        "closed": a_ticket(session, category="waste"),
        "merged": a_ticket(session),
        "declined": a_ticket(session, category="other", area=None),
        "triage": a_ticket(session, category="other", area=None),
        "proposed": a_ticket(session),
        "by mail": a_ticket(session, area=communes(session)[1].area_code),
        "near": a_ticket(session, place=IN_WARD, area=None),
        "as near": a_ticket(session, place=IN_WARD, area=None),
    }
    do(session, tickets["accepted"], "accept", officer)
    until = now() + timedelta(days=1)
    do(session, tickets["asked"], "pause", officer, code="reporter", until=until, text="Ở đâu?")
    _resolve(session, tickets["resolved"], officer)
    _resolve(session, tickets["closed"], officer)
    confirm(session, reports_of(session, tickets["closed"].id)[0], now=now())
    target = tickets["assigned"].reference
    do(session, tickets["merged"], "merge", officer, target_reference=target)
    do(session, tickets["declined"], "decline", office, code="not_competent", text="Vì vậy")
    do(session, tickets["proposed"], "answer", officer, code="explained", text="Đã xem")
    tickets["suggested"] = suggested(session, title="Ghế đá dọc đường bao biển")
    session.commit()
    do(session, tickets["suggested"], "publish", office)
    route_pending(session, now=now())
    proved = [contact_key("email", "e@example.invalid")]
    words = "Nhiều người đi bộ ở đây mỗi ngày."
    reasoning.say(session, tickets["suggested"], proved, "for", words, now=now())
    session.commit()
    for name, ticket in tickets.items():
        place.tickets[name] = ticket.reference
        place.links[name] = _link(session, ticket)
    do(session, tickets["accepted"], "publish", office)
    do(session, tickets["assigned"], "publish", office)
    pictured = _photograph(session, tickets["assigned"])
    added = command(category=tickets["accepted"].category_code, text="Tôi cũng thấy")
    join(session, added, tickets["accepted"], now=now())
    sender = Sender(device=b"d", network=b"n")
    asked = object_to(session, tickets["accepted"], "text:1", "", sender, lang="vi", now=now())
    asked.contact_enc = sealer().seal("hoa@example.invalid")
    asked.contact_key = b"asked"
    typed = {"category": "waste", "text": "Rác", "lat": "20.951", "lon": "107.08"}
    save_draft(session, uuid.UUID(DRAFT), typed, now=now())
    known = tell(
        session,
        NewNotice(
            texts={"vi": "Mất điện"}, expected_end=now() + timedelta(days=2), category="power"
        ),
        actor=actor_of(session, office, now()),
        now=now(),
    )
    account, gone = member(session), member(session)
    disable(session, gone, now=now())
    shift = _stand_in(session, account)
    _second_step(session, account)
    held = select(Membership.id).where(Membership.account_id == account.id)
    place.arguments = {
        "role": str(session.scalars(held.order_by(Membership.id).limit(1)).one()),
        "shift": str(shift.id),
        "reference": tickets["assigned"].reference,
        "signature": place.links["assigned"].rpartition("/")[2],
        "photo": pictured,
        "number": str(account.id),
        "disabled": str(gone.id),
        "notice": str(known.id),
        "template": str(_template(session, account)),
        **_bulk_and_filter(session, account, tickets["assigned"]),
        "membership": "1",
        "proof_token": _proof_token(session),
        "follow_code": _code(session, tickets["assigned"], FOLLOW),
        "stop_code": _code(session, tickets["assigned"], STOP),
        "mail_code": _mail_code(session, tickets["by mail"]),
        "mail_verb": "accept",
        "reason": str(session.scalars(select(SuggestionReason.id)).one()),
        "follower_code": _follower_code(session, tickets["assigned"]),
        "asked": str(asked.id),
        "seal": seal_of(asked),
        "address_seal": seal_of_address(asked),
        "key": DRAFT,
        "reset token": issue_link(session, account, "password_reset", now=now()),
        "invitation token": issue_link(session, account, "invitation", now=now()),
    }
    # Whoever asks whether all is well finds that it is.
    while fan_out_pending(session, now=now(), limit=200):
        pass
    beat(session, "schedule", now() + timedelta(hours=1))
    session.commit()


def _resolve(session: Session, ticket: Ticket, officer: Any) -> None:
    from app.media.service import store
    from tests.media.pictures import picture

    proof = store(session, picture(), now=now()).id
    do(session, ticket, "resolve", officer, code="fixed", text="Xong", photo_ids=[proof])


def _photograph(session: Session, ticket: Ticket) -> str:
    """A photo that can be looked at; its files are nowhere."""
    row = photo(session)
    report = reports_of(session, ticket.id)[0]
    key = uuid.uuid4()
    session.add(ReportPhoto(report_id=report.id, client_uuid=key, photo_id=row.id, position=0))
    session.flush()
    return str(row.id)


def _second_step(session: Session, account: Account) -> None:
    second_step.begin(session, account)
    account.totp_secret, account.totp_pending = account.totp_pending, None
    account.totp_since, account.totp_step = now(), 0


def _stand_in(session: Session, account: Account) -> DutyShift:
    """Somebody is a deputy and on duty: the pages have the forms to end that."""
    agency, until = communes(session)[0].code, now() + timedelta(days=9)
    session.add(
        Membership(
            account_id=account.id, agency_code=agency, role="manager", since=now(), until=until
        )
    )
    shift = DutyShift(
        agency_code=agency, account_id=account.id, begins_at=now(), ends_at=until, position=1
    )
    session.add(shift)
    session.flush()
    return shift


def _template(session: Session, account: Account) -> int:
    """A reply template of the agency that the account is a manager of."""
    kept = ReplyTemplate(
        agency_code=communes(session)[0].code, name="Cảm ơn", texts={"vi": "Cảm ơn"},
        kept_by=account.id, kept_at=now(),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept.id


def _bulk_and_filter(session: Session, account: Account, ticket: Ticket) -> dict[str, str]:
    """A filter that an agency keeps, and an act on several tickets."""
    kept = SavedFilter(
        agency_code=communes(session)[0].code, name="Đèn", query={"category": "lighting"},
        saved_by=account.id, saved_at=now(),
    )  # fmt: skip
    done = BulkAct(key=uuid.uuid4(), account_id=account.id, verb="entrust", begun_at=now())
    session.add_all([kept, done])
    session.flush()
    session.add(BulkTicket(bulk_key=done.key, ticket_id=ticket.id, version=1))
    return {"filter": str(kept.id), "bulk": str(done.key)}


def _link(session: Session, ticket: Ticket) -> str:
    return f"{ticket.reference}/{follow_signature(reports_of(session, ticket.id)[0])}"


def _code(session: Session, ticket: Ticket, purpose: str) -> str:
    return short_code(reports_of(session, ticket.id)[0], purpose)


def _mail_code(session: Session, ticket: Ticket) -> str:
    assigned = events_of(session, ticket.id)[-1]
    return mail_code(assigned.id, ticket.agency_code or "")


def _follower_code(session: Session, ticket: Ticket) -> str:
    """Somebody has asked to follow and not said yes yet: the page has both buttons."""
    follower = ask_to_follow(session, ticket, "hoa@example.invalid", lang="vi", now=now())
    assert follower is not None
    return follower_code(follower)


def _proof_token(session: Session) -> str:
    asked = asking.ask(
        session,
        proofs.EMAIL,
        "nam@example.invalid",
        "email",
        known_only=True,
        network=None,
        now=now(),
    )
    assert asked is not None
    return asked.secret
