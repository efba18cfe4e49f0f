"""Amending an approved plan: prepared as a draft, approved by name, numbered, then fixed (design 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from tracker.db import db
from tracker.domain import amendments as rules
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_drafts import Way
from tracker.domain.snapshots import day_text
from tracker.domain.text import squeeze
from tracker.models.amendments import Amendment, AmendmentChange, AmendmentKind, AmendmentStatus
from tracker.models.plans import ActionPlan, FactVersion, PlanNode, means_nodes, product_nodes
from tracker.queries.amendments import AMENDABLE
from tracker.queries.plans import get_node, get_plan, load_nodes
from tracker.services import amendment_structure as structure
from tracker.services.accounts import check_signature
from tracker.services.amendment_fields import put
from tracker.services.audit import EventTag, record
from tracker.services.plan_places import continuing
from tracker.services.plans import withdraw_node
from tracker.services.totals import refresh_plan
from tracker.services.versions import node_facts, record_nodes

_KINDS = {rules.ROLES: AmendmentKind.ROLES, rules.WITHDRAWN: AmendmentKind.WITHDRAWAL}


def prepare_amendment(actor: Actor, *, plan_number: int, title: str, now: datetime) -> Amendment:
    """Begin an amendment of a plan in course; a draft changes nothing.

    Raises NotFound, Conflict `plan-not-amendable`, DomainError `title-required`.
    """
    require(actor, Permission.PLAN_MANAGE)
    plan = get_plan(plan_number)
    if plan.status not in AMENDABLE:
        raise Conflict("plan-not-amendable", number=plan_number)
    amendment = Amendment(
        plan=plan, title=_needed(title, "title"), prepared_by_uid=actor.uid, prepared_at=now, changes=[]
    )
    db.session.add(amendment)
    db.session.flush()
    content = {"plan": plan.uid, "title": amendment.title}
    record(actor, EventTag.AMENDMENT_PREPARED, "amendment", amendment.uid, content, now=now)
    return amendment


def _needed(text: str, field: str) -> str:
    found = squeeze(text)
    if not found:
        raise DomainError(f"{field}-required", field=field)
    return found


def write_heading(
    actor: Actor,
    *,
    amendment_uid: str,
    title: str,
    reason: str = "",
    resolution: str = "",
    effective_on: date | None = None,
    lock_version: int | None = None,
) -> Amendment:
    """Keep what a draft says of itself; what is missing is asked for at the approval.

    Raises Conflict `amendment-not-draft` or `changed-meanwhile`, DomainError `title-required`.
    """
    amendment = _draft(actor, amendment_uid, lock_version)
    amendment.title = _needed(title, "title")
    amendment.reason, amendment.resolution = reason.strip(), resolution.strip()
    amendment.effective_on = effective_on
    db.session.flush()
    return amendment


def change_item(
    actor: Actor,
    *,
    amendment_uid: str,
    node_uid: str,
    values: Mapping[str, Any],
    lock_version: int | None = None,
) -> list[AmendmentChange]:
    """Say how an item is to be: what differs from what is in force is a change, what no longer does is none.

    A change already prepared is measured anew against what is in force. Raises NotFound, Conflict
    `amendment-not-draft`, `changed-meanwhile` or `item-withdrawn`, and what `check_change` raises.
    """
    amendment = _draft(actor, amendment_uid, lock_version)
    node = _node_of(amendment, node_uid)
    prepared = {one.field: one for one in amendment.changes if one.node_id == node.id}
    if node.withdrawn_on is not None and set(values) - {rules.WITHDRAWN}:
        raise Conflict("item-withdrawn")
    for field, after in values.items():
        rules.check_change(node.kind, field, after)
        before = _in_force(node, field)
        old = prepared.get(field)
        if rules.same(field, before, after):
            if old is not None:
                amendment.changes.remove(old)
        elif old is not None:
            old.before, old.after = before, after
        else:
            kind = _KINDS.get(field, AmendmentKind.TEXT)
            amendment.changes.append(
                AmendmentChange(node=node, kind=kind, field=field, before=before, after=after)
            )
    _touch(amendment)
    return [one for one in amendment.changes if one.node_id == node.id]


def rearrange_item(
    actor: Actor,
    *,
    amendment_uid: str,
    node_uid: str,
    field: str,
    told: Mapping[str, Any],
    lock_version: int | None = None,
) -> list[AmendmentChange]:
    """Prepare that an item is put in another order or place, divided, joined with another, or added to.

    Raises what `change_item` raises, and what the change of structure itself may lack.
    """
    amendment = _draft(actor, amendment_uid, lock_version)
    node = load_nodes([_node_of(amendment, node_uid).id])[0]
    rules.check_change(node.kind, field, told)
    other = _node_of(amendment, told["other"]) if "other" in told else node
    if field == rules.ORDER:
        after: Any = structure.order_after(amendment, node, told["item"], Way(told["way"]))
    elif field == rules.PLACE:
        after = structure.place_after(amendment, node, other)
    elif field == rules.SPLIT_INTO:
        after = structure.split_after(amendment, node, **told)
    elif field == rules.ADDED:
        after = structure.added_after(amendment, node, told["new"])
    else:
        after = structure.joined_after(node, other)
    return change_item(actor, amendment_uid=amendment_uid, node_uid=node_uid, values={field: after})


def _in_force(node: PlanNode, field: str) -> Any:
    if field in rules.STRUCTURAL:
        nodes = structure.plan_now(node.plan_id or 0)
        return rules.value_in(nodes.values(), nodes[node.uid], field)
    return rules.value_of(node_facts(node, None), field)


def _touch(amendment: Amendment) -> None:
    """A draft whose changes were changed is another draft, for who has the one before open."""
    flag_modified(amendment, "title")
    db.session.flush()


def drop_change(actor: Actor, *, amendment_uid: str, change_id: int, lock_version: int | None = None) -> None:
    """Leave a change out of a draft; NotFound where it has none such."""
    amendment = _draft(actor, amendment_uid, lock_version)
    amendment.changes.remove(_change_of(amendment, change_id))
    _touch(amendment)


def renew_change(
    actor: Actor, *, amendment_uid: str, change_id: int, lock_version: int | None = None
) -> None:
    """Choose a change again over what was changed meanwhile; one that changes nothing any more goes."""
    amendment = _draft(actor, amendment_uid, lock_version)
    change = _change_of(amendment, change_id)
    change.before = _in_force(load_nodes([change.node_id])[0], change.field)
    if rules.same(change.field, change.before, change.after):
        amendment.changes.remove(change)
    _touch(amendment)


def discard_amendment(actor: Actor, *, amendment_uid: str, now: datetime) -> Amendment:
    """Put a draft aside for good; it stays, as something that was once prepared."""
    amendment = _draft(actor, amendment_uid, None)
    amendment.status = AmendmentStatus.DISCARDED
    db.session.flush()
    amendment.recorded_seq = record(
        actor,
        EventTag.AMENDMENT_DISCARDED,
        "amendment",
        amendment.uid,
        amendment_content(amendment),
        now=now,
    )
    return amendment


def approve_amendment(
    actor: Actor,
    *,
    amendment_uid: str,
    signed_name: str,
    lock_version: int | None = None,
    now: datetime,
    today: date,
) -> Amendment:
    """Approve a draft by name: it takes the plan's next number and changes the plan from its day on.

    All or nothing. Raises Conflict `amendment-conflict` where an item changed since a change was prepared,
    DomainError `reason-required`, `resolution-required`, `changes-required`, what `check_day` raises, and
    what a signature may lack.
    """
    amendment = _draft(actor, amendment_uid, lock_version)
    plan = _locked_plan(amendment)
    amendment.reason = _needed_words(amendment.reason, "reason")
    amendment.resolution = _needed_words(amendment.resolution, "resolution")
    if not amendment.changes:
        raise DomainError("changes-required")
    nodes = {one.id: one for one in load_nodes(_touched(amendment))}
    on = rules.check_day(
        amendment.effective_on, today=today, begins_on=plan.approved_on or plan.starts_on, last=_last(nodes)
    )
    _refuse_conflicts(amendment, nodes)
    check_signature(actor, signed_name)
    _number(actor, amendment, signed_name, now)
    _apply(actor, amendment, nodes, on, now)
    refresh_plan(plan.id, today)
    return amendment


def _needed_words(text: str, field: str) -> str:
    found = text.strip()
    if not found:
        raise DomainError(f"amendment-{field}-required", field=field)
    return found


def _locked_plan(amendment: Amendment) -> ActionPlan:
    """The plan, held until the commit: its numbers are given one after another."""
    plan = db.session.scalars(
        select(ActionPlan).where(ActionPlan.id == amendment.plan_id).with_for_update(of=PlanNode.__table__)
    ).one()
    if plan.status not in AMENDABLE:
        raise Conflict("plan-not-amendable", number=plan.number)
    return plan


def _touched(amendment: Amendment) -> list[int]:
    """The items that change: those named, and those that share a product or means with one of them."""
    named = {one.node_id for one in amendment.changes} | structure.touched_by(amendment.changes)
    delivering = {
        one.node_id for one in amendment.changes if one.field in {rules.PRODUCT, rules.QUANTITY, rules.MEANS}
    }
    for table, thing in ((product_nodes, "product_id"), (means_nodes, "means_id")):
        own = select(table.c[thing]).where(table.c.node_id.in_(delivering))
        named |= set(db.session.scalars(select(table.c.node_id).where(table.c[thing].in_(own))))
    return sorted(named)


def _last(nodes: Mapping[int, PlanNode]) -> Sequence[tuple[str, date]]:
    """The day of the last dated version of each item."""
    labels = {one.uid: one.label for one in nodes.values()}
    rows = db.session.execute(
        select(FactVersion.subject_uid, func.max(FactVersion.effective_on))
        .where(FactVersion.subject_uid.in_(labels), FactVersion.effective_on.is_not(None))
        .group_by(FactVersion.subject_uid)
    )
    return [(labels[uid], day) for uid, day in rows if day is not None]


def _refuse_conflicts(amendment: Amendment, nodes: Mapping[int, PlanNode]) -> None:
    for change in amendment.changes:
        node = nodes[change.node_id]
        if not rules.same(change.field, _in_force(node, change.field), change.before):
            raise Conflict("amendment-conflict", label=node.label)


def _number(actor: Actor, amendment: Amendment, signed_name: str, now: datetime) -> None:
    """The next number of the plan, and who approved it, as the chain keeps them."""
    last = db.session.scalar(select(func.max(Amendment.number)).where(Amendment.plan_id == amendment.plan_id))
    amendment.number = (last or 0) + 1
    amendment.approved_by_uid, amendment.approved_at = actor.uid, now
    amendment.approved_name = squeeze(signed_name)
    content = approved_content(amendment)
    tag = EventTag.AMENDMENT_APPROVED
    amendment.recorded_seq = record(actor, tag, "amendment", amendment.uid, content, now=now)
    amendment.status = AmendmentStatus.APPROVED
    db.session.flush()


def _apply(
    actor: Actor, amendment: Amendment, nodes: Mapping[int, PlanNode], on: date, now: datetime
) -> None:
    """Bring the changes into force and write the versions of everything they touch."""
    for change in amendment.changes:
        if change.field != rules.WITHDRAWN and change.field not in rules.STRUCTURAL:
            put(nodes[change.node_id], change.field, change.after)
    made = structure.rearrange(amendment.changes, nodes)
    db.session.flush()
    record_nodes(actor, [*nodes.values(), *made], effective_on=on, now=now)
    moved = [nodes[one.node_id] for one in amendment.changes if one.field == rules.PLACE]
    record_nodes(actor, continuing(moved), effective_on=None, now=now)
    for change in amendment.changes:
        if change.field == rules.WITHDRAWN:
            _withdraw(actor, nodes[change.node_id], amendment, withdrawn=change.after, on=on, now=now)
    for node in structure.leaving(amendment.changes, nodes):
        _withdraw(actor, node, amendment, withdrawn=True, on=on, now=now)


def _withdraw(
    actor: Actor, node: PlanNode, amendment: Amendment, *, withdrawn: bool, on: date, now: datetime
) -> None:
    """Take an item out of the plan, or back into it."""
    if withdrawn:
        withdraw_node(actor, node, on=on, reason=amendment.reason, now=now)
        return
    node.withdrawn_on = None
    record_nodes(actor, [node], effective_on=on, now=now)


def _draft(actor: Actor, amendment_uid: str, lock_version: int | None) -> Amendment:
    """The draft, held until the commit, as its reader last saw it."""
    require(actor, Permission.PLAN_MANAGE)
    found = db.session.scalar(
        select(Amendment)
        .where(Amendment.uid == amendment_uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("amendment-not-found")
    if found.status is not AmendmentStatus.DRAFT:
        raise Conflict("amendment-not-draft")
    if lock_version is not None and lock_version != found.lock_version:
        raise Conflict("changed-meanwhile")
    return found


def _node_of(amendment: Amendment, node_uid: str) -> PlanNode:
    node = get_node(node_uid)
    if node.plan_id != amendment.plan_id:
        raise NotFound("node-not-found", uid=node_uid)
    return node


def _change_of(amendment: Amendment, change_id: int) -> AmendmentChange:
    found = next((one for one in amendment.changes if one.id == change_id), None)
    if found is None:
        raise NotFound("change-not-found")
    return found


def amendment_content(amendment: Amendment) -> dict[str, Any]:
    """An amendment as history keeps it."""
    return {
        "plan": amendment.plan.uid,
        "title": amendment.title,
        "reason": amendment.reason,
        "resolution": amendment.resolution,
        "effective_on": day_text(amendment.effective_on),
        "prepared_by": amendment.prepared_by_uid,
        "changes": [
            {
                "node": one.node.uid,
                "kind": one.kind.value,
                "field": one.field,
                "before": one.before,
                "after": one.after,
            }
            for one in amendment.changes
        ],
    }


def approved_content(amendment: Amendment) -> dict[str, Any]:
    """An approved amendment as history keeps it; `verify` compares its rows with this."""
    return amendment_content(amendment) | {
        "number": amendment.number,
        "approved_by": amendment.approved_by_uid,
        "approved_name": amendment.approved_name,
    }
