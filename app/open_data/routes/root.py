"""The open data's blueprint; each module of this package adds its views."""

from flask import Blueprint

blueprint = Blueprint("open_data", __name__)
A_MOMENT = "public, max-age=60"
