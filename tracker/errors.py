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

    @app.errorhandler(DomainError)
    def broken_rule(error: DomainError) -> ResponseReturnValue:
        return page(error.status, sentence(error.code, error.params))

    @app.errorhandler(StaleDataError)
    def changed_meanwhile(_error: StaleDataError) -> ResponseReturnValue:
        return page(409, sentence("changed-meanwhile", {}))

    @app.errorhandler(CSRFError)
    def forged_or_expired(_error: CSRFError) -> ResponseReturnValue:
        return page(400, sentence("form-expired", {}))

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> ResponseReturnValue:
        log.error("database not available: %s", error)
        return page(503, sentence("database-away", {}))

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        return page(error.code)

    if not app.testing:

        @app.errorhandler(Exception)
        def unforeseen(error: Exception) -> ResponseReturnValue:
            log.exception("unforeseen error: %s", error)
            return page(500)
