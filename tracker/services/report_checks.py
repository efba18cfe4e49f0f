"""What a report may say: its shape at every save, its meaning when it is handed in (rules 2, 4 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.domain.errors import DomainError
from tracker.domain.quantities import (
    MOST_ROWS,
    ItemisedQuantity,
    check_departure,
    itemised_errors,
    percent_offered,
)
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
LABEL_LENGTH = 300


def meaning_errors(report: ProgressReport, today: date) -> list[DomainError]:
    """All that keeps a report from being handed in, each beside its field; empty where nothing does."""
    return [
        *_obstacle_errors(report),
        *_narrative_errors(report),
        *_date_errors(report, today),
        *_occurrence_errors(report),
        *itemised_errors(itemised(report), report.delivered, report.reported_on),
        *_departure_errors(report),
    ]


def _obstacle_errors(report: ProgressReport) -> Iterator[DomainError]:
    """No progress says why, what is needed and until when (design section 5); an obstacle says its kind."""
    if report.obstacle_kind is None and (report.no_progress or report.obstacle.strip()):
        yield DomainError("obstacle-kind-required", field="obstacle_kind")
    if not report.no_progress:
        return
    if not report.obstacle.strip():
        yield DomainError("obstacle-required", field="obstacle")
    if not report.needed.strip():
        yield DomainError("needed-required", field="needed")
    if report.new_expected_on is None:
        yield DomainError("new-expected-required", field="new_expected_on")


def _narrative_errors(report: ProgressReport) -> Iterator[DomainError]:
    if not report.no_progress and not report.narrative.strip():
        yield DomainError("narrative-required", field="narrative")


def _date_errors(report: ProgressReport, today: date) -> Iterator[DomainError]:
    if report.reported_on > today:
        yield DomainError("date-in-future", field="reported_on")
    if report.completed_on is not None and report.completed_on > report.reported_on:
        yield DomainError("completed-after-report", field="completed_on")
    if report.new_expected_on is not None and report.new_expected_on < report.reported_on:
        yield DomainError("expected-before-report", field="new_expected_on")


def _occurrence_errors(report: ProgressReport) -> Iterator[DomainError]:
    keys = [one.key for one in occurrences(schedule_of(report.node).current, report.node.frequency)]
    if report.occurrence is not None and report.occurrence not in keys:
        yield DomainError("occurrence-unknown", field="occurrence", occurrence=report.occurrence)


def _departure_errors(report: ProgressReport) -> Iterator[DomainError]:
    offered = offered_percent(report.node, report.delivered)
    try:
        check_departure(report.percent, offered, report.departure_reason)
    except DomainError as error:
        yield error


def itemised(report: ProgressReport) -> list[ItemisedQuantity]:
    """The rows of a report's itemised quantity, in order."""
    return [
        ItemisedQuantity(one.label, one.quantity, one.delivered_on, one.evidence.uid if one.evidence else "")
        for one in report.quantities
    ]


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
        _check_quantity(content.delivered, "delivered")
    if content.occurrence is not None and len(content.occurrence) > OCCURRENCE_LENGTH:
        raise DomainError("occurrence-unknown", field="occurrence", occurrence=content.occurrence)
    for field in fields(content):
        value = getattr(content, field.name)
        if isinstance(value, str) and "\0" in value:
            raise DomainError("text-not-valid", field=field.name)


def check_rows(rows: Sequence[ItemisedQuantity]) -> None:
    """What rows of an itemised quantity can hold; DomainError with the `row`, counted from 1."""
    if len(rows) > MOST_ROWS:
        raise DomainError("quantities-too-many", field="quantities", most=MOST_ROWS)
    for place, row in enumerate(rows, start=1):
        if not row.label.strip() or len(row.label) > LABEL_LENGTH or "\0" in row.label:
            raise DomainError("quantity-label-required", field="quantities", row=place)
        try:
            _check_quantity(row.quantity, "quantities")
        except DomainError as error:
            error.params["row"] = place
            raise


def _check_percent(percent: Decimal) -> None:
    if not percent.is_finite() or not 0 <= percent <= FULL:
        raise DomainError("percent-out-of-range", field="percent")
    if percent != percent.quantize(CENT):
        raise DomainError("percent-too-exact", field="percent")


def _check_quantity(quantity: Decimal, field: str) -> None:
    if not quantity.is_finite() or quantity > MOST_DELIVERED:
        raise DomainError("quantity-too-large", field=field)
    if quantity < 0:
        raise DomainError("quantity-negative", field=field)
    if quantity != quantity.quantize(TEN_THOUSANDTH):
        raise DomainError("quantity-too-exact", field=field)
