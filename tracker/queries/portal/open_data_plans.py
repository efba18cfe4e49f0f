"""Open data of plans as wholes: plans, axes, institutions, assessments, amendments, moved dates, reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import InstitutionRef, NodeFacts
from tracker.domain.history import Cut
from tracker.domain.plans import CONTACT_FIELDS, NodeKind
from tracker.domain.self_assessment import CodeLine
from tracker.domain.snapshots import node_from
from tracker.domain.tree import NodeStatus, assess
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.amendments import Amendment, AmendmentChange
from tracker.models.current import NodeTotals
from tracker.models.meetings import TableAgreement, TableSeat
from tracker.models.plans import ActionPlan, FactVersion, NodeRole, PlanNode, Rescheduling
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.models.targets import FactOwner
from tracker.queries.assessment_history import StatementVersion, irm_codes, standing, statement_versions
from tracker.queries.history import NODE, REMOVED, contents_at, institution_names, nodes_at, plan_facts
from tracker.queries.portal.changes import is_in_force, is_moved
from tracker.queries.portal.lines import totals
from tracker.queries.portal.open_data_rows import Row, View, figures, item, public_plans
from tracker.queries.portal.reports import is_published
from tracker.queries.portal.rows import Totals, totals_of
from tracker.queries.portal.search_public import IN_PUBLIC_PLANS, IS_APPROVED

Record = tuple[str, Row]
_BATCH = 200


def plan_rows(view: View) -> Iterator[Record]:
    """Plans and axes: today with their stored figures, the past out of history."""
    for plan_id, number in public_plans():
        tree = _tree(plan_id, view)
        if tree is None:
            continue
        plan = db.session.get_one(ActionPlan, plan_id)
        root, counted = tree[0]
        texts = root.texts
        yield (
            "plans",
            {
                "uid": root.uid,
                "number": number,
                "title": root.title,
                "status": texts.get("status") or plan.status,
                "starts_on": _day(texts.get("starts_on")),
                "ends_on": _day(texts.get("ends_on")),
                "approved_on": _day(texts.get("approved_on")),
                "is_historical": plan.is_historical,
                "is_demo": plan.is_demo,
                "milestone_word": texts.get("milestone_word") or plan.milestone_word,
                "ogp_identifier": texts.get("ogp_identifier") or plan.ogp_identifier,
                **figures(counted),
                "page": f"/planes/{number}",
            },
        )
        for axis, counted in tree[1:]:
            yield (
                "axes",
                {
                    "uid": axis.uid,
                    "plan_uid": root.uid,
                    **item(axis),
                    **figures(counted),
                },
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _tree(plan_id: int, view: View) -> list[tuple[NodeFacts, Totals]] | None:
    """A plan and its axes with their figures; None where the plan was not there yet."""
    if not view.is_past:
        return _stored(plan_id, view.cut)
    try:
        root = assess(plan_facts(plan_id, view.cut), view.day)
    except NotFound:
        return None
    found: list[NodeStatus] = [root]
    found += [one for one in root.children if one.facts.kind is NodeKind.AXIS]
    return [(one.facts, totals(one, view.day)) for one in found]


def _stored(plan_id: int, cut: Cut) -> list[tuple[NodeFacts, Totals]]:
    """What history says of them today, with the figures that are kept of them."""
    of_no_commitment = FactVersion.plan_id == plan_id, FactVersion.commitment_id.is_(None)
    contents = contents_at(NODE, cut, *of_no_commitment)
    facts = [node_from(one) for one in contents if not one.get(REMOVED)]
    rows = db.session.execute(
        select(PlanNode.uid, NodeTotals)
        .join(NodeTotals, NodeTotals.node_id == PlanNode.id)
        .where(PlanNode.uid.in_([one.uid for one in facts]))
    )
    counted = {uid: totals_of(row) for uid, row in rows}
    facts.sort(key=lambda one: (one.kind is NodeKind.AXIS, one.position, one.number))
    return [(one, counted.get(one.uid, Totals())) for one in facts]


def rescheduling_rows(view: View) -> Iterator[Record]:
    """Dates that were moved, as they were approved."""
    rows = db.session.execute(
        select(Rescheduling, PlanNode.uid, Institution.uid)
        .join(PlanNode, PlanNode.id == Rescheduling.node_id)
        .join(Institution, Institution.id == Rescheduling.institution_id)
        .where(PlanNode.plan_id.in_(IN_PUBLIC_PLANS), *is_moved(view.cut))
        .order_by(Rescheduling.recorded_seq, Rescheduling.id)
        .execution_options(yield_per=_BATCH)
    )
    for row, item_uid, institution_uid in rows:
        asked = row.requested_by_uid != row.decided_by_uid
        yield (
            "reschedulings",
            {
                "uid": row.uid,
                "item_uid": item_uid,
                "institution_uid": institution_uid if asked else None,
                "decided_on": row.decided_on,
                "reason": row.reason,
                "resolution_number": row.resolution_number,
                "resolution": row.resolution,
            },
        )


def institution_rows(view: View) -> Iterator[Record]:
    """Whoever the other tables name, and whom those depend on or were followed by."""
    names = institution_names(view.cut)
    rows = {row.id: row for row in db.session.scalars(select(Institution))}
    endings = {
        row.institution_id: row
        for row in db.session.scalars(select(InstitutionEnding))
        if view.cut.knows(row.recorded_seq) and row.ended_on <= view.day
    }
    named = _named(view, {row.uid: row.id for row in rows.values()})
    for one in _with_kin(named, rows, endings):
        ref, ending, parent = names.get(one.uid), endings.get(one.id), rows.get(one.parent_id or 0)
        successor = rows.get(ending.successor_id or 0) if ending else None
        yield (
            "institutions",
            {
                "uid": one.uid,
                "acronym": ref.acronym if ref else one.acronym,
                "name": ref.name if ref else one.name,
                "sector": one.sector,
                "is_group": one.is_group,
                "parent_uid": parent.uid if parent else None,
                "ended_on": ending.ended_on if ending else None,
                "successor_uid": successor.uid if successor else None,
            },
        )


def _named(view: View, ids: dict[str, int]) -> set[int]:
    """By id, the institutions that a row of another table refers to."""
    found: set[int | None] = set()
    for plan_id, _number in public_plans():
        parts = _taking_part(plan_id, view)
        said = (one.statement.institution for one in statement_versions(plan_id, view.cut))
        found |= {ids.get(one.uid) for one in (*parts, *said) if one is not None}
    for column in (FactOwner.institution_id, TableSeat.institution_id, TableAgreement.institution_id):
        found |= set(db.session.scalars(select(column).distinct()))
    in_plans = PlanNode.plan_id.in_(IN_PUBLIC_PLANS)
    reported = select(ProgressReport.institution_id).join(PlanNode, PlanNode.id == ProgressReport.node_id)
    moved = select(Rescheduling.institution_id).join(PlanNode, PlanNode.id == Rescheduling.node_id)
    compiled = select(CompiledReport.institution_id).join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
    found |= set(db.session.scalars(reported.where(in_plans, ProgressReport.recorded_seq.is_not(None))))
    found |= set(db.session.scalars(moved.where(in_plans, *is_moved(view.cut))))
    found |= set(db.session.scalars(compiled.where(*is_published())))
    return {one for one in found if one is not None}


def _taking_part(plan_id: int, view: View) -> Iterable[InstitutionRef]:
    """Who has a part in a plan: today by its rows, in the past by its history."""
    if view.is_past:
        return (part.institution for node in nodes_at(plan_id, view.cut) for part in node.roles)
    rows = db.session.execute(
        select(Institution.uid, Institution.name)
        .join(NodeRole, NodeRole.institution_id == Institution.id)
        .join(PlanNode, PlanNode.id == NodeRole.node_id)
        .where(PlanNode.plan_id == plan_id)
        .distinct()
    )
    return (InstitutionRef(uid, name) for uid, name in rows)


def _with_kin(
    named: set[int], rows: dict[int, Institution], endings: dict[int, InstitutionEnding]
) -> list[Institution]:
    """Those named, what they are units of and what took their place, by name."""
    found, waiting = set(named), list(named)
    while waiting:
        one = waiting.pop()
        ending = endings.get(one)
        for kin in (rows[one].parent_id, ending.successor_id if ending else None):
            if kin is not None and kin not in found:
                found.add(kin)
                waiting.append(kin)
    return sorted((rows[one] for one in found), key=lambda row: (row.name, row.id))


def assessment_rows(view: View) -> Iterator[Record]:
    """What every assessor says, and what the Independent Reporting Mechanism codes."""
    for plan_id, _number in public_plans():
        versions = statement_versions(plan_id, view.cut)
        kinds = _kinds(plan_id, view) if versions else {}
        plan_uid = next((uid for uid, kind in kinds.items() if kind is NodeKind.PLAN), "")
        for one in standing(versions):
            if one.statement.about_uid in kinds:
                yield "assessments", _assessment(one, plan_uid)
        for uid, lines in irm_codes(versions).items():
            if kinds.get(uid) is NodeKind.COMMITMENT:
                yield from (("irm_codes", row) for line in lines for row in _codes(uid, line))


def _kinds(plan_id: int, view: View) -> dict[str, NodeKind]:
    """What can be assessed: the plan and its commitments by uid."""
    if view.is_past:
        return {one.uid: one.kind for one in nodes_at(plan_id, view.cut)}
    kinds = (NodeKind.PLAN, NodeKind.COMMITMENT)
    in_plan = (PlanNode.plan_id == plan_id) | (PlanNode.id == plan_id)
    rows = db.session.execute(select(PlanNode.uid, PlanNode.kind).where(in_plan, PlanNode.kind.in_(kinds)))
    return {row.uid: row.kind for row in rows}


def _assessment(one: StatementVersion, plan_uid: str) -> Row:
    said = one.statement
    return {
        "uid": one.uid,
        "plan_uid": plan_uid,
        "commitment_uid": None if said.about_uid == plan_uid else said.about_uid,
        "assessor": said.assessor,
        "institution_uid": said.institution.uid if said.institution else None,
        "on": said.on,
        "level": said.level,
        "achievements": said.achievements,
        "obstacles": said.obstacles,
        "source": said.source,
        "link": said.link,
        "recorded_at": one.recorded_at,
    }


def _codes(commitment_uid: str, line: CodeLine) -> Iterator[Row]:
    told: Row = {"field": line.field, "on": line.on, "source": line.source, "link": line.link}
    return ({"commitment_uid": commitment_uid, "value": value, **told} for value in line.values)


def amendment_rows(view: View) -> Iterator[Record]:
    """Approved amendments; of the past, those in force then. Contact data is nobody's to read here."""
    where = is_in_force(view.cut) if view.is_past else [IS_APPROVED]
    plan = PlanNode.__table__.alias("plan")
    rows = db.session.execute(
        select(Amendment, plan.c.uid)
        .join(plan, plan.c.id == Amendment.plan_id)
        .where(Amendment.plan_id.in_(IN_PUBLIC_PLANS), *where)
        .options(selectinload(Amendment.changes).joinedload(AmendmentChange.node))
        .order_by(plan.c.number, Amendment.number)
        .execution_options(yield_per=_BATCH)
    )
    for row, plan_uid in rows:
        names = ("uid", "number", "title", "reason", "resolution", "effective_on", "approved_at")
        yield "amendments", {"plan_uid": plan_uid} | {name: getattr(row, name) for name in names}
        for change in row.changes:
            if change.field not in CONTACT_FIELDS:
                yield (
                    "amendment_changes",
                    {
                        "amendment_uid": row.uid,
                        "item_uid": change.node.uid,
                        "field": change.field,
                        "before": _json(change.before),
                        "after": _json(change.after),
                    },
                )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def report_rows(view: View) -> Iterator[Record]:
    """Published compiled reports with their files; of the past, those published by then."""
    where = [*is_published()]
    if view.is_past:
        where.append(CompiledReport.published_at < view.ends_at)
    rows = db.session.scalars(
        select(CompiledReport)
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(*where)
        .options(
            selectinload(CompiledReport.files),
            joinedload(CompiledReport.plan),
            joinedload(CompiledReport.institution),
        )
        .order_by(CompiledReport.published_at, CompiledReport.id)
        .execution_options(yield_per=_BATCH)
    )
    for row in rows:
        names = ("uid", "kind", "commitment_number", "cutoff_on", "version", "published_at", "sha256")
        yield (
            "reports",
            {
                "plan_uid": row.plan.uid,
                "institution_uid": row.institution.uid if row.institution else None,
                **{name: getattr(row, name) for name in names},
            },
        )
        for file in row.files:
            yield (
                "report_files",
                {
                    "report_uid": row.uid,
                    "format": file.format,
                    "size": file.size,
                    "sha256": file.sha256,
                    "download": f"/informes/{row.uid}/archivos/{file.format}",
                },
            )
