"""No page is forgotten: each GET route is looked at by eye and by axe, or is no page."""

from flask import Flask

from tests.browser.screens import LEFT_OUT, SCREENS


def pages(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def test_every_page_is_looked_at(app: Flask) -> None:
    """A new page goes into tests/browser/screens.py, with the states that look different."""
    listed = set(SCREENS) | set(LEFT_OUT)
    assert pages(app) - listed == set(), "tests/browser/screens.py does not know these pages"
    assert listed - pages(app) == set(), "these pages are gone"
    assert set(SCREENS) & set(LEFT_OUT) == set()
