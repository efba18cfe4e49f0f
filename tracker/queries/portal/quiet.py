"""Who has not reported on a plan, and since when: by name, never only as a count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.report_silence import RoundFact, Silence, silences
from tracker.domain.schedule import is_overdue
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingRound
from tracker.queries.portal.parts import InstitutionRow
from tracker.queries.portal.rows import PlanHeader
from tracker.queries.round_counts import Count, count_answers


@dataclass(frozen=True)
class Quiet:
    """An institution that owes information."""

    slug: str
    label: str
    name: str
    items: int
    """Items already begun whose figure is its own and of which it has said nothing."""
    rounds: int
    """Rounds in a row that fell due without any answer of it, up to the last."""
    since: date | None
    """When the first of those rounds fell due."""
    last_said: date | None
    """The date of its last report on the plan that stands."""


def who_is_quiet(plan: PlanHeader, institutions: Iterable[InstitutionRow]) -> tuple[Quiet, ...]:
    """Who owes information of items begun, or let rounds pass; those that owe most first."""
    unanswered = _unanswered(plan)
    last = _last_said(plan.id)
    rows = [
        Quiet(
            one.slug,
            one.label,
            one.name,
            one.silent,
            unanswered[one.slug].rounds if one.slug in unanswered else 0,
            unanswered[one.slug].since if one.slug in unanswered else None,
            last.get(one.slug),
        )
        for one in institutions
        if one.silent or one.slug in unanswered
    ]
    return tuple(sorted(rows, key=lambda one: (-one.items, -one.rounds, one.label)))


def _unanswered(plan: PlanHeader) -> dict[str, Silence]:
    """The rounds in a row that each institution let pass without a single answer, by its slug."""
    day = plan.totals.computed_on
    rows = db.session.execute(
        select(ReportingRound.id, ReportingRound.due_on).where(ReportingRound.plan_id == plan.id)
    ).all()
    due = {row.id: row.due_on for row in rows if day is not None and is_overdue(row.due_on, day)}
    if not due:
        return {}
    counts = count_answers(due)
    slugs = _slugs({institution_id for _, institution_id in counts})
    answers: dict[int, dict[str, Count]] = {}
    for (round_id, institution_id), count in counts.items():
        answers.setdefault(round_id, {})[slugs[institution_id]] = count
    facts = [
        RoundFact(
            due[round_id],
            frozenset(("", slug) for slug in of),
            frozenset(("", slug) for slug, count in of.items() if count.answered),
        )
        for round_id, of in answers.items()
    ]
    return {slug: silence for (_, slug), silence in silences(facts, at_least=1).items()}


def _slugs(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Institution.id, Institution.slug).where(Institution.id.in_(ids)))
    return {row.id: row.slug for row in rows}


def _last_said(plan_id: int) -> dict[str, date]:
    """When each institution last reported on the plan, by its slug; what was returned does not count."""
    rows = db.session.execute(
        select(Institution.slug, func.max(ProgressReport.reported_on).label("on"))
        .join(ProgressReport, ProgressReport.institution_id == Institution.id)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .where(PlanNode.plan_id == plan_id, ProgressReport.status.in_(sorted(STANDING)))
        .group_by(Institution.slug)
    )
    return {row.slug: row.on for row in rows}
