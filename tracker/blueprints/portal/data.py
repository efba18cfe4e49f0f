"""What describes the published data to programs."""

from __future__ import annotations

import json

from flask import Response, current_app

from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.renderers.json_schema import MEDIA_TYPE, SCHEMA_PATH, report_schema


@blueprint.get(SCHEMA_PATH)
@public
def schema() -> Response:
    """The JSON Schema of a report's data, named by its public address."""
    address = f"{current_app.config['BASE_URL'].rstrip('/')}{SCHEMA_PATH}"
    return Response(json.dumps(report_schema(address), ensure_ascii=False, indent=2), mimetype=MEDIA_TYPE)
