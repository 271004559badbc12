"""The administrator's start page."""

from flask import render_template

from app.admin.attention import points
from app.admin.routes.root import administrator, blueprint, today
from app.core.db import current_session
from app.core.installation import settings
from app.core.time import now


@blueprint.get("")
@administrator
def start() -> str:
    """Show what needs attention."""
    found = points(current_session(), settings(), now(), today())
    return render_template("admin/start.html", points=found)
