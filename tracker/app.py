"""The application: settings, extensions, blueprints, error pages, commands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import (
    access,
    blueprints,
    cli,
    compression,
    config,
    errors,
    glossary,
    i18n,
    models,
    navigation,
    paths,
    sessions,
    stylesheets,
)
from tracker.db import db

_HERE = Path(__file__).resolve().parent
# Beside the package in a checkout, inside it in a wheel.
MIGRATIONS = next(path for path in (_HERE / "migrations", _HERE.parent / "migrations") if path.is_dir())
csrf = CSRFProtect()
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """The application with its settings; `overrides` are settings by name, for tests and tools."""
    settings = config.load(overrides)
    app = Flask(__name__, instance_path=settings["INSTANCE_PATH"], static_folder="static")
    app.config.update(settings)
    app.config.update(_derived(settings))
    app.config.update(dict(overrides or {}))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    paths.init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    i18n.init_app(app)
    sessions.init_app(app)
    navigation.init_app(app)
    glossary.init_app(app)
    compression.init_app(app)
    stylesheets.init_app(app)
    blueprints.register(app)
    for view in app.view_functions.values():
        if getattr(view, "has_signed_token", False):
            # Each is named in tests/architecture/test_routes.py: it asks for a token of its own.
            csrf.exempt(view)
    access.deny_by_default(app)
    errors.register_error_handlers(app)
    cli.register(app)
    app.after_request(_secure)
    if proxies := settings["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # how WSGI is put on
    app.extensions["cumple_models"] = models
    return app


def _derived(settings: Mapping[str, Any]) -> dict[str, object]:
    """Flask's own settings, out of ours."""
    return {
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True},
        "MAX_CONTENT_LENGTH": (settings["UPLOAD_MAX_MB"] * 8 + 2) * 1024 * 1024,
        "SESSION_COOKIE_NAME": "cumple",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings["SESSION_COOKIE_SECURE"],
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _secure(response: Response) -> Response:
    """Security headers on every answer; a view may have set a stricter one of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
