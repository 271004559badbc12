"""One line of another system's table as a report with its past, or why it cannot be one."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from app.catalog.models import Category
from app.cli.takeover.mapping import TableMapping
from app.reports.service.former import Former
from app.tickets.service.step.past import Past
from geo.point import LonLat

ADDRESS_MOST, WORDS_MOST = 300, 20_000


class Unusable(Exception):  # noqa: N818 - says what the line is
    """The line cannot be taken over; the text says why."""


class Rows:
    """Reads lines by a mapping."""

    def __init__(
        self, mapping: TableMapping, categories: Mapping[str, Category], now: datetime
    ) -> None:
        self.mapping, self.categories, self.now = mapping, categories, now

    def read(self, row: Mapping[str | None, str | None]) -> Former:
        """Return the report of a line. Raises Unusable."""
        cells = {name: _cell(row.get(column)) for name, column in self.mapping.columns.items()}
        if not cells["number"]:
            raise Unusable("it has no number")
        return Former(
            source=self.mapping.source,
            number=cells["number"],
            past=self._past(cells),
            text=_words(cells, "text", WORDS_MOST),
            address=_words(cells, "address", ADDRESS_MOST),
            place=_place(cells),
        )

    def _past(self, cells: Mapping[str, str]) -> Past:
        received = self._instant(cells, "received")
        if received is None:
            raise Unusable("it does not say when it was received")
        status = self.mapping.statuses.get(cells["status"])
        if status is None:
            raise Unusable(f"the status {cells['status']!r} is not in the mapping")
        ended = self._ended(cells, received) if status == "ended" else None
        category = self._ours("category", cells, self.mapping.categories.of(cells["category"]))
        return Past(
            category=self.categories[category],
            agency=self._ours("agency", cells, self.mapping.agencies.of(cells["agency"])),
            received_at=received,
            due_at=self._instant(cells, "due"),
            at_work=status == "in_progress",
            outcome=self._outcome(cells) if ended else None,
            answer=_words(cells, "answer", WORDS_MOST) or None,
            ended_at=ended,
            published=self.mapping.words_public,
            opened={
                "category": category, "channel": "import", "source": self.mapping.source,
                "number": cells["number"],
            },
        )  # fmt: skip

    def _ours(self, name: str, cells: Mapping[str, str], found: str | None) -> str:
        if found is None:
            raise Unusable(f"the {name} {cells[name]!r} is not in the mapping")
        return found

    def _outcome(self, cells: Mapping[str, str]) -> str:
        told = cells.get("outcome", "")
        found = self.mapping.outcome(told)
        if found is None:
            raise Unusable(f"the outcome {told[:60]!r} is not in the mapping")
        return found

    def _ended(self, cells: Mapping[str, str], received: datetime) -> datetime:
        ended = self._instant(cells, "ended")
        if ended is None:
            raise Unusable("it does not say when it ended")
        if ended < received:
            raise Unusable("it ended before it was received")
        return ended

    def _instant(self, cells: Mapping[str, str], name: str) -> datetime | None:
        """Return an instant: what has no offset is the mapping's wall clock."""
        written = cells.get(name, "")
        if not written:
            return None
        try:
            read = datetime.strptime(written, self.mapping.dates)  # noqa: DTZ007 - see below
            found = (read if read.tzinfo else read.replace(tzinfo=self.mapping.zone)).astimezone(
                UTC
            )
        except (ValueError, OverflowError):
            raise Unusable(f"{name}: {written[:40]!r} is not such a date") from None
        if name != "due" and found > self.now:
            raise Unusable(f"{name}: {written[:40]!r} has not come yet")
        return found


def _cell(value: str | list[str] | None) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if "\0" in text:
        raise Unusable("it has a character that is no text")
    return unicodedata.normalize("NFC", text)


def _words(cells: Mapping[str, str], name: str, most: int) -> str:
    found = cells.get(name, "")
    if len(found) > most:
        raise Unusable(f"{name} is longer than {most} characters")
    return found


def _place(cells: Mapping[str, str]) -> LonLat | None:
    lat, lon = cells.get("lat", ""), cells.get("lon", "")
    if not lat and not lon:
        return None
    try:
        return LonLat.parse(lon=lon, lat=lat)
    except ValueError:
        raise Unusable(f"{lat[:20]!r}, {lon[:20]!r} is no place") from None
