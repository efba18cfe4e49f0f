"""Evidence after it came in: said otherwise in a draft, replaced by a new version, copied on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    PDF,
    RESERVE,
    evidence_of,
    evidence_row,
    make_scene,
    nothing_written,
    report_row,
    save,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.evidence import Access
from tracker.domain.quantities import ItemisedQuantity
from tracker.models.audit import AuditPayload
from tracker.services import evidence
from tracker.services.verification import verify

OTHER = PDF + b"% another\n"
THIRD = PDF + b"% a third\n"


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def edit(scene, uid, *, actor=None, means=(), **about):
    with transaction():
        evidence.edit_item(
            actor or scene.liaison,
            evidence_uid=uid,
            means_uids=means,
            now=scene.clock.next(),
            **{"effective_on": TODAY, **about},
        )


def mismatches(scene):
    db.session.remove()
    folder = scene.evidence_url.removeprefix("file://")
    return [one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder=folder)]


class TestSaidOtherwise:
    def test_in_a_draft_everything_but_the_file_changes(self, scene):
        uid = scene.file(scene.draft(answers=()))
        before = evidence_row(uid).sha256
        edit(
            scene,
            uid,
            means=scene.activity.means[1:],
            title="Acta  final",
            description="Con firmas.",
            effective_on=date(2026, 3, 1),
            **RESERVE,
            reserved_until=date(2033, 1, 15),
        )
        row = evidence_row(uid)
        assert (row.title, row.description, row.effective_on) == (
            "Acta final",
            "Con firmas.",
            date(2026, 3, 1),
        )
        assert [one.uid for one in row.means] == list(scene.activity.means[1:])
        assert (row.access, row.resolution_number, row.resolution_authority) == (
            Access.RESERVED,
            "12-2026",
            "Gerencia del INFOM",
        )
        assert (row.resolution_on, row.reserved_until) == (date(2026, 1, 15), date(2033, 1, 15))
        assert row.sha256 == before

    def test_made_public_again_keeps_nothing_of_its_reserve(self, scene):
        uid = scene.file(scene.draft(answers=()), **RESERVE)
        edit(scene, uid, access=Access.PUBLIC, resolution_number="12-2026", resolution_on=TODAY)
        row = evidence_row(uid)
        assert (row.resolution_number, row.resolution_on, row.title) == ("", None, "acta.pdf")

    def test_after_it_was_handed_in_is_a_conflict(self, scene):
        uid = evidence_of(scene.submitted())[0]
        with pytest.raises(Conflict), nothing_written():
            edit(scene, uid, title="Otra")

    def test_by_another_institution_or_of_nothing_is_not_found(self, scene):
        uid = scene.file(scene.draft(answers=()))
        for actor, what in ((scene.helper, uid), (scene.contact, uid), (scene.liaison, "nothing")):
            with pytest.raises(NotFound):
                edit(scene, what, actor=actor)

    def test_for_a_means_of_another_item_is_refused(self, scene):
        uid = scene.file(scene.draft(answers=()))
        with pytest.raises(DomainError, match="means-not-of-item"):
            edit(scene, uid, means=scene.made.activities[1].means)


class TestTheSameFileAgain:
    def test_is_the_same_item_and_takes_the_access_that_is_said_now(self, scene):
        report = scene.draft(answers=())
        uid = scene.file(report, access=Access.PUBLIC)
        assert scene.file(report, access=Access.CONFIDENTIAL) == uid
        assert evidence_row(uid).access is Access.CONFIDENTIAL
        assert scene.file(report) == uid
        assert evidence_row(uid).access is Access.CONFIDENTIAL


class TestAReserve:
    @pytest.mark.parametrize(
        ("lacking", "code"),
        [
            ({"resolution_number": " "}, "reserve-number-required"),
            ({"resolution_authority": ""}, "reserve-authority-required"),
            ({"resolution_on": None}, "reserve-date-required"),
            ({"legal_ground": ""}, "legal-ground-required"),
            ({"resolution_on": TODAY + timedelta(days=2)}, "reserve-date-future"),
            ({"reserved_until": date(2026, 1, 14)}, "reserve-ends-before"),
        ],
    )
    def test_that_is_not_whole_is_refused(self, scene, lacking, code):
        uid = scene.draft(answers=())
        with pytest.raises(DomainError, match=code), nothing_written():
            scene.link(uid, **{**RESERVE, **lacking})

    def test_that_ends_nowhere_is_whole(self, scene):
        assert evidence_row(scene.link(scene.draft(answers=()), **RESERVE)).reserved_until is None

    def test_stands_in_history_with_its_resolution(self, scene):
        uid = scene.draft(answers=(), percent=40)
        scene.file(uid, scene.activity.means, **RESERVE)
        scene.submit(uid)
        texts = " ".join(db.session.scalars(select(AuditPayload.content)))
        assert "12-2026" in texts
        assert "Gerencia del INFOM" in texts
        assert mismatches(scene) == []


class TestAccessThatNobodyChose:
    @pytest.mark.parametrize(
        ("texts", "access"),
        [
            (("Informe",), Access.PUBLIC),
            (("Informe", "Listado de asistencia"), Access.CONFIDENTIAL),
            ((), Access.PUBLIC),
        ],
    )
    def test_is_the_strictest_of_the_means(self, app_context, texts, access):
        scene = make_scene(means=texts or ("Informe",), number=8)
        means = scene.activity.means if texts else ()
        assert evidence_row(scene.link(scene.draft(answers=()), means)).access is access


class TestAnotherVersion:
    def test_of_what_was_handed_in_keeps_its_thread_and_counts_on(self, scene):
        first = scene.draft(percent=40, answers=())
        old = scene.file(first, scene.activity.means)
        scene.validate(scene.submit(first))
        second = scene.correct(first)
        copy = evidence_of(second)[0]
        new = scene.file(second, data=OTHER, name="acta-2.pdf", replaces=copy)
        row = evidence_row(new)
        assert (row.thread_uid, row.version) == (evidence_row(old).thread_uid, 2)
        assert [one.uid for one in row.means] == list(scene.activity.means)
        assert evidence_of(second) == [new]
        assert evidence_of(first) == [old]
        scene.submit(second)
        assert mismatches(scene) == []

    def test_copied_to_a_correction_is_the_same_version(self, scene):
        first = scene.draft(percent=40, answers=())
        old = evidence_row(scene.file(first, scene.activity.means, **RESERVE))
        scene.give_back(scene.submit(first))
        copy = evidence_row(evidence_of(scene.correct(first))[0])
        assert copy.uid != old.uid
        for name in ("thread_uid", "version", "sha256", "resolution_number", "resolution_on", "title"):
            assert getattr(copy, name) == getattr(old, name)

    def test_of_what_still_waits_in_the_draft_is_the_first_one(self, scene):
        uid = scene.draft(answers=())
        old = scene.file(uid)
        new = scene.file(uid, data=OTHER, replaces=old)
        assert (evidence_row(new).version, evidence_of(uid)) == (1, [new])

    def test_of_a_third_time_counts_three(self, scene):
        report = scene.draft(percent=40, answers=())
        scene.file(report, scene.activity.means)
        scene.give_back(scene.submit(report))
        for number, data in ((2, OTHER), (3, THIRD)):
            report = scene.correct(report)
            new = scene.file(report, data=data, replaces=evidence_of(report)[0])
            assert evidence_row(new).version == number
            scene.give_back(scene.submit(report))
        assert mismatches(scene) == []

    def test_of_evidence_of_an_earlier_report_leaves_it_there(self, scene):
        first = scene.validated(percent=40)
        old = evidence_of(first)[0]
        uid = scene.draft(percent=60, answers=())
        new = scene.link(uid, url="https://portal.example.gt/informe-2", replaces=old)
        assert evidence_row(new).version == 2
        assert evidence_of(first) == [old]

    def test_of_the_same_bytes_is_none(self, scene):
        uid = scene.draft(answers=())
        old = scene.file(uid)
        with pytest.raises(DomainError, match="evidence-same-file"), nothing_written():
            scene.file(uid, replaces=old)

    def test_of_another_item_or_institution_is_not_found(self, scene):
        elsewhere = scene.file(scene.draft(scene.made.activities[1], answers=()))
        theirs = evidence_of(scene.submitted(actor=scene.helper))[0]
        uid = scene.draft(answers=())
        for old in (elsewhere, theirs, "nothing"):
            with pytest.raises(NotFound), nothing_written():
                scene.file(uid, data=OTHER, replaces=old)


class TestAQuantityThatItProves:
    def proving(self, scene):
        report = scene.draft(answers=())
        item = scene.file(report)
        rows = [ItemisedQuantity("Mixco", Decimal(1), evidence_uid=item)]
        save(scene, report_uid=report, quantities=rows)
        return report, item

    def shown(self, report):
        return [one.evidence.uid if one.evidence else None for one in report_row(report).quantities]

    def test_is_proved_by_its_next_version(self, scene):
        report, item = self.proving(scene)
        assert self.shown(report) == [item]
        new = scene.file(report, data=OTHER, replaces=item)
        assert self.shown(report) == [new]

    def test_stands_without_it_once_it_is_taken_out(self, scene):
        report, item = self.proving(scene)
        with transaction():
            evidence.remove_item(scene.liaison, evidence_uid=item, now=scene.clock.next())
        assert self.shown(report) == [None]
