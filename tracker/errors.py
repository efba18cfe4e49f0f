"""Error pages: domain errors to 403, 404, 409, 422, everything else to its own plain page."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tracker.domain.errors import DomainError
from tracker.wording import sentence

log = logging.getLogger(__name__)
API = "/api/v1/"


Problems = Callable[[DomainError | int, str], ResponseReturnValue]


def page(status: int, message: str = "") -> ResponseReturnValue:
    """The page of an error; a program that calls the API gets it in its own form."""
    if (told := _problem(status, message)) is not None:
        return told
    return render_template("errors/error.html", code=status, message=message), status


def _problem(error: DomainError | int, message: str = "") -> ResponseReturnValue | None:
    """The answer of the API, which registers how it tells problems; None for everything else."""
    tell: Problems | None = current_app.extensions.get("cumple_problems")
    return tell(error, message) if tell is not None and request.path.startswith(API) else None


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
    if (told := _problem(error)) is not None:
        return told
    return page(error.status, sentence(error.code, error.params))


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database not available: %s", error)
    return page(503, sentence("database-away", {}))


def _plain(error: HTTPException) -> ResponseReturnValue:
    """Redirects stay what they are; an error gets its page."""
    if error.code is None or error.code < 400:
        return error
    response = make_response(page(error.code))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.exception("unforeseen error: %s", error)
    return page(500)
