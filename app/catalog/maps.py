"""The city's maps: geo.city_map with this installation's words, addresses and bounds.

1. Four kinds: `reports` (all that is public), `desk` (a list of it), `pin` (the form), `ticket`.
2. The script of a kind depends on language and base map only; it is served under its own digest,
   so that browsers keep it for ever and the page needs no inline code.
3. Approximate shapes of units are drawn in trial mode only, and the map says so.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Area, AreaVersion
from app.catalog.profile import Profile
from app.catalog.queries import profile
from app.core.installation import settings
from app.core.web import assets
from app.core.web.templating import asset
from app.core.words.i18n import catalog, language, pick
from app.core.words.i18n import translate as _
from geo import city_map
from geo.city_map import Assets, BaseLabels, Basemap, Parts, PinLabels, ReportLabels, View
from geo.morton import Box
from geo.point import LonLat

OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_WORDS = "© OpenStreetMap contributors"
OSM_COPYRIGHT = "https://www.openstreetmap.org/copyright"
KINDS = ("reports", "desk", "pin", "ticket")
START_ZOOM = 10


@dataclass(frozen=True, kw_only=True)
class PageMap:
    """What a page includes: html, then styles in the head, then scripts at the end."""

    html: Markup
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


def reports_map(session: Session, words: dict[str, str], query: str = "") -> PageMap:
    """Return the public map. words: map word → its name; query: url-encoded filters."""
    return _page("reports", _counts(_context(session), "reports", tuple(words.items()), query))


def desk_map(session: Session, words: dict[str, str], query: str = "") -> PageMap:
    """Return the map of a list of the desk. query: url-encoded, says which list."""
    return _page("desk", _counts(_context(session), "desk", tuple(words.items()), query))


def still_map(
    session: Session, words: dict[str, str], *, areas_url: str, numbers_url: str, at: str
) -> Parts:
    """Return a map of the areas' numbers that asks nobody; the addresses hold their documents."""
    context = _context(session)
    return city_map.build(
        key="reports",
        view=context.view,
        labels=_report_labels(context, tuple(words.items())),
        assets=context.assets,
        basemap=Basemap(areas_url=areas_url, approximate=context.approximate),
        tiles_url="",
        numbers_url=numbers_url,
        ticket_url="",
        list_url=settings().web.base_url + url_for("public_map.ticket_list"),
        still=at,
    )


def pin_map(session: Session) -> PageMap:
    """Return the map to choose a place on; the place step keeps the inputs."""
    return _page("pin", _pin(_context(session)))


def ticket_map(session: Session, place: LonLat, word: str) -> PageMap:
    """Return a small map of one place."""
    return _page("ticket", _ticket(_context(session), place, word))


def script(session: Session, kind: str, words: dict[str, str]) -> Parts:
    """Return the parts whose script is served for a kind in the current language."""
    context = _context(session)
    if kind == "pin":
        return _pin(context)
    if kind != "ticket":
        return _counts(context, kind, tuple(words.items()), "")
    west, south, east, north = profile(session).bounds
    return _ticket(context, LonLat(lon=(west + east) / 2, lat=(south + north) / 2), "waiting")


def _page(kind: str, parts: Parts) -> PageMap:
    address = url_for("public_map.map_script", kind=kind, lang=language(), digest=parts.digest)
    return PageMap(
        html=Markup(parts.html),  # noqa: S704 - built by us, every text in it escaped
        styles=parts.style_links,
        scripts=(*parts.script_links, address),
    )


@dataclass(frozen=True)
class _Context:
    """All that a map depends on, hashable so that equal maps are built once."""

    lang: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    city: str
    approximate: bool
    basemap: Basemap
    assets: Assets

    @property
    def view(self) -> View:
        west, south, east, north = self.bounds
        lon, lat = self.centre
        return View(
            bounds=Box(west=west, south=south, east=east, north=north),
            centre=LonLat(lon=lon, lat=lat),
            zoom=START_ZOOM,
        )


def _context(session: Session) -> _Context:
    city: Profile = profile(session)
    newest, approximate = _shapes(session)
    return _Context(
        lang=language(),
        bounds=city.bounds,
        centre=city.centre,
        city=pick(city.names),
        approximate=approximate,
        basemap=_basemap(newest, approximate=approximate),
        assets=_assets(),
    )


def _shapes(session: Session) -> tuple[int, bool]:
    """Return (newest shape of a unit, whether any of them is approximate)."""
    query = (
        select(AreaVersion.id, AreaVersion.approximate)
        .join(Area, Area.code == AreaVersion.area_code)
        .where(Area.kind == "unit", AreaVersion.superseded_at.is_(None))
    )
    rows = session.execute(query).all()
    return max((row.id for row in rows), default=0), any(row.approximate for row in rows)


def _basemap(newest: int, *, approximate: bool) -> Basemap:
    plain = Basemap()
    # Approximate shapes are for trials only: nobody must take them for the real borders.
    if settings().trial or not approximate:
        plain = Basemap(
            areas_url=url_for("public_map.areas", lang=language(), v=newest),
            fine_areas_url=url_for("public_map.areas", lang=language(), v=newest, fine=1),
            approximate=approximate,
        )
    chosen = settings().basemap
    match chosen.kind:
        case "osm":
            return replace(
                plain,
                tiles_url=OSM_TILES,
                attribution=OSM_WORDS,
                attribution_url=OSM_COPYRIGHT,
                origin_referrer=True,
            )
        case "url":
            return replace(
                plain,
                tiles_url=chosen.url,
                attribution=chosen.attribution,
                origin_referrer=True,
            )
        case "mbtiles":
            tiles = url_for("public_map.basemap", z=0, x=0, y=0).replace("0/0/0", "{z}/{x}/{y}")
            return replace(plain, tiles_url=tiles, attribution=chosen.attribution)
        case _:
            return plain


def _assets() -> Assets:
    leaflet = assets.version()
    return Assets(
        leaflet_js=url_for("public_map.leaflet", version=leaflet, name="leaflet.js"),
        leaflet_css=url_for("public_map.leaflet", version=leaflet, name="leaflet.css"),
        citymap_js=asset("citymap.js"),
        citymap_css=asset("citymap.css"),
        reports_js=asset("citymap_reports.js"),
        reports_css=asset("citymap_reports.css"),
        pin_js=asset("citymap_pin.js"),
        pin_css=asset("citymap_pin.css"),
    )


def _plural(one: str, many: str) -> dict[str, str]:
    """Return both forms with {n}; a language with one form has it under `other` only."""
    forms = {"other": catalog(language()).ngettext(one, many, 2) % {"num": "{n}"}}
    single = catalog(language()).ngettext(one, many, 1) % {"num": "{n}"}
    if single != forms["other"]:
        forms["one"] = single
    return forms


def _base_labels(context: _Context) -> dict[str, str]:
    return {
        "lang": context.lang,
        "skip": _("Skip the map"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "approximate": _("Approximate borders, for trial only"),
    }


def _report_labels(context: _Context, words: tuple[tuple[str, str], ...]) -> ReportLabels:
    return ReportLabels(
        **_base_labels(context),
        map=_("Map of reports"),
        fallback=_("The map needs JavaScript."),
        fallback_link=_("The list shows the same reports."),
        words=dict(words),
        cluster=_plural("%(num)s report here", "%(num)s reports here"),
        summary=_plural("%(num)s report in this view.", "%(num)s reports in this view."),
        overdue=_("Overdue"),
        overdue_count=_plural("%(num)s overdue", "%(num)s overdue"),
        partial=_("Part of the map could not be loaded."),
        panel=_("Reports at this place"),
        close=_("Close"),
        all_in_list=_("Show them in the list"),
        legend=_("What the signs mean"),
        legend_cluster=_("Several reports; the red part of the ring is overdue"),
        legend_area=_("The darker, the more reports that are not finished; in red: overdue"),
        near_me=_("Show where I am"),
        near_failed=_("Your position could not be found."),
        near_outside=_("You are outside the area of this map."),
    )


@lru_cache(maxsize=256)
def _counts(context: _Context, kind: str, words: tuple[tuple[str, str], ...], query: str) -> Parts:
    desk = kind == "desk"
    tiles = (
        url_for("desk.desk_tile", z=0, x=0, y=0)
        if desk
        else url_for("public_map.tile", lang=context.lang, z=0, x=0, y=0)
    )
    ticket = url_for("desk.show_ticket" if desk else "public_map.ticket", reference="REF")
    return city_map.build(
        key="reports",
        view=context.view,
        labels=_report_labels(context, words),
        assets=context.assets,
        basemap=context.basemap,
        tiles_url=tiles.replace("0/0/0", "{z}/{x}/{y}"),
        numbers_url="" if desk else url_for("public_map.numbers", lang=context.lang),
        ticket_url=ticket.replace("REF", "{id}"),
        list_url=url_for("desk.inbox" if desk else "public_map.ticket_list"),
        query=query,
    )


@lru_cache(maxsize=32)
def _pin(context: _Context) -> Parts:
    labels = PinLabels(
        **_base_labels(context),
        map=_("Map to choose the place"),
        fallback=_("Without a map: describe the place below, and choose the ward or commune."),
        pin=_("The place; move it with the arrow keys"),
        tap=_("Tap the place on the map; zoom in with + first."),
        centre=_("Put the pin in the middle of the map"),
    )
    return city_map.pin_map(
        key="pin",
        view=context.view,
        labels=labels,
        assets=context.assets,
        basemap=context.basemap,
    )


@lru_cache(maxsize=256)
def _ticket(context: _Context, place: LonLat, word: str) -> Parts:
    labels = BaseLabels(
        **_base_labels(context),
        map=_("Map of the place"),
        fallback=_("The map needs JavaScript."),
    )
    return city_map.ticket_map(
        key="place",
        view=context.view,
        labels=labels,
        assets=context.assets,
        basemap=context.basemap,
        place=place,
        word=word,
    )
