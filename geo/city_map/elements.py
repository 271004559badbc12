"""A folium map that loads nothing of folium's, and the one element that it needs.

1. folium's template, scripts and styles are replaced; ids are fixed: equal arguments, equal bytes.
2. An element emits one line, `CityMap.<verb>(map, {json})`; all behaviour is in static citymap.js.
3. branca reads what a macro gave as a template once more. So no html goes through it, and the JSON
   holds nothing that begins an expression: a label or an address is never executed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import folium
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.template import Template
from jinja2.utils import htmlsafe_json_dumps

from geo.city_map.settings import Assets


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A map in parts: html for the page, the text of a script to serve as a file, and links.

    The scripts are classic ones, to be loaded in this order with `defer`, `script` last.
    """

    html: str
    script: str
    script_links: tuple[str, ...]
    style_links: tuple[str, ...]
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.script.encode()).hexdigest()[:16]
        object.__setattr__(self, "digest", digest)


class CityMap(folium.Map):
    """A Leaflet map without folium's page, styles and third-party scripts."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = CityMap.create({{ this.get_name()|tojson }},
            {{ this.settings_json }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        key: str,
        *,
        html: str,
        assets: Assets,
        verb_js: str,
        verb_css: str,
        settings: dict[str, Any],
    ) -> None:
        super().__init__(tiles=None)
        self._id = key
        self.html_part = html
        self.settings_json = _plain_json(settings)
        # On the instance: folium's add_js_link would change the class for every map.
        self.default_js = [("leaflet_js", assets.leaflet_js), ("citymap_js", assets.citymap_js)]
        if verb_js:
            self.default_js.append(("verb_js", verb_js))
        self.default_css = [
            ("leaflet_css", assets.leaflet_css),
            ("citymap_css", assets.citymap_css),
        ]
        if verb_css:
            self.default_css.append(("verb_css", verb_css))

    def parts(self) -> Parts:
        """Render, and take the figure apart."""
        figure = self.get_root()
        assert isinstance(figure, Figure)  # every folium map has one
        figure.render()
        links = list(figure.header._children.values())  # noqa: SLF001 - branca offers no other way
        return Parts(
            html=self.html_part,
            script="\n".join(
                line for raw in figure.script.render().splitlines() if (line := raw.strip())
            ),
            script_links=tuple(link.url for link in links if isinstance(link, JavascriptLink)),
            style_links=tuple(link.url for link in links if isinstance(link, CssLink)),
        )


class MapVerb(MacroElement):
    """One line of script: `CityMap.<verb>(map, {json})`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        CityMap.{{ this.verb }}({{ this._parent.get_name() }}, {{ this.settings_json }});
        {% endmacro %}
        """
    )

    def __init__(self, verb: str, settings: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "Verb", verb
        self.verb = verb
        self.settings_json = _plain_json(settings)


def _plain_json(settings: Mapping[str, Any]) -> str:
    """Return JSON that neither a browser nor a template engine takes for anything else (rule 3).

    In JSON a brace is followed by a brace, a per cent or a number sign inside strings only.
    """
    text = str(htmlsafe_json_dumps(settings))
    for character in "{%#":
        text = text.replace("{" + character, "{" + f"\\u{ord(character):04x}")
    return text
