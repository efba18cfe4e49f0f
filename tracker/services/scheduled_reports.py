"""Reports nobody has to ask for: by month, by four months, and at a plan's end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.domain.compilation import CompilationKind
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.report_targets import account
from tracker.models.plans import ActionPlan
from tracker.queries.history import targets_at
from tracker.queries.scheduled_reports import has_report, list_institution_uids_of_plan, list_plans_running
from tracker.services.compilations import Order
from tracker.services.reports import request_compilation

FOUR_MONTH_ENDS = frozenset({4, 8, 12})


def request_scheduled_reports(cutoff: date, *, today: date, now: datetime) -> Sequence[str]:
    """Ask for what is due at a cut-off and was not made yet; gives the uids of what was asked for.

    Every plan in course gets its month for the technical table; at the end of four months, and when it has
    ended, its compliance report, with the accountability of the four months where there are targets; at its
    end also its self-assessment, and a report for each institution that takes part in it.
    """
    return [
        request_compilation(SYSTEM, order, today=today, now=now)
        for plan in list_plans_running(cutoff)
        for order in _orders(plan, cutoff)
        if not has_report(plan.id, order.kind, cutoff, order.institution_uid)
    ]


def _orders(plan: ActionPlan, cutoff: date) -> Iterator[Order]:
    yield Order(plan.number, CompilationKind.MONTHLY, cutoff)
    has_ended = plan.ends_on is not None and plan.ends_on <= cutoff
    if has_ended or cutoff.month in FOUR_MONTH_ENDS:
        yield Order(plan.number, CompilationKind.PLAN, cutoff)
    if cutoff.month in FOUR_MONTH_ENDS and account(targets_at(Cut(cutoff)), cutoff, plan_uid=plan.uid).tables:
        yield Order(plan.number, CompilationKind.ACCOUNTABILITY, cutoff)
    if has_ended:
        yield Order(plan.number, CompilationKind.SELF_ASSESSMENT, cutoff)
        for uid in list_institution_uids_of_plan(plan.id):
            yield Order(plan.number, CompilationKind.INSTITUTIONAL, cutoff, institution_uid=uid)
