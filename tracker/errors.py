"""Error pages: domain errors to 403, 404, 409, 422, everything else to its own plain page."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.domain.errors import DomainError
from tracker.wording import sentence

log = logging.getLogger(__name__)


def page(status: int, message: str = "") -> ResponseReturnValue:
    """The page of an error; a machine that asks for JSON gets problem+json."""
    if request.path.startswith("/api/"):
        response = jsonify(type="about:blank", status=status, detail=message)
        response.content_type = "application/problem+json"
        return response, status
    return render_template("errors/error.html", code=status, message=message), status


def register_error_handlers(app: Flask) -> None:
    """All of the application's error handlers."""
    app.register_error_handler(DomainError, _broken_rule)
    app.register_error_handler(StaleDataError, lambda _error: page(409, sentence("changed-meanwhile", {})))
    app.register_error_handler(CSRFError, lambda _error: page(400, sentence("form-expired", {})))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(HTTPException, _plain)
    if not app.testing:
        app.register_error_handler(Exception, _unforeseen)


def _broken_rule(error: DomainError) -> ResponseReturnValue:
    return page(error.status, sentence(error.code, error.params))


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database not available: %s", error)
    return page(503, sentence("database-away", {}))


def _plain(error: HTTPException) -> ResponseReturnValue:
    """Redirects stay what they are; an error gets its page."""
    return error if error.code is None or error.code < 400 else page(error.code)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.exception("unforeseen error: %s", error)
    return page(500)
