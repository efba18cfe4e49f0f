"""Reports that nobody has to ask for: which plans, which kinds, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import Event

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW, make_plan
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.facts import InstitutionRef
from tracker.domain.plans import PlanStatus
from tracker.domain.targets import RecordedTargets, TargetSource, TargetTable
from tracker.jobs.compilations import compile_scheduled_reports, reports_are_waiting, run_requested_reports
from tracker.jobs.run import Run
from tracker.models.plans import NodeRole
from tracker.models.reports import CompiledReport
from tracker.services.scheduled_reports import request_scheduled_reports

TODAY = date(2028, 3, 1)
MONTH_END = date(2028, 2, 29)
AT_THE_END = [("institutional", "INAP"), ("institutional", "INFOM"), ("plan", ""), ("self-assessment", "")]


def ask(cutoff=MONTH_END, today=TODAY):
    with transaction():
        return request_scheduled_reports(cutoff, today=today, now=NOW)


def asked():
    db.session.rollback()
    rows = db.session.scalars(select(CompiledReport).order_by(CompiledReport.id))
    return [
        (one.plan.number, one.kind, one.institution and one.institution.acronym, one.status) for one in rows
    ]


@pytest.mark.parametrize(
    ("ends_on", "more"),
    [
        (date(2028, 12, 31), []),
        (date(2028, 3, 1), []),
        (date(2028, 2, 29), AT_THE_END),
        (date(2028, 2, 1), AT_THE_END),
    ],
)
def test_a_plan_in_course_gets_its_month_and_one_that_ended_its_report_and_each_institutions(
    app_context, ends_on, more
):
    make_plan(starts_on=date(2026, 1, 1), ends_on=ends_on)
    assert len(ask()) == 1 + len(more)
    assert asked()[0] == (4, CompilationKind.MONTHLY, None, CompilationStatus.REQUESTED)
    assert sorted((kind, name or "") for _, kind, name, _ in asked()[1:]) == more


@pytest.mark.parametrize("cutoff", [date(2028, 4, 30), date(2028, 8, 31), date(2028, 12, 31)])
def test_every_four_months_the_plan_gets_its_compliance_report_too(app_context, cutoff):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2029, 12, 31))
    ask(cutoff, today=date(2029, 1, 1))
    assert [kind for _, kind, *_ in asked()] == [CompilationKind.MONTHLY, CompilationKind.PLAN]


@pytest.mark.parametrize(
    "more",
    [
        {"ends_on": date(2028, 1, 31)},
        {"starts_on": date(2028, 3, 1)},
        {"status": PlanStatus.DRAFT},
        {"status": PlanStatus.CLOSED},
    ],
)
def test_a_plan_that_is_over_not_begun_or_not_reported_on_gets_none(app_context, more):
    make_plan(**{"starts_on": date(2026, 1, 1), "ends_on": date(2028, 12, 31)} | more)
    assert ask() == []


def test_what_was_asked_for_is_not_asked_for_again_unless_it_failed(app_context):
    make_plan(starts_on=date(2026, 1, 1), ends_on=MONTH_END)
    assert len(ask()) == 5
    assert ask() == []
    with transaction():
        for row in db.session.scalars(select(CompiledReport)):
            row.status, row.failure = CompilationStatus.FAILED, "compilation-failed"
    assert len(ask()) == 5


def test_an_institution_without_a_part_any_more_gets_none(app_context):
    made = make_plan(starts_on=date(2026, 1, 1), ends_on=MONTH_END)
    with transaction():
        for row in db.session.scalars(select(NodeRole).where(NodeRole.institution_id == made.helper.id)):
            db.session.delete(row)
    assert len(ask()) == 4


def test_four_months_with_targets_get_their_accountability_too(app_context, monkeypatch):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2029, 12, 31))
    table = TargetTable(2028, 1, "14", "", "Metas", TargetSource(), ())
    said = RecordedTargets(InstitutionRef("i", "Instituto"), "", table)
    monkeypatch.setattr("tracker.services.scheduled_reports.targets_at", lambda cut: (said,))
    for cutoff in (date(2027, 12, 31), date(2028, 4, 30), date(2028, 5, 31)):
        ask(cutoff, today=date(2029, 1, 1))
    kinds = [kind for _, kind, *_ in asked()]
    assert kinds == ["monthly", "plan", "monthly", "plan", "accountability", "monthly"]


def run(app, on=MONTH_END, stop=None):
    return Run(on, on, TODAY, app.config, stop or Event())


@pytest.fixture
def present(monkeypatch, app_context):
    monkeypatch.setattr(clock, "now", lambda: datetime(2028, 3, 1, 9, 0, tzinfo=UTC))


def test_the_job_compiles_what_it_asks_for(app, present):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    assert compile_scheduled_reports(run(app)) == {"requested": 1, "compiled": 1, "failed": 0}
    assert compile_scheduled_reports(run(app)) == {"requested": 0, "compiled": 0, "failed": 0}
    assert [status for *_, status in asked()] == [CompilationStatus.READY]


def test_a_stop_in_the_middle_leaves_the_rest_to_the_next_minute(app, present):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    stop = Event()
    stop.set()
    assert compile_scheduled_reports(run(app, stop=stop))["compiled"] == 0
    assert reports_are_waiting(NOW)
    assert run_requested_reports(run(app)) == {"compiled": 1, "failed": 0}
    assert not reports_are_waiting(NOW)


def test_what_a_crash_left_half_done_is_taken_up_again(app, present):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    ask()
    with transaction():
        db.session.scalars(select(CompiledReport)).one().status = CompilationStatus.COMPILING
    assert run_requested_reports(run(app))["compiled"] == 1


def test_a_report_that_fails_does_not_hold_up_the_next(app, present, monkeypatch):
    make_plan(4, starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    make_plan(5, starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    ask()
    with transaction():
        first = db.session.scalars(select(CompiledReport).order_by(CompiledReport.id)).first()
        first.commitment_number = 99  # a plan's report has none: it cannot be compiled
    assert run_requested_reports(run(app)) == {"compiled": 1, "failed": 1}
    assert [status for *_, status in asked()] == [CompilationStatus.FAILED, CompilationStatus.READY]


def test_for_a_day_to_come_it_is_todays_report(app, present):
    make_plan(starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    compile_scheduled_reports(run(app, on=date(2028, 12, 31)))
    assert db.session.scalars(select(CompiledReport.cutoff_on)).all() == [TODAY]
