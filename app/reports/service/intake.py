"""Taking a report in.

1. `submit` is one transaction: the report first (its idempotency key decides whether this is a
   repeat), then the ticket with its first event. The reference exists even if Redis is down.
2. The same key with the same content returns the first answer; with another content, Conflict.
3. A report outside the service area is refused here, by name; nothing is kept.
4. Words that look like a legal complaint or a denunciation are asked about, where somebody is
   there to answer; nothing is kept until then. Whoever cannot be asked has not answered.
5. The ticket is of the category that the answers lead to; the report keeps the one that was chosen.
6. Who asks not to publish the content gets no public copy and a pin that is the unit's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.accounts.reach.contact_policy import settled_contact
from app.agencies.models import Agency
from app.catalog.models import Area, Category
from app.catalog.queries import category as category_of
from app.catalog.queries import profile
from app.core.db import Base, adopt
from app.core.errors import Conflict, NotFound, Rejection
from app.core.installation import settings
from app.core.words.i18n import N_
from app.core.words.masking import mask
from app.core.work.jobs import JobName, hint
from app.reports.answers import Subject, check_answers, subject_of
from app.reports.legal import LegalKind, looks_legal
from app.reports.links import follow_signature
from app.reports.models import Report
from app.reports.schemas import SubmitReport
from app.reports.service.additions import add_contact
from app.reports.signals import MANY, MANY_HERE
from app.routing.decide import Place
from app.routing.service import preview
from app.tickets.models import Ticket
from app.tickets.service import (
    NewTicket,
    open_ticket,
)
from app.tickets.tables import PROBLEM

_COLUMNS = (
    "idempotency_key", "body_hash", "channel", "lang", "received_at", "category_code", "text",
    "public_text", "accuracy_m", "stated_area_code", "address", "public_address",
    "about_agency_code", "answers", "urgent_claim", "follow_version", "since_version", "place",
    "do_not_publish", "signals", "device_hash",
)  # fmt: skip
DAY = timedelta(days=1)
UNKNOWN = N_("This category does not exist.")
# One place: some 200 m around.
CELL_DEG = 0.002
# Where a person fills in a form that can ask back.
ASKING_CHANNELS = frozenset({"web", "api"})
_TABLE = Base.metadata.tables["report"]


def _insertion(ticket_id: ColumnElement[Any]) -> ReturningInsert[Any]:
    return (
        insert(_TABLE)
        .values({name: bindparam(name) for name in _COLUMNS})
        .values(ticket_id=ticket_id)
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(_TABLE.c.id, _TABLE.c.ticket_id)
    )


# Written once for all: putting it together for every report would cost as much as running it.
_INSERT = _insertion(func.nextval(func.pg_get_serial_sequence("ticket", "id")))
_INSERT_JOINING = _insertion(bindparam("ticket_id"))


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The answer to a submission. `repeated`: it was there already."""

    report: Report
    ticket: Ticket
    signature: str
    repeated: bool


def submit(
    session: Session,
    command: SubmitReport,
    *,
    now: datetime,
    proved: str = "",
    came_back: Ticket | None = None,
    kind: str = PROBLEM,
) -> Submitted:
    """Take a report in. proved: the phone (E.164) that its sender has proved, if any.

    came_back: of the closed ticket whose matter is there again. kind: of the ticket that begins.

    Raises Rejection (unknown code, outside, `needs_choice`), Conflict (key used before).
    """
    chosen = known_category(session, command.category, kind)
    check_codes(session, command)
    answers = check_answers(chosen, command.answers)
    subject = subject_of(session, chosen, answers)
    place = preview(session, command.place) if command.place else None
    legal_kind = legal_kind_of(command)
    report = keep_report(session, command, answers, now)
    if report is None:
        return repeated(session, command)
    contact = settled_contact(
        subject.category.contact_policy, command.contact, proved=proved, channel=command.channel,
        region=profile(session).phone_region,
    )  # fmt: skip
    ticket = open_ticket(
        session,
        _new_ticket(command, subject, place, report, legal_kind=legal_kind, came_back=came_back),
        now=now,
    )
    if contact is not None:
        add_contact(session, report, contact, now=now, proved=proved)
    hint(session, JobName.ROUTE_PENDING)
    return Submitted(
        report=report, ticket=ticket, signature=follow_signature(report), repeated=False
    )


def known_category(session: Session, code: str, kind: str = PROBLEM) -> Category:
    """Return the category. In a report an unknown one is a wrong input, not a missing page."""
    try:
        found = category_of(session, code)
        if found.kind == kind:
            return found
        unknown = NotFound("unknown_category", UNKNOWN, field="category")
    except NotFound as missing:
        unknown = missing
    raise Rejection(unknown.code, unknown.message, field=unknown.field)


def check_codes(session: Session, command: SubmitReport) -> None:
    """Raises Rejection for an area or agency that does not exist."""
    if command.stated_area is not None:
        area = session.get(Area, command.stated_area)
        if area is None or area.kind != "unit" or area.valid_to is not None:
            raise Rejection("unknown_area", N_("This area does not exist."), field="stated_area")
    if command.about_agency is not None and session.get(Agency, command.about_agency) is None:
        raise Rejection("unknown_agency", N_("This agency does not exist."), field="about_agency")


def legal_kind_of(command: SubmitReport) -> LegalKind | None:
    """Return the way that the report does not take as an ordinary one; None for an ordinary one.

    Raises Rejection where somebody can be asked.
    """
    chosen = command.legal_kind
    if chosen is None and looks_legal(command.text):
        if command.channel in ASKING_CHANNELS:
            raise Rejection(
                "needs_choice",
                N_("Please say what this is: there is another way for some of it."),
                field="legal_kind",
            )
        chosen = LegalKind.UNANSWERED
    return None if chosen is LegalKind.ORDINARY else chosen


def keep_report(
    session: Session,
    command: SubmitReport,
    answers: Mapping[str, Any],
    now: datetime,
    joins: Ticket | None = None,
) -> Report | None:
    """Insert unless the key is there already. joins: a ticket that is there.

    Without one the ticket's id is drawn, its row comes after.
    """
    closed, region = command.do_not_publish, profile(session).phone_region
    values = {
        "idempotency_key": command.idempotency_key,
        "body_hash": _body_hash(command),
        "channel": command.channel,
        "lang": command.lang,
        "received_at": now,
        "category_code": command.category,
        "text": command.text or None,
        "public_text": None if closed else mask(command.text, region=region) or None,
        "accuracy_m": command.accuracy_m,
        "stated_area_code": command.stated_area,
        "address": command.address or None,
        "public_address": None if closed else mask(command.address, region=region) or None,
        "about_agency_code": command.about_agency,
        "answers": dict(answers),
        "urgent_claim": command.urgent,
        "follow_version": 1,
        "do_not_publish": closed,
        "since_version": 0 if joins is None else joins.row_version + 1,
        "signals": _signals(session, command, now),
        "device_hash": command.device,
    }
    place = command.place.ewkt() if command.place else None
    if joins is None:
        row = session.execute(_INSERT, {**values, "place": place}).one_or_none()
    else:
        its = {"ticket_id": joins.id, "place": place}
        row = session.execute(_INSERT_JOINING, values | its).one_or_none()
    if row is None:
        return None
    report = Report(
        **values, id=row.id, ticket_id=row.ticket_id, contact_id=None, withdrawn_at=None
    )
    adopt(session, report)
    return report


def _signals(session: Session, command: SubmitReport, now: datetime) -> list[str]:
    """Return why the check should look twice (`reports.signals`)."""
    found = list(command.signals)
    if command.device is None:
        return found
    near = (
        func.ST_DWithin(Report.place, func.ST_GeomFromEWKT(command.place.ewkt()), CELL_DEG)
        if command.place
        else Report.stated_area_code == command.stated_area
    )
    query = select(func.count()).where(
        Report.device_hash == command.device, Report.received_at > now - DAY, near
    )
    if (session.scalar(query) or 0) >= MANY:
        found.append(MANY_HERE)
    return found


def _body_hash(command: SubmitReport) -> bytes:
    return command.body_hash(settings().secrets.secret_key)


def repeated(session: Session, command: SubmitReport) -> Submitted:
    """Return what the key brought the first time. Raises Conflict for another content."""
    query = (
        select(Report, Ticket)
        .join(Ticket, Ticket.id == Report.ticket_id)
        .where(Report.idempotency_key == command.idempotency_key)
    )
    report, ticket = session.execute(query).one()
    if report.body_hash != _body_hash(command):
        raise Conflict(
            "key_reused",
            N_("This idempotency key was used for another report."),
            field="Idempotency-Key",
        )
    return Submitted(
        report=report, ticket=ticket, signature=follow_signature(report), repeated=True
    )


def _new_ticket(
    command: SubmitReport,
    subject: Subject,
    place: Place | None,
    report: Report,
    *,
    legal_kind: LegalKind | None,
    came_back: Ticket | None,
) -> NewTicket:
    return NewTicket(
        id=report.ticket_id,
        category=subject.category,
        severity=subject.severity,
        urgent_claim=command.urgent,
        place=command.place,
        accuracy_m=command.accuracy_m,
        area=place.area.code if place and place.area else command.stated_area,
        stated_area=command.stated_area,
        about_agency=command.about_agency,
        channel=command.channel,
        sample=settings().sample_content,
        coarse=command.do_not_publish,
        check_first=bool(report.signals),
        legal_kind=legal_kind.value if legal_kind else None,
        came_back=came_back if legal_kind is None else None,
    )
