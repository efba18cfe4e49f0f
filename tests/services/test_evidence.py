"""Evidence: what is handed in, for which means, and who may open it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    PDF,
    RESERVE,
    evidence_of,
    evidence_row,
    make_scene,
    nothing_written,
    report_row,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.models.evidence import StoredFile
from tracker.models.plans import ActionPlan
from tracker.services import evidence, evidence_access
from tracker.services.evidence import checked_name, checked_url


@pytest.fixture
def scene(app_context):
    return make_scene()


def stored(scene):
    """The files in the store, without what is on its way in."""
    folder = Path(scene.evidence_url.removeprefix("file://"))
    return sorted(path for path in folder.rglob("*") if path.is_file())


class TestAFile:
    def test_is_handed_in_for_the_means_it_answers(self, scene):
        uid = scene.draft(answers=())
        item = evidence_row(
            scene.file(uid, scene.activity.means[:1], title="  Acta   firmada ", description=" 3 pp. ")
        )
        assert (item.kind, item.title, item.filename) == (EvidenceKind.FILE, "Acta firmada", "acta.pdf")
        assert ([one.uid for one in item.means], item.description) == ([scene.activity.means[0]], "3 pp.")
        assert (item.file.size, item.file.media_type) == (len(PDF), "application/pdf")
        assert item.recorded_seq is None

    def test_goes_by_its_name_without_a_title(self, scene):
        assert evidence_row(scene.file(scene.draft(answers=()))).title == "acta.pdf"

    def test_handed_in_twice_is_two_items_and_one_file(self, scene):
        uid = scene.draft(answers=())
        first, second = scene.file(uid), scene.file(uid, name="copia.pdf")
        assert first != second
        assert db.session.scalar(select(db.func.count()).select_from(StoredFile)) == 1
        assert len(stored(scene)) == 1

    def test_keeps_its_own_date_apart_from_its_upload(self, scene):
        from datetime import date

        item = evidence_row(scene.file(scene.draft(answers=()), effective_on=date(2026, 2, 28)))
        assert (item.effective_on, item.created_at) == (date(2026, 2, 28), scene.clock.at)

    @pytest.mark.parametrize(
        ("data", "name", "code"),
        [
            (b"", "vacio.pdf", "file-empty"),
            (b"<html>", "pagina.pdf", "file-type-not-allowed"),
            (PDF, "acta.png", "file-name-lies"),
            (b"x" * (1 << 20) + b"y", "grande.txt", "file-too-large"),
        ],
    )
    def test_refused_leaves_neither_rows_nor_bytes(self, scene, data, name, code):
        uid = scene.draft(answers=())
        with pytest.raises(DomainError, match=code), nothing_written():
            scene.file(uid, data=data, name=name)
        assert stored(scene) == []

    def test_of_a_transaction_that_fails_leaves_no_rows(self, scene):
        uid = scene.draft(answers=())
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=1024)

        def interrupted():
            with transaction():
                evidence.add_file(
                    scene.liaison,
                    report_uid=uid,
                    upload=upload,
                    means_uids=(),
                    effective_on=TODAY,
                    now=scene.clock.next(),
                )
                raise RuntimeError("power cut")

        with pytest.raises(RuntimeError), nothing_written():
            interrupted()
        assert len(stored(scene)) == 1  # an orphan, legal until the sweep; a missing file never is


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("acta.pdf", "acta.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\acta.pdf", "acta.pdf"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("nul\0o.pdf", "nul o.pdf"),
        ("foto\u202egnp.exe.pdf", "foto gnp.exe.pdf"),
        ("  acta   firmada .pdf", "acta firmada .pdf"),
        ("", "archivo"),
        ("carpeta/", "archivo"),
        ("\n\t", "archivo"),
        ("..", ".."),
        ("ñandú áéí.pdf", "ñandú áéí.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_a_name_is_its_last_part_without_what_steers(sent, name):
    assert checked_name(sent) == name


class TestALink:
    @pytest.mark.parametrize(
        "url",
        [
            "http://infom.gob.gt",
            "https://portal.gt/informe?año=2020#p7",
            "https://portal.gt:8443/a(1).pdf",
            " https://x.gt ",
        ],
    )
    def test_is_a_web_address(self, url):
        assert checked_url(url) == url.strip()

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "infom.gob.gt",
            "ftp://infom.gob.gt/a",
            "javascript:alert(1)",
            "JAVASCRIPT://infom.gob.gt/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://",
            "https://localhost/x",
            "https://user:secret@infom.gob.gt/",
            "https://infom.gob.gt@evil.example/",
            "https://infom.gob.gt/a b",
            "https://infom.gob.gt/a\nb",
            "https://[::1",
            "https://infom.gob.gt/" + "a" * 2000,
        ],
    )
    def test_is_nothing_else(self, url):
        with pytest.raises(DomainError, match="link-not-valid") as refused:
            checked_url(url)
        assert refused.value.field == "links"

    def test_goes_by_its_address_without_a_title(self, scene):
        uid = scene.link(scene.draft(answers=()), title="  ")
        assert evidence_row(uid).title == "https://portal.example.gt/informe"


class TestHandingIn:
    def test_for_a_means_of_another_item_is_refused(self, scene):
        uid = scene.draft(answers=())
        with pytest.raises(DomainError, match="means-not-of-item") as refused, nothing_written():
            scene.link(uid, scene.made.activities[1].means[:1])
        assert refused.value.field == "means"

    @pytest.mark.parametrize("ground", ["", "  "])
    def test_as_reserved_needs_its_ground(self, scene, ground):
        uid = scene.draft(answers=())
        with pytest.raises(DomainError, match="legal-ground-required") as refused:
            scene.link(uid, **{**RESERVE, "legal_ground": ground})
        assert refused.value.field == "legal_ground"
        scene.link(uid, **RESERVE)

    def test_to_anothers_draft_is_not_found(self, scene):
        uid = scene.draft()
        with pytest.raises(NotFound), nothing_written():
            scene.link(uid, actor=scene.helper)
        with pytest.raises(NotFound):
            scene.link("nothing")

    def test_by_the_head_is_not_allowed(self, scene):
        uid = scene.draft()
        with pytest.raises(NotAllowed):
            scene.link(uid, actor=actor_of(make_user("institution_head", institution="INFOM")))

    def test_to_what_was_handed_in_is_a_conflict(self, scene):
        uid = scene.submitted()
        with pytest.raises(Conflict), nothing_written():
            scene.link(uid)
        with pytest.raises(Conflict), nothing_written():
            scene.file(uid)

    def test_texts_are_kept_without_what_no_database_holds(self, scene):
        uid = scene.link(scene.draft(answers=()), title="a\0b", description="c\0d")
        assert (evidence_row(uid).title, evidence_row(uid).description) == ("ab", "cd")


class TestTakingOut:
    def remove(self, scene, uid, actor=None):
        with transaction():
            evidence.remove_item(actor or scene.liaison, evidence_uid=uid, now=scene.clock.next())

    def test_of_a_draft_leaves_the_others(self, scene):
        report = scene.draft()
        kept = evidence_of(report)
        uid = scene.file(report, scene.activity.means)
        self.remove(scene, uid)
        assert evidence_of(report) == kept
        assert report_row(scene.submit(report)).status == "submitted"

    def test_of_what_was_handed_in_is_a_conflict(self, scene):
        report = scene.submitted()
        with pytest.raises(Conflict), nothing_written():
            self.remove(scene, evidence_of(report)[0])

    def test_of_anothers_or_of_nothing_is_not_found(self, scene):
        uid = evidence_of(scene.draft())[0]
        for who, what in ((scene.helper, uid), (scene.liaison, "nothing")):
            with pytest.raises(NotFound):
                self.remove(scene, what, who)


def people(scene):
    """Everybody who might ask, by name."""
    return {
        "own liaison": scene.liaison,
        "own head": actor_of(make_user("institution_head", institution="INFOM")),
        "other liaison": scene.helper,
        "other head": actor_of(make_user("institution_head", institution="INAP")),
        "contact point": scene.contact,
        "table member": actor_of(make_user("table_member")),
        "named reviewer": actor_of(make_user("table_member", reviews="INFOM")),
        "reviewer of others": actor_of(make_user("table_member", reviews="INAP")),
        "auditor": actor_of(make_user("auditor")),
        "administrator": actor_of(make_user("admin")),
        "system": SYSTEM,
    }


OWN = {"own liaison", "own head", "system"}
READ_ALL = OWN | {"contact point", "table member", "named reviewer", "reviewer of others", "auditor"}
READ_RESERVED = OWN | {"contact point", "named reviewer", "auditor"}
WHO_OPENS = {
    ("draft", Access.PUBLIC): OWN,
    ("draft", Access.CONFIDENTIAL): OWN,
    ("draft", Access.RESERVED): OWN,
    **{
        (status, access): READ_ALL if access is Access.PUBLIC else READ_RESERVED
        for status in ("submitted", "returned", "withdrawn", "validated", "reopened")
        for access in Access
    },
}


class TestOpening:
    def item(self, scene, status, access=Access.PUBLIC):
        report = scene.draft(percent=40, answers=())
        uid = scene.file(report, scene.activity.means, **{**RESERVE, "access": access})
        steps = {
            "draft": (),
            "submitted": (scene.submit,),
            "returned": (scene.submit, scene.give_back),
            "withdrawn": (scene.submit, scene.withdraw),
            "validated": (scene.submit, scene.validate),
            "reopened": (scene.submit, scene.validate, scene.reopen),
        }
        for step in steps[status]:
            step(report)
        return uid

    def opens(self, scene, actor, uid):
        db.session.rollback()
        try:
            found = evidence_access.open_evidence(actor, uid, evidence_url=scene.evidence_url)
        except NotFound:
            return False
        assert found.path.read_bytes() == PDF
        return True

    @pytest.mark.parametrize(("status", "access"), WHO_OPENS)
    def test_in_the_work_area(self, scene, status, access):
        uid = self.item(scene, status, access)
        asked = people(scene)
        assert {name for name, actor in asked.items() if self.opens(scene, actor, uid)} == WHO_OPENS[
            status, access
        ]

    def public(self, scene, uid):
        db.session.rollback()
        try:
            return evidence_access.open_public(uid, evidence_url=scene.evidence_url).media_type
        except NotFound:
            return None

    @pytest.mark.parametrize(("status", "access"), WHO_OPENS)
    def test_by_anybody(self, scene, status, access):
        uid = self.item(scene, status, access)
        is_open = status == "validated" and access is Access.PUBLIC
        assert self.public(scene, uid) == ("application/pdf" if is_open else None)

    def test_by_anybody_only_if_it_was_accepted(self, scene):
        report = scene.draft(percent=40)
        accepted = evidence_of(report)
        uid = scene.file(report)
        scene.validate(scene.submit(report), accepted=accepted)
        assert self.public(scene, uid) is None
        scene.validate(scene.reopen(report), accepted=[uid])
        assert self.public(scene, uid)

    @pytest.mark.parametrize("status", list(PlanStatus))
    def test_by_anybody_only_of_a_public_plan(self, scene, status):
        uid = self.item(scene, "validated")
        with transaction():
            db.session.get(ActionPlan, scene.made.id).status = status
        assert bool(self.public(scene, uid)) == (status is not PlanStatus.DRAFT)

    def test_of_a_link_or_of_nothing_is_not_found(self, scene):
        link = evidence_of(scene.validated())[0]
        for uid in (link, "nothing", "../../etc/passwd"):
            assert self.public(scene, uid) is None
            assert not self.opens(scene, scene.contact, uid)
