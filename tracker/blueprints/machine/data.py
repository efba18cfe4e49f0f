"""Open data: tables, all of them in one file, their description and catalogue, dated editions."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.machine import blueprint
from tracker.compression import stream_text
from tracker.domain.errors import NotFound
from tracker.evidence_files import attachment
from tracker.queries.portal import data_editions, open_data
from tracker.renderers.open_data import DataTable, data_table, data_tables
from tracker.renderers.open_data_catalogue import (
    BOOK_NAME,
    CATALOGUE_TYPE,
    ZIP_NAME,
    EditionEntry,
    catalogue,
)
from tracker.renderers.open_data_formats import MEDIA_TYPES
from tracker.renderers.open_data_package import package, package_text
from tracker.services import storage
from tracker.services.open_data import Asked, asked_of, table_text, write_book, write_zip

ZIP_TYPE = "application/zip"
SHARED_SECONDS = 300


def _asked() -> Asked:
    """Today's data, or those of the day that the address asks for with `al`; NotFound for no such day."""
    today = clock.today(current_app.config["TIMEZONE"])
    text = request.args.get("al", "").strip()
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise NotFound("day-not-valid", day=text) from None
    if day > today:
        raise NotFound("day-to-come")
    return asked_of(current_app.config, day=day, today=today)


def _named(name: str, asked: Asked) -> str:
    """The file's name, with its day where that is not today."""
    stem, _dot, ending = name.rpartition(".")
    return name if asked.publication.day == asked.today else f"{stem}-{asked.publication.day}.{ending}"


def _shared(response: Response) -> Response:
    """Anybody may keep it a while, and programs of other sites may read it."""
    response.cache_control.public = True
    response.cache_control.max_age = SHARED_SECONDS
    response.access_control_allow_origin = "*"
    return response


def _answer(name: str, media_type: str, make: Callable[[Asked], Response]) -> ResponseReturnValue:
    """A file made now, unless who asks has it as it still is: nothing was recorded since, on the same day."""
    asked = _asked()
    tag = f"{name}-{asked.publication.day}-{asked.today}-{asked.view().cut.known_at}"
    if request.if_none_match.contains_weak(tag):
        kept = Response(status=304)
        kept.set_etag(tag)
        return _shared(kept)
    response = make(asked)
    response.set_etag(tag)
    response.content_type = media_type
    response.headers.set("Content-Disposition", "attachment", filename=_named(name, asked))
    return _shared(response)


class _Leaving:
    """A file on its way out: closed once the last byte has left, or when nobody waits for it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(storage.CHUNK), b"")

    def close(self) -> None:
        """Let go of it; what had no name on the disk is gone with it."""
        self.file.close()

    __del__ = close


def _sent(file: IO[bytes]) -> Response:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    response = Response(_Leaving(file))
    response.content_length = size
    return response


def _file(write: Callable[[IO[bytes]], object]) -> Response:
    """A file that is written on disk first and has no name there."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when it has left
    try:
        write(target)
    except BaseException:
        target.close()
        raise
    return _sent(target)


def _book(tables: Sequence[DataTable]) -> Callable[[Asked], Response]:
    return lambda asked: _file(lambda target: write_book(target, tables, asked))


@blueprint.get("/datos/<string:table>.csv")
@public
def data_csv(table: str) -> ResponseReturnValue:
    """A table as CSV, line by line."""
    return _text(data_table(table), "csv")


@blueprint.get("/datos/<string:table>.json")
@public
def data_json(table: str) -> ResponseReturnValue:
    """A table as JSON, line by line."""
    return _text(data_table(table), "json")


@blueprint.get("/datos/<string:table>.xlsx")
@public
def data_xlsx(table: str) -> ResponseReturnValue:
    """A table as a workbook."""
    return _answer(f"{table}.xlsx", MEDIA_TYPES["xlsx"], _book([data_table(table)]))


def _text(table: DataTable, format_name: str) -> ResponseReturnValue:
    return _answer(
        f"{table.name}.{format_name}",
        MEDIA_TYPES[format_name],
        lambda asked: stream_text(table_text(table, format_name, asked)),
    )


@blueprint.get(f"/datos/{BOOK_NAME}")
@public
def data_book() -> ResponseReturnValue:
    """Every table in one workbook."""
    return _answer(BOOK_NAME, MEDIA_TYPES["xlsx"], _book(data_tables()))


@blueprint.get(f"/datos/{ZIP_NAME}")
@public
def data_package() -> ResponseReturnValue:
    """Every table in every format, described: the edition of today where nothing was recorded since."""
    return _answer(ZIP_NAME, ZIP_TYPE, lambda asked: _frozen(asked) or _file(lambda t: write_zip(t, asked)))


def _frozen(asked: Asked) -> Response | None:
    last = data_editions.last_edition()
    if last is None or last.day != asked.publication.day or last.made_at < asked.publication.at:
        return None
    return _sent(_path(last.sha256).open("rb"))


def _path(sha256: str) -> Path:
    return storage.path_of(f"file://{Path(current_app.instance_path) / 'reports'}", sha256)


@blueprint.get("/datos/datapackage.json")
@public
def data_description() -> ResponseReturnValue:
    """The description of the tables as they are today, beside them."""
    asked = _asked()
    text = package_text(package(data_tables(), asked.publication, {}))
    return _shared(Response(text, mimetype="application/json"))


@blueprint.get("/datos/catalogo.jsonld")
@public
def data_catalogue() -> ResponseReturnValue:
    """What is published, as catalogues read it (DCAT-AP 3)."""
    asked = _asked()
    base = asked.publication.base_url
    editions = [
        EditionEntry(
            f"{base}{url_for('machine.data_edition', uid=one.uid)}",
            one.day,
            one.made_at,
            one.size,
            one.sha256,
        )
        for one in data_editions.list_editions()
    ]
    told = catalogue(
        data_tables(),
        asked.publication,
        editions,
        changed_at=asked.publication.at,
        period=open_data.period(),
    )
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return _shared(Response(f"{text}\n", mimetype=CATALOGUE_TYPE))


@blueprint.get("/datos/ediciones/<string:uid>")
@public
def data_edition(uid: str) -> ResponseReturnValue:
    """A dated edition, the same bytes for ever."""
    found = data_editions.get_edition(uid)
    response = attachment(_path(found.sha256), found.filename, ZIP_TYPE, is_public=True)
    response.access_control_allow_origin = "*"
    return response
