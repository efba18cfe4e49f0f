"""What people speak of and follow: published things by their public names, with the address of their page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.db import db
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.errors import NotFound
from tracker.domain.observations import SubjectKind, SubjectRef, check_followed
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, NodeRole
from tracker.models.reports import CompiledReport
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import PUBLISHED

_PATHS = {
    "inicio": "/",
    "informes": "/informes",
    "metodologia": "/metodologia",
    "reloj": "/mesa-tecnica/reloj",
}


@dataclass(frozen=True)
class Subject:
    """A published thing, or a page that is of no plan."""

    ref: SubjectRef
    path: str
    """Of its page, without the language."""
    label: str = ""
    title: str = ""
    plan_number: int = 0
    plan_uid: str = ""
    commitment: int | None = None
    commitment_uid: str = ""
    report_kind: CompilationKind | None = None
    cutoff_on: date | None = None


@dataclass(frozen=True)
class InstitutionPart:
    """An institution with a part in something."""

    uid: str
    label: str


def get_subject(ref: SubjectRef) -> Subject:
    """A published thing; NotFound where there is none, or none to be seen yet."""
    found = list_subjects([ref]).get(ref)
    if found is None:
        raise NotFound("subject-not-found")
    return found


def list_subjects(refs: Collection[SubjectRef]) -> Mapping[SubjectRef, Subject]:
    """Those of them that are published, in at most three queries."""
    wanted = set(refs)
    found = {one: Subject(one, _PATHS[one.uid], one.uid) for one in wanted if one.kind is SubjectKind.PAGE}
    found |= _nodes([one for one in wanted if one.kind.value in _NODE_KINDS])
    found |= _institutions([one for one in wanted if one.kind is SubjectKind.INSTITUTION])
    return found | _reports([one for one in wanted if one.kind is SubjectKind.REPORT])


_NODE_KINDS = frozenset({"plan", "commitment", "milestone", "activity"})


def _nodes(refs: Collection[SubjectRef]) -> dict[SubjectRef, Subject]:
    if not refs:
        return {}
    node, above = NODES.alias(), NODES.alias()
    rows = db.session.execute(
        select(
            node.c.uid,
            node.c.kind,
            node.c.label,
            node.c.title,
            ActionPlan.number.label("plan_number"),
            ActionPlan.uid.label("plan_uid"),
            above.c.number.label("commitment"),
            above.c.uid.label("commitment_uid"),
        )
        .join_from(node, ActionPlan, ActionPlan.id == node.c.plan_id)
        .outerjoin(above, above.c.id == node.c.commitment_id)
        .where(node.c.uid.in_(sorted(one.uid for one in refs)), PUBLISHED)
    )
    made = [_node(row) for row in rows if row.kind in _NODE_KINDS]
    return {one.ref: one for one in made if one.ref in set(refs)}


def _node(row: Any) -> Subject:
    kind = SubjectKind(row.kind)
    plan = f"/planes/{row.plan_number}"
    paths = {
        SubjectKind.PLAN: plan,
        SubjectKind.COMMITMENT: f"{plan}/compromisos/{row.commitment}",
    }
    return Subject(
        ref=SubjectRef(kind, row.uid),
        path=paths.get(kind, f"/actividades/{row.uid}"),
        label=row.label,
        title=row.title,
        plan_number=row.plan_number,
        plan_uid=row.plan_uid,
        commitment=row.commitment,
        commitment_uid=row.commitment_uid or "",
    )


def _institutions(refs: Collection[SubjectRef]) -> dict[SubjectRef, Subject]:
    """Institutions in the plans in which they take part."""
    if not refs:
        return {}
    pairs = [(one.uid.split(".")[0], one.uid.split(".")[1], one) for one in refs]
    node = NODES.alias()
    rows = db.session.execute(
        select(ActionPlan.uid, ActionPlan.number, Institution)
        .join_from(node, ActionPlan, ActionPlan.id == node.c.plan_id)
        .join(NodeRole, NodeRole.node_id == node.c.id)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(
            ActionPlan.uid.in_({plan for plan, _uid, _ref in pairs}),
            Institution.uid.in_({uid for _plan, uid, _ref in pairs}),
            PUBLISHED,
        )
        .distinct()
    )
    known = {(plan_uid, one.uid): (number, one) for plan_uid, number, one in rows}
    return {
        ref: _institution(ref, plan_uid, *known[plan_uid, uid])
        for plan_uid, uid, ref in pairs
        if (plan_uid, uid) in known
    }


def _institution(ref: SubjectRef, plan_uid: str, number: int, row: Institution) -> Subject:
    path = f"/planes/{number}/instituciones/{row.slug}"
    return Subject(ref, path, row.label, row.name, plan_number=number, plan_uid=plan_uid)


def _reports(refs: Collection[SubjectRef]) -> dict[SubjectRef, Subject]:
    if not refs:
        return {}
    rows = db.session.scalars(
        select(CompiledReport)
        .join(ActionPlan, ActionPlan.id == CompiledReport.plan_id)
        .where(
            CompiledReport.uid.in_({one.uid for one in refs}),
            CompiledReport.status == CompilationStatus.PUBLISHED,
            PUBLISHED,
        )
        .options(joinedload(CompiledReport.plan), joinedload(CompiledReport.institution))
    )
    found = [
        Subject(
            ref=SubjectRef(SubjectKind.REPORT, one.uid),
            path="/informes",
            label=one.institution.label if one.institution else "",
            title=one.plan.title,
            plan_number=one.plan.number,
            plan_uid=one.plan.uid,
            commitment=one.commitment_number,
            report_kind=one.kind,
            cutoff_on=one.cutoff_on,
        )
        for one in rows
    ]
    return {one.ref: one for one in found}


def followed_subject(subject: Subject) -> Subject:
    """What is followed with it: an item by its commitment, a report by its plan; NotFound for other pages."""
    ref = subject.ref
    if ref.kind in {SubjectKind.MILESTONE, SubjectKind.ACTIVITY} and subject.commitment_uid:
        ref = SubjectRef(SubjectKind.COMMITMENT, subject.commitment_uid)
    elif ref.kind is SubjectKind.REPORT:
        ref = SubjectRef(SubjectKind.PLAN, subject.plan_uid)
    check_followed(ref.kind)
    return subject if ref == subject.ref else get_subject(ref)


def list_parts(ref: SubjectRef) -> list[InstitutionPart]:
    """The institutions that may be asked about it: the one it is about, else every one of its plan."""
    if ref.kind is SubjectKind.INSTITUTION:
        plan_uid, uid = ref.uid.split(".")
        found = _parts_in(plan_uid)
        return [one for one in found if one.uid == uid] or found
    subject = list_subjects([ref]).get(ref)
    return _parts_in(subject.plan_uid) if subject else []


def _parts_in(plan_uid: str) -> list[InstitutionPart]:
    node = NODES.alias()
    rows = db.session.scalars(
        select(Institution)
        .join(NodeRole, NodeRole.institution_id == Institution.id)
        .join(node, node.c.id == NodeRole.node_id)
        .join(ActionPlan, ActionPlan.id == node.c.plan_id)
        .where(ActionPlan.uid == plan_uid)
        .distinct()
    )
    found = [InstitutionPart(one.uid, one.label) for one in rows]
    return sorted(found, key=lambda one: one.label.casefold())
