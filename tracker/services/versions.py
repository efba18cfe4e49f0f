"""Fact versions: how structure, names and texts enter history (design section 2, rule 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.canonical import derived_uid, encode
from tracker.domain.carry_over import ItemKey
from tracker.domain.facts import InstitutionRef, MeansFact, NodeFacts, ProductFact, RoleFact, VariantFact
from tracker.domain.indicators import OutcomeIndicator
from tracker.domain.permissions import Actor
from tracker.domain.plans import CONTACT_FIELDS, OGP_VALUES, TEMPLATE_FIELDS
from tracker.domain.resources import ResourceEntry
from tracker.domain.schedule import Schedule, ScheduleRevision, Window
from tracker.domain.self_assessment import Statement
from tracker.domain.snapshots import canonical, forerunner_from, institution_content, node_content
from tracker.domain.target_years import Acceptance
from tracker.domain.targets import RecordedTargets
from tracker.domain.targets import subject_uid as targets_uid
from tracker.domain.working_groups import WorkingGroup
from tracker.models.accounts import Institution
from tracker.models.current import NodeTotals
from tracker.models.plans import (
    ActionPlan,
    Commitment,
    FactVersion,
    Milestone,
    NodeRole,
    NodeWindow,
    PlanNode,
)
from tracker.models.progress import ProgressReport
from tracker.models.targets import FactOwner
from tracker.queries.assessment_history import last_statement, subject_of
from tracker.queries.history import (
    ASSESSMENT,
    INDICATOR,
    INSTITUTION,
    NODE,
    REMOVED,
    RESOURCE,
    TARGETS,
    TARGETS_ACCEPTED,
    WORKING_GROUP,
)
from tracker.services.audit import EventTag, record
from tracker.services.totals import refresh_plan


def schedule_of(node: PlanNode) -> Schedule:
    """The item's schedule out of its window rows."""
    revisions: dict[int, list[NodeWindow]] = {}
    for window in sorted(node.windows, key=lambda w: (w.revision, w.position)):
        revisions.setdefault(window.revision, []).append(window)
    return Schedule(
        tuple(
            ScheduleRevision(
                tuple(Window(w.end_on, w.start_on, w.end_precision, w.start_precision) for w in windows),
                windows[0].from_on,
            )
            for windows in revisions.values()
        ),
        node.frequency,
    )


def node_facts(node: PlanNode, parent_uid: str | None) -> NodeFacts:
    """The item's facts out of its rows, as they stand now."""
    return NodeFacts(
        uid=node.uid,
        kind=node.kind,
        number=node.number,
        label=node.label,
        title=node.title,
        parent_uid=parent_uid,
        weight=Fraction(node.weight),
        schedule=schedule_of(node),
        roles=tuple(role_fact(one) for one in node.roles),
        products=tuple(ProductFact(p.uid, p.text, p.unit, p.planned, p.quote) for p in node.products),
        means=tuple(MeansFact(m.uid, m.text, m.access) for m in node.means),
        withdrawn_on=node.withdrawn_on,
        position=node.position,
        texts=_texts(node),
        variants=tuple(
            VariantFact(v.field, v.source, v.source_version, v.is_draft, v.shown, tuple(v.institutions))
            for v in node.variants
            if v.settled_at is None
        ),
    )


def role_fact(one: NodeRole) -> RoleFact:
    """An institution's part out of its row."""
    follows = tuple(forerunner_from(before) for before in one.follows)
    return RoleFact(institution_ref(one.institution), one.role, one.text, one.since, follows)


def _texts(node: PlanNode) -> dict[str, str]:
    """Texts and settings particular to a level; contact data of people are no part of the public history."""
    if isinstance(node, ActionPlan):
        return {
            "starts_on": node.starts_on.isoformat() if node.starts_on else "",
            "ends_on": node.ends_on.isoformat() if node.ends_on else "",
            "status": node.status.value,
            "substantial_from": str(Fraction(node.substantial_from)),
            "due_soon_days": str(node.due_soon_days),
            "milestone_word": node.milestone_word,
            "approved_on": node.approved_on.isoformat() if node.approved_on else "",
            "marks": ",".join(name for name in ("historical", "demo") if getattr(node, f"is_{name}")),
            "ogp_identifier": node.ogp_identifier,
            **({} if node.grace_days is None else {"grace_days": str(node.grace_days)}),
        }
    carried = _origins(node)
    if isinstance(node, Commitment):
        texts = {name: getattr(node, name) for name in TEMPLATE_FIELDS if getattr(node, name)}
        values = [name for name in OGP_VALUES if getattr(node, f"value_{name}")]
        resources = [f"{one.centavos}|{one.provider}" for one in node.financial_resources]
        extra = {
            "ogp_values": ",".join(values),
            "short_title": node.short_title,
            "financial": "\n".join(resources),
        }
        return texts | {key: value for key, value in extra.items() if value} | carried
    if isinstance(node, Milestone) and node.continuity is not None:
        return {"continuity": node.continuity.value} | carried
    return carried


def _origins(node: PlanNode) -> dict[str, str]:
    """Where an item comes from: one of an earlier plan, or others of its own that were split or joined."""
    found = {}
    if node.predecessor is not None:
        found["continues"] = _key(node.predecessor)
    if node.starting_quantity is not None:
        found["starting_quantity"] = format(node.starting_quantity.normalize(), "f")
    if node.origins:
        found["origins"] = " ".join(f"{one.how}:{one.origin.uid}" for one in node.origins)
    return found


def _key(node: PlanNode) -> str:
    """An item of another plan as people write it, so that a version can be read by itself."""
    plan, commitment = (db.session.get_one(PlanNode, one) for one in (node.plan_id, node.commitment_id))
    return str(ItemKey(plan.number, commitment.label, "" if commitment is node else node.label))


# Named here so that a reader sees what is left out on purpose.
NOT_VERSIONED = CONTACT_FIELDS


def node_content_of(node: PlanNode, parent_uid: str | None) -> dict[str, Any]:
    """The item's rows as the content of a fact version."""
    return node_content(node_facts(node, parent_uid))


def institution_ref(institution: Institution) -> InstitutionRef:
    """An institution as facts name it."""
    return InstitutionRef(institution.uid, institution.name, institution.acronym)


def record_node(
    actor: Actor, node: PlanNode, *, parent_uid: str | None, effective_on: date | None, now: datetime
) -> bool:
    """Write a version of the item when its facts differ from the last one; True when it did."""
    content = canonical(node_content_of(node, parent_uid))
    return _record(actor, NODE, EventTag.NODE_VERSION, node.uid, content, effective_on, now, node)


def record_removal(actor: Actor, node: PlanNode, *, parent_uid: str | None, now: datetime) -> None:
    """The last version of an item taken out of a plan that was being written: from then on it never was."""
    content = canonical(node_content_of(node, parent_uid) | {REMOVED: True})
    _record(actor, NODE, EventTag.NODE_VERSION, node.uid, content, None, now, node)


def record_institution(
    actor: Actor, institution: Institution, *, effective_on: date | None = None, now: datetime
) -> bool:
    """Write a version of an institution's names when they differ from the last one; True when it did.

    Without a day it corrects them from the beginning; with one the institution bears them from then on.
    """
    content = canonical(institution_content(institution_ref(institution)))
    changed = _record(
        actor, INSTITUTION, EventTag.INSTITUTION_VERSION, institution.uid, content, effective_on, now, None
    )
    if changed:
        _refresh_named(institution)
    return changed


def record_statement(actor: Actor, statement: Statement, node: PlanNode, *, now: datetime) -> bool:
    """Write a version of what an assessor says of a commitment or plan when it differs; True when it did.

    It is compared with the last version of its own date: an older report brought in again changes nothing.
    """
    uid = subject_of(statement)
    if statement == last_statement(uid, statement.on):
        return False
    content = canonical(encode(statement))
    tag = EventTag.ASSESSMENT_RECORDED
    return _record(actor, ASSESSMENT, tag, uid, content, statement.on, now, node)


def record_targets(
    actor: Actor, said: RecordedTargets, plan: PlanNode | None, *, effective_on: date, now: datetime
) -> bool:
    """Write a version of a table of targets when it differs from the last one; True when it did."""
    uid = targets_uid(said.institution.uid, said.table)
    _owned(TARGETS, uid, said.institution.uid, said.table.year)
    content = canonical(encode(said))
    return _record(actor, TARGETS, EventTag.TARGETS_RECORDED, uid, content, effective_on, now, plan)


def record_fact(
    actor: Actor, kind: str, tag: EventTag, uid: str, fact: Any, *, effective_on: date | None, now: datetime
) -> bool:
    """Write a version of what belongs to no plan when it differs from the last one; True when it did."""
    return _record(actor, kind, tag, uid, canonical(encode(fact)), effective_on, now, None)


def record_group(
    actor: Actor, group: WorkingGroup, plan: PlanNode, *, effective_on: date, now: datetime
) -> bool:
    """Write a version of a working group when it differs from the last one; True when it did."""
    content = canonical(encode(group))
    tag = EventTag.GROUP_VERSION
    return _record(actor, WORKING_GROUP, tag, group.uid, content, effective_on, now, plan)


def record_acceptance(
    actor: Actor, said: Acceptance, of: RecordedTargets, plan: PlanNode | None, *, now: datetime
) -> bool:
    """Write down that a version of a table was accepted; True when that is new."""
    uid = derived_uid(said.table_uid, TARGETS_ACCEPTED)
    _owned(TARGETS_ACCEPTED, uid, of.institution.uid, of.table.year)
    content = canonical(encode(said))
    return _record(actor, TARGETS_ACCEPTED, EventTag.TARGETS_ACCEPTED, uid, content, None, now, plan)


def record_indicator(actor: Actor, said: OutcomeIndicator, *, effective_on: date, now: datetime) -> bool:
    """Write a version of an outcome indicator when it differs from the last one; True when it did."""
    _owned(INDICATOR, said.uid, said.institution.uid, None)
    content = canonical(encode(said))
    return _record(actor, INDICATOR, EventTag.INDICATOR_RECORDED, said.uid, content, effective_on, now, None)


def record_resource(
    actor: Actor, said: ResourceEntry, commitment: PlanNode, *, effective_on: date, now: datetime
) -> bool:
    """Write a version of a resource of a commitment when it differs from the last one; True when it did."""
    content = canonical(encode(said))
    tag = EventTag.RESOURCE_RECORDED
    return _record(actor, RESOURCE, tag, said.uid, content, effective_on, now, commitment)


def _owned(kind: str, uid: str, institution_uid: str, year: int | None) -> None:
    """Whose it is, written with its first version."""
    if db.session.get(FactOwner, uid) is None:
        owner = select(Institution.id).where(Institution.uid == institution_uid)
        db.session.add(
            FactOwner(
                subject_uid=uid,
                subject_kind=kind,
                institution_id=db.session.execute(owner).scalar_one(),
                year=year,
            )
        )


def _refresh_named(institution: Institution) -> None:
    """Stored figures say who reported: they take the new name, each plan's as of the day it was computed."""
    rows = db.session.execute(
        select(PlanNode.plan_id, func.max(NodeTotals.computed_on))
        .join(ProgressReport, ProgressReport.node_id == PlanNode.id)
        .join(NodeTotals, NodeTotals.node_id == PlanNode.plan_id)
        .where(ProgressReport.institution_id == institution.id, ProgressReport.recorded_seq.is_not(None))
        .group_by(PlanNode.plan_id)
    ).all()
    for plan_id, day in rows:
        if plan_id is not None:
            refresh_plan(plan_id, day)


def _record(
    actor: Actor,
    kind: str,
    tag: EventTag,
    uid: str,
    content: str,
    effective_on: date | None,
    now: datetime,
    node: PlanNode | None,
) -> bool:
    last = db.session.scalar(
        select(FactVersion.content)
        .where(FactVersion.subject_uid == uid)
        .order_by(FactVersion.recorded_seq.desc())
        .limit(1)
    )
    if last == content:
        return False
    sequence = record(
        actor,
        tag,
        kind,
        uid,
        {"content": content, "effective_on": effective_on and effective_on.isoformat()},
        now=now,
    )
    db.session.add(
        FactVersion(
            subject_kind=kind,
            subject_uid=uid,
            plan_id=node.plan_id if node else None,
            commitment_id=node.commitment_id if node else None,
            recorded_seq=sequence,
            effective_on=effective_on,
            content=content,
        )
    )
    db.session.flush()
    return True


def record_nodes(actor: Actor, nodes: Sequence[PlanNode], *, effective_on: date | None, now: datetime) -> int:
    """Versions of several items of one plan; gives how many were new."""
    uids = dict(
        db.session.execute(
            select(PlanNode.id, PlanNode.uid).where(
                PlanNode.id.in_({n.parent_id for n in nodes if n.parent_id})
            )
        ).all()
    )
    return sum(
        record_node(actor, node, parent_uid=uids.get(node.parent_id or 0), effective_on=effective_on, now=now)
        for node in nodes
    )
