"""Self-assessments of a plan: what each assessor says now, and what the reader may write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import Actor, Permission, can, require
from tracker.domain.plans import NodeKind, PlanStatus, Role
from tracker.domain.self_assessment import Phase, Statement, may_assess, phase_at, responsible, subject_uid
from tracker.models.accounts import Institution, User
from tracker.models.audit import AuditEvent
from tracker.models.current import NodeTotals
from tracker.models.plans import ActionPlan, FactVersion, NodeRole, PlanNode
from tracker.queries.assessment_history import StatementVersion, last_change, statement_versions, subject_of
from tracker.queries.history import statements_at
from tracker.queries.plans import get_plan

SAID_OF = frozenset(PlanStatus) - {PlanStatus.DRAFT, PlanStatus.ARCHIVED}
"""Plans that can be assessed: also one that has ended."""
_Part = tuple[Institution, Role, bool]
_SHARED = (Assessor.TECHNICAL_TABLE, Assessor.IRM)


@dataclass(frozen=True)
class Place:
    """One assessor's place beside a commitment: what it says, and whether the reader writes it."""

    assessor: Assessor
    institution_uid: str
    institution: str
    statement: Statement | None
    may_write: bool


@dataclass(frozen=True)
class AssessedCommitment:
    """A commitment with the level computed and every other assessment."""

    uid: str
    label: str
    title: str
    leads: tuple[str, ...]
    computed: CompletionLevel | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class AssessmentBoard:
    """A plan's self-assessment as it stands."""

    number: int
    title: str
    phase: Phase
    general: Place
    commitments: tuple[AssessedCommitment, ...]


@dataclass(frozen=True)
class AssessmentPlace:
    """One place to write in: what it is about, and what was said last."""

    number: int
    plan: str
    commitment_uid: str
    label: str
    title: str
    place: Place
    sequence: int


def may_import(actor: Actor, assessor: Assessor) -> bool:
    """Whoever imports plans transcribes for others; anybody else brings in what they write on the page."""
    own = actor.institution_ids if assessor is Assessor.INSTITUTION else (None,)
    return can(actor, Permission.PLAN_IMPORT) or any(
        may_assess(actor, assessor, institution_id=one) for one in own
    )


def list_assessed_plans() -> Sequence[tuple[int, str]]:
    """Plans that can be assessed as (number, title), newest first."""
    rows = db.session.execute(
        select(ActionPlan.number, ActionPlan.title)
        .where(ActionPlan.status.in_(SAID_OF))
        .order_by(ActionPlan.number.desc())
    )
    return [(number, title) for number, title in rows]


def get_sequence(uid: str) -> int:
    """The sequence of the last version of a statement, 0 where there is none."""
    return (
        db.session.scalar(
            select(FactVersion.recorded_seq)
            .where(FactVersion.subject_uid == uid)
            .order_by(FactVersion.recorded_seq.desc())
            .limit(1)
        )
        or 0
    )


def get_last_change(number: int) -> int:
    """The sequence of what was last written of a plan's assessments; NotFound for a draft."""
    return last_change(_assessed_plan(number).id)


def list_institution_uids(commitment_id: int) -> frozenset[str]:
    """Institutions with a part in a commitment or in anything below it that stands."""
    return frozenset(
        db.session.scalars(
            select(Institution.uid)
            .join(NodeRole, NodeRole.institution_id == Institution.id)
            .join(PlanNode, PlanNode.id == NodeRole.node_id)
            .where(
                or_(PlanNode.id == commitment_id, PlanNode.commitment_id == commitment_id),
                PlanNode.withdrawn_on.is_(None),
            )
        )
    )


def get_assessment_board(actor: Actor, number: int, today: date) -> AssessmentBoard:
    """The whole self-assessment of a plan, in a constant number of queries; NotFound for a draft."""
    plan = _assessed_plan(number)
    said = {subject_of(one): one for one in statements_at(plan.id, Cut(today))}
    commitments = db.session.execute(
        select(PlanNode.id, PlanNode.uid, PlanNode.label, PlanNode.title, NodeTotals.level)
        .outerjoin(NodeTotals, NodeTotals.node_id == PlanNode.id)
        .where(
            PlanNode.plan_id == plan.id,
            PlanNode.kind == NodeKind.COMMITMENT,
            PlanNode.withdrawn_on.is_(None),
        )
        .order_by(PlanNode.number, PlanNode.label)
    ).all()
    parts = _parts(plan.id)
    return AssessmentBoard(
        number=plan.number,
        title=plan.title,
        phase=phase_at(today, plan.ends_on),
        general=_place(actor, plan.uid, Assessor.CONTACT_POINT, None, said),
        commitments=tuple(
            AssessedCommitment(
                uid=uid,
                label=label,
                title=title,
                leads=_leads(parts.get(key, ())),
                computed=level,
                places=_places(actor, uid, {one for one, *_ in parts.get(key, ())}, said),
            )
            for key, uid, label, title, level in commitments
        ),
    )


def _assessed_plan(number: int) -> ActionPlan:
    plan = get_plan(number)
    if plan.status not in SAID_OF:
        raise NotFound("plan-not-found", number=number)
    return plan


def _parts(plan_id: int) -> dict[int, list[_Part]]:
    """By commitment: institutions with a part in it or below it, and whether it is in itself."""
    below = aliased(PlanNode)
    rows = db.session.execute(
        select(PlanNode.id, Institution, NodeRole.role, below.id == PlanNode.id)
        .join(below, or_(below.id == PlanNode.id, below.commitment_id == PlanNode.id))
        .join(NodeRole, NodeRole.node_id == below.id)
        .join(Institution, Institution.id == NodeRole.institution_id)
        .where(
            PlanNode.plan_id == plan_id,
            PlanNode.kind == NodeKind.COMMITMENT,
            below.withdrawn_on.is_(None),
        )
        .distinct()
    )
    found: dict[int, list[_Part]] = {}
    for key, institution, role, is_own in rows:
        found.setdefault(key, []).append((institution, role, bool(is_own)))
    return found


def _leads(parts: Sequence[_Part]) -> tuple[str, ...]:
    leads = [(one.label, is_own) for one, role, is_own in parts if role is Role.LEAD]
    return responsible((label for label, is_own in leads if is_own), (label for label, _ in leads))


def _places(
    actor: Actor, uid: str, institutions: set[Institution], said: dict[str, Statement]
) -> tuple[Place, ...]:
    """The places that say something, and those that the reader may write in."""
    every = [
        _place(actor, uid, Assessor.INSTITUTION, one, said)
        for one in sorted(institutions, key=lambda one: one.label)
    ]
    every = [one for one in every if one.statement or one.may_write]
    return (*every, *(_place(actor, uid, assessor, None, said) for assessor in _SHARED))


def _place(
    actor: Actor, uid: str, assessor: Assessor, institution: Institution | None, said: dict[str, Statement]
) -> Place:
    institution_uid = institution.uid if institution else ""
    return Place(
        assessor=assessor,
        institution_uid=institution_uid,
        institution=institution.label if institution else "",
        statement=said.get(subject_uid(uid, assessor, institution_uid)),
        may_write=may_assess(actor, assessor, institution_id=institution.id if institution else None),
    )


@dataclass(frozen=True)
class WrittenVersion:
    """A version of an assessment, with what it is about and who wrote it down."""

    label: str
    title: str
    version: StatementVersion
    author: str
    """The person's name where there is one; the office stands in the statement."""


def list_versions(actor: Actor, number: int, today: date) -> tuple[WrittenVersion, ...]:
    """Every version of a plan's assessments, newest first; NotAllowed for who may not read reports."""
    require(actor, Permission.COMPILATION_READ)
    plan = _assessed_plan(number)
    versions = statement_versions(plan.id, Cut(today))
    about = {
        uid: (label, title)
        for uid, label, title in db.session.execute(
            select(PlanNode.uid, PlanNode.label, PlanNode.title).where(
                PlanNode.uid.in_({one.statement.about_uid for one in versions})
            )
        )
    }
    names = {
        seq: name or ""
        for seq, name in db.session.execute(
            select(AuditEvent.seq, User.name)
            .outerjoin(User, User.uid == AuditEvent.actor_uid)
            .where(AuditEvent.seq.in_([one.sequence for one in versions]))
        )
    }
    return tuple(
        WrittenVersion(*_about(about, plan, one.statement), one, names.get(one.sequence, ""))
        for one in reversed(versions)
    )


def _about(about: dict[str, tuple[str, str]], plan: ActionPlan, statement: Statement) -> tuple[str, str]:
    """Label and title of what a statement is about; the plan itself has no label to show."""
    label, title = about.get(statement.about_uid, ("", ""))
    return ("", title) if statement.about_uid == plan.uid else (label, title)


def get_assessment_place(
    actor: Actor, number: int, assessor: Assessor, commitment_uid: str, institution_uid: str, today: date
) -> AssessmentPlace:
    """One place to write in; NotFound where there is none, NotAllowed for whoever does not write it."""
    board = get_assessment_board(actor, number, today)
    if assessor is Assessor.CONTACT_POINT:
        return _to_write(board, "", "", board.title, board.general, get_plan(number).uid)
    for one in board.commitments:
        for place in one.places:
            found = (one.uid, place.assessor, place.institution_uid)
            if found == (commitment_uid, assessor, institution_uid):
                return _to_write(board, one.uid, one.label, one.title, place, one.uid)
    raise NotFound("node-not-found", uid=commitment_uid)


def _to_write(
    board: AssessmentBoard, uid: str, label: str, title: str, place: Place, about: str
) -> AssessmentPlace:
    if not place.may_write:
        raise NotAllowed("not-allowed", permission=Permission.ASSESSMENT_WRITE.value)
    sequence = get_sequence(subject_uid(about, place.assessor, place.institution_uid))
    return AssessmentPlace(board.number, board.title, uid, label, title, place, sequence)
