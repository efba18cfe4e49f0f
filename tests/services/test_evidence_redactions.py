"""The public version beside a restricted file: who may add it, when it is recorded, who may open it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.reports import (
    PDF,
    RESERVE,
    evidence_of,
    evidence_row,
    make_scene,
    nothing_written,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.models.audit import AuditEvent
from tracker.models.evidence import Redaction, StoredFile
from tracker.queries.history import plan_facts, present
from tracker.queries.portal.items import get_activity
from tracker.services import evidence, evidence_access, evidence_redactions
from tracker.services.evidence_limits import Limits, used_bytes
from tracker.services.verification import verify

CLEAN, CLEANER = PDF + b"% without names\n", PDF + b"% without anything\n"
HIDDEN = {"access": "confidential"}
DAY = "tests.support.factories.plans"


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def redact(scene, uid, data=CLEAN, *, actor=None, name="lista de Ana.pdf", **more):
    upload = evidence.store_bytes(data, name, evidence_url=scene.evidence_url, max_bytes=1 << 20)
    with transaction():
        evidence_redactions.add_redaction(
            actor or scene.liaison, evidence_uid=uid, upload=upload, now=scene.clock.next(), **more
        )


def redactions(uid):
    return [(one.sha256, one.recorded_seq is not None) for one in evidence_row(uid).redactions]


def hidden(scene, **more):
    """A restricted file in a draft; the draft and the item."""
    report = scene.draft(percent=40, answers=())
    return report, scene.file(report, scene.activity.means, **{**HIDDEN, **more})


def opened(scene, uid):
    db.session.rollback()
    try:
        source = evidence_access.public_redaction(uid)
    except NotFound:
        return None
    return evidence_access.public_path(source, scene.evidence_url).path.read_bytes()


def mismatches(scene):
    db.session.remove()
    folder = scene.evidence_url.removeprefix("file://")
    return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder=folder)}


class TestInADraft:
    def test_it_waits_for_the_submission_to_be_recorded(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        assert [recorded for _, recorded in redactions(uid)] == [False]
        scene.submit(report)
        assert [recorded for _, recorded in redactions(uid)] == [True]
        tags = [row.tag for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq))]
        assert tags.index("evidence:redacted") < tags.index("report:submitted")
        assert mismatches(scene) == set()

    def test_another_one_takes_its_place(self, scene):
        _, uid = hidden(scene)
        redact(scene, uid)
        redact(scene, uid, CLEANER)
        assert len(redactions(uid)) == 1

    def test_it_goes_when_it_is_taken_away_or_no_longer_needed(self, scene):
        _, uid = hidden(scene)
        redact(scene, uid)
        with transaction():
            evidence_redactions.remove_redaction(scene.liaison, evidence_uid=uid)
        assert redactions(uid) == []
        redact(scene, uid)
        with transaction():
            evidence.edit_item(
                scene.liaison,
                evidence_uid=uid,
                means_uids=(),
                effective_on=scene.clock.at.date(),
                access="public",
                now=scene.clock.next(),
            )
        assert redactions(uid) == []

    def test_it_goes_with_its_item(self, scene):
        _, uid = hidden(scene)
        redact(scene, uid)
        with transaction():
            evidence.remove_item(scene.liaison, evidence_uid=uid, now=scene.clock.next())
        assert db.session.scalar(select(db.func.count()).select_from(Redaction)) == 0

    def test_a_correction_takes_the_last_one_along(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        scene.give_back(scene.submit(report))
        redact(scene, uid, CLEANER)
        copy = evidence_of(scene.correct(report))[0]
        assert redactions(copy) == [(redactions(uid)[-1][0], False)]

    def test_the_contact_point_has_nothing_to_do_with_it(self, scene):
        _, uid = hidden(scene)
        with pytest.raises(NotFound), nothing_written():
            redact(scene, uid, actor=scene.contact)


class TestLater:
    def test_the_last_one_counts_and_none_is_lost(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        scene.validate(scene.submit(report))
        assert opened(scene, uid) == CLEAN
        redact(scene, uid, CLEANER, actor=scene.contact)
        assert opened(scene, uid) == CLEANER
        assert [recorded for _, recorded in redactions(uid)] == [True, True]
        assert mismatches(scene) == set()

    @pytest.mark.parametrize(
        ("who", "refusal"),
        [
            ("helper", NotFound),
            ("table_member", NotFound),
            ("institution_head", NotAllowed),
            ("auditor", NotAllowed),
            ("admin", NotFound),
        ],
    )
    def test_nobody_else_adds_one(self, scene, who, refusal):
        report, uid = hidden(scene)
        scene.submit(report)
        institution = {"institution": "INFOM"} if who == "institution_head" else {}
        actor = scene.helper if who == "helper" else actor_of(make_user(who, **institution))
        with pytest.raises(refusal), nothing_written():
            redact(scene, uid, actor=actor)

    def test_it_is_not_taken_away(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        scene.submit(report)
        with pytest.raises(Conflict), nothing_written(), transaction():
            evidence_redactions.remove_redaction(scene.liaison, evidence_uid=uid)

    def test_what_was_known_before_it_does_not_tell_of_it(self, scene):
        report, uid = hidden(scene)
        scene.validate(scene.submit(report))
        seq = db.session.scalar(select(db.func.max(AuditEvent.seq)))
        redact(scene, uid)

        def told(**cut):
            from dataclasses import replace

            facts = plan_facts(scene.made.id, replace(present(scene.clock.at.date()), **cut))
            return facts.reports[0].evidence[0].redaction

        assert told(known_at=seq) is None
        assert told().size == len(CLEAN)


class TestWhatIsNone:
    def test_the_restricted_file_itself(self, scene):
        _, uid = hidden(scene)
        with pytest.raises(DomainError, match="redaction-is-original"), nothing_written():
            redact(scene, uid, PDF)

    def test_another_restricted_file_of_the_institution(self, scene):
        _, uid = hidden(scene)
        scene.file(scene.draft(scene.made.activities[1], answers=()), data=CLEAN, **RESERVE)
        with pytest.raises(DomainError, match="redaction-is-original"), nothing_written():
            redact(scene, uid)

    @pytest.mark.parametrize("kind", ["public file", "link"])
    def test_beside_what_needs_none(self, scene, kind):
        report = scene.draft(answers=())
        uid = scene.link(report, **HIDDEN) if kind == "link" else scene.file(report)
        with pytest.raises(DomainError, match="redaction-not-needed"), nothing_written():
            redact(scene, uid)

    def test_what_is_refused_as_evidence(self, scene):
        _, uid = hidden(scene)
        with pytest.raises(DomainError, match="file-type-not-allowed"), nothing_written():
            redact(scene, uid, b"<html>", name="publica.pdf")

    def test_beyond_the_quota(self, scene):
        _, uid = hidden(scene)
        with pytest.raises(DomainError, match="evidence-quota-reached"), nothing_written():
            redact(scene, uid, limits=Limits(len(PDF) + len(CLEAN) - 1, 0))
        redact(scene, uid, limits=Limits(len(PDF) + len(CLEAN), 0))
        assert used_bytes(scene.made.lead.id) == len(PDF) + len(CLEAN)


class TestThePublic:
    @pytest.mark.parametrize("access", ["confidential", "reserved"])
    def test_reads_it_once_the_file_was_accepted(self, scene, access):
        report, uid = hidden(scene, **{**RESERVE, "access": access})
        redact(scene, uid)
        assert opened(scene, uid) is None
        scene.submit(report)
        assert opened(scene, uid) is None
        scene.validate(report)
        assert opened(scene, uid) == CLEAN
        scene.reopen(report)
        assert opened(scene, uid) is None

    def test_does_not_read_one_of_a_file_that_was_set_aside(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        kept = scene.link(report, scene.activity.means)
        scene.validate(scene.submit(report), accepted=[kept])
        assert opened(scene, uid) is None

    def test_never_reads_the_name_that_it_was_uploaded_by(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        scene.validate(scene.submit(report))
        assert evidence_access.public_redaction(uid).filename == "version-publica.pdf"

    @pytest.mark.parametrize("with_version", [False, True])
    def test_is_told_that_the_original_exists_and_of_its_reserve(self, scene, with_version):
        report, uid = hidden(scene, title="Nómina de Ana Pérez", **RESERVE)
        if with_version:
            redact(scene, uid)
        scene.validate(scene.submit(report))
        item = get_activity(scene.activity.uid, scene.clock.at.date()).means[0].evidence[0]
        assert (item.sha256, item.size, item.title) == (evidence_row(uid).sha256, len(PDF), "")
        assert (item.resolution_number, item.resolution_authority) == ("12-2026", "Gerencia del INFOM")
        assert (item.public_version.sha256 if item.public_version else None) == (
            redactions(uid)[0][0] if with_version else None
        )


def test_the_same_bytes_are_kept_once_whatever_they_are_for(scene):
    report, uid = hidden(scene)
    redact(scene, uid)
    scene.file(scene.draft(scene.made.activities[1], answers=()), data=CLEAN)
    files = [one for one in Path(scene.evidence_url.removeprefix("file://")).rglob("*") if one.is_file()]
    assert len(files) == db.session.scalar(select(db.func.count()).select_from(StoredFile)) == 2
    assert report


class TestVerify:
    @pytest.fixture
    def item(self, scene):
        report, uid = hidden(scene)
        redact(scene, uid)
        scene.submit(report)
        return uid

    @pytest.mark.parametrize(
        ("change", "kinds"),
        [
            (lambda row: setattr(row, "filename", "otro.pdf"), {"redaction-changed"}),
            (lambda row: setattr(row, "sha256", row.evidence.sha256), {"redaction-changed"}),
            (lambda row: setattr(row, "author_uid", "x"), {"redaction-changed"}),
            (lambda row: setattr(row, "recorded_seq", None), {"redaction-unrecorded", "redaction-missing"}),
            (lambda row: db.session.delete(row), {"redaction-missing"}),
        ],
    )
    def test_finds_what_was_changed_behind_the_services_back(self, scene, item, change, kinds):
        assert mismatches(scene) == set()
        with transaction():
            change(db.session.scalars(select(Redaction)).one())
        assert mismatches(scene) == kinds

    def test_reads_its_bytes(self, scene, item):
        path = Path(scene.evidence_url.removeprefix("file://"))
        sha256 = redactions(item)[0][0]
        (path / sha256[:2] / sha256).unlink()
        assert mismatches(scene) == {"file-missing"}
