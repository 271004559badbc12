"""What an administrator should look at, worst first.

1. A point is a fact that somebody can change; where a page here changes it, `endpoint` names it.
2. grave: people are not served as promised, or somebody may come in who should not. open:
   something is to be decided before the service is public. trial: how this installation is set up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.queries import accounts
from app.accounts.reach.asking import USED_UP
from app.accounts.reach.contact_policy import PHONE_VERIFIED
from app.accounts.reach.ways import OFF
from app.agencies.queries import active, members_by_account
from app.catalog.models import Area, AreaVersion
from app.catalog.queries import categories, present_calendar
from app.core.words.i18n import N_, pick
from app.core.work import outbox
from app.core.work.heartbeat import last_beat
from app.media.waiting import is_full
from app.notifications.digest.unread import unread_agencies
from app.notifications.queries import backlog
from app.packs.queries import unconfirmed
from app.rights.queries import overdue
from app.tickets.queries import oldest_unrouted
from config import Settings

GRAVE, OPEN, TRIAL = "grave", "open", "trial"
SCHEDULE = "schedule"
SILENCE = timedelta(minutes=1)
DELAY = timedelta(minutes=5)
NEXT_YEAR_FROM_MONTH = 10
CODES_TOLD = timedelta(days=2)
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Point:
    """title and advice are msgids; `params` fill both. endpoint: where it is changed."""

    grade: str
    title: str
    advice: str
    params: dict[str, object] = field(default_factory=dict)
    endpoint: str = ""


def points(session: Session, settings: Settings, now: datetime, today: date) -> list[Point]:
    """Return what needs attention."""
    found = [
        *_background(session, now),
        *_disk(),
        *_requests(session, now),
        *_people(session, now, today),
        *_pack(session),
        *_calendar(session, today),
        *_unreachable(session, settings),
        *_codes(session, settings, now),
        *_settings(settings),
    ]
    return sorted(found, key=lambda point: (GRAVE, OPEN, TRIAL).index(point.grade))


def _background(session: Session, now: datetime) -> Iterator[Point]:
    beat = last_beat(session, SCHEDULE)
    if beat is None or now - beat > SILENCE:
        yield Point(
            grade=GRAVE,
            title=N_("The background work stands still."),
            advice=N_(
                "Reports are taken in, but not forwarded, and no messages are sent. Start the "
                "workers, or look into their log."
            ),
        )
    mail = backlog(session, now)
    waiting = [
        since
        for since in (oldest_unrouted(session), outbox.oldest(session), mail.oldest_due)
        if since is not None
    ]
    late = int((now - min(waiting, default=now)) / timedelta(minutes=1))
    if late >= DELAY / timedelta(minutes=1):
        yield Point(
            grade=GRAVE,
            title=N_("Work has been waiting for %(minutes)s minutes."),
            advice=N_("The workers are too slow or meet an error; their log says which."),
            params={"minutes": late},
        )
    if mail.given_up:
        yield Point(
            grade=GRAVE,
            title=N_("Messages that could not be delivered: %(count)s."),
            advice=N_("After many attempts they were given up. Check the mail server's settings."),
            params={"count": mail.given_up},
        )


def _disk() -> Iterator[Point]:
    if is_full():
        yield Point(
            grade=GRAVE,
            title=N_("The disk is nearly full: no photos of residents are taken in."),
            advice=N_(
                "Reports arrive without them. Make room, or enlarge the disk; the limits are "
                "PHOTO_DISK_FREE_MB and PHOTO_DISK_FREE_PERCENT."
            ),
        )


def _requests(session: Session, now: datetime) -> Iterator[Point]:
    late = overdue(session, now)
    if late:
        yield Point(
            grade=GRAVE,
            title=N_("Requests about personal data that are overdue: %(count)s."),
            advice=N_("The law sets these dates. Somebody has to answer or decide today."),
            params={"count": late},
            endpoint="privacy.request_queue",
        )


def _people(session: Session, now: datetime, today: date) -> Iterator[Point]:
    able = [row for row in accounts(session) if row.disabled_at is None]
    first = [row.email for row in able if row.email.endswith(".invalid")]
    if first:
        yield Point(
            grade=OPEN,
            title=N_("Accounts of the first start can still sign in: %(emails)s."),
            advice=N_("Add accounts for real people, then disable these."),
            params={"emails": ", ".join(first)},
            endpoint="admin.users",
        )
    roles = members_by_account(session, now)
    staffed = {row.agency_code for person in able for row in roles.get(person.id, ())}
    empty = [row.code for row in active(session, today) if row.code not in staffed]
    if empty:
        yield Point(
            grade=OPEN,
            title=N_("Agencies where nobody can sign in: %(count)s."),
            advice=N_("They work by links in their mail. Better is an account for somebody there."),
            params={"count": len(empty)},
            endpoint="admin.agencies",
        )
    yield from _unread(session, now)


def _unread(session: Session, now: datetime) -> Iterator[Point]:
    """Agencies that nobody reads, with users or without."""
    unread = [agency for agency, _reason in unread_agencies(session, now)]
    if unread:
        yield Point(
            grade=GRAVE,
            title=N_("Agencies that nobody reads: %(count)s."),
            advice=N_("Nobody reads their tickets. Call them, or give others a role: %(names)s"),
            params={
                "count": len(unread),
                "names": ", ".join(pick(row.names) for row in unread[:NAMED])
                + (" …" if len(unread) > NAMED else ""),
            },
            endpoint="desk.unread",
        )


def _pack(session: Session) -> Iterator[Point]:
    # Units only: waters and neighbours are always drawn by hand, and no file replaces them.
    approximate = session.scalar(
        select(func.count())
        .select_from(AreaVersion)
        .join(Area, Area.code == AreaVersion.area_code)
        .where(Area.kind == "unit", AreaVersion.approximate, AreaVersion.superseded_at.is_(None))
    )
    if approximate:
        yield Point(
            grade=OPEN,
            title=N_("Places with approximate borders: %(count)s."),
            advice=N_(
                "Near such a border a person decides which agency it is. Load the official "
                "boundaries: flask city import-areas."
            ),
            params={"count": approximate},
        )
    left = unconfirmed(session)
    if left:
        yield Point(
            grade=OPEN,
            title=N_("Values of the city pack that nobody has confirmed: %(count)s."),
            advice=N_("They are examples, and residents see them as promises."),
            params={"count": sum(len(part.rows) or len(part.notes) for part in left)},
            endpoint="admin.illustrative",
        )


def _unreachable(session: Session, settings: Settings) -> Iterator[Point]:
    """Categories that want a proved phone, where nothing here can prove one."""
    if settings.sms.kind != OFF or settings.zalo.kind != OFF or settings.open_id.issuer:
        return
    wanting = [row for row in categories(session) if row.contact_policy == PHONE_VERIFIED]
    if wanting:
        yield Point(
            grade=GRAVE,
            title=N_("Nobody can report these, because no phone can be proved: %(names)s."),
            advice=N_(
                "Codes are sent by SMS or Zalo, and both are off. Set one of them, or let the "
                "city pack ask for less."
            ),
            params={"names": ", ".join(pick(row.names) for row in wanting)},
        )


def _codes(session: Session, settings: Settings, now: datetime) -> Iterator[Point]:
    """Somebody asked for more codes than we are willing to pay for."""
    at = last_beat(session, USED_UP)
    if at is not None and now - at < CODES_TOLD:
        yield Point(
            grade=GRAVE,
            title=N_("Codes by SMS or Zalo were used up: %(most)s went out within an hour."),
            advice=N_(
                "Others who asked got none. If the provider’s bill shows numbers that nobody here "
                "has, somebody lets us pay; else raise CODES_AN_HOUR."
            ),
            params={"most": settings.codes.an_hour},
        )


def _calendar(session: Session, today: date) -> Iterator[Point]:
    days = [row for row in present_calendar(session) if row.day >= today]
    open_days = [row for row in days if not row.confirmed]
    if open_days:
        yield Point(
            grade=OPEN,
            title=N_("Days of the calendar that are not confirmed: %(count)s."),
            advice=N_("Due dates are counted with them already."),
            params={"count": len(open_days)},
            endpoint="admin.calendar",
        )
    year = today.year + (today.month >= NEXT_YEAR_FROM_MONTH)
    if not any(row.day.year == year for row in days):
        yield Point(
            grade=OPEN,
            title=N_("No holidays are entered for %(year)s."),
            advice=N_("Due dates over the holidays would be promised too early."),
            params={"year": year},
            endpoint="admin.calendar",
        )


def _settings(settings: Settings) -> Iterator[Point]:
    if not settings.mail.host:
        yield Point(
            grade=OPEN,
            title=N_("No mail server is set."),
            advice=N_("Messages are written into files in %(folder)s and reach nobody."),
            params={"folder": settings.mail.folder},
        )
    if settings.basemap.kind == "areas":
        yield Point(
            grade=OPEN,
            title=N_("No street map is set."),
            advice=N_("Residents see borders and places, but no streets. Set BASEMAP_URL."),
        )
    if not settings.web.secure_cookies:
        yield Point(
            grade=TRIAL,
            title=N_("The public address is not https."),
            advice=N_("Before real people sign in or report, set BASE_URL to an https address."),
        )
    if settings.basemap.kind == "osm":
        yield Point(
            grade=TRIAL,
            title=N_("The street map comes from OpenStreetMap’s public server."),
            advice=N_("It is not meant for permanent use. Set BASEMAP_URL to a map of your own."),
        )
    if settings.trial or settings.sample_content:
        yield Point(
            grade=TRIAL,
            title=N_("This installation is a trial."),
            advice=N_("Do not announce it, and do not enter reports of real people."),
        )
