"""In which order the acts of a page stand. Pure.

1. The likely next acts stand first; everything else that is allowed is folded away.
2. Every act that the desk has a form for has its place (a test compares).
"""

from collections.abc import Mapping

from app.tickets.facts import Status, Verb

# What a date that has passed asks for.
DEMANDED = (Verb.EXTEND,)

# In the order in which the folded acts are shown.
ORDER = tuple(
    Verb(name)
    for name in (
        "confirm_urgent", "lower", "acknowledge",
        "approve", "reject", "help_accept", "help_done", "help_return", "accept", "assign",
        "entrust", "resume", "resolve", "answer", "comment", "refute", "note", "plan", "pause",
        "extend", "cooperate", "escalate", "transfer", "return", "name_owner", "correct", "merge",
        "unmerge", "split", "decline",
        "screen", "refuse", "convert", "milestone", "deliver", "drop",
        "judge", "file_reply", "show_reply", "hide_reply", "reopen", "uphold", "publish", "hide",
        "recheck",
    )
)  # fmt: skip

# Whatever the status: somebody waits for this.
FIRST = (
    Verb.CONFIRM_URGENT,
    Verb.LOWER,
    Verb.ACKNOWLEDGE,
    Verb.APPROVE,
    Verb.REJECT,
    Verb.HELP_ACCEPT,
    Verb.HELP_DONE,
    Verb.REFUTE,
    Verb.SHOW_REPLY,
    Verb.JUDGE,
)
LIKELY: Mapping[str, tuple[Verb, ...]] = {
    Status.RECEIVED: (Verb.ASSIGN, Verb.NAME_OWNER, Verb.UPHOLD),
    Status.ASSIGNED: (Verb.ACCEPT,),
    Status.IN_PROGRESS: (Verb.RESOLVE, Verb.ANSWER),
    Status.WAITING: (Verb.RESUME,),
    Status.RESOLVED: (Verb.REOPEN, Verb.UPHOLD),
    Status.ANSWERED: (Verb.REOPEN, Verb.UPHOLD),
    Status.CLOSED: (Verb.REOPEN, Verb.UPHOLD),
    Status.MERGED: (Verb.UNMERGE,),
}
# Only suggestions come there, or can do these.
LIKELY_OF_SUGGESTION: Mapping[str, tuple[Verb, ...]] = {
    Status.UNPUBLISHED: (Verb.SCREEN, Verb.PUBLISH, Verb.REFUSE),
    Status.ANSWERED: (Verb.MILESTONE,),
    Status.IN_DELIVERY: (Verb.MILESTONE, Verb.DELIVER),
    Status.EXPIRED: (Verb.MILESTONE,),
}
