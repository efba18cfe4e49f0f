"""Files that come in through the web: received, scanned, kept, and drawn once they are handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker import clock
from tracker.db import transaction
from tracker.services import evidence, renditions
from tracker.services.evidence import Upload
from tracker.services.evidence_limits import Limits
from tracker.services.renditions import Drawn

MEGABYTE = 1024 * 1024
T = TypeVar("T")


def receive_upload(received: FileStorage) -> Upload:
    """A file as a form sent it, checked and kept; DomainError says why it is refused."""
    config = current_app.config
    return evidence.receive(
        received.stream,  # type: ignore[arg-type]  # an upload is a binary stream
        received.filename or "",
        evidence_url=config["EVIDENCE_URL"],
        max_bytes=config["UPLOAD_MAX_MB"] * MEGABYTE,
        clamav_url=config["CLAMAV_URL"],
    )


def limits() -> Limits:
    """How much an institution and a report may hold, as the installation is set."""
    config = current_app.config
    return Limits(config["EVIDENCE_QUOTA_MB"] * MEGABYTE, config["EVIDENCE_PER_REPORT"])


def hand_in(received: FileStorage, add: Callable[[Upload], T]) -> T:
    """Receive a file, hand it in by `add` in a transaction of its own, and draw its pictures afterwards."""
    upload = receive_upload(received)
    with transaction():
        done = add(upload)
    draw_pictures([upload])
    return done


def draw_pictures(uploads: Iterable[Upload]) -> None:
    """The first preview of each file and the public copy of a photo; one that fails stops nothing."""
    drawn: list[Drawn] = []
    for upload in uploads:
        for kind in renditions.kinds_of(upload.media_type):
            drawn += renditions.draw(upload.sha256, kind, evidence_url=current_app.config["EVIDENCE_URL"])
    keep_pictures(drawn)


def keep_pictures(drawn: Iterable[Drawn]) -> None:
    """Write drawn pictures down."""
    made = list(drawn)
    if made:
        with transaction():
            renditions.record_drawn(made, now=clock.now())
