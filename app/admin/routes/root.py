"""The administrator's blueprint; each module of this package adds its views."""

from datetime import date

from flask import Blueprint

from app.catalog.queries import profile
from app.core.db import current_session
from app.core.time import now
from app.core.web.access import proved, staff

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

administrator = staff("administrator")
# For who has just given password and code: what gives or takes the right to come in.
proved_administrator = proved("administrator")


def today() -> date:
    """Return the date on the wall of the city."""
    return now().astimezone(profile(current_session()).zone).date()
