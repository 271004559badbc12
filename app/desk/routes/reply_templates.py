"""Reply templates: what a manager keeps for the officers."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.agencies.service import drop_template, keep_template
from app.core.db import current_session, transaction
from app.core.errors import NotFound, Rejection
from app.core.kept import forget_all
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences, sentences_by_field
from app.desk.phrasing.keeping import parse_template, templates_page
from app.desk.roster import kept_by
from app.desk.routes.root import blueprint
from app.desk.routes.ticket import notice

MAX_TYPED = 5_000


@blueprint.get("/reply-templates")
@staff("manager", "coordinator")
def reply_templates() -> str:
    """Show the templates, each with its form."""
    return _page({}, {}, None)


@blueprint.post("/reply-templates")
@staff("manager", "coordinator")
def add_template() -> Response | tuple[str, int]:
    """Keep a new template."""
    return _keep(None)


@blueprint.post("/reply-templates/<int:number>")
@staff("manager", "coordinator")
def change_template(number: int) -> Response | tuple[str, int]:
    """Change a template."""
    return _keep(number)


@blueprint.post("/reply-templates/<int:number>/drop")
@staff("manager", "coordinator")
def remove_template(number: int) -> Response:
    """Remove a template."""
    with transaction() as session:
        drop_template(session, number, kept_by(current_actor()))
    forget_all()
    return redirect(url_for("desk.reply_templates", done="template"), 303)


def _keep(number: int | None) -> Response | tuple[str, int]:
    actor = current_actor()
    typed = {name: value[:MAX_TYPED] for name, value in request.form.items()}
    try:
        with transaction() as session:
            words = parse_template(session, typed, actor)
            keep_template(session, words, number=number, by=actor.account_id or 0, now=now())
    except NotFound as unknown:
        if not unknown.field:
            raise
        return _page(typed, sentences_by_field(unknown), number), 422
    except Rejection as refused:
        return _page(typed, sentences_by_field(refused), number), refused.status
    forget_all()
    return redirect(url_for("desk.reply_templates", done="template"), 303)


def _page(typed: dict[str, str], wrong: Sentences, number: int | None) -> str:
    page = templates_page(current_session(), current_actor(), typed=typed, number=number)
    return render_template(
        "desk/reply_templates.html", page=page, notice=notice(), wrong=wrong, refused=number
    )
