"""Where the public page of a uid is now: addresses may change, uids do not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from tracker.db import db
from tracker.domain.compilation import CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.models.reports import CompiledReport
from tracker.queries.portal.parts import CURRENT, INSTITUTIONS, NODES, taking_part
from tracker.queries.portal.rows import PUBLISHED

_NODE = NODES.alias()
INSTITUTION, REPORT, EVIDENCE = "institution", "report", "evidence"


@dataclass(frozen=True)
class Destination:
    """What a uid names, and what the address of its page is made of."""

    kind: str
    """A kind of item of the plan, or one of the three above."""
    uid: str
    number: int
    label: str = ""
    commitment: int | None = None
    slug: str = ""


def find_destination(uid: str, plan_number: int | None = None) -> Destination:
    """Where the page of a published uid is; NotFound for everything else. An institution's is that of the
    plan asked for, or of the latest plan in which it takes part.
    """
    for look in (_item, lambda one: _institution(one, plan_number), _report, _evidence):
        if found := look(uid):
            return found
    raise NotFound("node-not-found", uid=uid)


def _item(uid: str) -> Destination | None:
    return _of_node(_NODE.c.uid == uid)


def _of_node(condition: ColumnElement[bool]) -> Destination | None:
    """The item that meets a condition, in a published plan."""
    above = NODES.alias()
    commitment = select(above.c.number).where(above.c.id == _NODE.c.commitment_id).scalar_subquery()
    row = db.session.execute(
        select(
            *(_NODE.c[name] for name in ("uid", "kind", "label")),
            ActionPlan.number.label("plan_number"),
            commitment.label("commitment"),
            CURRENT.c.node_id.label("delivers"),
        )
        .join_from(_NODE, ActionPlan, ActionPlan.id == _NODE.c.plan_id)
        .outerjoin(CURRENT, CURRENT.c.node_id == _NODE.c.id)
        .where(condition, PUBLISHED)
    ).first()
    if row is None:
        return None
    kind = NodeKind(row.kind)
    if kind is NodeKind.MILESTONE and row.delivers is not None:
        kind = NodeKind.ACTIVITY  # it has a page of its own, as activities do
    return Destination(kind.value, row.uid, row.plan_number, row.label, row.commitment)


def _institution(uid: str, plan_number: int | None) -> Destination | None:
    slug = db.session.scalar(select(INSTITUTIONS.c.slug).where(INSTITUTIONS.c.uid == uid))
    if slug is None:
        return None
    where: list[ColumnElement[bool]] = [
        ActionPlan.id.in_(taking_part(NODES.c.plan_id).where(INSTITUTIONS.c.uid == uid)),
        PUBLISHED,
    ]
    if plan_number is not None:
        where.append(ActionPlan.number == plan_number)
    number = db.session.scalar(
        select(ActionPlan.number).where(*where).order_by(ActionPlan.is_historical, ActionPlan.number.desc())
    )
    return None if number is None else Destination(INSTITUTION, uid, number, slug=slug)


def _report(uid: str) -> Destination | None:
    number = db.session.scalar(
        select(ActionPlan.number)
        .join(CompiledReport, CompiledReport.plan_id == ActionPlan.id)
        .where(CompiledReport.uid == uid, CompiledReport.status == CompilationStatus.PUBLISHED, PUBLISHED)
    )
    return None if number is None else Destination(REPORT, uid, number)


def _evidence(uid: str) -> Destination | None:
    """An item that the last validation of a report accepted: the public knows of it, restricted or not."""
    row = db.session.execute(
        select(ProgressReport.node_id, ReportEvent.accepted_evidence)
        .join(Evidence, Evidence.report_id == ProgressReport.id)
        .join(ReportEvent, ReportEvent.report_id == ProgressReport.id)
        .where(
            Evidence.uid == uid,
            ProgressReport.status == ReportStatus.VALIDATED,
            ReportEvent.action == ReportAction.VALIDATE,
        )
        .order_by(ReportEvent.recorded_seq.desc())
    ).first()
    if row is None or uid not in row.accepted_evidence:
        return None
    item = _of_node(_NODE.c.id == row.node_id)
    if item is None:
        return None
    return Destination(EVIDENCE, item.uid, item.number, item.label, item.commitment)
