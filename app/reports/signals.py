"""Why the content check should look twice at a report. Signs, never verdicts.

1. Nothing is refused, hidden or dropped because of a sign: the ticket runs as every other. Only
   words that would be shown at once wait for the check.
2. `honeypot`: a field that people do not see was filled in. `fast`: sent faster than anybody types.
   `many_here`: many reports from one browser about one place within a day. A network is never
   counted here: on a mobile network thousands share one.
"""

from app.core.words.i18n import N_

HONEYPOT, FAST, MANY_HERE = "honeypot", "fast", "many_here"
SIGNALS = {
    HONEYPOT: N_("A hidden field was filled in, as programs do."),
    FAST: N_("Sent within seconds after the form was opened."),
    MANY_HERE: N_("Many reports came from the same device about the same place today."),
}
FAST_S = 3
MANY = 5
