"""The public map's blueprint; each module of this package adds its views."""

from flask import Blueprint

blueprint = Blueprint("public_map", __name__)
