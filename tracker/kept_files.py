"""A file between its preview and its confirmation: kept aside, named by a reference of the person's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from tracker import clock
from tracker.access import acting
from tracker.domain.errors import DomainError
from tracker.services import round_uploads


def keep(file: FileStorage | None) -> str:
    """Take a file in; gives the name it is kept under. DomainError where none came, or it is too large."""
    if file is None or not file.filename:
        raise DomainError("upload-missing", field="file")
    return round_uploads.keep_workbook(
        file.stream,  # type: ignore[arg-type]  # an upload is a binary stream
        evidence_url=current_app.config["EVIDENCE_URL"],
        now=clock.now(),
    )


def data_of(name: str) -> bytes:
    """The bytes kept under a name; DomainError `upload-expired` once they are gone."""
    return round_uploads.open_workbook(name, evidence_url=current_app.config["EVIDENCE_URL"])


def drop(name: str) -> None:
    """Throw a file away once it is written."""
    round_uploads.drop_workbook(name, evidence_url=current_app.config["EVIDENCE_URL"])


def reference(kind: str, content: Mapping[str, Any]) -> str:
    """What a preview carries to its confirmation, signed: nothing of it can be changed on the way."""
    return _serializer(kind).dumps({**content, "actor_uid": acting().uid})


def opened(kind: str, text: str) -> dict[str, Any]:
    """What a reference carried, for the person who was given it; else DomainError `upload-expired`."""
    try:
        said = _serializer(kind).loads(text, max_age=int(round_uploads.KEPT.total_seconds()))
    except BadSignature:
        raise DomainError("upload-expired") from None
    if not isinstance(said, dict) or said.pop("actor_uid", None) != acting().uid:
        raise DomainError("upload-expired")
    return said


def _serializer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"kept-file-{kind}")
