"""A feed of any filter: Atom (RFC 4287) with the public place as GeoRSS.

1. The entries are the first page of the list with the same filters: what the list does not show,
   no feed shows.
2. An entry's id never changes; its words are those of the list: category, area, state, agency.
   No text of a resident is in it.
"""

from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from sqlalchemy.orm import Session

from app.catalog.queries import profile
from app.core.words.i18n import language, pick, translate
from app.public_map.pages import list_page
from app.tickets.listed import Filters
from app.tickets.tables import SUGGESTION
from app.tickets.words.view import TicketView

ATOM = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
DIGITS = 5

register_namespace("", ATOM)
register_namespace("georss", GEORSS)


def atom(
    session: Session,
    filters: Filters,
    *,
    address: str,
    page_address: str,
    address_of: Callable[[str], str],
    now: datetime,
) -> bytes:
    """Return the feed. address: its own; page_address: the list's; address_of: a reference's."""
    city = profile(session)
    views = list_page(session, filters, None, now=now).views
    root = Element(_atom("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": language()})
    _add(root, "id", address)
    what = translate("Suggestions") if filters.kind == SUGGESTION else translate("Reports")
    _add(root, "title", f"{what} – {pick(city.names)}")
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=page_address)
    _add(root, "updated", _instant(max((view.updated_at for view in views), default=now)))
    _add(_add(root, "author"), "name", pick(city.organisation))
    for view in views:
        _entry(root, view, address_of(view.reference))
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(root: Element, view: TicketView, address: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", address)
    named = " – ".join(filter(None, (view.category_name, view.area_name)))
    _add(entry, "title", f"{named} ({view.status_words})")
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "published", _instant(view.received_at))
    _add(entry, "updated", _instant(view.updated_at))
    _add(entry, "category", term=view.category_code, label=view.category_name)
    said = (view.reference, view.agency_name, view.outcome_words, view.clock_words)
    _add(entry, "summary", ". ".join(filter(None, said)))
    if view.place:
        point = f"{view.place.lat:.{DIGITS}f} {view.place.lon:.{DIGITS}f}"
        SubElement(entry, f"{{{GEORSS}}}point").text = point


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    found = SubElement(parent, _atom(name), attributes)
    found.text = text
    return found


def _instant(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
