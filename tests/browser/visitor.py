"""A browser window that remembers everything that a page must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

LANGUAGES = {"vi": "vi-VN,vi;q=0.9", "en": "en-GB,en;q=0.9"}
HEIGHTS = {390: 844, 1280: 900}
REPORTS = """
window.violations = [];
addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
"""
REFUSED = "the server responded with a status of 4"  # how Chromium tells of a 404 or a 422


class Visitor:
    """One page with a memory: requests to other hosts, errors, violations of the policy."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.context = context
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.add_init_script(REPORTS)
        self.page.on("request", self._request)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.base).netloc:
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def speak(self, lang: str) -> None:
        """Ask for pages in a language from now on."""
        self.context.set_extra_http_headers({"Accept-Language": LANGUAGES[lang]})

    def resize(self, width: int) -> None:
        """Make the window a phone's or a desk's."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def open(self, path: str) -> Page:
        """Open a page and wait until it is quiet; what former pages did is forgotten."""
        self.foreign.clear()
        self.errors.clear()
        self.page.goto(self.base + path)
        return self.settle()

    def settle(self) -> Page:
        """Wait for what scripts fetch: only a map does."""
        if self.page.locator(".citymap").count():
            self.page.wait_for_load_state("networkidle")
        return self.page

    def faults(self, *, refused: bool = False) -> list[str]:
        """Return what the open page has done wrong so far. refused: its own status is 4xx."""
        errors = [error for error in self.errors if not (refused and REFUSED in error)]
        violations: list[str] = self.page.evaluate("window.violations")
        return [*self.foreign, *errors, *violations]

    def sign_in(self, email: str, password: str) -> None:
        """Sign in at the desk."""
        self.open("/desk/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("main form button")
        assert "/sign-in" not in self.page.url


@contextmanager
def visitor(
    chromium: Browser,
    base: str,
    *,
    width: int = 390,
    lang: str = "vi",
    scripts: bool = True,
    **more: Any,
) -> Iterator[Visitor]:
    """Open a window of a width, in a language, with or without JavaScript."""
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        java_script_enabled=scripts,
        has_touch=width < 600,
        extra_http_headers={"Accept-Language": LANGUAGES[lang]},
        **more,
    )
    context.set_default_timeout(20_000)
    try:
        yield Visitor(context, base)
    finally:
        context.close()
