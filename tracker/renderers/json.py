"""The document as data: its frozen content with its hash beside it."""

from __future__ import annotations

import json

from tracker.domain.report_document import ReportDocument
from tracker.domain.reports import content


class JsonRenderer:
    """JSON with the keys of design section 9; decimals are strings."""

    format = "json"
    media_type = "application/json"
    extension = "json"

    def render(self, document: ReportDocument) -> bytes:
        """Whoever takes `sha256` out again and puts the rest in canonical form gets that hash."""
        values = {"sha256": document.imprint.sha256, **content(document)}
        return (json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
