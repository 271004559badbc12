"""The pages of figures: the city; all agencies, areas or categories; one of them."""

from typing import Final

from flask import Blueprint, abort, render_template, request

from app.catalog.queries import profile
from app.core.db import current_session
from app.core.web.access import public
from app.core.web.limits import PAGES, read_limit
from app.core.web.protection import allow_frames
from app.core.words.i18n import N_, pick, translate, use_language
from app.measures.reckoning.counting import CITY, Dimension
from app.measures.reckoning.definitions import VERSION
from app.statistics import pages
from app.statistics.comparing import comparison
from app.statistics.schemas import parse_asked

blueprint = Blueprint("statistics", __name__)
BY: Final = {
    "agencies": N_("Figures by agency"),
    "areas": N_("Figures by area"),
    "categories": N_("Figures by category"),
}


@blueprint.get("/figures")
@public
@read_limit("pages", PAGES)
def city() -> str:
    """Show the figures of the whole city."""
    session = current_session()
    name = pick(profile(session).place_names)
    found = pages.one_page(session, Dimension.CITY, CITY, name, parse_asked(request.args))
    return render_template("statistics/one.html", page=found, by=None, key="", version=VERSION)


@blueprint.get("/embed/<lang>/figures")
@public
@read_limit("pages", PAGES)
def embedded(lang: str) -> str:
    """Show the city's figures alone, for frames in other sites."""
    session = current_session()
    if lang not in profile(session).languages:
        abort(404)
    with use_language(lang):
        name, asked = pick(profile(session).place_names), parse_asked(request.args)
        found = pages.one_page(session, Dimension.CITY, CITY, name, asked)
        allow_frames(request)
        return render_template("statistics/embed.html", page=found)


@blueprint.get("/figures/<any(agencies, areas, categories):by>")
@public
@read_limit("pages", PAGES)
def compared(by: str) -> str:
    """Show all of them beside one another."""
    asked = parse_asked(request.args)
    found = comparison(current_session(), pages.DIMENSIONS[by], asked)
    return render_template("statistics/all.html", page=found, by=by, title=translate(BY[by]))


@blueprint.get("/figures/<any(agencies, areas, categories):by>/<member>")
@public
@read_limit("pages", PAGES)
def one(by: str, member: str) -> str:
    """Show the figures of one of them."""
    session, dimension = current_session(), pages.DIMENSIONS[by]
    name = pages.name_of(session, dimension, member)
    if name is None:
        abort(404)
    found = pages.one_page(session, dimension, member, name, parse_asked(request.args))
    return render_template("statistics/one.html", page=found, by=by, key=member, version=VERSION)
