"""From a form that an officer sent to a command: shapes only, all problems at once.

1. A date is a local day of the city; it means the end of work on that day by the ticket's own
   clock, else 17:00 (a day off, or a ticket without a promise).
2. What a verb does not ask for is not read: a field that somebody added changes nothing.
3. What is published was seen: not while a photo is still being prepared.
4. Photos are stored in the same transaction: a refused act leaves none behind, but those that are
   good wait for the form's next sending, under a key that this officer has for this act.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import IO
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from app.agencies.placeholders import NAMES, gaps
from app.catalog.queries import profile
from app.core.errors import Conflict, NotFound, Rejection, Rejections
from app.core.installation import settings
from app.core.words.i18n import N_
from app.core.words.text import clean, clean_line
from app.desk.acts.asks.suggestion import VERBS, ask_for, is_offered
from app.desk.acts.choices import NOBODY
from app.media import waiting
from app.media.service import store
from app.reports.queries import photos_of
from app.tickets.clock import closing_after
from app.tickets.due import ticket_clock
from app.tickets.facts import Verb
from app.tickets.models import Ticket
from app.tickets.queries import gathered
from app.tickets.schemas import Command
from app.tickets.words import REFUSALS
from geo.point import InvalidPoint, LonLat

MAX_TEXT = 4_000
MAX_CODE = 64
MAX_BASIS, MAX_DECIDER = 1_000, 120
CLOSING = time(17)
MAX_VERSION = 2**31

Form = MultiDict[str, str]
Files = MultiDict[str, FileStorage]


def asked_verb(name: str) -> Verb:
    """Return the verb of an address. Raises NotFound for what the desk has no form for."""
    if name not in VERBS:
        raise NotFound("unknown_act", N_("This act does not exist."))
    return Verb(name)


def form_key(reference: str, verb: Verb, account_id: int | None) -> UUID:
    """Return the key under which photos wait for the next sending of an officer's form."""
    return uuid5(NAMESPACE_URL, f"desk/{account_id}/{reference}/{verb.value}")


def parse_command(
    session: Session,
    ticket: Ticket,
    verb: Verb,
    form: Form,
    files: Files,
    *,
    key: UUID,
    now: datetime,
) -> Command:
    """Read what the verb asks for. Raises Rejections, Conflict."""
    if verb is Verb.PUBLISH:
        _check_photos_seen(session, ticket)
    if not is_offered(verb, ticket.kind):
        raise Conflict("not_now", REFUSALS["not_now"])
    read = _Fields(form, {field.name for field in ask_for(verb, ticket.kind).fields})
    day = read.day()
    command = Command(
        reference=ticket.reference,
        verb=verb.value,
        expected_version=version_of(form),
        code=read.line("code", MAX_CODE) or read.line("verdict", MAX_CODE),
        text=read.text(),
        agency_code=read.line("agency", MAX_CODE),
        category_code=read.line("category", MAX_CODE),
        place=read.place(),
        until=closing(session, ticket, day) if day else None,
        target_reference=read.line("target", MAX_CODE),
        account_id=read.person(),
        report_id=read.number("report"),
        basis=read.line("basis", MAX_BASIS),
        decider=read.line("decider", MAX_DECIDER),
    )
    kept, streams = read.photos(files)
    if read.problems:
        raise Rejections(read.problems)
    if not kept and not streams:
        return command
    photos = waiting.take(session, key, kept, now=now)
    photos += [store(session, stream, now=now) for stream in streams]
    for photo in photos:
        photo.evidence = True
    return replace(command, photo_ids=[photo.id for photo in photos])


def _check_photos_seen(session: Session, ticket: Ticket) -> None:
    if any(photo.state == "stored" for photo in photos_of(session, *gathered(session, ticket))):
        raise Conflict(
            "photo_not_ready",
            N_("A photo is still being prepared. Look at it in a moment, then publish."),
        )


def closing(session: Session, ticket: Ticket, day: date) -> datetime:
    """Return when work ends on a local day (rule 1)."""
    zone = profile(session).zone
    if ticket.timetable_id is not None and ticket.calendar_version is not None:
        clock = ticket_clock(session, ticket)
        if clock.hours(day):
            noon_before = datetime.combine(day - timedelta(days=1), time(12), zone)
            return closing_after(clock, noon_before, 1)
    return datetime.combine(day, CLOSING, zone).astimezone(UTC)


def version_of(form: Form) -> int:
    """Return the version that the page showed; nonsense is a version that never was."""
    typed = form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def photo_files(files: Files) -> list[FileStorage]:
    """Return the chosen files; an empty file input sends one without a name."""
    return [file for file in files.getlist("photos") if file.filename]


class _Fields:
    """Reads the fields that a verb asks for, collecting what is wrong."""

    def __init__(self, form: Form, asked: set[str]) -> None:
        self._form = form
        self._asked = asked
        self.problems: list[Rejection] = []

    def _reject(self, code: str, message: str, name: str, **params: object) -> None:
        self.problems.append(Rejection(code, message, field=name, params=params))

    def _typed(self, name: str) -> str:
        return self._form.get(name, "") if name in self._asked else ""

    def line(self, name: str, limit: int) -> str | None:
        value = clean_line(self._typed(name))
        if len(value) > limit:
            self._too_long(name, value, limit)
        return value or None

    def person(self) -> int | None:
        """Return the account that was chosen; None where it is to be nobody.

        Nonsense is a number that nobody has: who may not do it at all is told that first.
        """
        if "person" not in self._asked or self._typed("person") == NOBODY:
            return None
        return self.number("person", nonsense=-1)

    def number(self, name: str, *, nonsense: int | None = None) -> int | None:
        """Return a number that was chosen."""
        typed = self._typed(name)
        good = typed.isascii() and typed.isdigit() and len(typed) < 19
        return int(typed) if good else nonsense

    def text(self) -> str | None:
        value = clean(self._typed("text"))
        if len(value) > MAX_TEXT:
            self._too_long("text", value, MAX_TEXT)
        if left := sorted(gaps(value) & set(NAMES)):
            message = N_("A gap of a template is not filled: %(names)s.")
            names = ", ".join(f"{{{name}}}" for name in left)
            self._reject("gap_left", message, "text", names=names)
        return value or None

    def _too_long(self, name: str, value: str, limit: int) -> None:
        self._reject(
            "too_long",
            N_("This is too long: %(length)s characters, at most %(limit)s."),
            name, length=len(value), limit=limit,
        )  # fmt: skip

    def day(self) -> date | None:
        typed = clean_line(self._typed("until"))
        if not typed:
            return None
        try:
            found = date.fromisoformat(typed)
        except ValueError:
            found = date.min
        if not 2000 <= found.year <= 2200:
            self._reject("bad_date", N_("This is not a date."), "until")
            return None
        return found

    def place(self) -> LonLat | None:
        typed = clean_line(self._typed("place"))
        if not typed:
            return None
        # "20,95 107,08" and "20.95, 107.08" are both read; a comma alone is ambiguous.
        halves = typed.replace(";", " ").replace(", ", " ").split()
        if len(halves) == 1:
            halves = typed.split(",")
        try:
            lat, lon = halves
            return LonLat.parse(lon=lon, lat=lat)
        except (ValueError, InvalidPoint):
            self._reject(
                "bad_place", N_("Write latitude and longitude in decimal degrees."), "place",
            )  # fmt: skip
            return None

    def photos(self, files: Files) -> tuple[list[str], list[IO[bytes]]]:
        """Return the ids of photos that wait, as text, and what was sent now."""
        if "photos" not in self._asked:
            return [], []
        kept, sent = self._form.getlist("kept"), photo_files(files)
        limit = settings().media.max_files
        if len(kept) + len(sent) > limit:
            self.problems.append(waiting.too_many(limit))
        return kept, [file.stream for file in sent]
