"""What each verb asks of an officer. Pure.

1. A form has exactly the fields that its verb needs; what the verb refuses without is required.
2. `code` is a choice from the pack's reasons of one kind, sometimes only some of them.
"""

from collections.abc import Mapping

from app.core.words.i18n import N_
from app.desk.acts.asks import fields
from app.desk.acts.asks.fields import INTERNAL_TEXT, PUBLIC_TEXT, Ask, Field
from app.tickets.facts import Verb
from app.tickets.problem_table import guards

PHOTOS = Field(
    name="photos",
    label=N_("Photos that show the result"),
    hint=N_("The public sees them. No faces or number plates, please."),
)

ASKS: Mapping[Verb, Ask] = {
    Verb.ACCEPT: Ask(
        label=N_("Accept"), hint=N_("Your agency is responsible and starts the work.")
    ),
    Verb.RESUME: Ask(label=N_("Go on with the work"), hint=N_("The clock runs again.")),
    Verb.APPROVE: Ask(
        label=N_("Approve"), hint=N_("It takes effect at once and the reporter is told.")
    ),
    Verb.REJECT: Ask(
        label=N_("Send back"),
        fields=(fields.text(N_("What has to be better"), required=True, hint=INTERNAL_TEXT),),
    ),
    Verb.ACKNOWLEDGE: Ask(label=N_("I am looking at it"), hint=N_("Nobody else is called then.")),
    Verb.CONFIRM_URGENT: Ask(
        label=N_("Confirm: urgent"),
        hint=N_("The promise counts real hours from receipt on, day and night."),
    ),
    Verb.LOWER: Ask(
        label=N_("Not urgent"),
        hint=N_("The usual promise of the category holds."),
        fields=(fields.text(N_("Why it is not urgent"), required=True),),
    ),
    Verb.HELP_ACCEPT: Ask(
        label=N_("Agree to help"),
        hint=N_("The agency in the lead stays responsible; your part is due on the date above."),
    ),
    Verb.HELP_DONE: Ask(
        label=N_("Report your part as done"),
        fields=(
            fields.text(N_("What your agency did or found"), required=True, hint=INTERNAL_TEXT),
        ),
    ),
    Verb.HELP_RETURN: Ask(
        label=N_("Say that you cannot help"),
        hint=N_("The agency in the lead is told at once and reads why."),
        kind="return",
        fields=(fields.code(N_("Reason")), fields.text(N_("Explanation"), hint=INTERNAL_TEXT)),
    ),
    Verb.ASSIGN: Ask(label=N_("Assign"), fields=(fields.agency(), fields.text(N_("Remark")))),
    Verb.RETURN: Ask(
        label=N_("Return to the coordinating office"),
        hint=N_("Not yours? The coordinating office finds who is responsible."),
        kind="return",
        fields=(fields.code(N_("Reason")), fields.text(N_("Explanation"))),
    ),
    Verb.TRANSFER: Ask(
        label=N_("Pass on to another agency"),
        hint=N_("The due dates stay. The move is counted."),
        fields=(fields.agency(), fields.text(N_("Explanation"))),
    ),
    Verb.NAME_OWNER: Ask(
        label=N_("Name the responsible agency"),
        hint=N_("After this the ticket cannot be moved any more."),
        fields=(fields.agency(), fields.text(N_("Explanation"))),
    ),
    Verb.CORRECT: Ask(
        label=N_("Correct category or place"),
        hint=N_("The responsible agency is looked up again."),
        fields=(
            Field(name="category", label=N_("Category")),
            Field(
                name="place",
                label=N_("Place as latitude, longitude"),
                hint=N_("Decimal degrees, latitude first. Leave empty to keep the place."),
            ),
        ),
    ),
    Verb.COOPERATE: Ask(
        label=N_("Ask another agency to help"),
        hint=N_(
            "Your agency stays in the lead. Help is due on your own date at the latest; it can be "
            "asked for again when it was answered."
        ),
        fields=(
            fields.agency(),
            fields.until(N_("Help needed by"), required=False),
            fields.text(N_("What is needed"), required=True, hint=PUBLIC_TEXT),
        ),
    ),
    Verb.PAUSE: Ask(
        label=N_("Put on hold"),
        hint=N_("The clock stops until the date at the latest, then the work goes on by itself."),
        kind="pause",
        fields=(
            fields.code(N_("Why it must wait")),
            fields.until(N_("Until at the latest")),
            fields.text(N_("Question or explanation")),
        ),
    ),
    Verb.PLAN: Ask(
        label=N_("Set the day of the work"),
        hint=N_("The promised date stays. On that day the ticket comes back to you by itself."),
        fields=(
            fields.until(N_("Day of the work")),
            fields.text(N_("What will be done"), required=True),
        ),
    ),
    Verb.EXTEND: Ask(
        label=N_("Set a later date"),
        hint=N_("The promised date stays visible beside the new one."),
        fields=(
            fields.until(N_("New date")),
            fields.text(N_("Why it takes longer"), required=True),
        ),
    ),
    Verb.RESOLVE: Ask(
        label=N_("Report as resolved"),
        kind="outcome",
        only=guards.DONE,
        fields=(fields.code(N_("Result")), fields.text(N_("What was done")), PHOTOS),
    ),
    Verb.ANSWER: Ask(
        label=N_("Answer"),
        hint=N_("For what needs no work, or has a planned date."),
        kind="outcome",
        only=guards.ANSWERS,
        fields=(
            fields.code(N_("Kind of answer")),
            fields.text(N_("Answer to the reporter"), required=True),
            fields.until(
                N_("Planned date"),
                required=False,
                hint=N_("Needed for “planned” only. The ticket comes back on that date."),
            ),
            PHOTOS,
        ),
    ),
    Verb.DECLINE: Ask(
        label=N_("Decline"),
        hint=N_("Only with a public reason. Say who is responsible, if anybody is."),
        kind="refusal",
        fields=(fields.code(N_("Reason")), fields.text(N_("Explanation"), required=True)),
    ),
    Verb.REOPEN: Ask(
        label=N_("Open again"),
        hint=N_("The reporter disagrees: the agency works on it again."),
        fields=(fields.text(N_("Explanation")),),
    ),
    Verb.UPHOLD: Ask(
        label=N_("Uphold the decision"),
        hint=N_("The decision stands. The reporter reads why."),
        fields=(fields.text(N_("Explanation")),),
    ),
    Verb.MERGE: Ask(
        label=N_("Merge into another ticket"),
        hint=N_("For the same matter reported twice. The earlier promise wins."),
        fields=(Field(name="target", label=N_("Code of the other ticket"), required=True),),
    ),
    Verb.UNMERGE: Ask(label=N_("Separate again")),
    Verb.SPLIT: Ask(
        label=N_("Split: it is about two matters"),
        hint=N_(
            "Another ticket carries on with the other matter, with the same receipt. Who reported "
            "it follows both."
        ),
        fields=(
            Field(name="report", label=N_("Which report"), required=True),
            Field(name="category", label=N_("Category of the other matter"), required=True),
            fields.text(N_("What the other matter is"), required=True),
        ),
    ),
    Verb.CONVERT: Ask(
        label=N_("Convert: a suggestion, or a report of a problem"),
        hint=N_(
            "A report becomes a suggestion that waits for its reading; a suggestion becomes a "
            "report that is sent to the responsible agency. Code and private link stay."
        ),
        fields=(
            Field(name="category", label=N_("Its category then"), required=True),
            fields.text(N_("Reason"), required=True, hint=PUBLIC_TEXT),
        ),
    ),
    Verb.ESCALATE: Ask(
        label=N_("Ask the agency above to look"),
        hint=N_("Your agency keeps the ticket. The history says that it was brought up."),
        fields=(fields.text(N_("What you need from it"), required=True, hint=INTERNAL_TEXT),),
    ),
    Verb.COMMENT: Ask(
        label=N_("Write to the reporter"),
        hint=N_("A question or an interim reply. It counts as the first reply."),
        fields=(fields.text(N_("Your message"), required=True),),
    ),
    Verb.REFUTE: Ask(
        label=N_("Say that it is not fixed yet"),
        hint=N_("A resident says that it is fixed. If it is, report it as resolved instead."),
        fields=(fields.text(N_("What you found"), required=True),),
    ),
    Verb.NOTE: Ask(
        label=N_("Add an internal note"),
        fields=(fields.text(N_("Your note"), required=True, hint=INTERNAL_TEXT),),
    ),
    Verb.ENTRUST: Ask(
        label=N_("Put into somebody’s hands"),
        hint=N_("Colleagues see who works on it. The agency stays responsible."),
        fields=(Field(name="person", label=N_("Person"), required=True),),
    ),
    Verb.PUBLISH: Ask(
        label=N_("Publish text and photos"),
        hint=N_("The masked copy becomes public, the original never does."),
    ),
    Verb.HIDE: Ask(
        label=N_("Hide text and photos"),
        kind="hide",
        fields=(fields.code(N_("Reason for hiding")), fields.text(N_("Explanation"))),
    ),
    Verb.JUDGE: Ask(
        label=N_("Judge the doubted proof"),
        hint=N_("Its time or place does not fit. Nothing of this reaches the reporter."),
        fields=(
            Field(name="verdict", label=N_("What you find"), required=True),
            fields.text(N_("Why it does not fit"), hint=INTERNAL_TEXT),
        ),
    ),
    Verb.FILE_REPLY: Ask(
        label=N_("File an official reply (PDF)"),
        hint=N_(
            "Colleagues see it at once; the public when it is confirmed as free of personal data. "
            "A new one takes the place of the former, which is kept."
        ),
        fields=(
            Field(name="number", label=N_("Number of the document"), required=True),
            Field(name="signed_on", label=N_("Date of the document"), required=True),
            Field(name="signer", label=N_("Signed by (name and office)"), required=True),
            Field(name="summary", label=N_("What it says, in short"), required=True),
            Field(
                name="document",
                label=N_("The document as PDF"),
                required=True,
                hint=N_("Without scripts and attached files. It is stored without its metadata."),
            ),
        ),
    ),
    Verb.SHOW_REPLY: Ask(
        label=N_("Publish the official reply"),
        hint=N_(
            "You have read all of it: but for who signed it, there is no name, address or number "
            "of a person in it."
        ),
    ),
    Verb.HIDE_REPLY: Ask(
        label=N_("Take the official reply from the public page"),
        hint=N_("Colleagues still see it. It can be published again."),
    ),
    Verb.RECHECK: Ask(
        label=N_("Take the verdict back"),
        hint=N_("Text and photos are not shown until somebody has checked them again."),
    ),
}

# Of a ticket whose date has passed: the first thing to do.
APOLOGY = Ask(
    label=N_("Apologise and set a new date"),
    hint=N_("The promised date stays visible beside the new one. The reporter is told."),
    fields=(
        fields.until(N_("New date")),
        fields.text(N_("Apology, and why it takes longer"), required=True),
    ),
)
