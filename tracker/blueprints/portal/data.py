"""Open data for people: what there is and how to use it, one page a table; the schema of reports."""

from __future__ import annotations

import json

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.queries.portal import data_editions, open_data
from tracker.renderers.json_schema import MEDIA_TYPE, SCHEMA_PATH, report_schema
from tracker.renderers.open_data import data_groups, data_table, data_tables
from tracker.renderers.open_data_catalogue import BOOK_NAME, ZIP_NAME, schema_org
from tracker.renderers.open_data_formats import MEDIA_TYPES
from tracker.renderers.open_data_package import Publication, publication_of


@blueprint.get(SCHEMA_PATH)
@public
def schema() -> Response:
    """The JSON Schema of a report's data, named by its public address."""
    address = f"{current_app.config['BASE_URL'].rstrip('/')}{SCHEMA_PATH}"
    return Response(json.dumps(report_schema(address), ensure_ascii=False, indent=2), mimetype=MEDIA_TYPE)


def _publication() -> Publication:
    config = current_app.config
    return publication_of(config, day=clock.today(config["TIMEZONE"]), at=clock.now())


def _language() -> str:
    return "en" if str(get_locale()).startswith("en") else "es"


@blueprint.get("/datos")
@public
def data() -> ResponseReturnValue:
    """Every table, how to use them, and the dated editions, a page of them at a time."""
    publication, changed_at = _publication(), open_data.changed_at()
    count, page = data_editions.count_editions(), max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "portal/data.html",
        publication=publication,
        changed_at=changed_at,
        groups=data_groups(),
        count=len(data_tables()),
        formats=tuple(MEDIA_TYPES),
        editions=data_editions.list_editions(page),
        page=page,
        pages=max(1, -(-count // data_editions.PAGE_SIZE)),
        zip_name=ZIP_NAME,
        book_name=BOOK_NAME,
        language=_language(),
        described=schema_org(publication, language=_language(), changed_at=changed_at),
    )


@blueprint.get("/datos/tablas/<string:name>")
@public
def data_columns(name: str) -> ResponseReturnValue:
    """One table: each column with its type and meaning, and its files."""
    table, publication, changed_at = data_table(name), _publication(), open_data.changed_at()
    last = data_editions.last_edition()
    frozen = [one for one in last.files if one.path.partition("/")[2].startswith(f"{name}.")] if last else []
    return render_template(
        "portal/data_table.html",
        table=table,
        publication=publication,
        referring=[one for one in data_tables() if name in one.references.values() and one is not table],
        formats=tuple(MEDIA_TYPES),
        last=last,
        frozen=frozen,
        language=_language(),
        described=schema_org(publication, language=_language(), changed_at=changed_at, table=table),
    )
