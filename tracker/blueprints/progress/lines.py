"""The line that an address names: the item, who reports on it, and which of its deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import current_app, request

from tracker import clock
from tracker.domain.permissions import Actor
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.queries.progress_lines import OwnLine, OwnPart
from tracker.queries.progress_reports import ReportVersion

WHOLE = "toda"
"""How an address names the whole item, where it has several occurrences."""


@dataclass(frozen=True)
class Opened:
    """The item, the institution that reports on it, and the line it reports on."""

    page: ActivityPage
    part: OwnPart
    line: OwnLine

    @property
    def args(self) -> dict[str, Any]:
        """What addresses of the line need."""
        return line_args(self.page.uid, self.part.institution_uid, self.line.occurrence)

    @property
    def kept(self) -> ReportVersion | None:
        """What the form starts from: the draft, else the report that came back."""
        return self.line.draft or self.line.to_correct

    @property
    def planned(self) -> Decimal | None:
        """The planned quantity that drives the percent."""
        return self.page.product.planned if self.page.product else None


def line_args(uid: str, institution_uid: str, occurrence: str | None) -> dict[str, Any]:
    """What names a line in an address."""
    return {"uid": uid, "institucion": institution_uid, "entrega": occurrence or WHOLE}


def today() -> date:
    """The civil day."""
    return clock.today(current_app.config["TIMEZONE"])


def open_line(actor: Actor, uid: str) -> Opened:
    """The line that the address names; NotFound for none of the actor's."""
    page = get_activity(actor, uid, today())
    part = page.part(request.args.get("institucion", ""))
    asked = request.args.get("entrega", WHOLE)
    return Opened(page, part, part.line("" if asked == WHOLE else asked))
