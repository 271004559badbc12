"""The forms of a page: what an officer may do now, with what was typed and what is wrong.

1. A form that was refused is open, keeps what was typed, and shows each sentence at its field.
2. What was typed for an act that is no longer possible is shown, so that nothing is lost.
3. An act that a manager must approve says so before it is typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.web.forms import Sentences
from app.core.words.i18n import translate
from app.desk.acts.asks import APOLOGY
from app.desk.acts.asks.fields import PRIVATE_TEXT, PUBLIC_TEXT, Field
from app.desk.acts.asks.suggestion import ask_for
from app.desk.acts.choices import Choice, Choices, Group
from app.desk.acts.order import DEMANDED, FIRST, LIKELY, LIKELY_OF_SUGGESTION, ORDER
from app.media.models import Photo
from app.tickets.facts import Role, Verb
from app.tickets.problem_table import needs_approval

# Fields of refusals → fields of forms.
FIELD_OF = {
    "proof": "photos", "photo": "photos", "into": "target", "reference": "target",
    "lat": "place", "lon": "place",
}  # fmt: skip
KINDS = {
    "code": "select", "agency": "select", "category": "select", "text": "area", "until": "date",
    "photos": "files", "person": "select", "report": "select", "verdict": "select",
    "summary": "area", "signed_on": "date", "document": "pdf",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What was sent for a verb, and why it was refused. photos: wait for the next sending.

    Without a sentence it is only to be shown again: a template was filled in.
    """

    verb: Verb
    typed: Mapping[str, str]
    sentences: Sentences = field(default_factory=dict)
    photos: Sequence[Photo] = ()

    def at(self, name: str) -> list[str]:
        """Return what is wrong with a field."""
        return [
            sentence
            for asked, found in self.sentences.items()
            if FIELD_OF.get(asked, asked) == name
            for sentence in found
        ]


@dataclass(frozen=True, kw_only=True)
class FieldShown:
    """An input. kind: select, area, date, files, pdf or line. templates: words to begin with."""

    id: str
    name: str
    kind: str
    label: str
    hint: str
    required: bool
    value: str
    groups: tuple[Group, ...]
    errors: list[str]
    photos: Sequence[Photo]
    templates: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormShown:
    """A form for one verb. waits: a manager must approve it first."""

    verb: str
    label: str
    hint: str
    fields: tuple[FieldShown, ...]
    waits: bool
    open: bool

    @property
    def files(self) -> bool:
        """Whether files are sent."""
        return any(entry.kind in {"files", "pdf"} for entry in self.fields)


@dataclass(frozen=True, kw_only=True)
class Forms:
    """likely: shown open and big. others: folded away. lost: what no form can keep."""

    likely: tuple[FormShown, ...]
    others: tuple[FormShown, ...]
    lost: tuple[str, ...]


def forms_for(
    status: str, choices: Choices, *, approval: str, proof_required: bool, refused: Refused | None
) -> Forms:
    """Return the forms of a ticket: `choices.roles` has the verbs that are possible."""
    shown = {
        verb: form_for(
            verb, choices, approval=approval, proof_required=proof_required, refused=refused
        )
        for verb in ORDER
        if verb in choices.roles
    }
    first = (*FIRST, *DEMANDED) if choices.ticket.explain_by else FIRST
    next_acts = (*LIKELY.get(status, ()), *LIKELY_OF_SUGGESTION.get(status, ()))
    likely = [verb for verb in (*first, *next_acts) if verb in shown]
    return Forms(
        likely=tuple(shown[verb] for verb in likely),
        others=tuple(form for verb, form in shown.items() if verb not in likely),
        lost=_lost(shown, refused),
    )


def form_for(
    verb: Verb,
    choices: Choices,
    *,
    approval: str,
    proof_required: bool,
    refused: Refused | None = None,
    prefix: str = "",
) -> FormShown:
    """Return the form of one verb. prefix: keeps ids apart where a page has several tickets."""
    kind = choices.ticket.kind
    ask = APOLOGY if verb is Verb.EXTEND and choices.ticket.explain_by else ask_for(verb, kind)
    mine = refused if refused is not None and refused.verb is verb else None
    asks_proof = proof_required and verb is Verb.RESOLVE
    waits = choices.roles.get(verb) is not Role.MANAGER and needs_approval(approval, verb)
    return FormShown(
        verb=verb.value,
        label=translate(ask.label),
        hint=translate(ask.hint),
        fields=tuple(
            _field(
                entry,
                hint=_hint(entry, choices),
                input_id=f"{prefix}{verb.value}-{entry.name}",
                groups=choices.of(entry.name, verb, ask),
                required=entry.required or (asks_proof and entry.name == "photos"),
                mine=mine,
                templates=choices.templates if entry.hint == PUBLIC_TEXT else (),
            )
            for entry in ask.fields
            if entry.name != "report" or len(choices.reports) > 1
        ),
        waits=waits,
        open=mine is not None,
    )


def _hint(entry: Field, choices: Choices) -> str:
    if choices.ticket.private and entry.hint == PUBLIC_TEXT:
        return PRIVATE_TEXT
    return entry.hint


def _field(
    entry: Field,
    *,
    input_id: str,
    hint: str,
    groups: tuple[Group, ...],
    required: bool,
    mine: Refused | None,
    templates: tuple[Choice, ...],
) -> FieldShown:
    photos = mine.photos if mine and entry.name == "photos" else ()
    return FieldShown(
        id=input_id,
        name=entry.name,
        kind=KINDS.get(entry.name, "line"),
        label=translate(entry.label),
        hint=translate(hint),
        required=required and not photos,
        value=mine.typed.get(entry.name, "") if mine else "",
        groups=groups,
        errors=mine.at(entry.name) if mine else [],
        photos=photos,
        templates=templates,
    )


def _lost(shown: Mapping[Verb, FormShown], refused: Refused | None) -> tuple[str, ...]:
    if refused is None or refused.verb in shown:
        return ()
    return tuple(refused.typed[name] for name in ("text",) if refused.typed.get(name))


def summary(forms: Sequence[FormShown], refused: Refused | None) -> list[tuple[str, str]]:
    """Return (id of the field or empty, sentence) of everything that is wrong."""
    if refused is None:
        return []
    ids = {
        entry.name: entry.id
        for form in forms
        if form.verb == refused.verb.value
        for entry in form.fields
    }
    return [
        (ids.get(FIELD_OF.get(name, name), ""), sentence)
        for name, found in refused.sentences.items()
        for sentence in found
    ]
