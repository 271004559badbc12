"""Entry of the web server: `asgi:served`, the WSGI application behind the ingress."""

from app.core.web.ingress import Ingress
from wsgi import app

served = Ingress(app, max_bytes=app.config["MAX_CONTENT_LENGTH"])
