"""How far the search has come, and which plans something was recorded of since."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Select, func, select

from tracker.db import db
from tracker.models.amendments import Amendment
from tracker.models.audit import AuditEvent
from tracker.models.evidence import Evidence
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.models.search import SearchState


def last_recorded() -> int:
    """The last place in the order of recording; 0 where nothing was recorded."""
    return int(db.session.scalar(select(func.max(AuditEvent.seq))) or 0)


def is_fresh(rules: int) -> bool:
    """True where the documents were made by these rules, and nothing was recorded since."""
    state = db.session.get(SearchState, 1)
    return state is not None and (state.seq, state.rules) == (last_recorded(), rules)


# What search documents are made of does not change with these.
_QUIET_KINDS = ("user", "observation", "subscription", "round", "calendar", "rescheduling", "consultation")
_QUIET_TAGS = ("overdue:opened", "overdue:closed")


def plans_changed_since_refresh(rules: int) -> frozenset[int] | None:
    """The plans of which something searchable was recorded since the search was refreshed.

    None for all of them: where it was never refreshed or by other rules, and where anything was recorded that
    is of no one plan (an institution renamed), or of a kind that nobody has said this about.
    """
    state = db.session.get(SearchState, 1)
    if state is None or state.rules != rules:
        return None
    since = AuditEvent.seq > state.seq, AuditEvent.tag.not_in(_QUIET_TAGS)
    kinds = set(db.session.scalars(select(AuditEvent.subject_kind).where(*since).distinct()))
    kinds -= set(_QUIET_KINDS)
    if kinds - _PLANS_OF.keys():
        return None
    found: set[int] = set()
    for kind in kinds:
        uids = select(AuditEvent.subject_uid).where(*since, AuditEvent.subject_kind == kind)
        found |= set(db.session.scalars(_PLANS_OF[kind](uids)))
    return frozenset(found)


def _of_node(uids: Select[str]) -> Select[int]:
    return select(func.coalesce(PlanNode.plan_id, PlanNode.id)).where(PlanNode.uid.in_(uids))


def _of_report(uids: Select[str]) -> Select[int]:
    return (
        select(func.coalesce(PlanNode.plan_id, PlanNode.id))
        .join(ProgressReport, ProgressReport.node_id == PlanNode.id)
        .where(ProgressReport.uid.in_(uids))
    )


def _of_evidence(uids: Select[str]) -> Select[int]:
    report = select(ProgressReport.uid).join(Evidence, Evidence.report_id == ProgressReport.id)
    return _of_report(report.where(Evidence.uid.in_(uids)))


def _of_amendment(uids: Select[str]) -> Select[int]:
    return select(Amendment.plan_id).where(Amendment.uid.in_(uids))


def _of_compilation(uids: Select[str]) -> Select[int]:
    return select(CompiledReport.plan_id).where(CompiledReport.uid.in_(uids))


_PLANS_OF: dict[str, Callable[[Select[str]], Select[int]]] = {
    "node": _of_node,
    "report": _of_report,
    "evidence": _of_evidence,
    "amendment": _of_amendment,
    "compilation": _of_compilation,
}
