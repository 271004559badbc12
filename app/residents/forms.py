"""Forms of residents: fields of HTML turned into what the verbs take, and errors back to fields.

1. The same parser as for the machine interface checks the shape (`reports.schemas`).
2. Whatever is wrong, what was typed is shown again; photos cannot be kept by a browser, so the
   message says that they have to be chosen again.
"""

from collections.abc import Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage

from app.core.errors import Rejection, Rejections
from app.core.words.i18n import translate

ANSWER = "answers."


def report_body(request: Request) -> dict[str, Any]:
    """Return the report form as the mapping that `parse_report` takes."""
    form = request.form
    names = {name for name in form if name.startswith(ANSWER)}
    answers = {
        name.removeprefix(ANSWER): values if len(values) > 1 else values[0]
        for name in names
        if (values := [value for value in form.getlist(name) if value.strip()])
    }
    body: dict[str, Any] = {name: form[name] for name in form if not name.startswith(ANSWER)}
    body["answers"] = answers
    return body


def photos_of(request: Request) -> list[FileStorage]:
    """Return the chosen files; an empty file input sends one without a name."""
    return [file for file in request.files.getlist("photos") if file.filename]


def contact_body(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the contact form as the mapping that `parse_contact` takes."""
    agreed = [purpose for purpose in ("updates", "questions") if form.get(f"consent_{purpose}")]
    return {
        "name": form.get("name", ""),
        "email": form.get("email", ""),
        "phone": form.get("phone", ""),
        "consent": agreed,
    }


def by_field(error: Rejection | Rejections) -> dict[str, list[str]]:
    """Return the sentences of a refusal by field, in the current language."""
    items = error.items if isinstance(error, Rejections) else (error,)
    found: dict[str, list[str]] = {}
    for item in items:
        name = _FIELDS.get(item.field or "", item.field or "")
        found.setdefault(name, []).append(translate(item.message, **item.params))
    return found


_FIELDS = {
    "lat": "place",
    "lon": "place",
    "contact": "",
    "contact.name": "name",
    "contact.email": "email",
    "contact.phone": "phone",
    "contact.consent": "consent_updates",
    "Idempotency-Key": "",
}
