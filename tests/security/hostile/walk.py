"""What there is to visit: rules with good arguments, forms from pages, parameters from the source.

1. A rule with an argument of an unknown name fails until `argument` knows a good one.
2. A form is known by where it leads and the names of its fields. Forms of acts that no ticket of
   the place offers at the moment are made from the list that the desk makes its forms from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.routing import Rule

from app.core.time import now
from app.core.web import assets
from app.desk.acts.asks import ASKS
from app.residents.place import NAMES
from app.residents.report.steps import Step
from tests.security.hostile.forms import Form, FormField, read
from tests.security.hostile.place import ANYBODY, Place

ROOT = Path(__file__).parents[3]
TYPED = "Rác chất đống trước cổng trường, ba ngày rồi"
PASSWORD = "a long day at the desk"
MACHINE = ("/api/", "/send/")
KINDS = {
    "text": "textarea",
    "photos": "file",
    "code": "select",
    "agency": "select",
    "person": "select",
    "report": "select",
    "verdict": "select",
    "summary": "textarea",
    "document": "file",
}
ARGUMENTS = {
    "lang": "vi", "kind": "pin", "form": "csv", "digest": "0" * 12, "z": "5", "x": "25", "y": "14",
    "slug": "privacy", "code": "06685", "name": "leaflet.js", "filename": "app.css", "variant": "large",
    "verb": "note", "step": "place", "month": "2026-10", "by": "areas", "member": "06685",
}  # fmt: skip
# Forms of pages that come after a proof of an address, or that only some installations show.
FORMS_ELSEWHERE = {
    "residents.check_code": ("phone", "proof", "code", "next"),
    "desk.sign_in_code": ("code", "next"),
    "residents.end_session": (),
    "desk.keep_filter": ("name", "tab", "q", "category", "area", "state", "since", "until"),
    "desk.forget_filter": (),
    "desk.look_at_bulk": ("verb", "ticket", "person", "text"),
    "desk.do_bulk": ("key", "verb", "ticket", "person", "text"),
    "desk.undo_bulk": (),
    "residents.give_reason": ("side", "reason"),
    "residents.agree_to_merge": ("into",),
    "residents.decline_to_merge": ("into",),
    "residents.add_push": ("endpoint", "p256dh", "auth"),
    "residents.follow_on_screen": ("endpoint", "p256dh", "auth"),
}
GOOD = {
    "email": "lan@example.invalid", "address": "lan@example.invalid", "phone": "0912 345 678", "password": PASSWORD,
    "again": PASSWORD, "present": PASSWORD, "lat": "20.951", "lon": "107.08", "accuracy_m": "12",
    "place": "20.951, 107.08", "coordinates": "20.951, 107.08", "version": "1", "q": "lan", "left": "10", "top": "10", "width": "20", "height": "20", "year": "2026", "key": "", "next": "",
}  # fmt: skip


def rules(place: Place) -> list[Rule]:
    """Every rule of the application."""
    return sorted(place.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def argument(place: Place, rule: Rule, name: str) -> str:
    """A good value for an argument of a rule."""
    if name == "number" and "notices" in rule.rule:
        return place.arguments["notice"]
    if name == "number" and "templates" in rule.rule:
        return place.arguments["template"]
    if name == "number" and "reasons" in rule.rule:
        return place.arguments["reason"]
    if name == "verb" and "reasons" in rule.rule:
        return "hide"
    if name == "number" and "parts" in rule.rule:
        return "2"
    if name in {"number", "key"} and rule.rule.startswith(("/desk/filters", "/desk/bulk")):
        return place.arguments["filter" if name == "number" else "bulk"]
    known = ARGUMENTS | place.arguments | {"version": assets.version()}
    if name == "token":
        return place.arguments["invitation token" if "invitation" in rule.rule else "reset token"]
    assert name in known, f"{rule.rule}: tell `argument` what a good <{name}> is"
    return known[name]


def path_of(place: Place, rule: Rule, **strange: str) -> str:
    """The rule's path; `strange` values (percent-encoded) take the place of good ones."""
    return re.sub(
        r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>",
        lambda found: strange.get(found[1]) or argument(place, rule, found[1]),
        rule.rule,
    )


def parameters() -> set[str]:
    """The names of all query parameters that the source reads."""
    reads = re.compile(r'(?:args|arguments|values)\.get\(\s*"([\w.]+)"|\bcode\("(\w+)"\)')
    sources = [path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py")]
    found = {name for text in sources for pair in reads.findall(text) for name in pair if name}
    return found | set(NAMES)  # the place step reads its fields from a query too


@dataclass(frozen=True)
class Sending:
    """A form, and one who has it on the page."""

    path: str
    role: str
    form: Form

    @property
    def fields(self) -> list[FormField]:
        """What is written or chosen; the token belongs to the visitor, files are apart."""
        return [
            entry
            for entry in self.form.fields.values()
            if entry.kind != "file" and entry.name != "csrf_token"
        ]

    @property
    def file(self) -> str | None:
        """The field for files."""
        return next((e.name for e in self.form.fields.values() if e.kind == "file"), None)

    @property
    def name(self) -> str:
        """Short, for a failure."""
        return f"{self.path.split('/')[-1]}({', '.join(self.form.fields)})"


def sendings(place: Place) -> list[Sending]:
    """Every form with method POST, once for each set of fields."""
    found: dict[tuple[str, str, frozenset[str]], Sending] = {}
    for path, query, role in _pages(place):
        answer = place.visit("GET", path, query=query, role=role, name="page")
        for form in read(answer.text).forms:
            if form.method == "post":
                target = urlsplit(form.action).path or path
                endpoint, arguments = place.app.url_map.bind("localhost").match(target, "POST")
                key = (endpoint, arguments.get("verb", ""), frozenset(form.fields))
                found.setdefault(key, Sending(target, role, form))
    for rule in rules(place):
        if rule.endpoint in FORMS_ELSEWHERE:
            # Not "text": a wrong code is not shown again.
            names = FORMS_ELSEWHERE[rule.endpoint]
            shown = {name: FormField(name, "number", [""]) for name in names}
            target = path_of(place, rule)
            form = Form(target, "post", shown)
            found[rule.endpoint, "", frozenset()] = Sending(target, ANYBODY, form)
    offered = {verb for endpoint, verb, _names in found if endpoint == "desk.act"}
    for verb, ask in ASKS.items():
        if verb.value not in offered:
            kinds = {entry.name: KINDS.get(entry.name, "text") for entry in ask.fields}
            form = Form("", "post", {n: FormField(n, kind, [""]) for n, kind in kinds.items()})
            target = f"/desk/tickets/{place.tickets['assigned']}/{verb.value}"
            found["desk.act", verb.value, frozenset()] = Sending(target, "coordinator", form)
    return list(found.values())


def _pages(place: Place) -> Iterator[tuple[str, str, str]]:
    for rule in rules(place):
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(MACHINE):
            continue
        for role in place.roles_of(rule.endpoint):
            yield path_of(place, rule), "", role
    for link in place.links.values():
        yield f"/follow/{link}", "", ANYBODY
    yield "/report", "category=waste", ANYBODY
    for step in Step:
        yield f"/report/{place.arguments['key']}/{step.value}", "", ANYBODY
    yield f"/sent/{place.links['as near']}", "", ANYBODY
    yield f"/tickets/{place.tickets['closed']}/again", "", ANYBODY
    yield f"/suggestions/{place.tickets['suggested']}", "", ANYBODY
    yield f"/admin/users/{place.arguments['disabled']}", "", "administrator"
    one_role = f"role={place.arguments['role']}"
    yield f"/admin/users/{place.arguments['number']}/leaving", one_role, "administrator"
    for reference in place.tickets.values():
        for role in ("coordinator", "manager", "officer"):
            yield f"/desk/tickets/{reference}", "", role


def good(entry: FormField) -> str:
    """What an honest person sends in a field."""
    preset = next((value for value in entry.values if value.strip()), "")
    if preset and entry.kind in {"hidden", "select", "checkbox", "radio"}:
        return preset
    if entry.kind == "date" or entry.name == "until":
        return (now() + timedelta(days=9)).date().isoformat()
    return GOOD.get(entry.name, preset or TYPED)
