"""The report on paper: tagged PDF with bookmarks, contents and working links, the same bytes every time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from tracker.domain.report_document import ReportDocument
from tracker.renderers.glyphs import shown
from tracker.renderers.present import present

TYPESETTER = Path(__file__).with_name("typesetting.py")
SECONDS = 180


def _shown(value: Any) -> Any:
    """All texts with only such signs as our fonts have."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list | tuple) else value


class TypesettingFailed(Exception):
    """The typesetter gave no file; what it said is the message."""


class PdfRenderer:
    """PDF/UA-1 and PDF/A-2a."""

    format = "pdf"
    media_type = "application/pdf"
    extension = "pdf"

    def __init__(self, language: str = "es") -> None:
        self.language = language

    def render(self, document: ReportDocument) -> bytes:
        """The time stamped on the file is the cut-off, so that nothing depends on when it was made."""
        stamp = datetime.combine(document.cutoff, time(), UTC)
        order = {
            "report": _shown(asdict(present(document, self.language))),
            "timestamp": int(stamp.timestamp()),
        }
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
            [sys.executable, "-P", str(TYPESETTER)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode or not done.stdout.startswith(b"%PDF"):
            raise TypesettingFailed(done.stderr.decode("utf-8", "replace")[-2000:])
        return done.stdout
