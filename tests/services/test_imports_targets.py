"""Importing targets: each table a versioned fact, recorded once, that `verify` covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, make_institution, make_plan
from tests.support.factories.targets import money, table, target
from tracker.db import db, rehearsal, transaction
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.targets import TargetTable
from tracker.importers.proposals import Finding, InstitutionMention, Level, TargetsProposal
from tracker.models.plans import Doubt, FactVersion
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.queries.history import TARGETS, targets_at
from tracker.services.imports import ImportPreview
from tracker.services.target_imports import accept_targets_import
from tracker.services.verification import verify

pytestmark = pytest.mark.usefixtures("app_context")
TODAY = date(2024, 1, 20)
DOUBT = Finding(Level.DOUBT, "source-not-stated", "Metas", "A1", "Metas")
TABLE = table(
    target(1, financial=money(100, 0, 50)), target(2, snip="5", parent=1, financial=money(100, 0, 50))
)


@pytest.fixture(autouse=True)
def infom(app_context: object) -> None:
    make_institution("INFOM", "Instituto de Fomento Municipal")


def proposal(*tables: TargetTable, findings: tuple[Finding, ...] = ()) -> TargetsProposal:
    mention = InstitutionMention("INFOM", "Instituto de Fomento Municipal", "INFOM")
    return TargetsProposal(mention, list(tables), list(findings))


def take(made: TargetsProposal, plan: int | None = None, today: date = TODAY) -> ImportPreview:
    with transaction():
        return accept_targets_import(SYSTEM, made, plan, now=NOW, today=today)


def versions() -> list[FactVersion]:
    return db.session.query(FactVersion).filter_by(subject_kind=TARGETS).order_by(FactVersion.id).all()


def mismatches() -> set[str]:
    db.session.rollback()
    return {one.kind for one in verify(evidence_url="file:///nowhere", reports_folder="/nowhere")}


def counts(preview: ImportPreview) -> tuple[int, int, int]:
    return preview.created["targets"], preview.changed["targets"], preview.unchanged["targets"]


def test_a_table_becomes_a_fact_that_holds_from_the_end_of_its_period():
    assert counts(take(proposal(TABLE))) == (2, 0, 0)
    (version,) = versions()
    assert (version.plan_id, version.effective_on) == (None, date(2023, 12, 31))
    (said,) = targets_at(Cut(date(2023, 12, 31)))
    assert (said.table, said.institution.acronym, said.plan_uid) == (TABLE, "INFOM", "")
    assert targets_at(Cut(date(2023, 12, 30))) == ()
    assert mismatches() == set()


def test_what_is_told_before_a_period_is_over_holds_from_the_day_it_was_told():
    take(proposal(TABLE), today=date(2023, 11, 3))
    assert versions()[0].effective_on == date(2023, 11, 3)


def test_importing_twice_changes_nothing():
    take(proposal(TABLE))
    again = take(proposal(TABLE))
    assert (counts(again), again.writes_nothing) == ((0, 0, 2), True)
    assert len(versions()) == 1


def test_a_changed_file_makes_a_new_version_and_the_old_one_stays():
    take(proposal(TABLE))
    known = versions()[0].recorded_seq
    changed = replace(TABLE, rows=(TABLE.rows[0], replace(TABLE.rows[1], financial=money(100, 0, 60))))
    assert counts(take(proposal(changed))) == (0, 1, 1)
    assert [one.table for one in targets_at(Cut(TODAY))] == [changed]
    assert [one.table for one in targets_at(Cut(TODAY, known))] == [TABLE]
    assert mismatches() == set()


def test_another_source_changes_every_row_of_the_table():
    take(proposal(TABLE))
    other = replace(TABLE, source=replace(TABLE.source, report="R2"))
    assert counts(take(proposal(other))) == (0, 2, 0)


def test_a_row_that_is_gone_is_a_doubt():
    take(proposal(TABLE))
    preview = take(proposal(replace(TABLE, rows=TABLE.rows[:1])))
    assert [(one.code, one.params["name"]) for one in preview.issues] == [("target-row-absent", "Fila 2")]


def test_another_period_is_another_fact():
    take(proposal(TABLE, replace(TABLE, period=2)))
    assert len({one.subject_uid for one in versions()}) == 2


def test_a_plan_keeps_the_table_and_the_doubts():
    made = make_plan(number=4)
    take(proposal(TABLE, findings=(DOUBT,)), plan=4)
    assert versions()[0].plan_id == made.id
    assert [one.code for one in db.session.query(Doubt)] == ["source-not-stated"]
    assert take(proposal(TABLE)).writes_nothing, "a table tied to a plan stays so where none is named"
    assert mismatches() == set()


def test_an_error_and_a_rehearsal_write_nothing():
    wrong = replace(DOUBT, level=Level.ERROR, code="row-shifted")
    assert take(proposal(TABLE, findings=(wrong,))).has_errors
    assert take(TargetsProposal(None, [TABLE])).writes_nothing
    with rehearsal():
        preview = accept_targets_import(SYSTEM, proposal(TABLE), None, now=NOW, today=TODAY)
    assert counts(preview) == (2, 0, 0)
    assert versions() == []


def test_only_who_imports_plans_may_and_the_plan_must_be_there():
    with pytest.raises(NotFound):
        take(proposal(TABLE), plan=9)
    user = make_user(AccountRole.AUDITOR)
    with pytest.raises(NotAllowed), transaction():
        accept_targets_import(actor_of(user), proposal(TABLE), None, now=NOW, today=TODAY)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fact_versions SET content = replace(content, '10000', '2') WHERE subject_kind = 'targets'",
        "UPDATE fact_versions SET subject_kind = 'assessment' WHERE subject_kind = 'targets'",
        "UPDATE fact_versions SET plan_id = NULL WHERE subject_kind = 'targets'",
        "DELETE FROM fact_versions WHERE subject_kind = 'targets'",
    ],
)
def test_verify_finds_what_was_changed_behind_its_back(change):
    make_plan(number=4)
    take(proposal(TABLE), plan=4)
    db.session.remove()
    drop_triggers(db.session.connection())
    db.session.execute(text(change))
    install_triggers(db.session.connection())
    found = {one.kind for one in verify(evidence_url="file:///nowhere", reports_folder="/nowhere")}
    db.session.rollback()
    assert found & {"version-changed", "version-missing"}
