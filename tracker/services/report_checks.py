"""What a report may say: its shape at every save, its meaning when it is handed in (rules 2, 4 and 7)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.domain.errors import DomainError
from tracker.domain.quantities import check_departure, percent_offered
from tracker.domain.schedule import occurrences
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.services.versions import schedule_of

if TYPE_CHECKING:
    from tracker.services.report_history import ReportContent

FULL = Decimal(100)
CENT = Decimal("0.01")
TEN_THOUSANDTH = Decimal("0.0001")
MOST_DELIVERED = Decimal(10) ** 12
OCCURRENCE_LENGTH = 16


def check_meaning(report: ProgressReport, today: date) -> None:
    """What must hold to hand a report in (rules 2, 4 and 7). Raises DomainError beside the field at fault."""
    if report.no_progress and not report.obstacle.strip():
        raise DomainError("obstacle-required", field="obstacle")
    if not report.no_progress and not report.narrative.strip():
        raise DomainError("narrative-required", field="narrative")
    if report.reported_on > today:
        raise DomainError("date-in-future", field="reported_on")
    if report.completed_on is not None and report.completed_on > report.reported_on:
        raise DomainError("completed-after-report", field="completed_on")
    keys = [one.key for one in occurrences(schedule_of(report.node).current, report.node.frequency)]
    if report.occurrence is not None and report.occurrence not in keys:
        raise DomainError("occurrence-unknown", field="occurrence", occurrence=report.occurrence)
    check_departure(report.percent, offered_percent(report.node, report.delivered), report.departure_reason)


def offered_percent(node: PlanNode, delivered: Decimal | None) -> Decimal | None:
    """The percent that the delivered quantity offers; None where the plan states no quantity, or several."""
    planned = [product.planned for product in node.products if product.planned is not None]
    return percent_offered(delivered, planned[0]) if len(planned) == 1 else None


def check_shape(content: ReportContent) -> None:
    """What a row can hold: the numbers' range and exactness, texts without the character none may have."""
    if content.percent is not None:
        _check_percent(content.percent)
    if content.completed_on is not None and content.percent != FULL:
        raise DomainError("completion-only-at-full", field="completed_on")
    if content.delivered is not None:
        _check_quantity(content.delivered)
    if content.occurrence is not None and len(content.occurrence) > OCCURRENCE_LENGTH:
        raise DomainError("occurrence-unknown", field="occurrence", occurrence=content.occurrence)
    for field in fields(content):
        value = getattr(content, field.name)
        if isinstance(value, str) and "\0" in value:
            raise DomainError("text-not-valid", field=field.name)


def _check_percent(percent: Decimal) -> None:
    if not percent.is_finite() or not 0 <= percent <= FULL:
        raise DomainError("percent-out-of-range", field="percent")
    if percent != percent.quantize(CENT):
        raise DomainError("percent-too-exact", field="percent")


def _check_quantity(delivered: Decimal) -> None:
    if not delivered.is_finite() or delivered > MOST_DELIVERED:
        raise DomainError("quantity-too-large", field="delivered")
    if delivered < 0:
        raise DomainError("quantity-negative", field="delivered")
    if delivered != delivered.quantize(TEN_THOUSANDTH):
        raise DomainError("quantity-too-exact", field="delivered")
