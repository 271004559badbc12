"""The pieces of the forms: fields, and what they say beside them. Pure."""

from dataclasses import dataclass

from app.core.words.i18n import N_


@dataclass(frozen=True, kw_only=True)
class Field:
    """name: of the input and of the refusal that it shows. `label` and `hint` are msgids."""

    name: str
    label: str
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One form. kind, only: which reasons `code` offers."""

    label: str
    hint: str = ""
    fields: tuple[Field, ...] = ()
    kind: str = ""
    only: frozenset[str] = frozenset()


PUBLIC_TEXT = N_(
    "The public reads this. Phone numbers, e-mail addresses and number plates are masked; names "
    "are not: leave them out."
)
PRIVATE_TEXT = N_("The reporter reads this. Nothing of this ticket becomes public.")
INTERNAL_TEXT = N_("Only colleagues read this.")
UNTIL_CLOSING = N_("Counts until the end of that working day, else until 17:00.")


def text(label: str, *, required: bool = False, hint: str = PUBLIC_TEXT) -> Field:
    """Ask for words."""
    return Field(name="text", label=label, required=required, hint=hint)


def code(label: str) -> Field:
    """Ask for a reason of the pack."""
    return Field(name="code", label=label, required=True)


def agency(label: str = N_("Agency")) -> Field:
    """Ask for an agency."""
    return Field(name="agency", label=label, required=True)


def until(label: str, *, required: bool = True, hint: str = UNTIL_CLOSING) -> Field:
    """Ask for a day."""
    return Field(name="until", label=label, required=required, hint=hint)
