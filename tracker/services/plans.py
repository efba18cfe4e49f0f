"""Plans and what they are made of: every verb writes rows and their versions; a batch ends with the totals.

An item's structure holds from the beginning (`effective_on` None) while a plan is drawn up or read from its
document; a change of a plan in course names the day from which it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.evidence import Access, default_access
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_drafts import check_holds
from tracker.domain.plans import Continuity, NodeKind, PlanStatus, Role, Sector
from tracker.domain.schedule import Frequency, Window
from tracker.domain.text import normalise, slug, squeeze
from tracker.models.accounts import Institution
from tracker.models.plans import (
    ActionPlan,
    Activity,
    Axis,
    Commitment,
    FinancialResource,
    Milestone,
    NodeRole,
    NodeWindow,
    PlanNode,
    Product,
    VerificationMeans,
)
from tracker.queries import plans as queries
from tracker.services.audit import EventTag, record
from tracker.services.versions import record_institution, record_nodes

_CLASSES: dict[NodeKind, type[PlanNode]] = {
    NodeKind.AXIS: Axis,
    NodeKind.COMMITMENT: Commitment,
    NodeKind.MILESTONE: Milestone,
    NodeKind.ACTIVITY: Activity,
}


@dataclass(frozen=True)
class RoleSpec:
    """An institution's part in an item, and the words it was read from."""

    institution: Institution
    role: Role
    text: str = ""


@dataclass(frozen=True)
class ItemSpec:
    """What an item of the plan is to be; products and means are rows, so that items can share them."""

    number: int
    title: str
    label: str = ""
    position: int | None = None
    weight: Decimal = Decimal(1)
    windows: Sequence[Window] = ()
    frequency: Frequency | None = None
    roles: Sequence[RoleSpec] = ()
    products: Sequence[Product] = ()
    means: Sequence[VerificationMeans] = ()
    continuity: Continuity | None = None
    texts: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of a commitment: template fields, flags of OGP values, contact."""
    financial: Sequence[tuple[int, str]] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def create_plan(
    actor: Actor,
    *,
    number: int,
    title: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: PlanStatus = PlanStatus.DRAFT,
    now: datetime,
    **more: Any,
) -> ActionPlan:
    """Open a plan; its number is given once, and it does not end before it starts. Raises DomainError."""
    require(actor, Permission.PLAN_MANAGE)
    if queries.find_plan(number) is not None:
        raise Conflict("plan-number-taken", field="number", number=number)
    if starts_on and ends_on and ends_on < starts_on:
        raise DomainError("reversed-window", field="ends_on")
    plan = ActionPlan(
        number=number,
        label=str(number),
        position=number,
        title=_given(title),
        status=status,
        starts_on=starts_on,
        ends_on=ends_on,
        windows=[],
        roles=[],
        products=[],
        means=[],
        variants=[],
        origins=[],
        **more,
    )
    db.session.add(plan)
    db.session.flush()
    plan.plan_id = plan.id
    record_nodes(actor, [plan], effective_on=None, now=now)
    return plan


def approve_plan(actor: Actor, plan: ActionPlan, *, on: date, now: datetime) -> None:
    """Approve a plan: it is in course, and the windows it has are its baseline from then on.

    What changes dates afterwards is a rescheduling, which adds a revision and leaves the baseline.
    """
    require(actor, Permission.PLAN_MANAGE)
    if plan.status not in {PlanStatus.DRAFT, PlanStatus.CONSULTATION, PlanStatus.APPROVED}:
        raise Conflict("plan-already-approved", number=plan.number)
    plan.status = PlanStatus.IN_COURSE
    plan.approved_on = on
    record_nodes(actor, [plan], effective_on=None, now=now)


def create_axis(actor: Actor, plan: PlanNode, spec: ItemSpec, *, now: datetime) -> PlanNode:
    """Put an axis on a plan."""
    return _create(actor, NodeKind.AXIS, plan, spec, now)


def create_commitment(actor: Actor, parent: PlanNode, spec: ItemSpec, *, now: datetime) -> PlanNode:
    """Put a commitment on an axis, or directly on a plan without axes."""
    return _create(actor, NodeKind.COMMITMENT, parent, spec, now)


def create_milestone(actor: Actor, commitment: PlanNode, spec: ItemSpec, *, now: datetime) -> PlanNode:
    """Put a milestone on a commitment."""
    return _create(actor, NodeKind.MILESTONE, commitment, spec, now)


def create_activity(actor: Actor, parent: PlanNode, spec: ItemSpec, *, now: datetime) -> PlanNode:
    """Put an activity on a milestone, or directly on a commitment."""
    return _create(actor, NodeKind.ACTIVITY, parent, spec, now)


def _create(actor: Actor, kind: NodeKind, parent: PlanNode, spec: ItemSpec, now: datetime) -> PlanNode:
    require(actor, Permission.PLAN_MANAGE)
    node = new_node(kind, parent, spec)
    record_nodes(actor, [node], effective_on=None, now=now)
    return node


def new_node(kind: NodeKind, parent: PlanNode, spec: ItemSpec) -> PlanNode:
    """The row of a new item with all that hangs on it; the caller writes its version."""
    return new_nodes(kind, parent, [spec])[0]


def new_nodes(kind: NodeKind, parent: PlanNode, specs: Sequence[ItemSpec]) -> list[PlanNode]:
    """The rows of new items side by side with all that hangs on them; the caller writes their versions."""
    check_holds(kind, parent.kind)
    nodes = [_row(kind, parent, spec) for spec in specs]
    _refuse_taken(kind, parent, [one.label for one in nodes])
    db.session.add_all(nodes)
    db.session.flush()
    if kind is NodeKind.COMMITMENT:
        for node in nodes:
            node.commitment_id = node.id
        db.session.flush()
    return nodes


def _row(kind: NodeKind, parent: PlanNode, spec: ItemSpec) -> PlanNode:
    node = _CLASSES[kind](
        kind=kind,
        parent_id=parent.id,
        plan_id=parent.plan_id,
        commitment_id=parent.commitment_id,
        number=spec.number,
        label=spec.label or child_label(kind, parent, spec.number),
        position=spec.number if spec.position is None else spec.position,
        title=_given(spec.title),
        weight=spec.weight,
        frequency=spec.frequency,
        windows=window_rows(spec.windows),
        roles=role_rows(spec.roles),
        products=list(spec.products),
        means=list(spec.means),
        variants=[],
        origins=[],
        field_sources=dict(spec.sources),
    )
    if isinstance(node, Milestone):
        node.continuity = spec.continuity
    if isinstance(node, Commitment):
        for name, value in spec.texts.items():
            setattr(node, name, value)
        node.financial_resources = [FinancialResource(centavos=c, provider=p) for c, p in spec.financial]
    return node


def child_label(kind: NodeKind, parent: PlanNode, number: int) -> str:
    """The number as shown: "2.1" within milestone 2, plain elsewhere."""
    within = kind is NodeKind.ACTIVITY and parent.kind is NodeKind.MILESTONE
    return f"{parent.label}.{number}" if within else str(number)


def _refuse_taken(kind: NodeKind, parent: PlanNode, labels: Sequence[str]) -> None:
    """A number is given once: axes and commitments within the plan, the rest within what they stand on."""
    scope = (
        PlanNode.plan_id == parent.plan_id
        if kind in {NodeKind.AXIS, NodeKind.COMMITMENT}
        else PlanNode.parent_id == parent.id
    )
    taken = set(db.session.scalars(select(PlanNode.label).where(scope, PlanNode.kind == kind)))
    for label in labels:
        if label in taken:
            raise Conflict("number-taken", field="number", label=label)
        taken.add(label)


def _given(title: str) -> str:
    text = squeeze(title)
    if not text:
        raise DomainError("title-required", field="title")
    return text


def window_rows(
    windows: Iterable[Window], *, revision: int = 0, from_on: date | None = None
) -> list[NodeWindow]:
    """Windows as rows of a revision; revision 0 is the baseline."""
    return [
        NodeWindow(
            revision=revision,
            from_on=from_on,
            position=position,
            start_on=window.start,
            end_on=window.end,
            start_precision=window.start_precision,
            end_precision=window.end_precision,
        )
        for position, window in enumerate(windows)
    ]


def role_rows(roles: Iterable[RoleSpec]) -> list[NodeRole]:
    """Parts as rows, in order; an institution named twice keeps the first part it was given."""
    first: dict[int, RoleSpec] = {}
    for one in roles:
        first.setdefault(one.institution.id, one)
    return [
        NodeRole(institution=one.institution, role=one.role, text=one.text, position=position)
        for position, one in enumerate(first.values())
    ]


def new_product(
    node: PlanNode, text: str, *, unit: str = "", planned: Decimal | None = None, quote: str = ""
) -> Product:
    """A product of an item's commitment; a planned quantity needs the words of the plan that state it."""
    if planned is not None and (planned <= 0 or not quote.strip()):
        raise DomainError("quantity-needs-quote", field="planned")
    product = Product(commitment_id=node.commitment_id, text=text, unit=unit, planned=planned, quote=quote)
    db.session.add(product)
    return product


def new_means(node: PlanNode, text: str, *, access: Access | None = None) -> VerificationMeans:
    """A verification means of an item's commitment; attendance lists are confidential by default."""
    means = VerificationMeans(
        commitment_id=node.commitment_id, text=text, access=access or default_access(text)
    )
    db.session.add(means)
    return means


def withdraw_node(actor: Actor, node: PlanNode, *, on: date, reason: str, now: datetime) -> None:
    """Take an item out of the plan from a day on, with its reason; it stays listed, its history stays."""
    require(actor, Permission.PLAN_MANAGE)
    if not reason.strip():
        raise DomainError("reason-required", field="reason")
    if node.withdrawn_on is not None:
        raise Conflict("already-withdrawn", label=node.label)
    record(
        actor, EventTag.NODE_WITHDRAWN, "node", node.uid, {"on": on.isoformat(), "reason": reason}, now=now
    )
    node.withdrawn_on = on
    record_nodes(actor, [node], effective_on=on, now=now)


def find_or_create_institution(
    actor: Actor,
    *,
    acronym: str,
    name: str,
    sector: Sector = Sector.PUBLIC,
    is_group: bool = False,
    now: datetime,
) -> tuple[Institution, bool]:
    """The institution of that acronym or name, made where there is none; says whether it was made."""
    require(actor, Permission.PLAN_IMPORT)
    found = _matching(queries.list_institutions(), acronym, name)
    if found is not None:
        return found, False
    return create_institution(
        actor, acronym=acronym, name=name, sector=sector, is_group=is_group, now=now
    ), True


def _matching(known: Iterable[Institution], acronym: str, name: str) -> Institution | None:
    wanted = normalise(name)
    for one in known:
        if acronym and normalise(one.acronym) == normalise(acronym):
            return one
        if normalise(one.name) == wanted:
            return one
    return None


def create_institution(
    actor: Actor,
    *,
    acronym: str,
    name: str,
    sector: Sector = Sector.PUBLIC,
    is_group: bool = False,
    uid: str = "",
    now: datetime,
) -> Institution:
    """Write down an institution with a name of its own in addresses; one without a name bears its acronym.

    One that comes from another installation keeps the identifier it has there.
    """
    require(actor, Permission.PLAN_IMPORT)
    return new_institution(
        actor, acronym=acronym, name=name, sector=sector, is_group=is_group, uid=uid, now=now
    )


def new_institution(
    actor: Actor, *, acronym: str, name: str, sector: Sector, is_group: bool, uid: str = "", now: datetime
) -> Institution:
    """The row of an institution with its first version, for whoever the caller has found allowed."""
    full_name = squeeze(name) or squeeze(acronym)
    institution = Institution(
        **({"uid": uid} if uid else {}),
        acronym=squeeze(acronym),
        name=_given(full_name),
        slug=_free_slug(slug(acronym or full_name)[:100] or "institucion"),
        sector=sector,
        is_group=is_group,
        created_at=now,
    )
    db.session.add(institution)
    db.session.flush()
    record_institution(actor, institution, now=now)
    return institution


def _free_slug(wanted: str) -> str:
    taken = set(db.session.scalars(select(Institution.slug).where(Institution.slug.startswith(wanted))))
    candidates = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(one for one in candidates if one not in taken)
