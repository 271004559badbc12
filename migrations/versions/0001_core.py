"""The core tables: catalog, people, tickets with immutable events, reports, messages."""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Events are the record on which everything public rests: the database itself refuses changes.
IMMUTABLE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are immutable', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
GUARDED = ("ticket_event", "routing_decision")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "area",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_kind", sa.String(length=32), nullable=True),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("full_names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "point",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["area.code"], name=op.f("fk_area_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("replaces", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("since_version", sa.Integer(), nullable=False),
        sa.Column("until_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("day", "since_version", name=op.f("uq_calendar_day_day_since_version")),
    )
    op.create_table(
        "city",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("pack_version", sa.String(length=64), nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("calendar_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
    )
    op.create_table(
        "code",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_code")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name_enc", sa.LargeBinary(), nullable=True),
        sa.Column("email_enc", sa.LargeBinary(), nullable=True),
        sa.Column("phone_enc", sa.LargeBinary(), nullable=True),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_table(
        "event_outbox",
        sa.Column("consumer", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_event_outbox")),
    )
    op.create_index("ix_event_outbox_created_at", "event_outbox", ["created_at"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "page",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("slug", "lang", name=op.f("pk_page")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("refused_code", sa.String(length=32), nullable=True),
        sa.Column("hidden_code", sa.String(length=32), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bytes_in", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(
        "ix_photo_stored",
        "photo",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'stored'"),
    )
    op.create_table(
        "severity",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("clock", sa.String(length=8), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_severity")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_index(
        op.f("ix_sign_in_throttle_last_failed_at"),
        "sign_in_throttle",
        ["last_failed_at"],
        unique=False,
    )
    op.create_table(
        "account_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_token_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_token_token_hash")),
    )
    op.create_index(
        op.f("ix_account_token_account_id"), "account_token", ["account_id"], unique=False
    )
    op.create_table(
        "agency",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("duty", sa.String(length=16), nullable=True),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parent_code", sa.String(length=32), nullable=True),
        sa.Column("area_code", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("approval", sa.String(length=24), nullable=False),
        sa.Column("intake_target_s", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_code", sa.String(length=32), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_agency_area_code")),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["agency.code"], name=op.f("fk_agency_parent_code")
        ),
        sa.ForeignKeyConstraint(
            ["successor_code"], ["agency.code"], name=op.f("fk_agency_successor_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency")),
    )
    op.create_index("ix_agency_area_code", "agency", ["area_code"], unique=False)
    op.create_index(
        "uq_agency_coordinator",
        "agency",
        ["duty"],
        unique=True,
        postgresql_where=sa.text("duty = 'coordinator'"),
    )
    op.create_index(
        "uq_agency_oversight",
        "agency",
        ["duty"],
        unique=True,
        postgresql_where=sa.text("duty = 'oversight'"),
    )
    op.create_table(
        "area_alias",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("plain", sa.String(length=200), nullable=False),
        sa.Column("area_code", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_area_alias_area_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_alias")),
        sa.UniqueConstraint("name", "area_code", name=op.f("uq_area_alias_name_area_code")),
    )
    op.create_index(op.f("ix_area_alias_plain"), "area_alias", ["plain"], unique=False)
    op.create_table(
        "area_version",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("area_code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_area_version_area_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_version")),
        sa.UniqueConstraint("area_code", "version", name=op.f("uq_area_version_area_code_version")),
    )
    op.create_index(
        "ix_area_version_current",
        "area_version",
        ["area_code"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "category",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column(
            "kind", sa.String(length=16), server_default=sa.text("'problem'"), nullable=False
        ),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("descriptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("severity_code", sa.String(length=32), nullable=False),
        sa.Column("privacy", sa.String(length=16), nullable=False),
        sa.Column("public_detail", sa.String(length=8), nullable=False),
        sa.Column("publication", sa.String(length=8), nullable=False),
        sa.Column("contact_policy", sa.String(length=16), nullable=False),
        sa.Column("requires_place", sa.Boolean(), nullable=False),
        sa.Column("proof_required", sa.Boolean(), nullable=False),
        sa.Column("asks_about_agency", sa.Boolean(), nullable=False),
        sa.Column("emergency_numbers", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("escalation_agency_code", sa.String(length=32), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["severity_code"], ["severity.code"], name=op.f("fk_category_severity_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=32), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_contact_id", "consent", ["contact_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_staff_session_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(
        op.f("ix_staff_session_account_id"), "staff_session", ["account_id"], unique=False
    )
    op.create_table(
        "agency_timetable",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_agency_timetable_agency_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_timetable")),
        sa.UniqueConstraint(
            "agency_code",
            "version",
            name=op.f("uq_agency_timetable_agency_code_version"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "area_piece",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="POLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_area_piece_area_code")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["area_version.id"],
            name=op.f("fk_area_piece_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_piece")),
    )
    op.create_index(
        "ix_area_piece_geom", "area_piece", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(op.f("ix_area_piece_version_id"), "area_piece", ["version_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_membership_agency_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id",
            "agency_code",
            "role",
            name=op.f("uq_membership_account_id_agency_code_role"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_index(op.f("ix_membership_agency_code"), "membership", ["agency_code"], unique=False)
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("category_code", sa.String(length=32), nullable=True),
        sa.Column("group_code", sa.String(length=32), nullable=True),
        sa.Column("area_code", sa.String(length=64), nullable=True),
        sa.Column("area_kind", sa.String(length=16), nullable=True),
        sa.Column("severity_code", sa.String(length=32), nullable=True),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("covering_kind", sa.String(length=16), nullable=True),
        sa.Column("cooperating", postgresql.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(agency_code, covering_kind) = 1", name=op.f("ck_routing_rule_one_target")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_routing_rule_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_routing_rule_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_routing_rule_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["severity_code"], ["severity.code"], name=op.f("fk_routing_rule_severity_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_routing_rule_code")),
    )
    op.create_table(
        "service_target",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("category_code", sa.String(length=32), nullable=False),
        sa.Column("severity_code", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=8), nullable=False),
        sa.Column("first_reply_s", sa.Integer(), nullable=False),
        sa.Column("outcome_s", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_service_target_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["severity_code"], ["severity.code"], name=op.f("fk_service_target_severity_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_target")),
        sa.UniqueConstraint(
            "category_code",
            "severity_code",
            "version",
            name=op.f("uq_service_target_category_code_severity_code_version"),
        ),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column(
            "kind", sa.String(length=16), server_default=sa.text("'problem'"), nullable=False
        ),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("hidden_code", sa.String(length=32), nullable=True),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("category_code", sa.String(length=32), nullable=False),
        sa.Column("severity_code", sa.String(length=32), nullable=False),
        sa.Column("urgent_claim", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("about_agency_code", sa.String(length=32), nullable=True),
        sa.Column("former_agency_code", sa.String(length=32), nullable=True),
        sa.Column("in_triage", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at_oversight", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "place",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("area_code", sa.String(length=64), nullable=True),
        sa.Column("stated_area_code", sa.String(length=64), nullable=True),
        sa.Column("map_key", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("timetable_id", sa.Integer(), nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=True),
        sa.Column("first_reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_code", sa.String(length=32), nullable=True),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_code", sa.String(length=32), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transfers", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("owner_named", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("disputes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "disputed_outcome", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("asked_reporter", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("appealed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("escalations", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "reporter_reachable", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("previous_status", sa.String(length=16), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("predecessor_id", sa.BigInteger(), nullable=True),
        sa.Column("reports_count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("events_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_agency_code"], ["agency.code"], name=op.f("fk_ticket_about_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["former_agency_code"], ["agency.code"], name=op.f("fk_ticket_former_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_ticket_agency_code")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_ticket_area_code")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_ticket_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["ticket.id"], name=op.f("fk_ticket_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["ticket.id"], name=op.f("fk_ticket_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["severity_code"], ["severity.code"], name=op.f("fk_ticket_severity_code")
        ),
        sa.ForeignKeyConstraint(
            ["stated_area_code"], ["area.code"], name=op.f("fk_ticket_stated_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["service_target.id"], name=op.f("fk_ticket_target_id")
        ),
        sa.ForeignKeyConstraint(
            ["timetable_id"], ["agency_timetable.id"], name=op.f("fk_ticket_timetable_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("reference", name=op.f("uq_ticket_reference")),
    )
    op.create_index(
        "ix_ticket_area",
        "ticket",
        ["area_code", sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_ticket_becoming_overdue",
        "ticket",
        ["outcome_due_at"],
        unique=False,
        postgresql_where=sa.text(
            "status IN ('received', 'assigned', 'in_progress', 'waiting') AND overdue_at IS NULL"
        ),
    )
    op.create_index(
        "ix_ticket_inbox",
        "ticket",
        [
            "agency_code",
            "status",
            sa.literal_column("received_at DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_ticket_map",
        "ticket",
        ["map_key"],
        unique=False,
        postgresql_include=[
            "id",
            "category_code",
            "status",
            "outcome_code",
            "outcome_due_at",
            "overdue_at",
        ],
    )
    op.create_index(op.f("ix_ticket_merged_into_id"), "ticket", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_ticket_open_due",
        "ticket",
        ["agency_code", "outcome_due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('received', 'assigned', 'in_progress', 'waiting')"),
    )
    op.create_index(
        "ix_ticket_open_place",
        "ticket",
        ["category_code", "place"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("status IN ('received', 'assigned', 'in_progress', 'waiting')"),
    )
    op.create_index(
        "ix_ticket_paused",
        "ticket",
        ["paused_until"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(op.f("ix_ticket_predecessor_id"), "ticket", ["predecessor_id"], unique=False)
    op.create_index(
        "ix_ticket_public_list",
        "ticket",
        [sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_ticket_resting",
        "ticket",
        ["outcome_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('resolved', 'answered')"),
    )
    op.create_index(
        "ix_ticket_triage",
        "ticket",
        ["received_at", "id"],
        unique=False,
        postgresql_where=sa.text("in_triage"),
    )
    op.create_index(
        "ix_ticket_unchecked",
        "ticket",
        ["received_at", "id"],
        unique=False,
        postgresql_where=sa.text("content = 'pending'"),
    )
    op.create_index(
        "ix_ticket_unrouted",
        "ticket",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status = 'received' AND agency_code IS NULL AND NOT in_triage"),
    )
    op.create_table(
        "cooperation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_code", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_cooperation_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_cooperation_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation")),
        sa.UniqueConstraint(
            "ticket_id", "agency_code", name=op.f("uq_cooperation_ticket_id_agency_code")
        ),
    )
    op.create_index(
        op.f("ix_cooperation_agency_code"), "cooperation", ["agency_code"], unique=False
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(length=24), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_proposal_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_proposal_proposed_by")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_proposal_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "uq_proposal_waiting",
        "proposal",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Uuid(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("lang", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("category_code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("public_text", sa.Text(), nullable=True),
        sa.Column("public_version", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "place",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("stated_area_code", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("public_address", sa.String(length=300), nullable=True),
        sa.Column("about_agency_code", sa.String(length=32), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("urgent_claim", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("do_not_publish", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("follow_version", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_agency_code"], ["agency.code"], name=op.f("fk_report_about_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("fk_report_category_code")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_report_contact_id")),
        sa.ForeignKeyConstraint(
            ["stated_area_code"], ["area.code"], name=op.f("fk_report_stated_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_report_ticket_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_report_contact_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_report_idempotency_key")),
    )
    op.create_index("ix_report_ticket_id", "report", ["ticket_id"], unique=False)
    op.create_table(
        "routing_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("cooperating", postgresql.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_routing_decision_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["routing_rule.id"], name=op.f("fk_routing_decision_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_routing_decision_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_decision")),
    )
    op.create_index(
        op.f("ix_routing_decision_ticket_id"), "routing_decision", ["ticket_id"], unique=False
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("actor_account_id", sa.BigInteger(), nullable=True),
        sa.Column("agency_code", sa.String(length=32), nullable=True),
        sa.Column("from_status", sa.String(length=16), nullable=True),
        sa.Column("to_status", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_account_id"], ["account.id"], name=op.f("fk_ticket_event_actor_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agency.code"], name=op.f("fk_ticket_event_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_ticket_event_ticket_id_seq")),
    )
    op.create_table(
        "ticket_photo",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_ticket_photo_photo_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_photo_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "photo_id", name=op.f("pk_ticket_photo")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ticket_event.id"], name=op.f("fk_delivery_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "event_id", "recipient", "channel", name=op.f("uq_delivery_event_id_recipient_channel")
        ),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_table(
        "event_text",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("public_body", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ticket_event.id"], name=op.f("fk_event_text_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_text")),
    )
    op.create_table(
        "report_photo",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("client_uuid", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_report_photo_photo_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_photo_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "client_uuid", name=op.f("pk_report_photo")),
        sa.UniqueConstraint("photo_id", name=op.f("uq_report_photo_photo_id")),
        sa.UniqueConstraint(
            "report_id", "position", name=op.f("uq_report_photo_report_id_position")
        ),
    )
    op.execute(IMMUTABLE)
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER immutable_row BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER immutable_table BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("report_photo")
    op.drop_table("event_text")
    op.drop_index(
        "ix_delivery_due",
        table_name="delivery",
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.drop_table("delivery")
    op.drop_table("ticket_photo")
    op.drop_table("ticket_event")
    op.drop_index(op.f("ix_routing_decision_ticket_id"), table_name="routing_decision")
    op.drop_table("routing_decision")
    op.drop_index("ix_report_ticket_id", table_name="report")
    op.drop_table("report")
    op.drop_index(
        "uq_proposal_waiting", table_name="proposal", postgresql_where=sa.text("decided_at IS NULL")
    )
    op.drop_table("proposal")
    op.drop_index(op.f("ix_cooperation_agency_code"), table_name="cooperation")
    op.drop_table("cooperation")
    op.drop_index(
        "ix_ticket_unrouted",
        table_name="ticket",
        postgresql_where=sa.text("status = 'received' AND agency_code IS NULL AND NOT in_triage"),
    )
    op.drop_index(
        "ix_ticket_unchecked", table_name="ticket", postgresql_where=sa.text("content = 'pending'")
    )
    op.drop_index("ix_ticket_triage", table_name="ticket", postgresql_where=sa.text("in_triage"))
    op.drop_index(
        "ix_ticket_resting",
        table_name="ticket",
        postgresql_where=sa.text("status IN ('resolved', 'answered')"),
    )
    op.drop_index("ix_ticket_public_list", table_name="ticket")
    op.drop_index(op.f("ix_ticket_predecessor_id"), table_name="ticket")
    op.drop_index(
        "ix_ticket_paused", table_name="ticket", postgresql_where=sa.text("status = 'waiting'")
    )
    op.drop_index(
        "ix_ticket_open_place",
        table_name="ticket",
        postgresql_using="gist",
        postgresql_where=sa.text("status IN ('received', 'assigned', 'in_progress', 'waiting')"),
    )
    op.drop_index(
        "ix_ticket_open_due",
        table_name="ticket",
        postgresql_where=sa.text("status IN ('received', 'assigned', 'in_progress', 'waiting')"),
    )
    op.drop_index(op.f("ix_ticket_merged_into_id"), table_name="ticket")
    op.drop_index(
        "ix_ticket_map",
        table_name="ticket",
        postgresql_include=[
            "id",
            "category_code",
            "status",
            "outcome_code",
            "outcome_due_at",
            "overdue_at",
        ],
    )
    op.drop_index("ix_ticket_inbox", table_name="ticket")
    op.drop_index(
        "ix_ticket_becoming_overdue",
        table_name="ticket",
        postgresql_where=sa.text(
            "status IN ('received', 'assigned', 'in_progress', 'waiting') AND overdue_at IS NULL"
        ),
    )
    op.drop_index("ix_ticket_area", table_name="ticket")
    op.drop_table("ticket")
    op.drop_table("service_target")
    op.drop_table("routing_rule")
    op.drop_index(op.f("ix_membership_agency_code"), table_name="membership")
    op.drop_index(op.f("ix_membership_account_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_area_piece_version_id"), table_name="area_piece")
    op.drop_index("ix_area_piece_geom", table_name="area_piece", postgresql_using="gist")
    op.drop_table("area_piece")
    op.drop_table("agency_timetable")
    op.drop_index(op.f("ix_staff_session_account_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index("ix_consent_contact_id", table_name="consent")
    op.drop_table("consent")
    op.drop_table("category")
    op.drop_index(
        "ix_area_version_current",
        table_name="area_version",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("area_version")
    op.drop_index(op.f("ix_area_alias_plain"), table_name="area_alias")
    op.drop_table("area_alias")
    op.drop_index(
        "uq_agency_oversight", table_name="agency", postgresql_where=sa.text("duty = 'oversight'")
    )
    op.drop_index(
        "uq_agency_coordinator",
        table_name="agency",
        postgresql_where=sa.text("duty = 'coordinator'"),
    )
    op.drop_index("ix_agency_area_code", table_name="agency")
    op.drop_table("agency")
    op.drop_index(op.f("ix_account_token_account_id"), table_name="account_token")
    op.drop_table("account_token")
    op.drop_index(op.f("ix_sign_in_throttle_last_failed_at"), table_name="sign_in_throttle")
    op.drop_table("sign_in_throttle")
    op.drop_table("severity")
    op.drop_index(
        "ix_photo_stored", table_name="photo", postgresql_where=sa.text("state = 'stored'")
    )
    op.drop_table("photo")
    op.drop_table("page")
    op.drop_table("heartbeat")
    op.drop_index("ix_event_outbox_created_at", table_name="event_outbox")
    op.drop_table("event_outbox")
    op.drop_table("contact")
    op.drop_table("code")
    op.drop_table("city")
    op.drop_table("calendar_day")
    op.drop_table("area")
    op.drop_table("account")
    op.execute("DROP FUNCTION refuse_change()")
