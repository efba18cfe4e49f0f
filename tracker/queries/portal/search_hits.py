"""The results of one page of a search, each with what its line shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select

from tracker.db import db
from tracker.domain.compilation import CompilationKind
from tracker.domain.plans import NodeKind
from tracker.domain.search_snippet import Pieces, marked, passage
from tracker.domain.search_text import Asked
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.models.search import SearchDocument, SearchKind
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import totals_of
from tracker.queries.portal.search_choices import Names
from tracker.queries.portal.search_public import NODE_KINDS


@dataclass(frozen=True)
class HitItem:
    """The item that a result is, or is about."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: int | None
    """The number of the commitment it stands under."""


@dataclass(frozen=True)
class Hit:
    """One result."""

    kind: SearchKind
    label: str
    title: Pieces
    passage: Pieces
    plan_number: int
    milestone_word: str
    institutions: tuple[str, ...]
    subject: str = ""
    slug: str = ""
    """Of an institution, the end of its address."""
    item: HitItem | None = None
    on: date | None = None
    compilation: CompilationKind | None = None
    state: State | None = None
    days_late: int | None = None
    validated: Decimal | None = None
    reported: Decimal | None = None
    has_figures: bool = False


def load_hits(ids: Sequence[int], asked: Asked, names: Names) -> tuple[Hit, ...]:
    """The documents of those ids in that order, in one query."""
    if not ids:
        return ()
    found = {row.SearchDocument.id: row for row in db.session.execute(_statement(ids))}
    return tuple(_hit(found[one], asked, names) for one in ids if one in found)


def _statement(ids: Sequence[int]) -> Any:
    of, commitment = SearchDocument, NODES.alias("commitment")
    plan = ActionPlan.__table__
    activity = ActivityCurrent.__table__
    return (
        select(
            of,
            *(NODES.c[name].label(f"node_{name}") for name in ("uid", "kind", "label", "title")),
            commitment.c.number.label("commitment_number"),
            plan.c.milestone_word,
            *(activity.c[name] for name in ("validated_percent", "reported_percent")),
            activity.c.state.label("activity_state"),
            activity.c.days_late.label("activity_days_late"),
            NodeTotals,
            ProgressReport.reported_on,
            Evidence.effective_on,
            CompiledReport.cutoff_on,
            CompiledReport.kind.label("compilation_kind"),
        )
        .join(plan, plan.c.id == of.plan_id)
        .outerjoin(NODES, NODES.c.id == of.node_id)
        .outerjoin(commitment, commitment.c.id == NODES.c.commitment_id)
        .outerjoin(activity, activity.c.node_id == of.node_id)
        .outerjoin(NodeTotals, NodeTotals.node_id == of.node_id)
        .outerjoin(ProgressReport, and_(of.kind == SearchKind.REPORT, ProgressReport.id == of.ref_id))
        .outerjoin(Evidence, and_(of.kind == SearchKind.EVIDENCE, Evidence.id == of.ref_id))
        .outerjoin(CompiledReport, and_(of.kind == SearchKind.COMPILATION, CompiledReport.id == of.ref_id))
        .where(of.id.in_(ids))
    )


def _hit(row: Any, asked: Asked, names: Names) -> Hit:
    one = row.SearchDocument
    institutions = tuple(names.institutions[each] for each in one.institutions if each in names.institutions)
    is_institution = one.kind is SearchKind.INSTITUTION
    return Hit(
        kind=one.kind,
        label=one.label,
        title=marked(one.title, asked),
        passage=passage(one.body, asked),
        plan_number=int(names.plans[one.plan_id][0]),
        milestone_word=row.milestone_word,
        institutions=() if is_institution else tuple(label for _, label in institutions),
        subject=one.subject,
        slug=institutions[0][0] if is_institution and institutions else "",
        item=_item(row) if row.node_uid else None,
        on=row.reported_on or row.effective_on or row.cutoff_on,
        compilation=row.compilation_kind,
        **(_figures(row) if one.kind in NODE_KINDS else {}),
    )


def _item(row: Any) -> HitItem:
    return HitItem(
        row.node_uid, NodeKind(row.node_kind), row.node_label, row.node_title, row.commitment_number
    )


def _figures(row: Any) -> dict[str, Any]:
    """An item's own figures where it delivers, else the roll-up of what stands below it."""
    if row.activity_state is not None:
        return {
            "state": State(row.activity_state),
            "days_late": row.activity_days_late,
            "validated": row.validated_percent,
            "reported": row.reported_percent,
            "has_figures": True,
        }
    if row.NodeTotals is None:
        return {}
    totals = totals_of(row.NodeTotals)
    return {
        "state": totals.state,
        "days_late": totals.days_late,
        "validated": totals.validated,
        "reported": totals.reported,
        "has_figures": True,
    }
