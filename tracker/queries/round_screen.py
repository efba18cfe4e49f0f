"""Whose sheets of a round an actor has before it, and what it sent from one form."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.plans import ActionPlan
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingRound, RoundItem


@dataclass(frozen=True)
class SheetOwner:
    """One of the actor's institutions that a round asks."""

    uid: str
    label: str
    may_report: bool
    """The actor reports for it, it still is, and the plan takes reports."""


def list_sheet_owners(actor: Actor, round_uid: str) -> tuple[SheetOwner, ...]:
    """The actor's own institutions of which a round asks something, by name; none for anybody else."""
    rows = db.session.execute(
        select(Institution, ActionPlan, InstitutionEnding.institution_id)
        .select_from(ReportingRound)
        .join(ActionPlan, ActionPlan.id == ReportingRound.plan_id)
        .join(Institution, Institution.id.in_(actor.institution_ids))
        .outerjoin(InstitutionEnding, InstitutionEnding.institution_id == Institution.id)
        .where(
            ReportingRound.uid == round_uid,
            Institution.id.in_(
                select(RoundItem.institution_id).where(RoundItem.round_id == ReportingRound.id)
            ),
        )
        .order_by(Institution.name)
    )
    return tuple(
        SheetOwner(
            one.uid,
            one.label,
            not ended and plan.takes_reports and can(actor, Permission.REPORT_SUBMIT, institution_id=one.id),
        )
        for one, plan, ended in rows
    )


def list_sent(actor: Actor, request_key: str) -> frozenset[str]:
    """The reports of the actor's institutions that one form handed in, whatever became of them since."""
    return frozenset(
        db.session.scalars(
            select(ProgressReport.uid).where(
                ProgressReport.request_key == request_key,
                ProgressReport.institution_id.in_(actor.institution_ids),
                ProgressReport.status != ReportStatus.DRAFT,
            )
        )
    )
