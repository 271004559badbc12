"""The page of a known incident: it can be kept and looked at again."""

from flask import render_template, request

from app.accounts.reach.push import offered_key
from app.core.db import current_session
from app.core.time import now
from app.core.web.access import public
from app.notices.queries import notice as find
from app.notices.words import notice_views
from app.public_map.routes.root import blueprint


@blueprint.get("/notices/<int:number>")
@public
def notice(number: int) -> str:
    """Show one known incident, also after its end."""
    session, moment = current_session(), now()
    (found,) = notice_views(session, [find(session, number)], moment)
    done = request.args.get("done", "")
    return render_template(
        "public_map/notice.html", notice=found, push_key=offered_key(), done=done
    )
