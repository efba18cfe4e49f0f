"""Importing what institutions claim: submitted once, never validated; parts not given are doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.proposals import (
    activity,
    claim,
    commitment,
    doubt,
    error,
    mention,
    milestone,
    part,
    progress,
    template,
    workplan,
)
from tests.support.factories.reports import nothing_written
from tracker.db import db, rehearsal, transaction
from tracker.domain.errors import NotAllowed, NotFound
from tracker.domain.evidence import EvidenceKind
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import Role
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.importers.proposals import PlanProposal, ProgressProposal
from tracker.models.current import ActivityCurrent
from tracker.models.plans import Doubt
from tracker.models.progress import ProgressReport
from tracker.services.imports import ImportPreview
from tracker.services.plan_imports import accept_plan_import
from tracker.services.progress_imports import accept_progress_import

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture(autouse=True)
def plan(app_context: object) -> None:
    """Milestone 1 of INFOM with two activities, milestone 2 of SCEP, one activity without a milestone."""
    nineteen = commitment(19, roles=(part("SESAN"),))
    nineteen.activities = [activity(6, "", roles=(part("SESAN"), part("INFOM", Role.CO_RESPONSIBLE)))]
    lead = milestone(1, activity(1, means=("Informe",)), activity(2), roles=(part("INFOM"),))
    take_plan(workplan(commitment(10, lead, milestone(2, activity(1, "2"), roles=(part("SCEP"),))), nineteen))


def take_plan(proposal: PlanProposal) -> None:
    with transaction():
        accept_plan_import(SYSTEM, proposal, 4, now=NOW, today=TODAY)


def take(proposal: ProgressProposal, plan: int = 4) -> ImportPreview:
    with transaction():
        return accept_progress_import(SYSTEM, proposal, plan, now=NOW, today=TODAY)


def reports() -> list[ProgressReport]:
    return db.session.query(ProgressReport).order_by(ProgressReport.id).all()


def test_a_claim_becomes_a_submitted_report_of_its_institution():
    done = take(progress(claim(completed_on=date(2020, 8, 1))))
    assert (done.created["progress_reports"], done.unchanged["institutions"]) == (1, 1)
    (report,) = reports()
    assert (report.node.label, report.institution.acronym) == ("1.1", "INFOM")
    assert (report.status, report.percent, report.origin) == (ReportStatus.SUBMITTED, Decimal(100), "import")
    assert (report.reported_on, report.completed_on) == (date(2020, 8, 28), date(2020, 8, 1))
    assert (report.claimed_role, report.author_uid) == (Role.LEAD, "system")
    assert [one.action for one in report.actions] == [ReportAction.SUBMIT]
    assert report.recorded_seq is not None


def test_no_claim_is_ever_validated_by_loading_it():
    take(progress(claim()))
    (current,) = [one for one in db.session.query(ActivityCurrent) if one.reported_percent is not None]
    assert (current.reported_percent, current.validated_percent) == (Decimal(100), None)


def test_links_are_evidence_of_the_report_that_answers_no_means():
    take(progress(claim(links=("https://uno.gt/", "https://dos.gt/"))))
    (report,) = reports()
    assert [(one.kind, one.url, one.means) for one in report.evidence] == [
        (EvidenceKind.LINK, "https://uno.gt/", []),
        (EvidenceKind.LINK, "https://dos.gt/", []),
    ]
    assert {one.effective_on for one in report.evidence} == {date(2020, 8, 28)}
    assert all(one.recorded_seq for one in report.evidence)


def test_a_narrative_on_a_milestone_stays_one_without_percent_or_doubt():
    done = take(progress(claim("10/2", None, role=None, role_text="")))
    (report,) = reports()
    assert (report.node.label, report.percent, report.narrative) == ("2", None, "Se cumplió.")
    assert done.issues == ()


def test_claims_find_activities_without_milestone_and_commitments():
    take(
        progress(
            claim("19/", milestone="", activity="6", role=Role.CO_RESPONSIBLE),
            claim("10", None, row=3, role=None),
        )
    )
    assert [one.node.label for one in reports()] == ["6", "10"]


def test_an_activity_may_bear_a_label_of_its_own():
    odd = replace(activity(7, "1"), label="7a")
    take_plan(workplan(commitment(10, milestone(1, odd))))
    take(progress(claim("10/1.7a")))
    assert [one.node.label for one in reports()] == ["7a"]


def test_repeating_a_file_adds_nothing():
    take(progress(claim(links=("https://uno.gt/",))))
    again = take(progress(claim(links=("https://uno.gt/",))))
    assert again.writes_nothing
    assert again.unchanged["progress_reports"] == 1
    assert len(reports()) == 1


def test_a_claim_with_other_words_is_a_further_version_of_the_same_report():
    take(progress(claim()))
    done = take(progress(claim(narrative="Se cumplió y se publicó.")))
    assert (done.changed["progress_reports"], done.created["progress_reports"]) == (1, 0)
    old, new = reports()
    assert (old.status, new.status) == (ReportStatus.WITHDRAWN, ReportStatus.SUBMITTED)
    assert (new.thread_uid, new.version) == (old.thread_uid, 2)
    assert take(progress(claim())).writes_nothing, "the words handed in first are known too"


def test_a_decided_report_stays_when_other_words_come():
    take(progress(claim()))
    with transaction():
        reports()[0].status = ReportStatus.RETURNED
    take(progress(claim(percent=80)))
    assert [one.status for one in reports()] == [ReportStatus.RETURNED, ReportStatus.SUBMITTED]


def test_a_claim_of_another_date_is_another_report():
    take(progress(claim(), claim(row=3, reported_on=date(2020, 5, 31), percent=60)))
    assert [one.version for one in reports()] == [1, 1]
    assert reports()[0].thread_uid != reports()[1].thread_uid


def test_a_completion_date_below_the_whole_is_not_stored():
    take(progress(claim(percent=80, completed_on=date(2020, 8, 1))))
    assert reports()[0].completed_on is None


@pytest.mark.parametrize("item", ["10/9", "10/1.9", "11", "19/1.6"])
def test_a_claim_on_an_item_that_does_not_exist_is_an_error(item):
    with nothing_written():
        done = take(progress(claim(), claim(item, row=7)))
    assert [(one.code, one.cell, one.params) for one in done.issues] == [
        ("item-not-in-plan", "A7", {"item": item})
    ]


def test_a_report_of_a_day_to_come_is_an_error():
    with nothing_written():
        done = take(progress(claim(reported_on=date(2026, 6, 16))))
    assert [one.code for one in done.issues] == ["report-in-future"]


def test_an_error_of_the_file_stops_all_of_it():
    with nothing_written():
        assert take(progress(claim(), findings=(error("percent-out-of-range"),))).has_errors


def test_a_rehearsal_writes_nothing():
    with nothing_written(), rehearsal():
        preview = accept_progress_import(SYSTEM, progress(claim()), 4, now=NOW, today=TODAY)
    assert preview == take(progress(claim()))


def test_a_missing_plan_and_a_liaison_are_refused():
    with pytest.raises(NotFound), transaction():
        accept_progress_import(SYSTEM, progress(), 9, now=NOW, today=TODAY)
    liaison = actor_of(make_user("liaison", "INFOM"))
    with pytest.raises(NotAllowed), transaction():
        accept_progress_import(liaison, progress(), 4, now=NOW, today=TODAY)


# Parts


def codes(done: ImportPreview) -> list[str]:
    return [one.code for one in done.issues]


def test_a_part_that_the_plan_gives_raises_no_doubt_even_when_inherited():
    assert codes(take(progress(claim("10/1.2")))) == []


def test_a_claim_without_role_and_with_percent_by_one_without_part_is_a_doubt():
    assert codes(take(progress(claim("10/2.1", role=None)))) == ["role-not-in-plan"]


def test_a_claim_in_another_part_than_the_plan_gives_is_a_doubt():
    done = take(progress(claim(role=Role.CO_RESPONSIBLE)))
    assert [(one.code, one.params["claimed"], one.params["planned"]) for one in done.issues] == [
        ("role-differs", "co_responsible", "lead")
    ]
    assert len(reports()) == 1, "the claim was handed in all the same"


def test_a_part_the_plan_does_not_give_is_a_doubt_on_the_item():
    done = take(progress(claim("10/2.1")))
    assert done.issues[0].params == {"item": "2.1", "institution": "INFOM"}
    (row,) = db.session.query(Doubt).all()
    assert (row.code, row.node.label, row.text) == ("role-not-in-plan", "2.1", "responsable")


@pytest.mark.parametrize(("draft", "code"), [(True, "role-in-draft-variant"), (False, "role-in-variant")])
def test_a_doubt_names_the_other_source_that_gives_the_part(draft, code):
    take(progress(claim("10/2.1")))
    take_plan(template(commitment(10, milestone(2, roles=(part("SCEP"), part("INFOM")))), draft=draft))
    done = take(progress(claim("10/2.1")))
    assert codes(done) == [code]
    assert done.issues[0].params["source"] == "template"
    (row,) = db.session.query(Doubt).all()
    assert (row.code, row.params["version"]) == (code, "7-11-2018"), "one question, told anew"


def test_an_institution_unknown_in_the_plan_is_made_with_a_doubt():
    done = take(progress(claim(institution=mention("SENACYT"))))
    assert codes(done) == ["institution-not-in-plan"]
    assert done.created["institutions"] == 1
    assert reports()[0].institution.acronym == "SENACYT"


def test_an_item_to_which_nobody_is_named_takes_claims_with_a_doubt():
    take_plan(workplan(commitment(11, milestone(1, activity()))))
    assert codes(take(progress(claim("11/1.1")))) == ["role-not-in-plan"]


def test_a_doubt_alone_is_written_too():
    take(progress(findings=(doubt("unknown-role", node="10/1.1"),)))
    assert db.session.query(Doubt).one().code == "unknown-role"
