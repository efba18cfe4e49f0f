"""The stylesheets of the layouts."""

from __future__ import annotations

from flask import Response, abort
from flask.typing import ResponseReturnValue

from tracker import stylesheets
from tracker.access import public
from tracker.blueprints.machine import blueprint


@blueprint.get("/estilos/<string:layout>/<string:digest>")
@public
def stylesheet(layout: str, digest: str) -> ResponseReturnValue:
    """A layout's stylesheet; an address of another version gives today's, and is not kept."""
    if layout not in stylesheets.LAYOUTS:
        abort(404)
    response = Response(stylesheets.stylesheet(layout), mimetype="text/css")
    if digest == stylesheets.digest_of(layout):
        stylesheets.keep_for_good(response)
    else:
        response.cache_control.no_cache = True
    return response
