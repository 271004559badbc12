"""A person without JavaScript: opens pages, fills in forms, presses buttons. Real HTTP only."""

import html
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Form:
    """A form as it stands on a page: hidden fields and presets included."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.forms:
            return
        fields = self.forms[-1].fields
        name = given.get("name", "")
        if tag == "input" and name:
            box = given.get("type") in {"checkbox", "radio"}
            if not box or "checked" in given:
                fields.setdefault(name, given.get("value", ""))
        elif tag == "textarea" and name:
            fields.setdefault(name, "")
        elif tag == "select" and name:
            self.select = name
            fields.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in given:
            fields[self.select] = given.get("value", "")


class Person:
    """One browser: cookies, the page that is open, its address."""

    def __init__(self, base: str, lang: str) -> None:
        self.web = requests.Session()
        self.web.headers["Accept-Language"] = lang
        self.base = base
        self.page = ""
        self.address = ""
        self.status = 0

    def open(self, path: str) -> str:
        """Open a page; return its words."""
        return self._shown(self.web.get(urljoin(self.base, path), timeout=20))

    def _shown(self, answer: requests.Response) -> str:
        self.page, self.address, self.status = answer.text, answer.url, answer.status_code
        return self.words()

    def words(self) -> str:
        """Return the open page as a person reads it, without what only programs see."""
        visible = re.sub(r"<(script|style)\b.*?</\1>", " ", self.page, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", visible)).split())

    def form(self, part: str) -> Form:
        """Return the first form whose address contains `part`; rather one that ends with it."""
        reader = _Forms()
        reader.feed(self.page)
        fitting = [form for form in reader.forms if part in form.action]
        return min(fitting, key=lambda form: not form.action.endswith(part))

    def send(self, part: str, files: list[tuple[str, bytes]] | None = None, **typed: str) -> str:
        """Fill in the form whose address contains `part` and press its button."""
        form = self.form(part)
        body = form.fields | typed
        for name in {name for name, _content in files or ()}:
            body.pop(name, None)
        for name in [name for name, value in body.items() if name == "photos" and not value]:
            body.pop(name)
        upload = [
            (name, (f"{number}.jpg", content, "image/jpeg"))
            for number, (name, content) in enumerate(files or ())
        ]
        address = urljoin(self.address, form.action or self.address)
        headers = {"Origin": self.base.rstrip("/")}
        return self._shown(
            self.web.post(address, data=body, files=upload or None, headers=headers, timeout=30)
        )

    def wait_for(self, path: str, text: str, seconds: float = 30.0) -> str:
        """Open a page again and again until it says `text`."""
        end = time.monotonic() + seconds
        while True:
            words = self.open(path)
            if text in words:
                return words
            assert time.monotonic() < end, f"{path} never said {text!r}: {words[:600]}"
            time.sleep(0.3)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in at the desk."""
        self.open("/desk/sign-in")
        self.send("/desk/sign-in", email=email, password=password)
        assert self.status == 200
        assert "/sign-in" not in self.address
