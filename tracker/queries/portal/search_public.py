"""What a search may find: the rule of each kind, told once, for making its documents and for reading them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from tracker.domain.compilation import CompilationStatus
from tracker.domain.evidence import Access
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.amendments import Amendment, AmendmentStatus
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan, NodeRole
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.reports import CompiledReport
from tracker.models.search import SearchDocument, SearchKind
from tracker.queries.evidence import was_accepted
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import PUBLISHED

IN_PUBLIC_PLANS = select(ActionPlan.id).where(PUBLISHED)
IS_ACCEPTED_REPORT = and_(ProgressReport.status == ReportStatus.VALIDATED, ProgressReport.narrative != "")
IS_PUBLISHED_REPORT = CompiledReport.status == CompilationStatus.PUBLISHED
IS_APPROVED = Amendment.status == AmendmentStatus.APPROVED
NODE_KINDS = (
    SearchKind.PLAN,
    SearchKind.AXIS,
    SearchKind.COMMITMENT,
    SearchKind.MILESTONE,
    SearchKind.ACTIVITY,
)


def is_open_evidence() -> ColumnElement[bool]:
    """True of evidence that anybody may open: public, and accepted by the last validation of its report."""
    return and_(Evidence.access == Access.PUBLIC, is_accepted_evidence())


def is_accepted_evidence() -> ColumnElement[bool]:
    """True of evidence of which anybody knows that it is there: the last validation of its report took it."""
    last = (
        select(func.max(ReportEvent.recorded_seq))
        .where(
            ReportEvent.report_id == ProgressReport.id,
            ReportEvent.action.in_([ReportAction.VALIDATE, ReportAction.RETURN]),
        )
        .correlate(ProgressReport)
        .scalar_subquery()
    )
    accepted = exists().where(
        ReportEvent.report_id == ProgressReport.id, ReportEvent.recorded_seq == last, was_accepted()
    )
    return and_(ProgressReport.status == ReportStatus.VALIDATED, accepted)


def is_public_now() -> ColumnElement[bool]:
    """True of documents whose own row is still public and, where it could be renamed, says the same."""
    of = SearchDocument
    takes_part = exists().where(
        NodeRole.institution_id == of.ref_id, NodeRole.node_id == NODES.c.id, NODES.c.plan_id == of.plan_id
    )
    open_evidence = exists().where(
        Evidence.id == of.ref_id,
        Evidence.title == of.title,
        Evidence.report_id == ProgressReport.id,
        is_open_evidence(),
    )
    rules: tuple[tuple[SearchKind, ColumnElement[bool]], ...] = (
        (SearchKind.INSTITUTION, takes_part),
        (SearchKind.REPORT, exists().where(ProgressReport.id == of.ref_id, IS_ACCEPTED_REPORT)),
        (SearchKind.EVIDENCE, open_evidence),
        (SearchKind.COMPILATION, exists().where(CompiledReport.id == of.ref_id, IS_PUBLISHED_REPORT)),
        (SearchKind.AMENDMENT, exists().where(Amendment.id == of.ref_id, IS_APPROVED)),
    )
    by_kind = [and_(of.kind == kind, rule) for kind, rule in rules]
    return and_(of.plan_id.in_(IN_PUBLIC_PLANS), or_(of.kind.in_(NODE_KINDS), *by_kind))
