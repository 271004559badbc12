"""Known incidents: what the own agency tells residents before they report it again."""

from collections.abc import Mapping
from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalog.queries import categories, profile, units
from app.core.db import current_session, transaction
from app.core.errors import Rejection, Rejections
from app.core.time import now
from app.core.web.access import current_actor, staff
from app.core.web.forms import Sentences, sentences_by_field
from app.core.words.i18n import N_, pick
from app.core.words.text import clean, clean_line
from app.desk.routes.root import blueprint
from app.notices import queries, service
from app.notices.schemas import NewNotice
from app.notices.service import agency_of, sees_all
from app.notices.words import notice_views
from geo.point import InvalidPoint, LonLat

MAX_TYPED = 2_000


@blueprint.get("/notices")
@staff("coordinator", "manager")
def notices() -> str:
    """Show what is told now, and the form for more."""
    return _page({}, {})


@blueprint.post("/notices")
@staff("coordinator", "manager")
def tell_notice() -> Response | tuple[str, int]:
    """Tell residents of an incident."""
    typed = {name: value[:MAX_TYPED] for name, value in request.form.items()}
    try:
        with transaction() as session:
            service.tell(session, _entered(typed), actor=current_actor(), now=now())
    except (Rejection, Rejections) as refused:
        return _page(typed, sentences_by_field(refused)), refused.status
    return redirect(url_for("desk.notices", done="told"), code=303)


@blueprint.post("/notices/<int:number>/extend")
@staff("coordinator", "manager")
def extend_notice(number: int) -> Response | tuple[str, int]:
    """Set another expected end."""
    typed = {"until": request.form.get("until", "")[:MAX_TYPED]}
    try:
        with transaction() as session:
            until = _instant(typed["until"])
            service.extend(session, number, until, actor=current_actor(), now=now())
    except (Rejection, Rejections) as refused:
        sentences = {"": [one for some in sentences_by_field(refused).values() for one in some]}
        return _page(typed, sentences), refused.status
    return redirect(url_for("desk.notices", done="extended"), code=303)


@blueprint.post("/notices/<int:number>/end")
@staff("coordinator", "manager")
def end_notice(number: int) -> Response:
    """Say that it is over."""
    with transaction() as session:
        service.end(session, number, actor=current_actor(), now=now())
    return redirect(url_for("desk.notices", done="ended"), code=303)


def _entered(typed: Mapping[str, str]) -> NewNotice:
    languages = profile(current_session()).languages
    texts = {lang: clean(typed.get(f"text.{lang}", "")) for lang in languages}
    radius = clean_line(typed.get("radius_m", ""))
    return NewNotice(
        texts={lang: words for lang, words in texts.items() if words},
        expected_end=_instant(typed.get("until", "")),
        category=clean_line(typed.get("category", "")) or None,
        area=clean_line(typed.get("area", "")) or None,
        place=_place(clean_line(typed.get("place", ""))),
        radius_m=int(radius) if radius.isascii() and radius.isdecimal() and len(radius) < 7 else 0,
    )


def _instant(typed: str) -> datetime | None:
    """Read what the field for date and time sends: without a zone it is the city's time."""
    try:
        found = datetime.fromisoformat(clean_line(typed))
    except ValueError:
        return None
    if not 2000 <= found.year <= 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=profile(current_session()).zone)


def _place(typed: str) -> LonLat | None:
    """Read "latitude, longitude". Raises Rejection."""
    if not typed:
        return None
    lat, _, lon = typed.replace(";", ",").partition(",")
    try:
        return LonLat.parse(lon=lon.strip(), lat=lat.strip())
    except InvalidPoint:
        message = N_("This is not a place: give latitude and longitude, such as 20.95, 107.08.")
        raise Rejection("bad_place", message, field="place") from None


def _page(typed: Mapping[str, str], errors: Sentences) -> str:
    session, actor, moment = current_session(), current_actor(), now()
    agency = None if sees_all(actor) else agency_of(actor) or ""
    rows = queries.kept_by(session, agency, moment)
    return render_template(
        "desk/notices.html",
        notices=notice_views(session, rows, moment),
        categories=[(c.code, pick(c.names)) for c in categories(session) if c.privacy == "open"],
        areas=sorted((area.code, pick(area.full_names)) for area in units(session)),
        everywhere=sees_all(actor),
        typed=typed,
        errors=errors,
        done=request.args.get("done", ""),
    )
