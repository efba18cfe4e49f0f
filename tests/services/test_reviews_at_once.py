"""Reviewers at the same moment: one decides, the other is told; the ground of a validation stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, true

from tests.services.test_at_once import at_once, clean, codes
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import evidence_of, make_scene, report_row, status_of
from tracker.db import db, transaction
from tracker.domain.workflow import ReportAction
from tracker.models.progress import ReportOpening
from tracker.queries.review_standing import list_unsupported
from tracker.services import reviews


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_scene(activities_per_milestone=4)


@pytest.fixture
def colleague(app, scene):
    with app.app_context():
        return actor_of(make_user("contact_point"))


def batch(scene, actor, uids):
    """What each reviewer sends: all of these validated, opened as they stand."""
    versions = {uid: report_row(uid).lock_version for uid in uids}
    with transaction():
        for uid, version in versions.items():
            reviews.note_opening(actor, report_uid=uid, lock_version=version, now=scene.clock.at)
    asked = [reviews.BatchDecision(uid, ReportAction.VALIDATE, versions[uid]) for uid in uids]
    when = {"now": scene.clock.next(), "today": TODAY}
    return lambda: [one.uid for one in reviews.decide_batch(actor, decisions=asked, **when)]


def test_two_batches_over_the_same_reports_end_with_one_decision_each(app, scene, colleague):
    with app.app_context():
        uids = [scene.submitted(node, 40) for node in scene.made.activities]
        mine = batch(scene, scene.contact, uids)
        theirs = batch(scene, colleague, list(reversed(uids)))
    outcomes = at_once(app, mine, theirs)
    assert sorted(isinstance(one, reviews.BatchRefused) for one in outcomes) == [False, True]
    refused = next(one for one in outcomes if isinstance(one, reviews.BatchRefused))
    assert set(refused.refusals) == set(uids)
    with app.app_context():
        assert {len(report_row(uid).actions) for uid in uids} == {2}
        assert clean(scene)


def test_the_same_batch_sent_twice_at_once_decides_once(app, scene):
    with app.app_context():
        uids = [scene.submitted(node, 40) for node in scene.made.activities]
        sent = batch(scene, scene.contact, uids)
    outcomes = at_once(app, sent, sent)
    assert outcomes == [uids, uids]
    with app.app_context():
        assert {len(report_row(uid).actions) for uid in uids} == {2}


def test_a_batch_and_a_single_decision_never_both_hold(app, scene, colleague):
    with app.app_context():
        uids = [scene.submitted(node, 40) for node in scene.made.activities]
        sent = batch(scene, scene.contact, uids)
    when = {"now": scene.clock.next(), "today": TODAY}
    outcomes = at_once(
        app,
        sent,
        lambda: reviews.return_report(colleague, report_uid=uids[-1], comment="Falta.", **when).uid,
    )
    assert codes(outcomes) in (["batch-refused", "done"], ["done", "transition-not-possible"])
    with app.app_context():
        assert len({status_of(uid) for uid in uids[:-1]}) == 1
        assert clean(scene)


def test_the_whole_is_not_validated_on_what_is_being_reopened(app, scene):
    with app.app_context():
        node = scene.activity
        half = scene.validated(node, 50, answers=node.means[:1])
        whole = scene.submitted(node, 100, answers=node.means[1:])
        accepted = evidence_of(whole)
    when = {"now": scene.clock.next(), "today": TODAY}
    outcomes = at_once(
        app,
        lambda: reviews.reopen_report(scene.contact, report_uid=half, comment="No.", **when).uid,
        lambda: reviews.validate_report(scene.contact, report_uid=whole, accepted=accepted, **when).uid,
    )
    assert codes(outcomes) in (["done", "means-without-evidence"], ["done", "done"])
    with app.app_context():
        resting = [one.uid for one in list_unsupported(scene.contact, true())]
        assert resting == ([whole] if codes(outcomes) == ["done", "done"] else [])


def test_a_page_opened_twice_at_once_is_remembered_once(app, scene):
    with app.app_context():
        uid = scene.submitted()
        version = report_row(uid).lock_version

    def look():
        reviews.note_opening(scene.contact, report_uid=uid, lock_version=version, now=scene.clock.at)

    assert codes(at_once(app, look, look, look)) == ["done"] * 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ReportOpening)) == 1
