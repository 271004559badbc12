"""Who looked at contacts: what the staff's looks leave behind, the latest first."""

from flask import render_template, request

from app.accounts.audit import KINDS, looks
from app.admin.routes.root import administrator, blueprint
from app.core.db import current_session

PAGE_ROWS = 100


@blueprint.get("/looks")
@administrator
def show_looks() -> str:
    """List who saw what, and when."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None
    found = looks(current_session(), before=before, limit=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    older = shown[-1].id if len(found) > PAGE_ROWS else None
    return render_template("admin/looks.html", looks=shown, older=older, kinds=KINDS)
