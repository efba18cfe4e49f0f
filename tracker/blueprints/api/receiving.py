"""Reading what another system sends: JSON, or multipart with its files; nothing is written yet but files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage

from tracker import uploads
from tracker.blueprints.api.handed_in import EvidenceIn, ReportIn
from tracker.blueprints.api.problems import NotValid, not_valid
from tracker.domain.errors import DomainError
from tracker.domain.quantities import ItemisedQuantity
from tracker.services.evidence import Upload
from tracker.services.report_history import ReportContent
from tracker.services.report_submissions import SentEvidence, SentReport

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,80}")
REPORT_PART = "report"


class NotTaken(DomainError):
    """A body of a type that is not read here (415)."""

    status = 415


class TooLarge(DomainError):
    """A body that is too large (413)."""

    status = 413


@dataclass(frozen=True)
class Received:
    """A report as it was sent, with its files received and checked."""

    body: ReportIn
    files: tuple[Upload | None, ...]
    """In the order of its evidence; None for a link."""
    fingerprint: str

    @property
    def uploads(self) -> list[Upload]:
        """The files."""
        return [one for one in self.files if one is not None]


def key_of_request() -> str:
    """The key by which the caller knows this request; NotValid without a good one."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise NotValid([DomainError("key-required", field="Idempotency-Key")])
    return key


def receive() -> Received:
    """The report of this request: read, its files received, and what names it among all others."""
    if request.mimetype == "application/json":
        body, parts = _read(_json_body()), {}
    elif request.mimetype == "multipart/form-data":
        parts = {name: one for name, one in request.files.items() if one.filename}
        if REPORT_PART not in request.form:
            raise NotValid([DomainError("report-part-missing", field=REPORT_PART)])
        body = _read(request.form[REPORT_PART].encode())
    else:
        raise NotTaken("body-type-not-taken")
    _check_sources(body, parts)
    files = tuple(_file(place, one, parts) for place, one in enumerate(body.evidence))
    return Received(body, files, _fingerprint(body, files))


def _json_body() -> bytes:
    """A JSON body, no larger than one file in base64 and the words beside it."""
    most = current_app.config["UPLOAD_MAX_MB"] * 4 // 3 + 1
    if (request.content_length or 0) > most * uploads.MEGABYTE:
        raise TooLarge("body-too-large", megabytes=most)
    return request.get_data(cache=False)


def _read(text: bytes) -> ReportIn:
    try:
        return ReportIn.model_validate_json(text)
    except ValidationError as error:
        raise not_valid(error) from None


def _check_sources(body: ReportIn, parts: Mapping[str, FileStorage]) -> None:
    """Each item is one thing: a link, a file in base64, a part that came; and every part is one's."""
    errors = []
    for place, one in enumerate(body.evidence):
        said = [name for name in ("url", "content", "part") if getattr(one, name) is not None]
        if len(said) != 1:
            errors.append(DomainError("evidence-one-source", field=f"evidence.{place}"))
        elif one.part is not None and one.part not in parts:
            errors.append(
                DomainError("file-part-unknown", field=f"evidence.{place}.part", name=one.part[:80])
            )
        elif one.content is not None and not one.filename:
            errors.append(DomainError("filename-required", field=f"evidence.{place}.filename"))
    named = {one.part for one in body.evidence}
    errors += [
        DomainError("file-part-unused", field=name, name=name[:80]) for name in parts if name not in named
    ]
    if errors:
        raise NotValid(errors)


def _file(place: int, one: EvidenceIn, parts: Mapping[str, FileStorage]) -> Upload | None:
    """Receive the file of an item as any upload is: size, type, scan."""
    if one.part is not None:
        received, name = parts[one.part], "part"
    elif one.content is not None:
        received, name = FileStorage(io.BytesIO(_decoded(place, one.content)), one.filename), "content"
    else:
        return None
    if one.filename:
        received.filename = one.filename
    try:
        return uploads.receive_upload(received)
    except DomainError as error:
        error.field = f"evidence.{place}.{name}"
        raise


def _decoded(place: int, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotValid([DomainError("content-not-base64", field=f"evidence.{place}.content")]) from None


def _fingerprint(body: ReportIn, files: tuple[Upload | None, ...]) -> str:
    """The same for the same report with the same files, however they were sent."""
    digest = hashlib.sha256(
        body.model_dump_json(exclude={"evidence": {"__all__": {"content", "part"}}}).encode()
    )
    for one in files:
        digest.update(f"\n{one.sha256} {one.filename}".encode() if one else b"\n")
    return digest.hexdigest()


def sent_report(received: Received, institution_uid: str, today: date) -> SentReport:
    """What was received, as the service takes it."""
    body = received.body
    same: dict[str, Any] = {
        name: getattr(body, name)
        for name in ("percent", "delivered", "no_progress", "new_expected_on", "obstacle_kind")
    }
    words = {
        name: getattr(body, name).strip() for name in ("narrative", "departure_reason", "obstacle", "needed")
    }
    rows = body.quantities
    return SentReport(
        node_uid=body.activity,
        institution_uid=institution_uid,
        content=ReportContent(
            **same,
            **words,
            reported_on=body.reported_on or today,
            completed_on=body.completed_on,
            occurrence=body.occurrence or None,
        ),
        completed_unknown=body.completed_unknown,
        quantities=None
        if rows is None
        else tuple(
            (ItemisedQuantity(one.label, one.quantity, one.delivered_on), one.evidence) for one in rows
        ),
        evidence=tuple(
            _evidence(one, upload, today) for one, upload in zip(body.evidence, received.files, strict=True)
        ),
        draft_uid=body.draft or "",
        lock_version=body.lock_version,
        hand_in=body.submit,
    )


def _evidence(one: EvidenceIn, upload: Upload | None, today: date) -> SentEvidence:
    words = ("title", "access", "description", "legal_ground", "resolution_number", "resolution_authority")
    about: Any = {name: getattr(one, name) for name in (*words, "resolution_on", "reserved_until")}
    about["effective_on"] = one.effective_on or today
    return SentEvidence(upload, one.url or "", tuple(one.means), about)
