"""Writing what is said of a commitment beside its figures; every version stays (design section 2, rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.irm import IrmCode, in_order
from tracker.domain.permissions import Actor, Permission
from tracker.domain.plans import NodeKind
from tracker.domain.self_assessment import Statement, may_assess, statement_errors, subject_uid
from tracker.domain.text import squeeze
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.queries.assessments import SAID_OF, get_sequence, list_institution_uids
from tracker.queries.plans import get_plan
from tracker.services.versions import institution_ref, record_statement


@dataclass(frozen=True)
class Said:
    """What is to be written, as it was typed."""

    level: CompletionLevel | None
    achievements: str
    obstacles: str
    source: str
    on: date
    link: str = ""
    codes: tuple[IrmCode, ...] = ()


def record_assessment(
    actor: Actor,
    *,
    plan_number: int,
    commitment_uid: str,
    assessor: Assessor,
    institution_uid: str,
    said: Said,
    based_on: int,
    now: datetime,
    today: date,
) -> bool:
    """Record a version of a statement; False where it says what was said before.

    `based_on` is the sequence of the version that its writer saw, 0 for none. Raises NotAllowed for whoever
    may not write it, Conflict where somebody wrote in between, SeveralErrors with all that is wrong.
    """
    node = _locked(plan_number, commitment_uid, assessor)
    institution = _institution(node, institution_uid) if institution_uid else None
    if not may_assess(actor, assessor, institution_id=institution.id if institution else None):
        raise NotAllowed("not-allowed", permission=Permission.ASSESSMENT_WRITE.value)
    statement = Statement(
        about_uid=node.uid,
        assessor=assessor,
        on=said.on,
        by=actor.role.value if actor.role else "",
        institution=institution_ref(institution) if institution else None,
        level=said.level,
        achievements=said.achievements.strip(),
        obstacles=said.obstacles.strip(),
        source=squeeze(said.source),
        link=said.link.strip(),
        codes=in_order(said.codes),
    )
    if errors := tuple(statement_errors(statement, today)):
        raise SeveralErrors(errors)
    if get_sequence(subject_uid(node.uid, assessor, institution_uid)) != based_on:
        raise Conflict("assessment-changed-meanwhile")
    return record_statement(actor, statement, node, now=now)


def _locked(plan_number: int, commitment_uid: str, assessor: Assessor) -> PlanNode:
    """The commitment, or the plan for what is general, held until the end: one writer at a time."""
    plan = get_plan(plan_number)
    if plan.status not in SAID_OF:
        raise DomainError("plan-not-assessed")
    if bool(commitment_uid) is (assessor is Assessor.CONTACT_POINT):
        raise NotFound("node-not-found", uid=commitment_uid)
    wanted = PlanNode.uid == commitment_uid if commitment_uid else PlanNode.id == plan.id
    kind = NodeKind.COMMITMENT if commitment_uid else NodeKind.PLAN
    node = db.session.scalar(
        select(PlanNode)
        .where(wanted, PlanNode.plan_id == plan.id, PlanNode.kind == kind)
        .with_for_update(of=PlanNode)
    )
    if node is None:
        raise NotFound("node-not-found", uid=commitment_uid)
    return node


def _institution(node: PlanNode, uid: str) -> Institution:
    """An institution with a part in the commitment; NotFound for any other."""
    found = db.session.scalar(select(Institution).where(Institution.uid == uid))
    if found is None or uid not in list_institution_uids(node.id):
        raise NotFound("named-institution-unknown", institution=uid)
    return found
