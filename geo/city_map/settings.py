"""What the caller decides about a map: where, in which words, over what, from which addresses."""

from collections.abc import Mapping
from dataclasses import dataclass

from geo.morton import Box
from geo.point import LonLat

Plural = Mapping[str, str]
"""CLDR plural category (`other` at least) → text with {n}."""


@dataclass(frozen=True, kw_only=True)
class Assets:
    """Addresses of the static files; `reports_…` are for the public map, `pin_…` for the form."""

    leaflet_js: str
    leaflet_css: str
    citymap_js: str
    citymap_css: str
    reports_js: str
    reports_css: str
    pin_js: str
    pin_css: str


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """What lies under the pins: the areas, a tile address with {z}, {x}, {y}, or both.

    `approximate` writes the label for approximate borders on the map. `attribution` is plain text;
    with `attribution_url` it is a link. `origin_referrer`: a tile server elsewhere sees our origin.
    """

    areas_url: str = ""
    fine_areas_url: str = ""
    approximate: bool = False
    tiles_url: str = ""
    attribution: str = ""
    attribution_url: str = ""
    max_zoom: int = 19
    origin_referrer: bool = False


@dataclass(frozen=True, kw_only=True)
class View:
    """Where a map starts and what it never leaves. Zooms are map zooms (256 px tiles)."""

    bounds: Box
    centre: LonLat
    zoom: int = 11
    max_zoom: int = 19


@dataclass(frozen=True, kw_only=True)
class BaseLabels:
    """Words that every map needs. `approximate`: shown in trial mode."""

    lang: str
    map: str
    skip: str
    fallback: str
    zoom_in: str
    zoom_out: str
    approximate: str


@dataclass(frozen=True, kw_only=True)
class ReportLabels(BaseLabels):
    """Words of the public map. words: map word → its name, in the order of the legend."""

    fallback_link: str
    words: Mapping[str, str]
    cluster: Plural
    summary: Plural
    overdue: str
    overdue_count: Plural
    partial: str
    panel: str
    close: str
    all_in_list: str
    legend: str
    legend_cluster: str
    legend_area: str
    near_me: str
    near_failed: str
    near_outside: str


@dataclass(frozen=True, kw_only=True)
class PinLabels(BaseLabels):
    """Words of the map on the report form. `tap` says what to do first."""

    pin: str
    tap: str
    centre: str
