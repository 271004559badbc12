"""Tickets and their history.

1. `status`, `agency_code`, due dates and counters are changed by `service` verbs only, each of
   which appends one TicketEvent; `row_version` grows with every change.
2. Events are immutable (a database trigger refuses UPDATE, DELETE and TRUNCATE). Free text lies in
   `event_text`, which can be erased.
3. "Unrouted" is: received, no agency, not in triage. Nothing else is. `route_after` is when the
   router looks again at one that it could not place.
4. The promise is frozen at the first assign or triage: its start, target, timetable, calendar
   version. Its start is the receipt; only a merge brings another, with its whole promise.
5. `checked_at` is when somebody looked at the words and photos; empty with `published`: they are
   shown already and have still to be looked at. `checked_version` is the version that was
   looked at: who joins later waits for that without hiding the others. `flagged_at`: somebody asks
   for another look.
6. `reopen_asked_at` is when the reporter asked to open a closed ticket again; empty once somebody
   has answered that.
7. `fixed_claimed_at` is since when somebody says that it is fixed; empty once the staff answered.
8. `supporters_count` is changed without `row_version`: nobody's work is out of date by it.
9. `map_key` is the Morton key of the position that may be public, or empty when none may.
   `coarse`: the unit only, whatever the category allows, because the reporter asked for it.
10. `intake_due_at`: by when the present agency must accept or return it, or find whose it is; empty
   once it has. `explain_by`: by when a broken promise must be explained, with a new date.
11. `urgent_claim`: somebody says that it is urgent, and nobody has confirmed or lowered it.
12. `legal_kind`: the report may be a legal complaint or a denunciation; private, sorted by hand.
13. `officer_id`: in whose hands it lies, of the people of its agency; empty with another agency.
"""

from datetime import datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

_NEW = "status IN ('received', 'assigned')"
_OPEN = "status IN ('received', 'assigned', 'in_progress', 'waiting')"
_LATE = text(f"overdue_at IS NOT NULL AND NOT private AND {_OPEN}")
_MAPPED = (
    "id", "kind", "category_code", "status", "outcome_code", "overdue_at", "area_code",
    "agency_code", "received_at",
)  # fmt: skip
_OF_A_PERIOD = (
    "private", "map_key", "kind", "category_code", "status", "outcome_code", "overdue_at",
    "area_code", "agency_code",
)  # fmt: skip
_NEWEST = text("received_at DESC"), text("id DESC")


class Ticket(Base):
    """The work that one or more reports cause."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index(
            "ix_ticket_unrouted",
            "id",
            postgresql_where=text("status = 'received' AND agency_code IS NULL AND NOT in_triage"),
        ),
        Index(
            "ix_ticket_inbox", "agency_code", "status", text("received_at DESC"), text("id DESC")
        ),
        Index(
            "ix_ticket_open_due",
            "agency_code",
            "outcome_due_at",
            "id",
            postgresql_where=text(_OPEN),
        ),
        Index("ix_ticket_due_first", "outcome_due_at", "id", postgresql_where=text(_OPEN)),
        Index(
            "ix_ticket_new_first",
            "outcome_due_at",
            "id",
            postgresql_where=text(f"{_NEW} OR reopen_asked_at IS NOT NULL"),
        ),
        Index(
            "ix_ticket_becoming_overdue",
            "outcome_due_at",
            postgresql_where=text(f"{_OPEN} AND overdue_at IS NULL"),
        ),
        Index(
            "ix_ticket_reply_becoming_overdue",
            "first_reply_due_at",
            postgresql_where=text(
                f"{_OPEN} AND first_replied_at IS NULL AND reply_overdue_at IS NULL"
            ),
        ),
        Index(
            "ix_ticket_unchecked",
            "received_at",
            "id",
            postgresql_where=text(
                "content = 'pending' OR (content = 'published' AND (checked_at IS NULL"
                " OR flagged_at IS NOT NULL))"
            ),
        ),
        Index("ix_ticket_triage", "received_at", "id", postgresql_where=text("in_triage")),
        Index(
            "ix_ticket_resting",
            "outcome_at",
            postgresql_where=text("status IN ('resolved', 'answered')"),
        ),
        Index(
            "ix_ticket_reopen_asked",
            "agency_code",
            postgresql_where=text("reopen_asked_at IS NOT NULL"),
        ),
        Index(
            "ix_ticket_disputed",
            "agency_code",
            "id",
            postgresql_where=text(
                "disputed_outcome AND status IN ('in_progress', 'resolved', 'answered', 'closed')"
                " OR reopen_asked_at IS NOT NULL"
            ),
        ),
        Index("ix_ticket_agency_newest", "agency_code", text("received_at DESC"), text("id DESC")),
        Index(
            "ix_ticket_waiting",
            "agency_code",
            "paused_until",
            "id",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_ticket_intake_due",
            "intake_due_at",
            postgresql_where=text("intake_due_at IS NOT NULL"),
        ),
        Index(
            "ix_ticket_urgent_claim",
            "received_at",
            postgresql_where=text(f"urgent_claim AND {_OPEN}"),
        ),
        Index(
            "ix_ticket_explain_by", "explain_by", postgresql_where=text("explain_by IS NOT NULL")
        ),
        Index(
            "ix_ticket_planned", "planned_for", postgresql_where=text("outcome_code = 'planned'")
        ),
        Index(
            "ix_ticket_plan_of_work",
            "planned_for",
            postgresql_where=text(f"planned_for IS NOT NULL AND {_OPEN}"),
        ),
        Index(
            "ix_ticket_officer",
            "officer_id",
            "outcome_due_at",
            "id",
            postgresql_where=text("officer_id IS NOT NULL"),
        ),
        Index("ix_ticket_paused", "paused_until", postgresql_where=text("status = 'waiting'")),
        Index(
            "ix_ticket_map",
            "map_key",
            postgresql_include=_MAPPED,
        ),
        Index("ix_ticket_changed", "updated_at", "id"),
        Index(
            "ix_ticket_by_support",
            text("supporters_count DESC"),
            text("id DESC"),
            postgresql_where=text("kind = 'suggestion'"),
        ),
        Index(
            "ix_ticket_public_list",
            *_NEWEST,
            postgresql_include=_OF_A_PERIOD,
        ),
        Index(
            "ix_ticket_word",
            func.map_word(literal_column("status"), literal_column("outcome_code")),
            *_NEWEST,
            "category_code",
            "area_code",
            "agency_code",
        ),
        Index("ix_ticket_category", "category_code", *_NEWEST, "area_code", "agency_code"),
        Index("ix_ticket_area", "area_code", *_NEWEST, "agency_code"),
        Index("ix_ticket_late_list", *_NEWEST, postgresql_where=_LATE),
        Index("ix_ticket_late_category", "category_code", *_NEWEST, postgresql_where=_LATE),
        Index("ix_ticket_late_area", "area_code", *_NEWEST, postgresql_where=_LATE),
        Index("ix_ticket_late_agency", "agency_code", *_NEWEST, postgresql_where=_LATE),
        Index(
            "ix_ticket_reference_part",
            literal_column("replace(reference, '-', '')").label("part"),
            postgresql_using="gin",
            postgresql_ops={"part": "gin_trgm_ops"},
        ),
        Index(
            "ix_ticket_open_place",
            "category_code",
            "place",
            postgresql_using="gist",
            postgresql_where=text(_OPEN),
        ),
        Index(
            "ix_ticket_open_area",
            "area_code",
            "category_code",
            text("received_at DESC"),
            text("id DESC"),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(16), server_default=text("'problem'"))
    status: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(String(16))
    hidden_code: Mapped[str | None] = mapped_column(String(32))
    row_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    severity_code: Mapped[str] = mapped_column(ForeignKey("severity.code"))
    urgent_claim: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    private: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    about_agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    former_agency_code: Mapped[str | None] = mapped_column(ForeignKey("agency.code"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    in_triage: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    at_oversight: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    place: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    accuracy_m: Mapped[int | None] = mapped_column(Integer)
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    stated_area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    map_key: Mapped[int | None] = mapped_column(BigInteger)
    coarse: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    legal_kind: Mapped[str | None] = mapped_column(String(16))

    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    route_after: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    assigned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_version: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    flagged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    promised_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("service_target.id"))
    timetable_id: Mapped[int | None] = mapped_column(ForeignKey("agency_timetable.id"))
    calendar_version: Mapped[int | None] = mapped_column(Integer)
    first_reply_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reply_overdue_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    first_replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome_code: Mapped[str | None] = mapped_column(String(32))
    planned_for: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    extended_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    overdue_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pause_code: Mapped[str | None] = mapped_column(String(32))
    paused_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    intake_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    explain_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reopen_asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    transfers: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    owner_named: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    disputes: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    disputed_outcome: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    asked_reporter: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    appealed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    escalations: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    confirmed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    reporter_reachable: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    previous_status: Mapped[str | None] = mapped_column(String(16))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    fixed_claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    supporters_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    reports_count: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    events_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
