"""Words for a browser, short enough for a list and too coarse to follow anybody. Pure."""

from collections.abc import Sequence

# The first mark that is found wins: most browsers also claim to be those that come later.
BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return "Chrome, Windows", or an empty text where nothing is known."""
    lowered = user_agent.lower()
    words = (_first(lowered, BROWSERS), _first(lowered, SYSTEMS))
    return ", ".join(word for word in words if word)


def _first(text: str, marks: Sequence[tuple[str, str]]) -> str:
    return next((word for mark, word in marks if mark in text), "")
