"""The residents' blueprint; each module of this package adds its views."""

from flask import Blueprint

blueprint = Blueprint("residents", __name__)
