"""A round's workbook between its preview and its confirmation: kept aside for two hours, then gone."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from tracker.domain.errors import DomainError
from tracker.importers.office_files import MAX_FILE_BYTES
from tracker.services import storage

KEPT = timedelta(hours=2)
_NAME = re.compile(r"[0-9a-f]{32}")


def keep_workbook(stream: BinaryIO, *, evidence_url: str, now: datetime) -> str:
    """Take a workbook in, outside any transaction, and give the name it is kept under; old ones go.

    Raises DomainError `file-too-large`, `file-empty`.
    """
    folder = _folder(evidence_url)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.xlsx"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
    received = storage.receive(stream, evidence_url, max_bytes=MAX_FILE_BYTES)
    name = secrets.token_hex(16)
    received.path.replace(folder / f"{name}.xlsx")
    return name


def open_workbook(name: str, *, evidence_url: str) -> bytes:
    """The bytes kept under a name; DomainError `upload-expired` once they are gone."""
    try:
        return _path(name, evidence_url).read_bytes()
    except OSError:
        raise DomainError("upload-expired") from None


def drop_workbook(name: str, *, evidence_url: str) -> None:
    """Throw a workbook away once its lines are written; what is gone already stays gone."""
    _path(name, evidence_url).unlink(missing_ok=True)


def _path(name: str, evidence_url: str) -> Path:
    if not _NAME.fullmatch(name):
        raise DomainError("upload-expired")
    return _folder(evidence_url) / f"{name}.xlsx"


def _folder(evidence_url: str) -> Path:
    return storage.folder_of(evidence_url) / "incoming" / "workbooks"
