"""Two people at the same moment: one is first, the other is told what changed, and nothing is done twice."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.support.factories.citizens import EMAIL, TEXT, plan_ref
from tests.support.factories.plans import NOW, TODAY, window
from tests.support.factories.reports import PDF, content, evidence_of, make_scene, report_row, status_of
from tests.support.factories.targets import table, target
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.observations import ObservationKind
from tracker.importers.proposals import InstitutionMention, TargetsProposal
from tracker.models.citizens import CitizenLetter, Observation
from tracker.models.evidence import StoredFile
from tracker.models.plans import NodeWindow, Rescheduling
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.services import evidence, observations, progress, reschedulings, reviews
from tracker.services.target_imports import accept_targets_import
from tracker.services.verification import verify


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_scene()


def at_once(app, *works):
    """Run each in a thread, context and transaction of its own, all let go together; what each gave."""
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        with app.app_context():
            barrier.wait(30)
            try:
                with transaction():
                    outcomes[place] = work()
            except DomainError as error:
                outcomes[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return outcomes


def codes(outcomes):
    return sorted(one.code if isinstance(one, DomainError) else "done" for one in outcomes)


def clean(scene):
    """Nothing is at odds with history afterwards."""
    db.session.rollback()
    return verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


def test_a_report_is_decided_once(app, scene):
    with app.app_context():
        uid = scene.submitted(percent=40)
        accepted = evidence_of(uid)
    when = {"now": scene.clock.next(), "today": TODAY}
    outcomes = at_once(
        app,
        lambda: reviews.validate_report(scene.contact, report_uid=uid, accepted=accepted, **when) and None,
        lambda: reviews.return_report(scene.contact, report_uid=uid, comment="Falta.", **when) and None,
    )
    with app.app_context():
        assert codes(outcomes) == ["done", "transition-not-possible"]
        assert len(report_row(uid).actions) == 2
        assert clean(scene)


def test_a_report_withdrawn_while_it_is_validated_is_one_of_both(app, scene):
    with app.app_context():
        uid = scene.submitted(percent=0)
    when = {"now": scene.clock.next(), "today": TODAY}
    outcomes = at_once(
        app,
        lambda: reviews.validate_report(scene.contact, report_uid=uid, accepted=(), **when) and None,
        lambda: progress.withdraw_report(scene.liaison, report_uid=uid, **when) and None,
    )
    with app.app_context():
        assert codes(outcomes) == ["done", "transition-not-possible"]
        assert status_of(uid).value in {"validated", "withdrawn"}
        assert clean(scene)


def test_a_draft_is_handed_in_once(app, scene):
    with app.app_context():
        uid = scene.draft()
    when = {"now": scene.clock.next(), "today": TODAY}
    submit = [lambda: progress.submit_report(scene.liaison, report_uid=uid, **when) and None] * 3
    outcomes = at_once(app, *submit)
    with app.app_context():
        assert codes(outcomes) == ["done", "transition-not-possible", "transition-not-possible"]
        assert db.session.scalar(select(func.count()).select_from(ReportEvent)) == 1
        assert clean(scene)


def test_a_draft_saved_by_two_keeps_the_first_and_tells_the_second(app, scene):
    with app.app_context():
        uid = scene.draft(answers=())

    def save(percent):
        progress.save_draft(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            content=content(percent),
            report_uid=uid,
            lock_version=1,
            now=scene.clock.at,
            today=TODAY,
        )

    outcomes = at_once(app, lambda: save(10), lambda: save(20))
    with app.app_context():
        assert codes(outcomes) == ["changed-meanwhile", "done"]
        first = 10 if outcomes[0] is None else 20
        assert report_row(uid).percent == first


def first_save(scene, key):
    return lambda: (
        progress.save_draft(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            content=content(10),
            request_key=key,
            now=scene.clock.at,
            today=TODAY,
        ).uid
    )


def test_a_first_draft_of_one_form_sent_at_once_is_one(app, scene):
    outcomes = at_once(app, *[first_save(scene, "form-1")] * 3)
    assert len(set(outcomes)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ProgressReport)) == 1


def test_first_drafts_of_two_people_at_once_are_one_and_the_other_is_told_where(app, scene):
    outcomes = at_once(app, first_save(scene, "form-1"), first_save(scene, "form-2"))
    told = next(one for one in outcomes if isinstance(one, Conflict))
    assert (told.code, told.params["report"]) in [("draft-elsewhere", one) for one in outcomes]


def test_the_same_form_handed_in_at_once_says_nothing_twice(app, scene):
    with app.app_context():
        uids = [scene.draft(one) for one in scene.made.activities]
    when = {"now": scene.clock.next(), "today": TODAY}

    def submit(wanted):
        return lambda: len(
            progress.submit_reports(scene.liaison, report_uids=wanted, request_key="sheet-1", **when)
        )

    # The other order of the same reports waits for the first; it does not deadlock.
    assert at_once(app, submit(uids), submit(uids[::-1]), submit(uids)) == [2, 2, 2]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ReportEvent)) == 2
        assert clean(scene)


def test_further_versions_opened_by_several_people_never_share_a_number(app, scene):
    with app.app_context():
        uid = scene.validated()
    when = {"now": scene.clock.next(), "today": TODAY}

    def again():
        opened = progress.correct_report(scene.liaison, report_uid=uid, **when)
        progress.submit_reports(scene.liaison, report_uids=[opened.uid], **when)
        return opened.version

    outcomes = at_once(app, again, again, again)
    assert sorted(str(getattr(one, "code", one)) for one in outcomes) == [
        "2",
        "newer-version-exists",
        "newer-version-exists",
    ]
    with app.app_context():
        assert clean(scene)


def test_a_correction_opened_twice_is_one_draft(app, scene):
    with app.app_context():
        uid = scene.give_back(scene.submitted())
    when = {"now": scene.clock.next(), "today": TODAY}
    correct = [lambda: progress.correct_report(scene.liaison, report_uid=uid, **when).uid] * 3
    outcomes = at_once(app, *correct)
    assert len(set(outcomes)) == 1
    with app.app_context():
        assert report_row(outcomes[0]).version == 2


def test_the_same_bytes_handed_in_by_two_are_one_file(app, scene):
    with app.app_context():
        first = scene.draft(answers=())
        second = scene.draft(scene.made.activities[1], answers=())
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=1024)

    def hand_in(uid):
        evidence.add_file(
            scene.liaison,
            report_uid=uid,
            upload=upload,
            means_uids=(),
            effective_on=TODAY,
            now=scene.clock.at,
        )

    outcomes = at_once(app, lambda: hand_in(first), lambda: hand_in(second))
    with app.app_context():
        assert codes(outcomes) == ["done", "done"]
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_other_dates_are_asked_for_and_decided_once(app, scene):
    def ask():
        return reschedulings.request_rescheduling(
            scene.liaison,
            node_uid=scene.activity.uid,
            institution_uid=scene.made.lead.uid,
            windows=[window(TODAY, TODAY.replace(year=2027))],
            reason="Faltan fondos",
            now=scene.clock.at,
            today=TODAY,
        ).uid

    asked = at_once(app, ask, ask)
    assert codes(asked) == ["done", "rescheduling-pending"]
    uid = next(one for one in asked if isinstance(one, str))

    def decide(approve):
        reschedulings.decide_rescheduling(
            scene.contact,
            rescheduling_uid=uid,
            approve=approve,
            resolution="Resolución 7",
            now=scene.clock.at,
            today=TODAY,
        )

    outcomes = at_once(app, lambda: decide(True), lambda: decide(True))
    assert [type(one) for one in outcomes if one is not None] == [Conflict]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Rescheduling)) == 1
        revisions = db.session.scalars(
            select(NodeWindow.revision).where(NodeWindow.node_id == scene.activity.id)
        ).all()
        assert sorted(revisions) == [0, 1]
        assert clean(scene)


def test_reports_on_two_commitments_leave_the_totals_of_both(app):
    with app.app_context():
        scene = make_scene(commitments=2)
        uids = [scene.draft(one, percent=100) for one in (scene.made.activities[0], scene.made.activities[2])]
    when = {"now": scene.clock.next(), "today": TODAY}

    def submit(uid):
        return lambda: progress.submit_report(scene.liaison, report_uid=uid, **when) and None

    assert codes(at_once(app, *(submit(uid) for uid in uids))) == ["done", "done"]
    with app.app_context():
        assert clean(scene)


def test_a_table_of_targets_confirmed_twice_at_once_is_recorded_once(app, scene):
    with app.app_context():
        institution = scene.made.lead
    mention = InstitutionMention("INFOM", institution.name, "INFOM")

    def confirm(name):
        proposal = TargetsProposal(mention, [table(target(1, name=name), period=2)])
        return accept_targets_import(scene.contact, proposal, None, based_on="0", now=NOW, today=TODAY)

    outcomes = at_once(app, partial(confirm, "Uno"), partial(confirm, "Otro"))
    assert codes(outcomes) == ["done", "targets-import-changed-meanwhile"]
    with app.app_context():
        assert clean(scene)


def test_an_observation_sent_twice_at_once_is_kept_once(app, scene, monkeypatch):
    said_already = observations._said_already

    def slowly(*asked):
        found = said_already(*asked)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(observations, "_said_already", slowly)
    given = {"kind": ObservationKind.CORRECTION, "text": TEXT, "email": EMAIL, "now": NOW}
    send = partial(observations.send_observation, plan_ref(scene.made), **given)
    first, second = at_once(app, send, send)
    assert first == second
    with app.app_context():
        assert db.session.scalar(select(func.count(Observation.id))) == 1
        assert db.session.scalar(select(func.count(CitizenLetter.id))) == 1
        assert clean(scene)
