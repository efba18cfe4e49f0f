"""Previews of the demonstration's files, and the public copies of its photos."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.db import transaction
from tracker.services.evidence import Upload
from tracker.services.renditions import draw, kinds_of, record_drawn


def draw_pictures(uploads: Iterable[Upload], evidence_url: str, now: datetime) -> None:
    """What the pages show of files that were handed in; drawn as it is when a person uploads them."""
    drawn = [
        picture
        for upload in uploads
        for kind in kinds_of(upload.media_type)
        for picture in draw(upload.sha256, kind, evidence_url=evidence_url)
    ]
    with transaction():
        record_drawn(drawn, now=now)
