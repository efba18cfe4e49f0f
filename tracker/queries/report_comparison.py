"""Which compiled reports can be compared with which, and two of them side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor
from tracker.domain.report_comparison import Place, ReportComparison, compare_documents, document_places
from tracker.domain.report_document import Imprint, ReportDocument
from tracker.domain.reports import document_from
from tracker.models.reports import CompiledReport
from tracker.queries.reports import (
    FROZEN,
    CompilationRow,
    compilation_row,
    compilation_rows,
    visible_compilation,
    visible_to,
)


@dataclass(frozen=True)
class ComparisonPage:
    """A report beside another of the same kind; without one where there is no other to compare with."""

    row: CompilationRow
    others: tuple[CompilationRow, ...]
    """What it may be compared with, the latest first."""
    chosen: CompilationRow | None
    comparison: ReportComparison | None
    """From the earlier of the two to the later, whichever the page is of."""
    places: Mapping[str, Place]
    """Every item of either, by its uid, as the later of the two names it."""


def get_comparison(actor: Actor, uid: str, other_uid: str = "") -> ComparisonPage:
    """A report beside the one before it, or beside another that the actor may see; NotFound otherwise."""
    report = visible_compilation(actor, uid)
    if report.status not in FROZEN:
        raise NotFound("compilation-not-found")
    others = _others(actor, report)
    other = _chosen(others, other_uid) if other_uid else _previous(others, report)
    rows = tuple(compilation_row(one) for one in others)
    if other is None:
        return ComparisonPage(compilation_row(report), rows, None, None, {})
    before, after = (_document(one) for one in sorted((report, other), key=_place))
    return ComparisonPage(
        row=compilation_row(report),
        others=rows,
        chosen=compilation_row(other),
        comparison=compare_documents(before, after),
        places={one.uid: one for document in (before, after) for one in document_places(document)},
    )


def _others(actor: Actor, report: CompiledReport) -> list[CompiledReport]:
    """The other finished reports of the same kind, plan, institution and commitment, the latest first."""
    statement = compilation_rows().where(
        CompiledReport.id != report.id,
        CompiledReport.kind == report.kind,
        CompiledReport.plan_id == report.plan_id,
        CompiledReport.institution_id.is_not_distinct_from(report.institution_id),
        CompiledReport.commitment_number.is_not_distinct_from(report.commitment_number),
        CompiledReport.status.in_(FROZEN),
        visible_to(actor),
    )
    return sorted(db.session.scalars(statement), key=_place, reverse=True)


def _place(report: CompiledReport) -> tuple[object, ...]:
    """Where a report stands among those of its series: by its cut-off, then by its version."""
    return report.cutoff_on, report.version, report.id


def _chosen(others: list[CompiledReport], uid: str) -> CompiledReport:
    found = next((one for one in others if one.uid == uid), None)
    if found is None:
        raise NotFound("compilation-not-found")
    return found


def _previous(others: list[CompiledReport], report: CompiledReport) -> CompiledReport | None:
    """The version before it of the same cut-off, else the last of an earlier one."""
    return next((one for one in others if _place(one) < _place(report)), None)


def _document(report: CompiledReport) -> ReportDocument:
    document = document_from(json.loads(report.document))
    return replace(document, imprint=Imprint(sha256=report.sha256, version=report.version))
