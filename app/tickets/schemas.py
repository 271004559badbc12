"""Commands of the desk: a verb with what it needs, checked for shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from geo.point import LonLat


@dataclass(frozen=True, kw_only=True)
class NewReply:
    """An official reply to be filed: what its document says, and which that is."""

    number: str
    signed_on: date
    signer: str
    summary: str
    document_id: UUID


@dataclass(frozen=True, kw_only=True)
class Command:
    """One act on a ticket. `expected_version` is the `row_version` that the person saw.

    code: a reason or outcome of the pack. text: what is said (public where the verb is). until:
    the latest date of a pause, the date of a plan or of an extension. part: the number of the
    report that a verdict of the check is about, where it is not about the whole ticket.
    account_id: whose hands it is put into; None: nobody's. report_id: which report is split, and
    new_reference: the ticket that carries on with a part of it. basis, decider: of the answer to a
    suggestion, what it costs or rests on, and which office took the decision.
    """

    reference: str
    verb: str
    expected_version: int
    code: str | None = None
    text: str | None = None
    agency_code: str | None = None
    category_code: str | None = None
    place: LonLat | None = None
    until: datetime | None = None
    target_reference: str | None = None
    account_id: int | None = None
    photo_ids: Sequence[UUID] = field(default_factory=tuple)
    part: int | None = None
    report_id: int | None = None
    new_reference: str | None = None
    reply: NewReply | None = None
    basis: str | None = None
    decider: str | None = None
