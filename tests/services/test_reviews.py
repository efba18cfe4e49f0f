"""Deciding on reports: rule 3 in the service and in the database, nobody on their own, each decision once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    evidence_of,
    make_scene,
    nothing_written,
    report_row,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import User
from tracker.models.audit import AuditPayload
from tracker.models.current import ActivityCurrent, NodeTotals
from tracker.services import progress, reviews

TOMORROW = TODAY + timedelta(days=1)
DECIDED = {"status": "validated", "decided_by_uid": "x", "decided_at": "2026-06-15"}


@pytest.fixture
def scene(app_context):
    return make_scene()


def current(node):
    db.session.rollback()
    return db.session.get(ActivityCurrent, node.id)


def refused(scene, uid, code, field="exception", **more):
    with pytest.raises(DomainError, match=code) as error, nothing_written():
        scene.validate(uid, **more)
    assert error.value.field == field
    assert status_of(uid) is ReportStatus.SUBMITTED
    return error.value


class TestValidating:
    def test_the_whole_with_evidence_for_every_means(self, scene):
        row = report_row(scene.validated(percent=100))
        assert (row.status, row.all_means_answered, row.exception) == (ReportStatus.VALIDATED, True, "")
        assert (row.decided_by_uid, row.decided_at) == (scene.contact.uid, scene.clock.at)
        assert current(scene.activity).validated_percent == 100

    def test_the_whole_with_one_means_unanswered_is_refused(self, scene):
        uid = scene.submitted(percent=100, answers=scene.activity.means[:1])
        error = refused(scene, uid, "means-without-evidence")
        assert error.params == {"missing": [scene.activity.means[1]], "count": 1}

    def test_the_whole_with_an_answer_set_aside_is_refused(self, scene):
        uid = scene.draft(percent=100, answers=scene.activity.means[:1])
        scene.link(uid, scene.activity.means[1:])
        scene.submit(uid)
        refused(scene, uid, "means-without-evidence", accepted=evidence_of(uid)[:1])

    def test_the_whole_with_evidence_for_nothing_in_particular_is_refused(self, scene):
        uid = scene.draft(percent=100, answers=())
        scene.link(uid)
        refused(scene, scene.submit(uid), "means-without-evidence")

    def test_a_hundredth_below_the_whole_needs_one_item_only(self, scene):
        scene.validated(percent="99.99", answers=scene.activity.means[:1])
        assert str(current(scene.activity).validated_percent) == "99.99"

    @pytest.mark.parametrize("percent", ["0.01", "50", "99.99"])
    def test_anything_above_nothing_needs_one_accepted_item(self, scene, percent):
        refused(scene, scene.submitted(percent=percent), "no-accepted-evidence", "accepted", accepted=[])

    def test_below_the_whole_no_exception_stands_in_for_evidence(self, scene):
        uid = scene.submitted(percent=99, answers=())
        words = {"exception": "Visto en sitio.", "signed_name": "Una persona"}
        refused(scene, uid, "no-accepted-evidence", "accepted", **words)

    @pytest.mark.parametrize("percent", [0, None])
    def test_nothing_and_a_narrative_need_no_evidence(self, scene, percent):
        assert status_of(scene.validated(percent=percent, answers=())) is ReportStatus.VALIDATED

    def test_an_activity_without_means_needs_one_item_for_the_whole(self, app_context):
        scene = make_scene(means=())
        uid = scene.submitted(percent=100, answers=())
        refused(scene, uid, "no-accepted-evidence", "accepted")
        scene.withdraw(uid)
        other = scene.draft(percent=100, answers=())
        scene.link(other)
        scene.validate(scene.submit(other))
        assert report_row(other).all_means_answered

    def test_restricted_evidence_counts(self, scene):
        uid = scene.draft(percent=100, answers=())
        scene.link(uid, scene.activity.means, access="confidential")
        assert status_of(scene.validate(scene.submit(uid))) is ReportStatus.VALIDATED

    def test_what_earlier_reports_proved_counts(self, scene):
        scene.validated(percent=50, answers=scene.activity.means[:1])
        scene.validated(percent=100, answers=scene.activity.means[1:])
        assert (current(scene.activity).answered, current(scene.activity).required) == (2, 2)

    @pytest.mark.parametrize("what", ["only submitted", "returned", "withdrawn", "reopened", "set aside"])
    def test_what_was_never_accepted_does_not(self, scene, what):
        percent = 100 if what == "set aside" else 50
        # What still waits is another institution's: one's own would have to be decided first.
        who = scene.helper if what in {"only submitted", "reopened"} else scene.liaison
        uid = scene.submitted(percent=percent, answers=scene.activity.means[:1], actor=who)
        if what == "returned":
            scene.give_back(uid)
        elif what == "withdrawn":
            scene.withdraw(uid)
        elif what == "reopened":
            scene.reopen(scene.validate(uid))
        elif what == "set aside":
            scene.validate(uid, accepted=[], exception="Visto en sitio.", signed_name="Una persona")
        refused(
            scene, scene.submitted(percent=100, answers=scene.activity.means[1:]), "means-without-evidence"
        )

    def test_evidence_of_another_report_is_refused(self, scene):
        other = scene.submitted(scene.made.activities[1])
        uid = scene.submitted()
        refused(scene, uid, "evidence-not-of-report", "accepted", accepted=evidence_of(other))

    def test_keeps_in_history_what_was_accepted_and_what_was_said(self, scene):
        uid = scene.submitted(percent=60)
        scene.validate(uid, comment=" Bien. ", contradicts_narrative=True)
        step = report_row(uid).actions[-1]
        assert (step.action, step.comment, step.contradicts_narrative) == ("validate", "Bien.", True)
        assert step.accepted_evidence == evidence_of(uid)
        payload = json.loads(db.session.get(AuditPayload, step.recorded_seq).content)
        assert payload["accepted_evidence"] == evidence_of(uid)
        assert payload["actor_label"] == "contact_point"

    def test_refreshes_figures_and_totals_in_the_same_transaction(self, scene):
        uid = scene.submitted(percent=60)

        def interrupted():
            with transaction():
                reviews.validate_report(
                    scene.contact,
                    report_uid=uid,
                    accepted=evidence_of_open(uid),
                    now=scene.clock.next(),
                    today=TODAY,
                )
                assert db.session.get(ActivityCurrent, scene.activity.id).validated_percent == 60
                assert db.session.get(NodeTotals, scene.made.id).validated_floor == "30"
                raise RuntimeError("power cut")

        with pytest.raises(RuntimeError), nothing_written():
            interrupted()
        assert current(scene.activity).validated_percent is None
        assert db.session.get(NodeTotals, scene.made.id).validated_floor == "0"
        assert status_of(uid) is ReportStatus.SUBMITTED


def evidence_of_open(uid):
    """A report's evidence inside the transaction that the caller has open."""
    return [item.uid for item in progress.get_locked(uid).evidence]


class TestAnException:
    def test_written_and_signed_stands_in_for_evidence(self, scene):
        uid = scene.submitted(percent=100, answers=())
        scene.validate(uid, exception=" Verificado en sitio. ", signed_name=" Nombre Apellido ")
        row = report_row(uid)
        assert (row.all_means_answered, row.exception) == (False, "Verificado en sitio.")
        assert row.actions[-1].signed_name == "Nombre Apellido"
        assert current(scene.activity).validated_percent == 100
        assert current(scene.activity).answered == 0

    @pytest.mark.parametrize("name", ["", "   "])
    def test_without_a_signature_is_refused(self, scene, name):
        uid = scene.submitted(percent=100, answers=())
        refused(scene, uid, "signature-required", "signed_name", exception="Visto.", signed_name=name)

    def test_is_signed_with_ones_own_name_only(self, scene):
        uid = scene.submitted(percent=100, answers=())
        with transaction():
            named = text("UPDATE users SET name = 'Ana Pérez' WHERE uid = :uid")
            db.session.execute(named, {"uid": scene.contact.uid})
        words = {"exception": "Visto en sitio.", "accepted": []}
        refused(scene, uid, "signature-not-yours", "signed_name", signed_name="Otra Persona", **words)
        scene.validate(uid, signed_name="ana perez", **words)
        assert report_row(uid).actions[-1].signed_name == "ana perez"

    def test_of_blanks_is_none(self, scene):
        uid = scene.submitted(percent=100, answers=())
        refused(scene, uid, "means-without-evidence", exception="  ", signed_name="Nombre")


class TestTheDatabaseItself:
    """Whatever way is taken around the services, the rule holds."""

    def update(self, uid, **values):
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        with db.engine.begin() as connection:
            connection.execute(
                text(f"UPDATE progress_reports SET {assignments} WHERE uid = :uid"),  # noqa: S608 - own names
                {**values, "uid": uid},
            )

    @pytest.mark.parametrize(
        ("rule", "values"),
        [
            (
                "validated_full_has_evidence",
                {"status": "validated", "decided_by_uid": "x", "decided_at": "2026-06-15"},
            ),
            ("validated_is_decided", {"status": "validated", "all_means_answered": True}),
            ("percent_in_range", {"percent": "100.01"}),
            ("percent_in_range", {"percent": "-1"}),
            ("completed_is_full", {"percent": "99", "completed_on": "2026-06-01"}),
            ("submitted_is_recorded", {"recorded_seq": None}),
            ("no_progress_has_reason", {"no_progress": True}),
        ],
    )
    def test_refuses_what_breaks_a_rule(self, scene, rule, values):
        uid = scene.submitted(percent=100, answers=())
        with pytest.raises(IntegrityError, match=rule):
            self.update(uid, **values)

    def test_lets_a_signed_exception_through(self, scene):
        uid = scene.submitted(percent=100, answers=())
        self.update(uid, **DECIDED, exception="Verificado en sitio.")
        assert status_of(uid) is ReportStatus.VALIDATED

    @pytest.mark.parametrize("action", ["return", "reopen"])
    def test_refuses_a_return_without_words(self, scene, action):
        uid = scene.submitted()
        seq = report_row(uid).actions[0].recorded_seq
        with pytest.raises(IntegrityError, match="comment_given"), db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO report_events (uid, report_id, action, recorded_seq, at, actor_uid,"
                    " actor_label, comment, exception, signed_name, contradicts_narrative, accepted_evidence)"
                    " SELECT 'forged', id, :action, :seq, :at, 'x', 'x', '', '', '', :no, '[]'"
                    " FROM progress_reports WHERE uid = :uid"
                ),
                {"action": action, "seq": seq, "at": "2026-06-15", "no": False, "uid": uid},
            )


class TestWho:
    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.CONTACT_POINT])
    @pytest.mark.parametrize("institution", ["INFOM", "SEGEPLAN"])
    def test_only_the_contact_point_decides(self, scene, role, institution):
        uid = scene.submitted(percent=0)
        other = actor_of(make_user(role, institution=institution))
        with pytest.raises(NotAllowed), nothing_written():
            scene.validate(uid, actor=other)

    def test_not_even_the_system(self, scene):
        with pytest.raises(NotAllowed):
            scene.validate(scene.submitted(), actor=SYSTEM)

    def test_nobody_decides_on_their_own_institution(self, scene):
        own = actor_of(make_user("contact_point", institution="INFOM"))
        uid = scene.submitted()
        with pytest.raises(NotAllowed, match="own-report"):
            scene.validate(uid, actor=own)
        other = scene.submitted(actor=scene.helper)
        assert status_of(scene.validate(other, actor=own)) is ReportStatus.VALIDATED

    def test_nobody_decides_on_their_own_words(self, scene):
        person = make_user("liaison", institution="INFOM")
        uid = scene.submitted(actor=actor_of(person))
        with transaction():
            user = db.session.get(User, person.id)
            user.role = AccountRole.CONTACT_POINT
            for part in user.memberships:
                part.ends_on = part.starts_on
        moved = actor_of(person, TOMORROW)
        assert moved.institution_ids == frozenset()
        with pytest.raises(NotAllowed, match="own-report"):
            scene.validate(uid, actor=moved)

    def test_the_reviewer_named_for_an_institution_decides_on_it_and_no_other(self, scene):
        named = actor_of(make_user("table_member", reviews="INFOM"))
        assert status_of(scene.validate(scene.submitted(), actor=named)) is ReportStatus.VALIDATED
        with pytest.raises(NotAllowed):
            scene.validate(scene.submitted(actor=scene.helper), actor=named)

    def test_a_reviewer_whose_naming_ended_does_not(self, scene):
        named = make_user("table_member", reviews="INFOM")
        with transaction():
            db.session.get(User, named.id).memberships[0].ends_on = TODAY
        uid = scene.submitted()
        with pytest.raises(NotAllowed):
            scene.validate(uid, actor=actor_of(named, TOMORROW))
        assert scene.validate(uid, actor=actor_of(named, TODAY))

    def test_a_reviewer_of_their_own_institution_does_not(self, scene):
        named = actor_of(make_user("table_member", institution="INFOM", reviews="INFOM"))
        with pytest.raises(NotAllowed, match="own-report"):
            scene.validate(scene.submitted(), actor=named)

    @pytest.mark.parametrize("verb", ["validate_report", "return_report", "reopen_report"])
    def test_a_draft_does_not_exist_for_who_decides(self, scene, verb):
        uid = scene.draft()
        words = {"accepted": []} if verb == "validate_report" else {"comment": "No."}
        with pytest.raises(NotFound), transaction():
            getattr(reviews, verb)(
                scene.contact, report_uid=uid, **words, now=scene.clock.next(), today=TODAY
            )

    def test_what_does_not_exist_is_not_found(self, scene):
        with pytest.raises(NotFound):
            scene.give_back("nothing")


class TestReturning:
    @pytest.mark.parametrize("comment", ["", "   "])
    def test_needs_the_words_that_say_what_is_missing(self, scene, comment):
        uid = scene.submitted()
        with pytest.raises(DomainError, match="comment-required") as error, nothing_written():
            scene.give_back(uid, comment)
        assert error.value.field == "comment"

    def test_takes_the_claim_out_of_the_figures(self, scene):
        scene.give_back(scene.submitted(percent=40), " Falta el acta. ")
        assert current(scene.activity).reported_percent is None

    def test_brings_the_figure_before_it_back(self, scene):
        scene.validated(percent=20)
        uid = scene.submitted(percent=60)
        assert current(scene.activity).reported_percent == 60
        scene.give_back(uid)
        assert current(scene.activity).reported_percent == 20

    def test_keeps_the_report_and_its_words(self, scene):
        row = report_row(scene.give_back(scene.submitted(), " Falta el acta. "))
        assert (row.status, row.actions[-1].comment) == (ReportStatus.RETURNED, "Falta el acta.")


class TestReopening:
    def test_needs_its_reason(self, scene):
        with pytest.raises(DomainError, match="comment-required"):
            scene.reopen(scene.validated(), " ")

    def test_takes_the_validation_back_and_leaves_the_claim(self, scene):
        scene.reopen(scene.validated(percent=60))
        row = current(scene.activity)
        assert (row.validated_percent, row.reported_percent, row.answered) == (None, 60, 0)

    def test_lets_it_be_decided_again(self, scene):
        uid = scene.reopen(scene.validated(percent=60))
        scene.validate(uid, accepted=evidence_of(uid))
        scene.reopen(uid)
        assert status_of(scene.give_back(uid)) is ReportStatus.RETURNED
        steps = [step.action.value for step in report_row(uid).actions]
        assert steps == ["submit", "validate", "reopen", "validate", "reopen", "return"]

    def test_of_what_is_not_validated_is_a_conflict(self, scene):
        for leave in (scene.give_back, scene.withdraw, str):
            uid = leave(scene.submitted())
            with pytest.raises(Conflict, match="transition-not-possible"):
                scene.reopen(uid)

    def test_of_ones_own_institution_is_not_allowed(self, scene):
        uid = scene.validated()
        own = actor_of(make_user("contact_point", institution="INFOM"))
        with pytest.raises(NotAllowed), transaction():
            reviews.reopen_report(own, report_uid=uid, comment="No.", now=scene.clock.next(), today=TODAY)


class TestTwice:
    def test_a_second_decision_is_a_conflict_and_writes_nothing(self, scene):
        uid = scene.validated(percent=60)
        for again in (scene.validate, scene.give_back):
            with pytest.raises(Conflict, match="transition-not-possible"), nothing_written():
                again(uid)

    def test_a_decision_on_an_older_version_is_a_conflict(self, scene):
        uid = scene.submitted()
        stale = report_row(uid).lock_version - 1
        with pytest.raises(Conflict, match="changed-meanwhile"), nothing_written():
            scene.validate(uid, lock_version=stale)
        scene.validate(uid, lock_version=stale + 1)

    def test_a_return_on_an_older_version_is_a_conflict(self, scene):
        uid = scene.submitted()
        with pytest.raises(Conflict, match="changed-meanwhile"), transaction():
            reviews.return_report(
                scene.contact,
                report_uid=uid,
                comment="No.",
                lock_version=1,
                now=scene.clock.next(),
                today=TODAY,
            )

    def test_a_withdrawn_report_is_no_longer_decided(self, scene):
        with pytest.raises(Conflict):
            scene.validate(scene.withdraw(scene.submitted()))
