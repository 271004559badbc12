"""Forms of residents: fields of HTML turned into what the verbs take, and errors back to fields.

1. The same parser as for the machine interface checks the shape (`reports.schemas`).
2. Whatever is wrong, what was typed is shown again. A browser cannot keep photos, so those that
   are good wait here; each of the others is told by its file's name.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict

from app.core.crypto import sign, signature_matches
from app.core.errors import Conflict, Rejection, Rejections
from app.core.installation import settings
from app.core.time import now
from app.core.words.i18n import N_, translate
from app.reports.signals import FAST, FAST_S, HONEYPOT

ANSWER = "answers."
OPENED = "form-opened"
# Of the key, which nobody typed, a person is told what to do.
OF_THE_KEY = {
    "bad_key": N_("This form was not complete. Please send it again."),
    "key_reused": N_("This form was sent before with other words. Send it again for a new report."),
}


def report_body(request: Request) -> dict[str, Any]:
    """Return the report form as the mapping that `parse_report` takes."""
    return body_of(request.form)


def body_of(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return fields of the report form, posted or asked about, as one mapping."""
    names = {name for name in form if name.startswith(ANSWER)}
    answers = {
        name.removeprefix(ANSWER): values if len(values) > 1 else values[0]
        for name in names
        if (values := [value for value in form.getlist(name) if value.strip()])
    }
    body: dict[str, Any] = {name: form[name] for name in form if not name.startswith(ANSWER)}
    body["answers"] = answers
    return body


def opened_now() -> str:
    """Return when a form was opened, signed, for its hidden field."""
    at = int(now().timestamp())
    return f"{at}.{sign(settings().secrets.secret_key, OPENED, at)}"


def signs(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why the check should look twice: what a form tells that no person filled in."""
    found = [HONEYPOT] if str(body.get("website", "")).strip() else []
    at, _, signature = str(body.get("opened", "")).partition(".")
    good = signature_matches(signature, settings().secrets.secret_key, OPENED, at)
    if good and now().timestamp() - int(at) < FAST_S:
        found.append(FAST)
    return tuple(found)


def is_asked(error: Rejection | Rejections) -> bool:
    """Tell whether the form only has to be asked which way it is to go."""
    return isinstance(error, Rejection) and error.code == "needs_choice"


def photos_of(request: Request) -> list[FileStorage]:
    """Return the chosen files; an empty file input sends one without a name."""
    return [file for file in request.files.getlist("photos") if file.filename]


def form_key(body: Mapping[str, Any], error: Rejection | Rejections | None = None) -> uuid.UUID:
    """Return the key under which the form is sent; a fresh one where the old one can never do."""
    spent = isinstance(error, Conflict) and error.code == "key_reused"
    try:
        return uuid.uuid4() if spent else uuid.UUID(str(body.get("key")))
    except ValueError:
        return uuid.uuid4()


def contact_body(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the contact form as the mapping that `parse_contact` takes."""
    agreed = [purpose for purpose in ("updates", "questions") if form.get(f"consent_{purpose}")]
    return {
        "name": form.get("name", ""),
        "email": form.get("email", ""),
        "phone": form.get("phone", ""),
        "consent": agreed,
        "consent_text": form.get("consent_text", ""),
    }


def by_field(error: Rejection | Rejections) -> dict[str, list[str]]:
    """Return the sentences of a refusal by field, in the current language."""
    items = error.items if isinstance(error, Rejections) else (error,)
    found: dict[str, list[str]] = {}
    for item in items:
        name = _FIELDS.get(item.field or "", item.field or "")
        sentence = OF_THE_KEY.get(item.code, item.message)
        found.setdefault(name, []).append(translate(sentence, **item.params))
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
