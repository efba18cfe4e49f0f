"""Rounds of a plan as a compiled report reads them at a cut: what was asked, what was answered by then."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.report_silence import Asked, RoundFact
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingRound, RoundAnswer, RoundItem


def rounds_at(plan_id: int, cut: Cut) -> tuple[RoundFact, ...]:
    """The rounds that fell due by a cut, in a constant number of queries."""
    due = [ReportingRound.plan_id == plan_id, ReportingRound.due_on <= cut.as_of]
    if cut.known_at is not None:
        due.append(ReportingRound.recorded_seq <= cut.known_at)
    days = dict(db.session.execute(select(ReportingRound.id, ReportingRound.due_on).where(*due)).all())
    asked: dict[int, set[Asked]] = defaultdict(set)
    for round_id, node, institution in db.session.execute(
        select(RoundItem.round_id, PlanNode.uid, Institution.uid)
        .join(ReportingRound, ReportingRound.id == RoundItem.round_id)
        .join(PlanNode, PlanNode.id == RoundItem.node_id)
        .join(Institution, Institution.id == RoundItem.institution_id)
        .where(*due)
    ):
        asked[round_id].add((node, institution))
    answered = _answered(plan_id, cut)
    return tuple(RoundFact(day, frozenset(asked[key]), frozenset(answered[key])) for key, day in days.items())


def _answered(plan_id: int, cut: Cut) -> dict[int, set[Asked]]:
    statement = (
        select(RoundAnswer.round_id, PlanNode.uid, Institution.uid)
        .join(ReportingRound, ReportingRound.id == RoundAnswer.round_id)
        .join(ProgressReport, ProgressReport.id == RoundAnswer.report_id)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(ReportingRound.plan_id == plan_id, RoundAnswer.answered_on <= cut.as_of)
    )
    if cut.known_at is not None:
        statement = statement.where(ProgressReport.recorded_seq <= cut.known_at)
    found: dict[int, set[Asked]] = defaultdict(set)
    for round_id, node, institution in db.session.execute(statement):
        found[round_id].add((node, institution))
    return found
