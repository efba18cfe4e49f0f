"""The demonstration: a real plan that is over and one in course in which everything happens, loaded once."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, current_app

from tests.support.factories.reports import nothing_written
from tests.support.shared import shared_file
from tests.support.snapshots import remembered
from tracker.db import db
from tracker.demo import cast
from tracker.demo.documents import data, historical_plan, text
from tracker.demo.files import make
from tracker.demo.stage import Setting, load
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.history import Cut
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.current import ActivityCurrent
from tracker.models.evidence import Evidence, StoredFile
from tracker.models.plans import Doubt, PlanNode, Rescheduling, ReschedulingStatus, SourceVariant
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.queries.history import statements_at
from tracker.queries.plans import get_plan
from tracker.services.compilations import Order, compile_document
from tracker.services.reports import Press
from tracker.services.verification import verify

ZONE = "America/Guatemala"


def setting(app: Flask, today: date) -> Setting:
    press = Press(reports_folder(app), ZONE, "Gobierno de prueba", ("json",))
    return Setting(today, ZONE, str(app.config["EVIDENCE_URL"]), press)


def reports_folder(app: Flask) -> Path:
    return Path(app.config["INSTANCE_PATH"]) / "reports"


def states_of(plan: int) -> Counter[State]:
    rows = db.session.query(ActivityCurrent).join(ActivityCurrent.node)
    return Counter(one.state for one in rows.filter(PlanNode.plan_id == get_plan(plan).id))


@remembered
def load_on(today: date) -> list[int]:
    return load(setting(current_app, today))


@pytest.fixture
def loaded(app_context: Flask) -> Flask:
    """The demonstration as it is on a day in June 2026."""
    assert load_on(date(2026, 6, 15)) == [3, 4, 5]
    return app_context


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2028, 2, 29)])
def test_every_state_occurs_whatever_the_day(app_context, today):
    load(setting(app_context, today))
    states = states_of(5)
    assert set(states) == set(State)
    assert states[State.OVERDUE] >= 4
    assert (
        verify(
            evidence_url=app_context.config["EVIDENCE_URL"], reports_folder=str(reports_folder(app_context))
        )
        == []
    )


def test_the_plan_that_is_over_holds_the_real_commitments_and_claims(loaded):
    plan = get_plan(4)
    assert (plan.status, plan.is_historical, plan.is_demo) == (PlanStatus.IN_COURSE, True, False)
    nodes = db.session.query(PlanNode).filter_by(plan_id=plan.id).all()
    kinds = Counter(one.kind for one in nodes)
    assert (kinds[NodeKind.COMMITMENT], kinds[NodeKind.MILESTONE], kinds[NodeKind.ACTIVITY]) == (2, 7, 34)
    reports = db.session.query(ProgressReport).filter(ProgressReport.origin == "import").all()
    assert Counter(one.status for one in reports) == {ReportStatus.SUBMITTED: 24}
    assert db.session.query(Doubt).count() > 30
    assert db.session.query(SourceVariant).filter_by(field="roles").count() > 0


def test_the_plan_in_course_is_marked_and_its_story_was_told_by_those_who_act_in_it(loaded):
    plan = get_plan(5)
    assert (plan.is_demo, plan.is_historical, "demostración" in plan.title) == (True, False, True)
    reports = db.session.query(ProgressReport).filter(ProgressReport.origin == "form").all()
    assert {one.status for one in reports} == {
        ReportStatus.DRAFT,
        ReportStatus.SUBMITTED,
        ReportStatus.RETURNED,
        ReportStatus.VALIDATED,
    }
    people = {one.uid: one.role for one in db.session.query(User)}
    assert {people[one.author_uid] for one in reports} == {AccountRole.LIAISON}
    decided = [one for one in reports if one.decided_by_uid]
    assert {people[one.decided_by_uid] for one in decided} == {AccountRole.CONTACT_POINT}
    assert any(one.exception for one in decided)
    assert {one.status for one in db.session.query(Rescheduling)} == {
        ReschedulingStatus.APPROVED,
        ReschedulingStatus.REQUESTED,
    }


def test_the_closed_plan_has_its_commitments_and_what_each_source_says_of_them(loaded):
    plan = get_plan(3)
    assert (plan.status, plan.is_demo) == (PlanStatus.CLOSED, True)
    said = statements_at(plan.id, Cut(date(2018, 6, 30)))
    assert Counter(one.assessor for one in said) == {
        Assessor.INSTITUTION: 22,
        Assessor.TECHNICAL_TABLE: 3,
        Assessor.IRM: 3,
        Assessor.CONTACT_POINT: 1,
    }
    assert all(one.achievements and one.source for one in said if one.assessor is Assessor.INSTITUTION)
    order = Order(3, CompilationKind.SELF_ASSESSMENT, date(2018, 6, 29))
    made = compile_document(order, zone=ZONE)
    assert made.assessment.phase == "midterm"
    assert [one.row.commitment for one in made.assessment.commitments] == list(range(1, 23))
    assert sum(bool(one.codes) for one in made.assessment.commitments) == 3
    assert {one.computed for one in made.assessment.commitments} == {CompletionLevel.NO_EVIDENCE}


def test_its_achievements_are_the_offices_in_other_words():
    """Numbers and names may be the same; a run of nine words from the document may not."""
    source = re.findall(
        r"\w+", shared_file("sources", "logros-primer-anio-2016-2018.txt").read_text().lower()
    )
    runs = {" ".join(source[place : place + 9]) for place in range(len(source) - 8)}
    content = data("plan3.json")
    rows = list(csv.DictReader(io.StringIO(text("plan3-instituciones.csv"))))
    assert [int(row["Compromiso"]) for row in rows] == list(range(1, 23))
    for said in (content["general"], *(row["Logros"] for row in rows), *(row["Obstáculos"] for row in rows)):
        words = re.findall(r"\w+", said.lower())
        assert not runs & {" ".join(words[place : place + 9]) for place in range(len(words) - 8)}


def test_one_report_is_published_and_one_waits_for_its_approval(loaded):
    final, present = db.session.query(CompiledReport).order_by(CompiledReport.id)
    assert (final.plan.number, final.cutoff_on, final.status) == (
        4,
        date(2020, 8, 28),
        CompilationStatus.PUBLISHED,
    )
    assert (final.institution.acronym, final.approved_label) == ("INFOM", "INFOM (demostración)")
    assert (present.plan.number, present.kind, present.status) == (
        5,
        CompilationKind.PLAN,
        CompilationStatus.READY,
    )


def test_evidence_is_real_files_and_one_is_confidential(loaded):
    kinds = {one.media_type for one in db.session.query(StoredFile)}
    assert kinds == {"application/pdf", "image/png", "image/webp", "text/plain"}
    assert db.session.query(Evidence).filter_by(access="confidential").count() == 1


def test_what_happened_was_recorded_in_its_order_and_before_today(loaded):
    moments = [one.at for one in db.session.query(AuditEvent).order_by(AuditEvent.seq)]
    assert moments == sorted(moments)
    assert moments[-1].date() < date(2026, 6, 15)


def test_loading_it_again_changes_nothing(loaded):
    with nothing_written():
        assert load(setting(loaded, date(2026, 7, 1))) == []


def test_the_command_prints_the_accounts_each_time(app):
    first, second = (app.test_cli_runner().invoke(args=["demo"]) for _ in range(2))
    assert first.exit_code == second.exit_code == 0, first.output
    assert first.stdout.startswith("Demostración cargada: planes 3, 4, 5.\n")
    assert second.stdout.startswith("La demostración ya estaba cargada.\n")
    for told in (first.stdout, second.stdout):
        assert f"contraseña: {cast.PASSWORD}" in told
        assert [part.email in told for part in cast.PARTS] == [True] * 7
    with app.app_context():
        assert all(one.is_demo for one in db.session.query(User))


def test_the_data_hold_facts_and_no_data_of_people():
    told = "".join(str(data(f"plan{number}.json")) for number in (3, 4, 5))
    assert not re.findall(r"[\w.]+@[\w.]+|\b\d{8}\b", told)
    plans, claims = historical_plan()
    assert [one.source for one in plans] == ["workplan", "workplan", "template"]
    assert not any(commitment.contact for one in plans for commitment in one.commitments)
    assert len(claims.claims) == 24


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.csv"])
def test_a_file_is_the_same_bytes_each_time(name):
    assert make(name, "Título") == make(name, "Título")
