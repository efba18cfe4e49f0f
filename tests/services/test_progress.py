"""Reporting: drafts, what is refused beside its field, handing in, withdrawing, correcting."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, make_institution, window
from tests.support.factories.reports import (
    content,
    evidence_of,
    make_scene,
    nothing_written,
    report_row,
    save,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.schedule import Frequency
from tracker.domain.workflow import ReportStatus
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.current import ActivityCurrent
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport
from tracker.services import plans, progress
from tracker.services.report_history import report_content
from tracker.services.totals import refresh_plan

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene()


def current(node):
    db.session.rollback()
    return db.session.get(ActivityCurrent, node.id)


def set_plan(scene, **columns):
    with transaction():
        plan = db.session.get(ActionPlan, scene.made.id)
        for name, value in columns.items():
            setattr(plan, name, value)


class TestADraft:
    def test_is_kept_without_being_said(self, scene):
        row = report_row(save(scene))
        assert (row.status, row.recorded_seq, row.actions) == (ReportStatus.DRAFT, None, [])
        assert row.author_uid == scene.liaison.uid
        assert current(scene.activity).reported_percent is None

    def test_may_be_half_written(self, scene):
        row = report_row(save(scene, written=content(None, narrative="", no_progress=True)))
        assert (row.percent, row.narrative) == (None, "")

    def test_is_saved_again_in_the_same_row(self, scene):
        uid = save(scene)
        assert save(scene, report_uid=uid, written=content("62.25")) == uid
        row = report_row(uid)
        assert (row.percent, row.lock_version) == (Decimal("62.25"), 2)

    def test_takes_the_name_of_who_wrote_last(self, scene):
        uid = save(scene)
        other = actor_of(make_user("liaison", institution="INFOM"))
        save(scene, actor=other, report_uid=uid)
        assert report_row(uid).author_uid == other.uid

    def test_saved_on_an_older_version_is_a_conflict_that_loses_nothing(self, scene):
        uid = save(scene, written=content(10))
        save(scene, report_uid=uid, lock_version=1, written=content(20))
        with pytest.raises(Conflict, match="changed-meanwhile"):
            save(scene, report_uid=uid, lock_version=1, written=content(30))
        assert report_row(uid).percent == 20

    def test_of_another_item_is_not_saved_here(self, scene):
        uid = scene.draft(scene.made.activities[1])
        with pytest.raises(NotFound):
            save(scene, report_uid=uid, written=content(99))
        assert report_row(uid).percent == 50

    def test_is_thrown_away_with_its_evidence(self, scene):
        with nothing_written():
            uid = scene.draft()
            scene.link(uid, scene.activity.means)
            with transaction():
                progress.discard_draft(scene.liaison, report_uid=uid)

    def test_handed_in_cannot_be_thrown_away_nor_written_again(self, scene):
        uid = scene.submitted()
        with pytest.raises(Conflict), transaction():
            progress.discard_draft(scene.liaison, report_uid=uid)
        with pytest.raises(Conflict):
            save(scene, report_uid=uid)

    def test_can_be_of_a_milestone(self, scene):
        milestone = scene.made.milestones[0]
        assert report_row(save(scene, node_uid=milestone.uid)).node.uid == milestone.uid


class TestWhoseItIs:
    @pytest.mark.parametrize("kind", ["commitment", "plan", "nothing"])
    def test_only_activities_and_milestones_take_reports(self, scene, kind):
        uid = {"commitment": scene.made.commitments[0].uid, "plan": scene.made.uid}.get(kind, "nothing")
        with pytest.raises(NotFound):
            save(scene, node_uid=uid)

    def test_nobody_reports_for_an_institution_that_is_not_theirs(self, scene):
        with pytest.raises(NotFound), nothing_written():
            save(scene, institution_uid=scene.made.helper.uid)

    def test_nobody_reports_where_their_institution_has_no_part(self, scene):
        stranger = actor_of(make_user("liaison", institution="MINFIN"))
        with pytest.raises(NotFound), nothing_written():
            save(scene, actor=stranger, institution_uid=make_institution("MINFIN").uid)

    def test_an_unknown_institution_is_not_found(self, scene):
        with pytest.raises(NotFound):
            save(scene, institution_uid="nobody")

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.LIAISON])
    def test_no_other_role_reports(self, scene, role):
        person = actor_of(make_user(role, institution="INFOM"))
        with pytest.raises((NotAllowed, NotFound)), nothing_written():
            save(scene, actor=person)

    def test_nor_does_the_system(self, scene):
        with pytest.raises((NotAllowed, NotFound)):
            save(scene, actor=SYSTEM)

    @pytest.mark.parametrize("verb", ["submit_report", "withdraw_report", "correct_report"])
    def test_anothers_report_does_not_exist(self, scene, verb):
        uid = scene.draft() if verb == "submit_report" else scene.submitted()
        with pytest.raises(NotFound), transaction():
            getattr(progress, verb)(scene.helper, report_uid=uid, now=scene.clock.next(), today=TODAY)

    def test_anothers_draft_cannot_be_thrown_away(self, scene):
        uid = scene.draft()
        with pytest.raises(NotFound), transaction():
            progress.discard_draft(scene.helper, report_uid=uid)

    @pytest.mark.parametrize("verb", ["submit_report", "withdraw_report", "correct_report"])
    def test_the_head_reads_but_hands_nothing_in(self, scene, verb):
        uid = scene.draft() if verb == "submit_report" else scene.submitted()
        head = actor_of(make_user("institution_head", institution="INFOM"))
        with pytest.raises(NotAllowed), transaction():
            getattr(progress, verb)(head, report_uid=uid, now=scene.clock.next(), today=TODAY)

    def test_an_inherited_part_is_a_part(self, app_context):
        scene = make_scene()
        milestone = scene.made.milestones[0]  # it names no institutions of its own: the commitment does
        assert report_row(scene.submitted(milestone, actor=scene.helper)).institution.acronym == "INAP"

    def test_a_part_that_ended_before_handing_in_is_none(self, scene):
        uid = scene.draft(actor=scene.helper)
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            node.roles.pop()
        with pytest.raises(NotFound):
            scene.submit(uid, actor=scene.helper)


class TestThePlan:
    @pytest.mark.parametrize("status", list(PlanStatus))
    def test_takes_reports_only_while_it_runs(self, scene, status):
        set_plan(scene, status=status)
        if status in {PlanStatus.APPROVED, PlanStatus.IN_COURSE}:
            assert save(scene)
        else:
            with pytest.raises(Conflict, match="plan-closed"):
                save(scene)

    def test_closed_in_between_takes_no_draft_in(self, scene):
        uid, old = scene.draft(scene.made.activities[1]), scene.give_back(scene.submitted())
        set_plan(scene, status=PlanStatus.CLOSED)
        with pytest.raises(Conflict, match="plan-closed"):
            scene.submit(uid)
        with pytest.raises(Conflict, match="plan-closed"):
            scene.correct(old)

    @pytest.mark.parametrize("level", ["activity", "milestone", "commitment"])
    def test_an_item_taken_out_takes_no_reports(self, scene, level):
        uid = scene.draft()
        ref = {"activity": scene.activity, "milestone": scene.made.milestones[0]}.get(level)
        with transaction():
            node = db.session.get(PlanNode, (ref or scene.made.commitments[0]).id)
            plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Enmienda", now=scene.clock.next())
        with pytest.raises(Conflict, match="item-withdrawn"):
            save(scene)
        with pytest.raises(Conflict, match="item-withdrawn"):
            scene.submit(uid)

    def test_an_item_takes_reports_until_the_day_it_is_taken_out(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            plans.withdraw_node(SYSTEM, node, on=TOMORROW, reason="Enmienda", now=scene.clock.next())
        assert save(scene)


class TestHandingIn:
    def test_freezes_the_words_in_the_chain(self, scene):
        uid = scene.submitted(percent="62.50", narrative="Se publicó el informe.")
        row = report_row(uid)
        event = db.session.get(AuditEvent, row.recorded_seq)
        payload = db.session.get(AuditPayload, row.recorded_seq)
        assert (event.tag, event.subject_uid) == ("report:submitted", uid)
        assert '"narrative":"Se publicó el informe."' in payload.content
        assert '"percent":"62.5"' in payload.content
        assert report_content(row)["evidence"] == sorted(evidence_of(uid))

    def test_records_the_evidence_before_the_report_and_the_step_after(self, scene):
        row = report_row(scene.submitted())
        step = row.actions[0]
        assert [item.recorded_seq for item in row.evidence] == [row.recorded_seq - 1]
        assert (step.recorded_seq, step.action, step.actor_uid) == (
            row.recorded_seq + 1,
            "submit",
            scene.liaison.uid,
        )

    def test_says_the_institution_and_never_the_person(self, scene):
        person = make_user("liaison", institution="INFOM", name="Nombre Apellido")
        row = report_row(scene.submitted(actor=actor_of(person)))
        assert row.actions[0].actor_label == "INFOM"
        texts = " ".join(db.session.scalars(select(AuditPayload.content)))
        assert "Apellido" not in texts

    def test_refreshes_the_figures_at_once(self, scene):
        scene.submitted(percent=40)
        row = current(scene.activity)
        assert (row.reported_percent, row.reported_by, row.reported_on) == (40, "INFOM", TODAY)
        assert row.validated_percent is None

    def test_twice_is_a_conflict(self, scene):
        uid = scene.submitted()
        with pytest.raises(Conflict, match="transition-not-possible"), nothing_written():
            scene.submit(uid)

    def test_on_an_older_version_is_a_conflict(self, scene):
        uid = scene.draft()
        save(scene, report_uid=uid)
        with pytest.raises(Conflict, match="changed-meanwhile"), transaction():
            progress.submit_report(
                scene.liaison, report_uid=uid, lock_version=1, now=scene.clock.next(), today=TODAY
            )

    def test_is_undone_whole_when_the_transaction_fails(self, scene):
        uid = scene.draft()

        def interrupted():
            with transaction():
                progress.submit_report(scene.liaison, report_uid=uid, now=scene.clock.next(), today=TODAY)
                raise RuntimeError("power cut")

        with pytest.raises(RuntimeError), nothing_written():
            interrupted()
        assert (status_of(uid), current(scene.activity).reported_percent) == (ReportStatus.DRAFT, None)

    def test_of_a_contribution_does_not_count_over_the_leads(self, scene):
        scene.submitted(percent=30)
        scene.submitted(percent=100, actor=scene.helper)
        assert current(scene.activity).reported_percent == 30

    def test_of_something_unknown_is_not_found(self, scene):
        with pytest.raises(NotFound):
            scene.submit("nothing")


class TestOccurrences:
    def test_of_a_recurring_duty_add_up(self, app_context):
        months = window(date(2026, 1, 1), date(2026, 4, 30))
        scene = make_scene(windows=[months], frequency=Frequency.MONTHLY)
        for month in ("2026-01", "2026-02"):
            scene.submitted(percent=100, occurrence=month)
        scene.submitted(percent=60, occurrence="2026-03")
        assert current(scene.activity).reported_percent == 50

    def test_that_the_schedule_does_not_know_are_refused(self, app_context):
        months = window(date(2026, 1, 1), date(2026, 4, 30))
        scene = make_scene(windows=[months], frequency=Frequency.MONTHLY)
        uid = scene.draft(percent=100, occurrence="2026-05")
        with pytest.raises(DomainError, match="occurrence-unknown"):
            scene.submit(uid)

    def test_of_two_windows_are_told_apart(self, app_context):
        windows = [window(date(2026, 1, 1), date(2026, 3, 31)), window(date(2026, 7, 1), date(2026, 9, 30))]
        scene = make_scene(windows=windows)
        scene.submitted(percent=100, occurrence="1", completed_on=date(2026, 3, 1))
        row = current(scene.activity)
        assert (row.reported_percent, row.due_on) == (50, date(2026, 9, 30))


class TestWithdrawing:
    def test_takes_the_claim_out_of_the_figures(self, scene):
        uid = scene.withdraw(scene.submitted(percent=40))
        assert status_of(uid) is ReportStatus.WITHDRAWN
        assert current(scene.activity).reported_percent is None

    def test_is_possible_only_before_review(self, scene):
        for uid in (scene.validated(), scene.give_back(scene.submitted()), scene.reopen(scene.validated())):
            with pytest.raises(Conflict):
                scene.withdraw(uid)

    def test_keeps_the_words_and_both_steps(self, scene):
        row = report_row(scene.withdraw(scene.submitted()))
        assert [step.action.value for step in row.actions] == ["submit", "withdraw"]
        assert row.narrative == "Se hizo lo previsto."


class TestCorrecting:
    @pytest.mark.parametrize("ending", ["returned", "withdrawn", "validated"])
    def test_opens_a_further_version_with_the_same_words_and_evidence(self, scene, ending):
        uid = scene.submitted(percent=40)
        {"returned": scene.give_back, "withdrawn": scene.withdraw, "validated": scene.validate}[ending](uid)
        old = report_row(uid)
        fresh = report_row(scene.correct(uid, today=TOMORROW))
        assert (fresh.thread_uid, fresh.version) == (old.thread_uid, 2)
        assert (fresh.percent, fresh.narrative, fresh.reported_on) == (40, old.narrative, TOMORROW)
        assert fresh.status is ReportStatus.DRAFT
        assert [(e.url, [m.uid for m in e.means]) for e in fresh.evidence] == [
            (e.url, [m.uid for m in e.means]) for e in old.evidence
        ]
        assert not {e.uid for e in fresh.evidence} & {e.uid for e in old.evidence}
        assert old.status.value == ending

    def test_keeps_the_file_and_its_date(self, scene):
        uid = scene.draft(answers=())
        scene.file(uid, scene.activity.means[:1], effective_on=date(2026, 3, 1))
        scene.give_back(scene.submit(uid))
        (old,), (new,) = report_row(uid).evidence, report_row(scene.correct(uid)).evidence
        assert (new.sha256, new.filename, new.effective_on) == (old.sha256, "acta.pdf", date(2026, 3, 1))
        assert new.recorded_seq is None

    def test_gives_an_open_version_back(self, scene):
        uid = scene.give_back(scene.submitted())
        assert scene.correct(uid) == scene.correct(uid)

    def test_starts_from_the_newest_version_only(self, scene):
        uid = scene.give_back(scene.submitted())
        scene.submit(scene.correct(uid))
        with pytest.raises(Conflict, match="newer-version-exists"):
            scene.correct(uid)

    def test_of_a_discarded_version_starts_again(self, scene):
        uid = scene.give_back(scene.submitted())
        with transaction():
            progress.discard_draft(scene.liaison, report_uid=scene_correct(scene, uid))
        assert report_row(scene.correct(uid)).version == 2

    @pytest.mark.parametrize("standing", ["draft", "submitted", "reopened"])
    def test_is_not_possible_while_it_is_under_way(self, scene, standing):
        uid = {
            "draft": scene.draft,
            "submitted": scene.submitted,
            "reopened": lambda: scene.reopen(scene.validated()),
        }[standing]()
        with pytest.raises(Conflict, match="correction-not-possible"):
            scene.correct(uid)

    def test_of_a_validated_report_leaves_it_standing_until_the_new_one_is_decided(self, scene):
        uid = scene.validated(percent=60)
        fresh = scene.correct(uid)
        save(scene, report_uid=fresh, written=content(80))
        scene.submit(fresh)
        row = current(scene.activity)
        assert (row.validated_percent, row.reported_percent) == (60, 80)
        scene.validate(fresh)
        assert current(scene.activity).validated_percent == 80


def scene_correct(scene, uid):
    """A correction inside the transaction that the caller has open."""
    return progress.correct_report(scene.liaison, report_uid=uid, now=scene.clock.next(), today=TODAY).uid


def test_progress_after_the_plans_end_is_left_out_of_its_figures(app_context):
    scene = make_scene(ends_on=date(2026, 5, 31))
    scene.validated(percent=30, today=date(2026, 5, 31))
    scene.submitted(percent=90, today=TODAY)
    assert current(scene.activity).reported_percent == 30


def test_a_draft_is_no_part_of_any_figure_even_after_everything_is_recomputed(scene):
    scene.draft(percent=90)
    with transaction():
        refresh_plan(scene.made.id, TODAY)
    assert current(scene.activity).reported_percent is None
    assert db.session.scalar(select(db.func.count()).select_from(ProgressReport)) == 1
