"""The application factory: the only place that knows every surface.

Blueprints are listed in `SURFACES`; only this module imports a `routes` module.
"""

import logging
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts.reach.phones import unknown_regions
from app.catalog.queries import profile
from app.core import installation
from app.core.db import ask_after_rest, current_session, db
from app.core.web import assets, devices, limits, templating
from app.core.web.protection import FORM_BYTES
from app.core.web.wire import compression
from config import Settings, SettingsError

SURFACES = (
    "app.residents.routes",
    "app.public_map.routes",
    "app.open_data.routes",
    "app.statistics.routes",
    "app.privacy.routes",
    "app.desk.routes",
    "app.admin.routes",
    "app.api.routes",
)


def create_app(settings: Settings) -> Flask:
    """Build the WSGI application. Nothing is connected before the first request."""
    if unknown := unknown_regions(settings.codes.regions):
        raise SettingsError([f"SMS_REGIONS holds what is no country: {', '.join(unknown)}"])
    app = Flask(__name__)
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    # It tells every process which plugins it has, at a level for messages that matter.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    app.config.update(
        SECRET_KEY=settings.secrets.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database.url,
        SQLALCHEMY_ENGINE_OPTIONS={
            # A statement that fails goes into the log; what people wrote does not.
            "hide_parameters": True,
            "pool_size": settings.database.pool_size,
            "connect_args": {
                "connect_timeout": 5,
                "options": f"-c statement_timeout={settings.database.statement_timeout_ms}"
                " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
                # Our statements are short: there is little that compiling them could save.
                " -c jit=off",
            },
        },
        MAX_CONTENT_LENGTH=settings.media.max_file_bytes * settings.media.max_files + 1_000_000,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=200,
    )
    installation.configure(settings)
    assets.check_assets()
    if settings.web.proxy_hops:
        hops = settings.web.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    import_module("app.tables").import_all()
    db.init_app(app)
    with app.app_context():
        ask_after_rest(db.engine)
    compression.install(app)
    limits.install(app, settings)
    devices.install(app)
    templating.install(app, settings, lambda: profile(current_session()))
    for name in SURFACES:
        app.register_blueprint(import_module(name).blueprint)
    import_module("app.gate").install(app, settings)
    import_module("app.answers").install(app)
    import_module("app.cli").install(app)
    return app
