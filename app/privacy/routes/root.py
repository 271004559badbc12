"""The blueprint of everything about personal data; each module of this package adds its views."""

from flask import Blueprint

blueprint = Blueprint("privacy", __name__)
