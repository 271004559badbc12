"""The maps, built with folium: labels and addresses are arguments, nothing is loaded from outside.

1. `CityMap` replaces folium's template, scripts and styles: no header of its own, fixed ids, hence
   the same arguments give the same bytes, which the surface serves as a file named by `digest`.
2. A macro emits one line, `CityMap.<verb>(map, {json})`; all behaviour is in static citymap.js.
3. No text of a resident ever goes through folium; citymap.js sets text, never markup.
4. What differs by request (filters, a ticket's place) is in attributes of the html part, so one
   script per language serves everybody.
5. Every map stays inside the bounds of the city.

Tile contract. `GET {tiles_url}` with {z}, {x}, {y} of `geo.morton` (512 px tiles: z is the map zoom
minus one) and the filters as query:

    {"cells": [[lon, lat, n, id, word, overdue, title?], …], "generation": 17}

n tickets stand at lon, lat (a position inside the cell); `overdue` of them are past their date.
`id` is the reference, `word` the map word and `title` a short public name (of the category) where
n is 1, else null. From `POINTS_FROM_Z` on each cell is one ticket, unless there are more than
`MAX_POINTS`. 404 means: nothing there. At most 500 cells are drawn. Cache: ETag of `generation`
and the filters, `max-age` of seconds to a minute.

Area contract. `GET {areas_url}`: `geo.features.feature_collection` with the property `name`, at
most about 30 kB compressed; `{fine_areas_url}`, if there is one: the same in more detail, fetched
once when somebody zooms in.

Number contract. `GET {numbers_url}` with the filters as query: what areas are shaded by while the
whole city is in view, and a sentence about all of them:

    {"areas": {code: [n, overdue], …}, "text": "…"}
"""

from collections.abc import Mapping
from dataclasses import asdict
from html import escape
from typing import Any

import folium
from branca.element import Element

from geo.city_map.elements import CityMap, MapVerb, Parts
from geo.city_map.settings import (
    Assets,
    BaseLabels,
    Basemap,
    PinLabels,
    Plural,
    ReportLabels,
    View,
)
from geo.city_map.signs import SHAPES, legend, sign
from geo.morton import MAX_TILE_Z, Box
from geo.point import LonLat

__all__ = [
    "Assets",
    "BaseLabels",
    "Basemap",
    "CityMap",
    "Parts",
    "PinLabels",
    "Plural",
    "ReportLabels",
    "View",
    "build",
    "pin_map",
    "sign",
    "ticket_map",
]

STREETS_ZOOM, AREAS_ZOOM = 16, 12
NUMBERS_S = 30


def build(
    *,
    key: str,
    view: View,
    labels: ReportLabels,
    assets: Assets,
    basemap: Basemap,
    tiles_url: str,
    numbers_url: str,
    ticket_url: str,
    list_url: str,
    query: str = "",
    still: str = "",
) -> Parts:
    """Return the public map. `ticket_url` holds {id}; `query`: the filters, url-encoded.

    still: of when the numbers are, in words; such a map shows its areas only and asks nobody.
    """
    name = f"map_{key}"
    fallback = (
        f'{escape(labels.fallback)} <a href="{escape(list_url)}">{escape(labels.fallback_link)}</a>'
    )
    html = (
        _canvas(name, labels, fallback, {"query": query})
        + f'<p class="citymap-summary" id="{name}-summary" role="status"></p>'
        + f'<section class="citymap-panel" id="{name}-panel" tabindex="-1" '
        f'aria-label="{escape(labels.panel)}" hidden></section>'
        + legend(
            labels.words,
            title=labels.legend,
            overdue=labels.overdue,
            cluster=labels.legend_cluster,
            area=labels.legend_area,
        )
    )
    settings = {
        "tiles": tiles_url,
        # Over streets areas are lines, which have no shade.
        "numbers": numbers_url if basemap.areas_url and not basemap.tiles_url else "",
        "fresh": NUMBERS_S,
        "still": still,
        "ticket": ticket_url,
        "list": list_url,
        "labels": _chosen(
            labels, "words", "cluster", "summary", "overdue", "overdue_count", "partial", "close",
            "all_in_list", "near_me", "near_failed", "near_outside",
        ),
    }  # fmt: skip
    return _finished(
        MapVerb("reports", settings),
        verb_js=assets.reports_js,
        verb_css=assets.reports_css,
        name=name,
        html=html,
        view=view,
        labels=labels,
        assets=assets,
        basemap=basemap,
    )


def pin_map(*, key: str, view: View, labels: PinLabels, assets: Assets, basemap: Basemap) -> Parts:
    """Return a map to choose a place on.

    Its canvas hears `pin-put` (detail: lat, lon, metres) and says `pin-placed` (lat, lon) and
    `pin-outside`: whoever shows the map keeps the fields and finds the words.
    """
    name = f"map_{key}"
    html = (
        f'<p class="citymap-actions"><button type="button" class="citymap-action" '
        f'id="{name}-centre" hidden>{escape(labels.centre)}</button></p>'
        + _canvas(name, labels, escape(labels.fallback), {})
        + f'<p class="citymap-hint">{escape(labels.tap)}</p>'
    )
    return _finished(
        MapVerb("pin", {"labels": _chosen(labels, "pin")}),
        verb_js=assets.pin_js,
        verb_css=assets.pin_css,
        name=name,
        html=html,
        view=view,
        labels=labels,
        assets=assets,
        basemap=basemap,
    )


def ticket_map(
    *,
    key: str,
    view: View,
    labels: BaseLabels,
    assets: Assets,
    basemap: Basemap,
    place: LonLat,
    word: str,
) -> Parts:
    """Return a small map of one ticket that only zooms. The script is the same for all tickets."""
    name = f"map_{key}"
    place_attributes = {"lat": f"{place.lat:.6f}", "lon": f"{place.lon:.6f}", "word": word}
    html = _canvas(name, labels, escape(labels.fallback), place_attributes, small=" citymap-small")
    return _finished(
        MapVerb("show", {}),
        verb_js="",
        name=name,
        html=html,
        view=view,
        labels=labels,
        assets=assets,
        basemap=basemap,
    )


def _finished(
    verb: MapVerb,
    *,
    verb_js: str,
    verb_css: str = "",
    name: str,
    html: str,
    view: View,
    labels: BaseLabels,
    assets: Assets,
    basemap: Basemap,
) -> Parts:
    end = f'<div class="citymap-end" id="{name}-end" tabindex="-1"></div>'
    city_map = CityMap(
        name.removeprefix("map_"),
        html=f'<div class="citymap">{html}</div>{end}',
        assets=assets,
        verb_js=verb_js,
        verb_css=verb_css,
        settings={
            "bounds": _corners(view.bounds),
            "center": [view.centre.lat, view.centre.lon],
            "zoom": view.zoom,
            "maxZoom": min(view.max_zoom, MAX_TILE_Z),
            # Where one place is shown: without streets nothing but its area says where it is.
            "near": STREETS_ZOOM if basemap.tiles_url else AREAS_ZOOM,
            "lang": labels.lang,
            "zoomIn": labels.zoom_in,
            "zoomOut": labels.zoom_out,
            "shapes": SHAPES,
            "notes": _notes(basemap, labels),
        },
    )
    for element in (*_under(basemap, view), verb):
        city_map.add_child(element)
    return city_map.parts()


def _under(basemap: Basemap, view: View) -> list[Element]:
    elements: list[Element] = []
    if basemap.tiles_url:
        referrer: dict[str, Any] = {"referrer_policy": "origin"} if basemap.origin_referrer else {}
        tiles = folium.TileLayer(
            basemap.tiles_url,
            attr=" ",  # `_notes` writes it as text; Leaflet would take it for markup
            name="base",
            max_zoom=view.max_zoom,
            max_native_zoom=basemap.max_zoom,
            bounds=_corners(view.bounds),
            **referrer,
        )
        tiles._id = "base"  # noqa: SLF001 - folium's random id would change the file each time
        elements.append(tiles)
    if basemap.areas_url:
        drawn = {
            "url": basemap.areas_url,
            "fine": basemap.fine_areas_url,
            "lines": bool(basemap.tiles_url),
        }
        elements.append(MapVerb("areas", drawn))
    return elements


def _notes(basemap: Basemap, labels: BaseLabels) -> list[list[str]]:
    """Return what stands in the corners: [corner, text, address]."""
    notes = []
    if basemap.approximate and basemap.areas_url:
        notes.append(["topright", labels.approximate, ""])
    if basemap.attribution:
        notes.append(["bottomright", basemap.attribution, basemap.attribution_url])
    return notes


def _canvas(
    name: str, labels: BaseLabels, fallback: str, attributes: Mapping[str, str], small: str = ""
) -> str:
    extra = "".join(f' data-{key}="{escape(value)}"' for key, value in attributes.items())
    return (
        f'<a class="citymap-skip" href="#{name}-end" target="_self">{escape(labels.skip)}</a>'
        f'<div class="citymap-canvas{small}" id="{name}" role="region" '
        f'aria-label="{escape(labels.map)}"{extra}><p class="citymap-fallback">{fallback}</p></div>'
    )


def _chosen(labels: BaseLabels, *names: str) -> dict[str, Any]:
    every = asdict(labels)
    return {name: every[name] for name in names}


def _corners(box: Box) -> list[list[float]]:
    return [[box.south, box.west], [box.north, box.east]]
