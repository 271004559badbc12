"""What `tickets.csv` holds, for programs: W3C's metadata for tabular data on the web (CSVW)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.core.words.i18n import translate, use_language
from app.open_data.fields import TICKET_FIELDS

SCHEMA = 1
"""Of the ticket files: grows when a column goes or means something else; new ones come last."""
NUMBERS = ("transfers", "disputes", "reports", "supporters")


def description(
    url: str, licence: Mapping[str, Any], changed: datetime | None, languages: Iterable[str]
) -> dict[str, Any]:
    """Return it. url: of the file. changed: when a ticket changed last."""
    spoken = list(languages)
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:identifier": f"tickets-{SCHEMA}",
        "dc:license": licence.get("url") or licence.get("names", {}),
        "dc:modified": changed.isoformat() if changed else None,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "primaryKey": "reference",
            "columns": [_column(name, spoken) for name in TICKET_FIELDS],
        },
    }


def _column(name: str, spoken: Iterable[str]) -> dict[str, Any]:
    words = {}
    for lang in spoken:
        with use_language(lang):
            words[lang] = translate(TICKET_FIELDS[name])
    return {"name": name, "titles": name, "datatype": _type(name), "dc:description": words}


def _type(name: str) -> str:
    if name in NUMBERS:
        return "integer"
    if name in {"lon", "lat"}:
        return "decimal"
    if name == "on_time":
        return "boolean"
    return "dateTime" if name.endswith(("_at", "extended_to", "_for", "_until")) else "string"
