"""Signs of life, in plain text."""

from __future__ import annotations

import logging

from flask import Response
from flask.typing import ResponseReturnValue

from tracker.access import public
from tracker.blueprints.machine import blueprint
from tracker.db import ping

log = logging.getLogger(__name__)


def _plain(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return _plain("ok")


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The process answers and its database does."""
    try:
        ping()
    except Exception:
        log.exception("not ready: the database does not answer")
        return _plain("database: no", 503)
    return _plain("database: ok")
