"""Several reports decided together: all or none, only what was opened as it stands, nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    evidence_of,
    make_scene,
    nothing_written,
    report_row,
    row_counts,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import AccountRole
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.models.progress import ReportOpening
from tracker.services.reviews import BatchDecision, BatchRefused, decide_batch, note_opening
from tracker.services.verification import verify


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=4)


def opened(scene, uid, actor=None):
    with transaction():
        note_opening(
            actor or scene.contact,
            report_uid=uid,
            lock_version=report_row_version(uid),
            now=scene.clock.next(),
        )
    return uid


def report_row_version(uid):
    return db.session.scalar(select(_table().c.lock_version).where(_table().c.uid == uid))


def _table():
    return db.metadata.tables["progress_reports"]


def one(uid, action="validate", **more):
    version = more.pop("version", None) or report_row(uid).lock_version
    return BatchDecision(uid, ReportAction(action), version, **more)


def decide(scene, *decisions, actor=None):
    with transaction():
        return [
            each.uid
            for each in decide_batch(
                actor or scene.contact, decisions=decisions, now=scene.clock.next(), today=TODAY
            )
        ]


def refusals(scene, *decisions, actor=None):
    with pytest.raises(BatchRefused) as refused, nothing_written():
        decide(scene, *decisions, actor=actor)
    return {uid: error.code for uid, error in refused.value.refusals.items()}


def ready(scene, place=0, percent=50, **more):
    return opened(scene, scene.submitted(scene.made.activities[place], percent, **more))


def test_some_are_validated_and_others_returned_each_with_its_own_event(scene):
    good, better, bad = ready(scene, 0), ready(scene, 1, 100), ready(scene, 2, 70)
    back = one(bad, "return", comment="Falta el acta.", comment_field="evidence")
    assert decide(scene, one(good), one(better), back) == [good, better, bad]
    assert [status_of(uid).value for uid in (good, better, bad)] == ["validated", "validated", "returned"]
    last = report_row(bad).actions[-1]
    assert (last.comment, last.comment_field) == ("Falta el acta.", "evidence")
    assert report_row(good).actions[-1].accepted_evidence == evidence_of(good)
    sequences = [report_row(uid).actions[-1].recorded_seq for uid in (good, better, bad)]
    assert sequences == sorted(set(sequences))
    assert db.session.get(ActivityCurrent, scene.made.activities[1].id).validated_percent == 100
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


def test_one_that_was_not_opened_keeps_all_back(scene):
    seen, unseen = ready(scene, 0), scene.submitted(scene.made.activities[1])
    assert refusals(scene, one(seen), one(unseen)) == {unseen: "report-not-opened"}
    assert status_of(seen) is ReportStatus.SUBMITTED


def test_what_another_reviewer_opened_was_not_opened_by_this_one(scene):
    other = actor_of(make_user(AccountRole.CONTACT_POINT))
    uid = opened(scene, scene.submitted(), other)
    assert refusals(scene, one(uid)) == {uid: "report-not-opened"}


def test_one_that_needs_an_exception_is_never_validated_together(scene):
    uid = ready(scene, 0, 100, answers=())
    assert refusals(scene, one(uid)) == {uid: "means-without-evidence"}
    assert decide(scene, one(uid, "return", comment="Sin evidencia.")) == [uid]


def test_ones_own_institution_and_own_words_are_refused_by_name(scene):
    uid, other = ready(scene, 0), ready(scene, 1)
    own = actor_of(make_user(AccountRole.CONTACT_POINT, institution="INFOM"))
    assert refusals(scene, one(uid), one(other), actor=own) == {uid: "own-report", other: "own-report"}
    named = actor_of(make_user(AccountRole.TABLE_MEMBER, reviews="INAP"))
    assert refusals(scene, one(uid), actor=named) == {uid: "not-allowed"}


def test_one_changed_meanwhile_is_named(scene):
    uid = ready(scene, 0)
    stale = report_row(uid).lock_version
    scene.reopen(scene.validate(uid))
    opened(scene, uid)
    assert refusals(scene, one(uid, version=stale)) == {uid: "changed-meanwhile"}


def test_one_decided_by_somebody_else_meanwhile_is_named(scene):
    uid, other = ready(scene, 0), ready(scene, 1)
    asked = one(uid), one(other)
    scene.give_back(uid)
    colleague = actor_of(make_user(AccountRole.CONTACT_POINT))
    opened(scene, other, colleague)
    assert refusals(scene, *asked) == {uid: "transition-not-possible"}
    assert refusals(scene, *asked, actor=colleague) == {uid: "transition-not-possible"}


def test_a_return_without_its_comment_keeps_all_back(scene):
    uid, other = ready(scene, 0), ready(scene, 1)
    assert refusals(scene, one(uid), one(other, "return", comment=" ")) == {other: "comment-required"}
    wrong = one(other, "return", comment="Mal.", comment_field="weight")
    assert refusals(scene, one(uid), wrong) == {other: "comment-field-unknown"}


def test_the_same_request_again_does_nothing_twice(scene):
    good, bad = ready(scene, 0), ready(scene, 1)
    asked = one(good), one(bad, "return", comment="Falta el acta.")
    decide(scene, *asked)
    before = row_counts()
    assert decide(scene, *asked) == [good, bad]
    assert row_counts() == before


def test_the_same_decision_after_a_reopening_is_another_one(scene):
    uid = ready(scene, 0)
    asked = one(uid)
    decide(scene, asked)
    scene.reopen(uid)
    assert refusals(scene, asked) == {uid: "changed-meanwhile"}


def test_two_that_rest_on_each_other_are_validated_in_their_order(scene):
    node = scene.activity
    first = opened(scene, scene.submitted(node, 50, answers=node.means[:1]))
    helper = scene.made.helper.uid
    second = opened(
        scene,
        scene.submitted(node, 100, actor=scene.helper, institution_uid=helper, answers=node.means[1:]),
    )
    assert decide(scene, one(first), one(second)) == [first, second]


def test_an_empty_batch_is_refused(scene):
    with pytest.raises(DomainError, match="batch-empty"):
        decide(scene)


class TestOpening:
    def count(self):
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(ReportOpening))

    def test_is_remembered_once_for_each_version(self, scene):
        uid = ready(scene, 0)
        opened(scene, uid)
        assert self.count() == 1
        scene.reopen(scene.validate(uid))
        opened(scene, uid)
        assert self.count() == 2

    def test_says_nothing_of_what_is_not_to_be_decided_by_this_person(self, scene):
        uid = scene.submitted()
        opened(scene, uid, actor_of(make_user(AccountRole.CONTACT_POINT, institution="INFOM")))
        opened(scene, uid, actor_of(make_user(AccountRole.TABLE_MEMBER)))
        opened(scene, scene.validate(uid))
        opened(scene, "nothing")
        assert self.count() == 0
