"""The maps as built: the same bytes for the same arguments, nothing from outside, nothing unescaped."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import folium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.city_map import (
    Assets,
    BaseLabels,
    Basemap,
    Parts,
    PinLabels,
    ReportLabels,
    View,
    build,
    pin_map,
    sign,
    ticket_map,
)
from geo.city_map.signs import SHAPES
from geo.morton import MAX_TILE_Z, Box
from geo.point import LonLat

ASSETS = Assets(
    leaflet_js="/assets/leaflet.js",
    leaflet_css="/assets/leaflet.css",
    citymap_js="/static/citymap.js",
    citymap_css="/static/citymap.css",
    reports_js="/static/citymap_reports.js",
    reports_css="/static/citymap_reports.css",
    pin_js="/static/citymap_pin.js",
    pin_css="/static/citymap_pin.css",
)
VIEW = View(
    bounds=Box(west=106, south=20, east=109, north=22), centre=LonLat(lon=107.1, lat=20.9), zoom=10
)
AREAS = Basemap(areas_url="/map/areas.json", fine_areas_url="/map/areas-fine.json")
WORDS = {"waiting": "Chờ xử lý", "resolved": "Đã xử lý"}
BASE: dict[str, Any] = {
    "lang": "vi",
    "map": "Bản đồ",
    "skip": "Bỏ qua bản đồ",
    "fallback": "Cần JavaScript.",
    "zoom_in": "Phóng to",
    "zoom_out": "Thu nhỏ",
    "approximate": "Ranh giới gần đúng",
}
LABELS = BaseLabels(**BASE)
REPORTS = ReportLabels(
    **BASE,
    fallback_link="Danh sách",
    words=WORDS,
    legend_area="Đậm hơn là nhiều hơn",
    cluster={"other": "{n} phản ánh"},
    summary={"other": "{n} phản ánh trên bản đồ"},
    overdue="Quá hạn",
    overdue_count={"other": "{n} quá hạn"},
    partial="Một phần",
    panel="Phản ánh",
    close="Đóng",
    all_in_list="Xem tất cả",
    legend="Chú giải",
    legend_cluster="Nhiều phản ánh",
    near_me="Near me",
    near_failed="Not found",
    near_outside="Outside",
)
PIN = PinLabels(**BASE, pin="Ghim", tap="Chạm vào bản đồ", centre="Đặt ở giữa")


def public(labels: ReportLabels = REPORTS, basemap: Basemap = AREAS, **changes: Any) -> Parts:
    values = {
        "key": "public", "view": VIEW, "assets": ASSETS, "tiles_url": "/map/tiles/{z}/{x}/{y}.json",
        "numbers_url": "/map/numbers.json",
        "ticket_url": "/tickets/{id}", "list_url": "/tickets",
    }  # fmt: skip
    return build(labels=labels, basemap=basemap, **(values | changes))


def pin(labels: PinLabels = PIN, **changes: Any) -> Parts:
    values = {"key": "pin", "view": VIEW, "assets": ASSETS, "basemap": AREAS}
    return pin_map(labels=labels, **(values | changes))


def small(labels: BaseLabels = LABELS, **changes: Any) -> Parts:
    values = {
        "key": "ticket", "view": VIEW, "assets": ASSETS, "basemap": AREAS,
        "place": LonLat(lon=107.08, lat=20.951), "word": "waiting",
    }  # fmt: skip
    return ticket_map(labels=labels, **(values | changes))


MAPS = {"public": public, "pin": pin, "ticket": small}
every_map = pytest.mark.parametrize("make", MAPS.values(), ids=MAPS)


class Page(HTMLParser):
    """What a browser sees: elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), "an attribute is given twice"
        if tag not in ("path", "br", "input") or not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def by_id(self, name: str) -> dict[str, str | None]:
        (found,) = [attrs for _tag, attrs in self.elements if attrs.get("id") == name]
        return found


def calls(parts: Parts) -> dict[str, list[Any]]:
    """The arguments of each line `CityMap.<verb>(…)`."""
    found: dict[str, list[Any]] = {}
    text = parts.script
    for match in re.finditer(r"CityMap\.(\w+)\(([^,]+),\s*", text):
        value, _end = json.JSONDecoder().raw_decode(text, match.end())
        found[match[1]] = [match[2], value]
    return found


@every_map
def test_the_same_arguments_give_the_same_bytes(make: Any) -> None:
    one, other = make(), make()
    assert one == other
    assert one.digest == other.digest
    assert re.fullmatch(r"[0-9a-f]{16}", one.digest)


@every_map
def test_the_digest_names_the_script_alone(make: Any) -> None:
    parts = make()
    assert replace(parts, html="<p>other</p>").digest == parts.digest
    assert replace(parts, script=parts.script + " ").digest != parts.digest


@every_map
def test_nothing_is_loaded_from_outside(make: Any) -> None:
    parts = make()
    everything = "\n".join([parts.html, parts.script, *parts.script_links, *parts.style_links])
    assert not re.search(r"(https?:)?//", everything)
    assert set(parts.script_links + parts.style_links) <= set(vars(ASSETS).values())


def test_each_map_loads_what_it_needs() -> None:
    leaflet = ("/assets/leaflet.js", "/static/citymap.js")
    assert public().script_links == (*leaflet, "/static/citymap_reports.js")
    assert pin().script_links == (*leaflet, "/static/citymap_pin.js")
    assert small().script_links == leaflet
    sheets = ("/assets/leaflet.css", "/static/citymap.css")
    assert public().style_links == (*sheets, "/static/citymap_reports.css")
    assert pin().style_links == (*sheets, "/static/citymap_pin.css")
    assert small().style_links == sheets


def test_foliums_own_maps_stay_as_they_are() -> None:
    before = [list(folium.Map.default_js), list(folium.Map.default_css)]
    public()
    assert [list(folium.Map.default_js), list(folium.Map.default_css)] == before


@every_map
def test_the_html_has_no_script_style_or_event(make: Any) -> None:
    page = Page(make().html)
    for tag, attributes in page.elements:
        assert tag not in {"script", "style", "link", "iframe", "object", "meta", "base"}
        for name in attributes:
            assert name != "style"
            assert not name.startswith("on")


@every_map
def test_ids_are_unique_and_named_after_the_key(make: Any) -> None:
    ids = [attrs["id"] for _tag, attrs in Page(make(key="here").html).elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert all(name is not None and name.startswith("map_here") for name in ids)


@every_map
def test_a_map_can_be_skipped_and_has_a_name_and_words_without_javascript(make: Any) -> None:
    page = Page(make(key="k").html)
    (skip,) = [a for tag, a in page.elements if tag == "a" and a.get("class") == "citymap-skip"]
    assert skip["href"] == "#map_k-end"
    assert page.by_id("map_k-end")["tabindex"] == "-1"
    canvas = page.by_id("map_k")
    assert (canvas["role"], canvas["aria-label"]) == ("region", "Bản đồ")
    assert "Cần JavaScript." in page.text


@every_map
def test_a_map_stays_inside_the_bounds(make: Any) -> None:
    name, city = calls(make(key="k"))["create"]
    assert name == '"map_k"'
    assert city["bounds"] == [[20, 106], [22, 109]]
    assert (city["center"], city["zoom"]) == ([20.9, 107.1], 10)
    assert city["maxZoom"] <= MAX_TILE_Z
    assert city["lang"] == "vi"
    assert set(city["shapes"]) == set(SHAPES)


def test_the_deepest_zoom_is_limited() -> None:
    deep = replace(VIEW, max_zoom=30)
    assert calls(public(view=deep))["create"][1]["maxZoom"] == MAX_TILE_Z


def test_the_public_map() -> None:
    parts = public(query="category=waste&status=waiting")
    page = Page(parts.html)
    assert page.by_id("map_public")["data-query"] == "category=waste&status=waiting"
    assert "query" not in parts.script
    assert parts.script == public().script  # filters are no part of the file
    reports = calls(parts)["reports"][1]
    assert (reports["tiles"], reports["ticket"]) == ("/map/tiles/{z}/{x}/{y}.json", "/tickets/{id}")
    assert reports["labels"]["words"] == WORDS
    assert ("a", {"href": "/tickets"}) in page.elements
    assert page.by_id("map_public-summary")["role"] == "status"
    assert "hidden" in page.by_id("map_public-panel")


def test_the_legend_has_each_word_with_its_sign() -> None:
    page = Page(public().html)
    for word, name in WORDS.items():
        assert name in page.text
        classes = [attrs.get("class") or "" for tag, attrs in page.elements if tag == "svg"]
        assert any(f"citymap-sign-{word}" in each for each in classes)
    assert "Quá hạn" in page.text


def test_the_pin_map_says_what_to_do_and_its_button_needs_javascript() -> None:
    parts = pin()
    assert calls(parts)["pin"][1] == {"labels": {"pin": "Ghim"}}
    page = Page(parts.html)
    assert "Chạm vào bản đồ" in page.text
    buttons = [attrs for tag, attrs in page.elements if tag == "button"]
    assert [button["type"] for button in buttons] == ["button"]
    assert all("hidden" in button for button in buttons)


def test_the_small_map_has_one_script_for_all_tickets() -> None:
    one = small()
    other = small(place=LonLat(lon=106.5, lat=21.5), word="resolved")
    assert one.script == other.script
    canvas = Page(other.html).by_id("map_ticket")
    assert (canvas["data-lat"], canvas["data-lon"]) == ("21.500000", "106.500000")
    assert canvas["data-word"] == "resolved"


def test_a_tile_server() -> None:
    tiles = Basemap(
        tiles_url="https://tiles.example/{z}/{x}/{y}.png", attribution="© OpenStreetMap",
        attribution_url="https://osm.example/copyright", max_zoom=17,
    )  # fmt: skip
    parts = public(basemap=tiles)
    assert "https://tiles.example/{z}/{x}/{y}.png" in parts.script
    assert "areas" not in calls(parts)
    assert '"maxNativeZoom": 17' in parts.script
    assert "referrerPolicy" not in parts.script
    notes = calls(parts)["create"][1]["notes"]
    assert notes == [["bottomright", "© OpenStreetMap", "https://osm.example/copyright"]]
    elsewhere = public(basemap=replace(tiles, origin_referrer=True))
    assert '"referrerPolicy": "origin"' in elsewhere.script
    assert public(basemap=tiles) == parts  # folium's random ids do not get in


def test_areas_alone_and_under_tiles() -> None:
    assert calls(public())["areas"][1] == {
        "url": "/map/areas.json", "fine": "/map/areas-fine.json", "lines": False,
    }  # fmt: skip
    both = replace(AREAS, tiles_url="/basemap/{z}/{x}/{y}")
    assert calls(public(basemap=both))["areas"][1]["lines"] is True
    assert set(calls(public(basemap=Basemap()))) == {"create", "reports"}


def test_approximate_borders_say_so() -> None:
    notes = calls(public(basemap=replace(AREAS, approximate=True)))["create"][1]["notes"]
    assert notes == [["topright", "Ranh giới gần đúng", ""]]
    without = calls(public(basemap=Basemap(approximate=True)))["create"][1]["notes"]
    assert without == []


# Labels are the city's own words, but a quotation mark or a tag in them must break nothing.

NASTY = """</script><img src=x onerror=alert(1)> " ' & {{ 7*7 }} {% raw %} \u2028"""


def nasty(labels: Any, text: str) -> Any:
    return replace(
        labels,
        **{
            name: dict.fromkeys(value, text) if isinstance(value, dict) else text
            for name, value in vars(labels).items()
        },
    )


@pytest.mark.parametrize(
    ("make", "labels"), [(public, REPORTS), (pin, PIN), (small, LABELS)], ids=MAPS
)
def test_labels_are_escaped(make: Any, labels: Any) -> None:
    parts = make(nasty(labels, NASTY))
    plain = Page(make(labels).html)
    page = Page(parts.html)
    assert [tag for tag, _attrs in page.elements] == [tag for tag, _attrs in plain.elements]
    assert [set(attrs) for _tag, attrs in page.elements] == [
        set(attrs) for _tag, attrs in plain.elements
    ]
    assert "alert(1)>" in page.text
    assert "</script" not in parts.script
    assert "<img" not in parts.script
    assert "{{ 7*7 }}" in parts.html
    assert calls(parts)["create"][1]["zoomIn"] == NASTY


def test_addresses_are_escaped() -> None:
    parts = public(list_url='/tickets?a=1&b="><script>', query='q="><script>')
    page = Page(parts.html)
    assert ("a", {"href": '/tickets?a=1&b="><script>'}) in page.elements
    assert page.by_id("map_public")["data-query"] == 'q="><script>'
    assert "<script" not in parts.script


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=30))
def test_any_text_as_a_label(text: str) -> None:
    parts = public(nasty(REPORTS, text))
    plain = Page(public().html)
    assert [tag for tag, _ in Page(parts.html).elements] == [tag for tag, _ in plain.elements]
    assert calls(parts)["reports"][1]["labels"]["close"] == text
    for line in parts.script.splitlines():
        assert line == line.strip()


def test_nothing_that_was_given_is_executed_as_a_template() -> None:
    """branca reads what it has rendered as a template once more; an address is a visitor's text."""
    for text in ("{{ 7*7 }}", "{{{7*7}}}", "{% raw %}", "{# gone #}", "{{ cycler.__init__ }}"):
        parts = public(nasty(REPORTS, text), query=text, tiles_url=text)
        assert Page(parts.html).by_id("map_public")["data-query"] == text
        assert Page(parts.html).by_id("map_public")["aria-label"] == text
        settings_ = calls(parts)["reports"][1]
        assert (settings_["tiles"], settings_["labels"]["close"]) == (text, text)
        noted = Basemap(areas_url=text, attribution=text, attribution_url=text)
        drawn = calls(public(basemap=noted))
        assert drawn["areas"][1]["url"] == text
        assert drawn["create"][1]["notes"] == [["bottomright", text, text]]


def test_signs_differ_in_shape_and_hide_from_screen_readers() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)
    for word in SHAPES:
        page = Page(sign(word))
        assert page.elements[0][1]["aria-hidden"] == "true"
        assert [tag for tag, _attrs in page.elements] == ["svg", "path", "path"]


def test_an_unknown_word_gets_the_plain_sign_and_no_class_of_its_own() -> None:
    assert sign('"><script>') == sign("") == sign("nobody knows")
    assert "citymap-sign-other" in sign("")
