"""Personal data: requests of residents and their queue, what shows somebody, what is flagged."""

from app.privacy.routes import content, desk, requests
from app.privacy.routes.root import blueprint

__all__ = ["blueprint", "content", "desk", "requests"]
