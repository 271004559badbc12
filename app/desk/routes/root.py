"""The desk's blueprint; each module of this package adds its views."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
