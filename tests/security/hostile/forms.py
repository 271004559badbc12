"""The forms of a page, with every field that a browser would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FormField:
    """kind: the input's type, `textarea` or `select`. values: presets or what can be chosen."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    method: str
    fields: dict[str, FormField] = field(default_factory=dict)

    def shows(self, text: str) -> bool:
        """Whether one of the fields holds a text."""
        return any(text in value for entry in self.fields.values() for value in entry.values)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._inside: FormField | None = None
        self._told = 0
        self._inside_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "h1" or (tag == "p" and "field-error" in classes):
            self._told = 1
            self.words.append("")
        if tag == "div" and "error-summary" in classes:
            self._told = 2
        if tag == "li" and self._told == 2:
            self.words.append("")
        if tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method))
            self._inside_form = True
        if self._inside_form:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag in {"input", "textarea", "select"} and name:
            kind = given.get("type", "text") if tag == "input" else tag
            found = self.forms[-1].fields.setdefault(name, FormField(name, kind))
            if tag == "input":
                found.values.append(given.get("value", ""))
            else:
                self._inside = found
            if tag == "textarea":
                found.values.append("")
        elif tag == "option" and self._inside is not None:
            self._inside.values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._inside is not None and self._inside.kind == "textarea":
            self._inside.values[-1] += data
        if self._told and self.words and data.strip():
            self.words[-1] = f"{self.words[-1]} {data.strip()}".strip()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._inside = None
        if tag == "form":
            self._inside_form = False
        if (tag in {"h1", "p"} and self._told == 1) or (tag == "div" and self._told == 2):
            self._told = 0


@dataclass(frozen=True)
class Page:
    """What matters of an HTML answer. words: headings and sentences about what is wrong."""

    forms: list[Form]
    words: list[str]


def read(html: str) -> Page:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    words = [sentence for sentence in reader.words if sentence]
    return Page(reader.forms, words)
