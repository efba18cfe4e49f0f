"""What is written on a draft's row: words, figures, rows of quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from tracker.db import db
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Actor
from tracker.domain.quantities import ItemisedQuantity, total_of
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport, ReportQuantity
from tracker.services.report_checks import check_rows, check_shape, itemised
from tracker.services.report_history import ReportContent


def completed(content: ReportContent, quantities: Sequence[ItemisedQuantity] | None) -> ReportContent:
    """Without a total, what the rows add up to; no occurrence is None, however it was said.

    Raises DomainError for a value or a row that has not the shape to be kept.
    """
    check_shape(content)
    check_rows(quantities or ())
    delivered = total_of(quantities or ()) if content.delivered is None else content.delivered
    return replace(content, delivered=delivered, occurrence=content.occurrence or None)


def new_draft(
    actor: Actor, node: PlanNode, institution: Institution, origin: str, now: datetime
) -> ProgressReport:
    """A draft's row, before anything is written on it."""
    report = ProgressReport(
        node=node,
        institution=institution,
        author_user_id=actor.user_id,
        author_uid=actor.uid,
        created_at=now,
        updated_at=now,
        origin=origin,
    )
    db.session.add(report)
    return report


def is_repeated(report: ProgressReport, request_key: str) -> bool:
    """True where this very form saved the report last."""
    return bool(request_key) and report.request_key == request_key


def was_handed_in(report: ProgressReport, request_key: str, content: ReportContent) -> bool:
    """True where this very form, with these words, was handed in before."""
    return (
        is_repeated(report, request_key)
        and report.status is not ReportStatus.DRAFT
        and content_of(report) == content
    )


def content_of(report: ProgressReport) -> ReportContent:
    """What a person wrote in a report."""
    return ReportContent(**{field.name: getattr(report, field.name) for field in fields(ReportContent)})


def write_content(
    report: ProgressReport, content: ReportContent, quantities: Sequence[ItemisedQuantity] | None
) -> None:
    """Put words, figures and rows on a draft; None leaves the rows as they are.

    Raises DomainError for a row whose evidence is none of the report's.
    """
    for field in fields(content):
        setattr(report, field.name, getattr(content, field.name))
    db.session.flush()
    if quantities is None or list(quantities) == itemised(report):
        return
    evidence = {one.uid: one for one in report.evidence}
    report.quantities.clear()
    db.session.flush()
    for position, row in enumerate(quantities, start=1):
        if row.evidence_uid and row.evidence_uid not in evidence:
            raise DomainError("quantity-evidence-unknown", field="quantities", row=position)
        report.quantities.append(
            ReportQuantity(
                position=position,
                label=row.label.strip(),
                quantity=row.quantity,
                delivered_on=row.delivered_on,
                evidence=evidence.get(row.evidence_uid),
            )
        )
    db.session.flush()
