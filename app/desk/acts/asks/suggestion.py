"""What the desk's forms ask for where a ticket is a suggestion."""

from collections.abc import Mapping

from app.core.words.i18n import N_
from app.desk.acts.asks import ASKS
from app.desk.acts.asks import fields as f
from app.desk.acts.asks.fields import Ask, Field
from app.tickets.facts import Verb
from app.tickets.tables import SUGGESTION

DECISION, REFUSAL = "decision", "no_publication"

SUGGESTION_ASKS: Mapping[Verb, Ask] = {
    Verb.SCREEN: Ask(
        label=N_("I am reading it"),
        hint=N_("The author sees that somebody has begun."),
    ),
    Verb.PUBLISH: Ask(
        label=N_("Publish"),
        hint=N_(
            "You have read every word: there is no name, address or number of a person in it. The "
            "promised dates count from now."
        ),
    ),
    Verb.REFUSE: Ask(
        label=N_("Refuse to publish"),
        hint=N_("The reason is public. The words stay visible unless they are unlawful."),
        kind=REFUSAL,
        fields=(f.code(N_("Reason")), f.text(N_("Public explanation"), required=True)),
    ),
    Verb.COMMENT: Ask(
        label=N_("Write a note"),
        hint=N_("Everybody reads it. The first note says what is being looked at, and how."),
        fields=(f.text(N_("Your note"), required=True),),
    ),
    Verb.EXTEND: Ask(
        label=N_("Put off the date of the answer"),
        hint=N_("Once, with a public reason. The promised date stays visible beside the new one."),
        fields=(f.until(N_("New date")), f.text(N_("Why it takes longer"), required=True)),
    ),
    Verb.ANSWER: Ask(
        label=N_("Give the official answer"),
        hint=N_("It goes to its author and to all who support it."),
        kind=DECISION,
        fields=(
            f.code(N_("Decision")),
            f.text(N_("Reasons"), required=True),
            Field(name="basis", label=N_("Cost, or legal basis")),
            Field(name="decider", label=N_("Decided by (office)")),
            f.until(
                N_("Next date"),
                required=False,
                hint=N_("By when the next step follows: needed where it is accepted or planned."),
            ),
        ),
    ),
    Verb.UPHOLD: Ask(
        label=N_("The answer stands"),
        hint=N_("The author questions it. Say why it stands."),
        fields=(f.text(N_("Explanation"), required=True),),
    ),
    Verb.REOPEN: Ask(
        label=N_("Review it again"),
        hint=N_("The author questions the answer: there will be another one."),
        fields=(f.text(N_("Explanation")),),
    ),
    Verb.MILESTONE: Ask(
        label=N_("Name the next step"),
        fields=(f.until(N_("By when")), f.text(N_("What will be done"), required=True)),
    ),
    Verb.DELIVER: Ask(
        label=N_("Report it as put into practice"),
        fields=(f.text(N_("What was done"), required=True),),
    ),
    Verb.DROP: Ask(
        label=N_("Stop pursuing it"),
        hint=N_("The reason is public."),
        fields=(f.text(N_("Why it is not pursued any more"), required=True),),
    ),
}


def ask_for(verb: Verb, kind: str) -> Ask:
    """Return what the form of a verb asks for. Raises KeyError where there is none."""
    if kind == SUGGESTION and verb in SUGGESTION_ASKS:
        return SUGGESTION_ASKS[verb]
    return ASKS[verb]


def is_offered(verb: Verb, kind: str) -> bool:
    """Tell whether the desk has a form for it."""
    return verb in ASKS or (kind == SUGGESTION and verb in SUGGESTION_ASKS)


VERBS = frozenset({verb.value for verb in (*ASKS, *SUGGESTION_ASKS)})
