"""A message on a small screen: the subject, and where to go on.

1. An SMS is one part: 160 characters of the GSM alphabet, without diacritics. The links stay whole;
   the sentence gives way. The link that ends the news is there where it fits; otherwise the page
   behind the first link ends them.
2. Nothing of the report itself is said: a lock screen is read by others.
"""

from app.core.words.i18n import translate as _
from app.core.words.text import unaccented
from app.notifications.words.parts import Words

SMS, SMS_LIMIT, CHAT_LIMIT = "sms", 160, 400
_ALPHABET = frozenset(
    "@$\n !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
_PLAIN = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})


def short_text(channel: str, words: Words, link: str, stop_link: str) -> str:
    """Return one line in the current language; `link` may be empty."""
    sentence = words.short or words.subject
    onward = " " + _("See:") + " " + link if link else ""
    stop = " " + _("Stop:") + " " + stop_link if stop_link else ""
    if channel != SMS:
        return sentence[: CHAT_LIMIT - len(onward)] + onward
    sentence, onward, stop = gsm(sentence), gsm(onward), gsm(stop)
    sentence = _cut(sentence, SMS_LIMIT - len(onward))
    whole = sentence + onward + stop
    return whole if len(whole) <= SMS_LIMIT else sentence + onward


def gsm(text: str) -> str:
    """Return the text in letters of which each is one of the 160."""
    plain = unaccented(text.translate(_PLAIN))
    return "".join(ch if ch in _ALPHABET else "?" for ch in plain)


def _cut(sentence: str, room: int) -> str:
    return sentence if len(sentence) <= room else sentence[: max(room - 3, 0)] + "..."
